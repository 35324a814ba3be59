//! `audit verify`, `audit export`

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::ExitCode,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::Failure;
use crate::{
    audit::{
        AuditKey, End, Export, ExportFault, Found, Hash, HeadsFile, Node, Outcome, PlacedEntry,
        PublicKeys, Range, Report, Verification, public_file, verify_export,
    },
    clock,
    config::Config,
    store::Store,
};

/// Nothing is wrong.
const WHOLE: u8 = 0;
/// Something is.
const BROKEN: u8 = 1;
/// Not all could be checked.
const UNCHECKED: u8 = 2;

/// What is verified, and by what.
pub(super) struct Asked<'a> {
    /// Files of heads, besides the configured one.
    pub(super) heads: &'a [PathBuf],
    /// Files of public keys, besides the configured one.
    pub(super) keys: &'a [PathBuf],
    /// An export, instead of the database.
    pub(super) export: Option<&'a Path>,
    /// One chain only.
    pub(super) node: Option<&'a str>,
    /// Which entries are to be exported.
    pub(super) range: Range,
}

/// Checks the log, and says what it found.
pub(super) async fn verify(
    config: impl FnOnce() -> Result<Config, Failure>,
    asked: &Asked<'_>,
) -> ExitCode {
    let report = match asked.export {
        // Whoever has an export and the key needs no installation.
        Some(file) if !asked.keys.is_empty() => read_export(file, asked.keys, asked.heads),
        export => match config() {
            Ok(config) => match export {
                Some(file) => read_export(file, &all_keys(&config, asked), asked.heads),
                None => read_database(&config, asked)
                    .await
                    .map(|(report, _)| report),
            },
            Err(failure) => Err(failure),
        },
    };
    match report {
        Ok(report) => tell(&report),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(UNCHECKED)
        }
    }
}

/// The configured public key's file and those that were named.
fn all_keys(config: &Config, asked: &Asked<'_>) -> Vec<PathBuf> {
    [&[public_file(&config.audit.key)], asked.keys].concat()
}

fn read_keys(files: &[PathBuf]) -> Result<PublicKeys, Failure> {
    let mut keys = PublicKeys::default();
    for file in files {
        let read = PublicKeys::read(file);
        keys.add(read.map_err(|fault| Failure::Other(fault.to_string()))?);
    }
    Ok(keys)
}

fn read_export(file: &Path, keys: &[PathBuf], heads: &[PathBuf]) -> Result<Report, Failure> {
    let mut verification = Verification::new(read_keys(keys)?);
    take_named(&mut verification, heads, None)?;
    File::open(file)
        .and_then(|export| verify_export(BufReader::new(export), verification))
        .map_err(|fault| Failure::Other(format!("{}: {fault}", file.display())))
}

/// Takes in files of heads that somebody has named: one that is not there is a mistake.
fn take_named(
    verification: &mut Verification,
    files: &[PathBuf],
    only: Option<&Node>,
) -> Result<(), Failure> {
    for file in files {
        let heads = HeadsFile::at(file).read_existing().map_err(told)?;
        verification.take_heads(&file.display().to_string(), &heads, only);
    }
    Ok(())
}

/// The last entry that was seen of each chain, of those within the range.
type Ends = BTreeMap<String, (i64, End)>;

async fn read_database(config: &Config, asked: &Asked<'_>) -> Result<(Report, Ends), Failure> {
    let store = Store::open_to_read(&config.database).await?;
    let mut found = look(config, &store, asked).await?;
    // Entries may have been removed, being old enough, in the very moment.
    if found.0.outcome() == Outcome::Broken {
        found = look(config, &store, asked).await?;
    }
    store.close().await;
    Ok(found)
}

async fn look(
    config: &Config,
    store: &Store,
    asked: &Asked<'_>,
) -> Result<(Report, Ends), Failure> {
    let mut verification = Verification::new(read_keys(&all_keys(config, asked))?);
    let only = asked.node.map(node).transpose()?;
    let configured = &config.audit.heads;
    let heads = HeadsFile::at(configured).read().map_err(told)?;
    verification.take_heads(&configured.display().to_string(), &heads, only.as_ref());
    take_named(&mut verification, asked.heads, only.as_ref())?;
    let nodes = match asked.node {
        Some(node) => vec![node.to_owned()],
        None => store.audited_nodes().await?,
    };
    let mut ends = Ends::new();
    for node in nodes {
        let record = store.audit_record(&node).await?;
        let through = record.as_ref().map_or(i64::MAX, |(sequence, _)| *sequence);
        if let Some((sequence, hash)) = record {
            verification.take_record(&node, sequence, &hash);
        }
        let asked_for = places(store, &node, &asked.range).await?;
        let mut after = i64::MIN;
        loop {
            let rows = store.audit_entries(&node, after, through).await?;
            let Some(last) = rows.last() else { break };
            after = last.sequence;
            rows.iter().for_each(|row| verification.take_row(row));
            let is_asked_for = |row: &&PlacedEntry| asked_for.contains(&row.sequence);
            if let Some(row) = rows.iter().rfind(is_asked_for)
                && let Some(hash) = Hash::from_slice(&row.hash)
            {
                let sequence = row.sequence;
                let end = End { sequence, hash };
                ends.insert(node.clone(), (*asked_for.start(), end));
            }
        }
    }
    Ok((verification.finish(), ends))
}

