//! `audit verify`, `audit export`

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Failure, open};
use crate::{
    audit::{
        AuditKey, Export, HeadsFile, Note, Outcome, PublicKeys, Range, Report, Verification,
        public_file, verify_export,
    },
    clock,
    config::Config,
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
}

/// Checks the log, and says what it found.
pub(super) async fn verify(
    config: impl FnOnce() -> Result<Config, Failure>,
    asked: &Asked<'_>,
) -> ExitCode {
    let report = match asked.export {
        // Whoever has an export and the key needs no installation.
        Some(file) if !asked.keys.is_empty() => read_export(file, asked.keys),
        export => match config() {
            Ok(config) => {
                let mut keys = vec![public_file(&config.audit.key)];
                keys.extend_from_slice(asked.keys);
                match export {
                    Some(file) => read_export(file, &keys),
                    None => read_database(&config, asked, &keys).await,
                }
            }
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

fn read_keys(files: &[PathBuf]) -> Result<PublicKeys, Failure> {
    let mut keys = PublicKeys::default();
    for file in files {
        let read = PublicKeys::read(file);
        keys.add(read.map_err(|fault| Failure::Other(fault.to_string()))?);
    }
    Ok(keys)
}

fn read_export(file: &Path, keys: &[PathBuf]) -> Result<Report, Failure> {
    let keys = read_keys(keys)?;
    File::open(file)
        .and_then(|export| verify_export(BufReader::new(export), &keys))
        .map_err(|fault| Failure::Other(format!("{}: {fault}", file.display())))
}

async fn read_database(
    config: &Config,
    asked: &Asked<'_>,
    keys: &[PathBuf],
) -> Result<Report, Failure> {
    let look = async || -> Result<Report, Failure> {
        let mut verification = Verification::new(read_keys(keys)?);
        let only = asked.node.map(node).transpose()?;
        let configured = std::iter::once(&config.audit.heads);
        for file in configured.chain(asked.heads) {
            let heads = HeadsFile::at(file).read();
            let heads = heads.map_err(|fault| Failure::Other(fault.to_string()))?;
            let name = file.display().to_string();
            verification.take_heads(&name, &heads, only.as_ref());
        }
        let store = open(config).await?;
        let nodes = match asked.node {
            Some(node) => vec![node.to_owned()],
            None => store.audited_nodes().await?,
        };
        for node in nodes {
            let record = store.audit_record(&node).await?;
            let through = record.as_ref().map_or(i64::MAX, |(sequence, _)| *sequence);
            if let Some((sequence, hash)) = record {
                verification.take_record(&node, sequence, &hash);
            }
            let mut after = i64::MIN;
            loop {
                let rows = store.audit_entries(&node, after, through).await?;
                let Some(last) = rows.last() else { break };
                after = last.sequence;
                rows.iter().for_each(|row| verification.take_row(row));
            }
        }
        store.close().await;
        Ok(verification.finish())
    };
    let report = look().await?;
    // Entries may have been removed, being old enough, in the very moment.
    match report.outcome() {
        Outcome::Broken => look().await,
        Outcome::Whole | Outcome::Unchecked => Ok(report),
    }
}

fn node(name: &str) -> Result<crate::audit::Node, Failure> {
    crate::audit::Node::parse(name).map_err(|fault| Failure::Other(format!("--node: {fault}")))
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
    let unchecked = |note: &&Note| matches!(note, Note::NoHeads { .. });
    let (verdict, code) = match report.outcome() {
        Outcome::Whole => ("the audit log is whole", WHOLE),
        Outcome::Broken => ("the audit log is NOT whole", BROKEN),
        Outcome::Unchecked => ("not all of the audit log can be checked", UNCHECKED),
    };
    debug_assert!(code != UNCHECKED || report.notes.iter().any(|note| unchecked(&note)));
    println!("{verdict}");
    ExitCode::from(code)
}

/// Writes entries to standard output, with a last line that is signed.
pub(super) async fn export(
    config: &Config,
    from: Option<&str>,
    to: Option<&str>,
    only: Option<&str>,
) -> Result<(), Failure> {
    let range = Range {
        from: from.map(|text| time("--from", text)).transpose()?,
        to: to.map(|text| time("--to", text)).transpose()?,
    };
    let told = |fault: &dyn std::fmt::Display| Failure::Other(fault.to_string());
    let key = AuditKey::load_or_make(&config.audit.key).map_err(|fault| told(&fault))?;
    let store = open(config).await?;
    let nodes = match only {
        Some(name) => vec![node(name)?.as_str().to_owned()],
        None => store.audited_nodes().await?,
    };
    let mut export = Export::to(BufWriter::new(io::stdout().lock()));
    for node in nodes {
        let begin = range.from.unwrap_or(i64::MIN);
        let Some(first) = store.audit_entry_since(&node, begin).await? else {
            continue;
        };
        let end = match range.to {
            Some(to) => store.audit_entry_since(&node, to).await?,
            None => None,
        };
        let through = end.map_or(i64::MAX, |end| end.saturating_sub(1));
        let mut after = first.saturating_sub(1);
        loop {
            let rows = store.audit_entries(&node, after, through).await?;
            let Some(last) = rows.last() else { break };
            after = last.sequence;
            for row in &rows {
                export.write(row).map_err(|fault| told(&fault))?;
            }
        }
    }
    export
        .finish(&key, range, clock::now())
        .and_then(|mut out| Ok(out.flush()?))
        .map_err(|fault| told(&fault))?;
    store.close().await;
    Ok(())
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