/// The entries of a chain that a range has, by their places.
async fn places(store: &Store, node: &str, range: &Range) -> Result<RangeInclusive<i64>, Failure> {
    let first = match range.from {
        Some(from) => store.audit_entry_since(node, from).await?,
        None => Some(i64::MIN),
    };
    let end = match range.to {
        Some(to) => store.audit_entry_since(node, to).await?,
        None => None,
    };
    let last = end.map_or(i64::MAX, |end| end.saturating_sub(1));
    // None: an end before every entry.
    let (first, last) = first.map_or((0, -1), |first| (first, last));
    Ok(first..=last)
}

fn told(fault: impl std::fmt::Display) -> Failure {
    Failure::Other(fault.to_string())
}

fn node(name: &str) -> Result<Node, Failure> {
    Node::parse(name).map_err(|fault| Failure::Other(format!("--node: {fault}")))
}

fn tell(report: &Report) -> ExitCode {
    for chain in &report.chains {
        println!(
            "{}: {} entries, {} to {}",
            chain.node.escape_debug(),
            chain.entries,
            chain.first,
            chain.last
        );
    }
    for note in &report.notes {
        println!("note: {note}");
    }
    for fault in &report.faults {
        println!("FAULT: {fault}");
    }
    if report.more > 0 {
        println!("and {} faults more", report.more);
    }
    let outcome = report.outcome();
    println!("{}", word_of(outcome).unwrap_or("the audit log is whole"));
    ExitCode::from(code_of(outcome))
}

/// What is wrong, if anything is.
fn word_of(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Whole => None,
        Outcome::Broken => Some("the audit log is NOT whole"),
        Outcome::Unchecked => Some("not all of the audit log can be checked"),
    }
}

fn code_of(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Whole => WHOLE,
        Outcome::Broken => BROKEN,
        Outcome::Unchecked => UNCHECKED,
    }
}

/// Writes entries to standard output, with a last line that is signed: which entries they are,
/// and whether the log was whole.
///
/// An entry that is not as it was written ends the export, which then has no last line.
pub(super) async fn export(
    config: impl FnOnce() -> Result<Config, Failure>,
    asked: &Asked<'_>,
) -> ExitCode {
    let exported = match config() {
        Ok(config) => write_export(&config, asked).await,
        Err(failure) => Err(failure.into()),
    };
    match exported {
        Ok(outcome) => {
            if let Some(word) = word_of(outcome) {
                eprintln!("{word}, and the export's last line says so");
            }
            ExitCode::from(code_of(outcome))
        }
        Err(Stopped::Broken(fault)) => {
            eprintln!("{fault}");
            ExitCode::from(BROKEN)
        }
        Err(Stopped::Failed(failure)) => {
            eprintln!("{failure}");
            ExitCode::from(UNCHECKED)
        }
    }
}

/// Why an export has no last line.
enum Stopped {
    /// An entry is not as it was written.
    Broken(ExportFault),
    /// Anything else.
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Stopped {
    fn from(failure: F) -> Stopped {
        Stopped::Failed(failure.into())
    }
}

impl Stopped {
    fn by(fault: ExportFault) -> Stopped {
        match fault {
            ExportFault::Broken { .. } => Stopped::Broken(fault),
            ExportFault::Out(_) => Stopped::Failed(told(fault)),
        }
    }
}

async fn write_export(config: &Config, asked: &Asked<'_>) -> Result<Outcome, Stopped> {
    let key = AuditKey::load(&config.audit.key).map_err(told)?;
    let (report, ends) = read_database(config, asked).await?;
    let store = Store::open_to_read(&config.database).await?;
    let mut export = Export::to(BufWriter::new(io::stdout().lock()));
    for (node, (first, end)) in ends {
        let mut after = first.saturating_sub(1);
        loop {
            let rows = store.audit_entries(&node, after, end.sequence).await?;
            let Some(last) = rows.last() else { break };
            after = last.sequence;
            for row in &rows {
                export.write(row).map_err(Stopped::by)?;
            }
        }
        export.ends_with(&node, end).map_err(Stopped::by)?;
    }
    export
        .finish(
            &key,
            (asked.range, asked.node),
            Found::of(&report),
            clock::now(),
        )
        .and_then(|mut out| Ok(out.flush()?))
        .map_err(told)?;
    store.close().await;
    Ok(report.outcome())
}

/// What two times of a command line enclose.
pub(super) fn range(from: Option<&str>, to: Option<&str>) -> Result<Range, Failure> {
    Ok(Range {
        from: from.map(|text| time("--from", text)).transpose()?,
        to: to.map(|text| time("--to", text)).transpose()?,
    })
}

/// A time as RFC 3339 writes it, or a day, in UTC.
fn time(name: &str, text: &str) -> Result<i64, Failure> {
    let whole = if text.len() == "2026-01-31".len() {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    OffsetDateTime::parse(&whole, &Rfc3339)
        .map(|time| time.unix_timestamp() * 1000 + i64::from(time.millisecond()))
        .map_err(|_| {
            Failure::Other(format!(
                "{name} {text}: write a time, like 2026-01-31 or 2026-01-31T12:00:00Z"
            ))
        })
}
