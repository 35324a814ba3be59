//! Entries in a file that verifies by itself

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{self, BufRead, Write},
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    AuditKey, End, Hash, Note, Outcome, PlacedEntry, Report, Verification,
    hash::{self, Framed},
    verification::FaultKind,
};

const LABEL: &str = "tessera audit export 2";

/// Which entries are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Not those before the first that was written then or later, in Unix milliseconds.
    pub from: Option<i64>,
    /// Not the first that was written then or later, nor any after it, in Unix milliseconds.
    /// By places, since times need not be in their order.
    pub to: Option<i64>,
}

/// What the log was found to be when the export was made of it, held to its signed heads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// What it came to.
    pub log: Outcome,
    /// What was wrong, in words.
    pub faults: Vec<String>,
}

impl Found {
    /// What a verification found.
    pub fn of(report: &Report) -> Found {
        Found {
            log: report.outcome(),
            faults: report.faults.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Writes entries as lines of JSON, and last a signed line that says which they are.
pub struct Export<W> {
    out: W,
    chains: BTreeMap<String, Extent>,
}

/// An export cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The file.
    #[error("the export cannot be written: {0}")]
    Out(#[from] io::Error),
    /// The database.
    #[error("{node}: entry {sequence} is not as it was written; see `server-stub audit verify`")]
    Broken {
        /// Whose chain.
        node: String,
        /// Which entry.
        sequence: i64,
    },
}

/// An entry as a line. The entry itself stands in it as it was hashed, byte for byte.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    node: Cow<'a, str>,
    sequence: i64,
    at: i64,
    previous_hash: Hash,
    hash: Hash,
    #[serde(borrow)]
    entry: &'a RawValue,
}

/// The entries of a chain that are there, with none left out between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extent {
    node: String,
    first: i64,
    previous_hash: Hash,
    last: i64,
    hash: Hash,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LastLine {
    export: Contents,
    signature: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    range: Range,
    /// The one chain that was asked for; none: all.
    node: Option<String>,
    found: Found,
    made_at: i64,
    chains: Vec<Extent>,
}

impl Contents {
    fn statement(&self) -> Framed<Vec<u8>> {
        let begin = hash::statement(LABEL)
            .maybe_time(self.range.from)
            .maybe_time(self.range.to)
            .bytes(self.node.as_deref().unwrap_or_default().as_bytes())
            .bytes(self.found.log.name().as_bytes())
            .number(self.found.faults.len() as u64);
        let faults = self.found.faults.iter();
        let begin = faults
            .fold(begin, |statement, fault| statement.bytes(fault.as_bytes()))
            .time(self.made_at)
            .number(self.chains.len() as u64);
        self.chains.iter().fold(begin, |statement, chain| {
            statement
                .bytes(chain.node.as_bytes())
                .number(chain.first.cast_unsigned())
                .hash(&chain.previous_hash)
                .number(chain.last.cast_unsigned())
                .hash(&chain.hash)
        })
    }
}

impl<W: Write> Export<W> {
    /// Begins an export.
    pub fn to(out: W) -> Export<W> {
        Export {
            out,
            chains: BTreeMap::new(),
        }
    }

    /// Writes a row; those of a chain are to come in its order, with none left out.
    pub fn write(&mut self, row: &PlacedEntry) -> Result<(), ExportFault> {
        let broken = || ExportFault::Broken {
            node: row.node.clone(),
            sequence: row.sequence,
        };
        let hash = |bytes: &[u8]| bytes.try_into().map(Hash).map_err(|_| broken());
        let line = Line {
            node: Cow::Borrowed(&row.node),
            sequence: row.sequence,
            at: row.at,
            previous_hash: hash(&row.previous_hash)?,
            hash: hash(&row.hash)?,
            entry: serde_json::from_str(&row.entry).map_err(|_| broken())?,
        };
        // Only what is sound gets a signature.
        let follows = self.chains.get(&row.node).is_none_or(|extent| {
            extent.last.checked_add(1) == Some(row.sequence) && extent.hash == line.previous_hash
        });
        let is_one_line = line.entry.get() == row.entry && !row.entry.contains('\n');
        if !follows || !is_one_line || row.right_hash() != line.hash {
            return Err(broken());
        }
        serde_json::to_writer(&mut self.out, &line).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        match self.chains.get_mut(&row.node) {
            Some(extent) => {
                extent.last = line.sequence;
                extent.hash = line.hash;
            }
            None => {
                let extent = Extent {
                    node: row.node.clone(),
                    first: line.sequence,
                    previous_hash: line.previous_hash,
                    last: line.sequence,
                    hash: line.hash,
                };
                self.chains.insert(row.node.clone(), extent);
            }
        }
        Ok(())
    }

    /// Refuses a chain that does not end with the entry that was verified a moment ago: then
    /// something before it is another by now.
    pub fn ends_with(&self, node: &str, end: End) -> Result<(), ExportFault> {
        let is_there = |extent: &Extent| extent.last == end.sequence && extent.hash == end.hash;
        if self.chains.get(node).is_some_and(is_there) {
            return Ok(());
        }
        Err(ExportFault::Broken {
            node: node.to_owned(),
            sequence: end.sequence,
        })
    }

    /// Writes the last line.
    pub fn finish(
        mut self,
        key: &AuditKey,
        (range, node): (Range, Option<&str>),
        found: Found,
        made_at: i64,
    ) -> Result<W, ExportFault> {
        let export = Contents {
            range,
            node: node.map(str::to_owned),
            found,
            made_at,
            chains: self.chains.into_values().collect(),
        };
        let signature = key.sign(export.statement());
        let line = LastLine { export, signature };
        serde_json::to_writer(&mut self.out, &line).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Checks an export by the keys that may have signed it, and by heads, where there are any:
/// both are the verification's.
pub fn verify_export(
    mut lines: impl BufRead,
    mut verification: Verification,
) -> io::Result<Report> {
    let mut last_line = None;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = line
            .strip_suffix(b"\n")
            .and_then(|line| std::str::from_utf8(line).ok());
        let is_after_the_end = last_line.is_some();
        if let Some(row) = text.and_then(read_row).filter(|_| !is_after_the_end) {
            verification.take_row(&row);
        } else if let Some(end) = text.and_then(read_last).filter(|_| !is_after_the_end) {
            last_line = Some(end);
        } else {
            verification.add(FaultKind::ExportLine { line: number });
        }
    }
    match last_line {
        None => verification.add(FaultKind::ExportTorn),
        Some(LastLine { export, signature }) => {
            if !verification.keys().signed(export.statement(), &signature) {
                verification.add(FaultKind::ExportForged);
            }
            let walks = verification.walks();
            let fits = export.chains.len() == walks.len()
                && export.chains.iter().all(|extent| {
                    walks.get(&extent.node).is_some_and(|walk| {
                        walk.first() == extent.first
                            && walk.before_first() == extent.previous_hash.0
                            && walk.last() == extent.last
                            && walk.ends_with(&extent.hash.0)
                    })
                });
            if !fits {
                verification.add(FaultKind::ExportExtent);
            }
            match export.found.log {
                Outcome::Whole => {}
                Outcome::Unchecked => verification.note(Note::ExportUnchecked),
                Outcome::Broken => {
                    let faults = export.found.faults.join("; ");
                    verification.add(FaultKind::ExportOfBroken { faults });
                }
            }
            if let Some(node) = export.node {
                verification.note(Note::ExportOfNode { node });
            }
        }
    }
    Ok(verification.finish_export())
}

/// The row in a line that is exactly as it was written.
fn read_row(text: &str) -> Option<PlacedEntry> {
    let line: Line<'_> = serde_json::from_str(text).ok()?;
    if serde_json::to_string(&line).ok()? != text {
        return None;
    }
    Some(PlacedEntry {
        node: line.node.into_owned(),
        sequence: line.sequence,
        at: line.at,
        entry: line.entry.get().to_owned(),
        previous_hash: line.previous_hash.0.to_vec(),
        hash: line.hash.0.to_vec(),
    })
}

fn read_last(text: &str) -> Option<LastLine> {
    let line: LastLine = serde_json::from_str(text).ok()?;
    (serde_json::to_string(&line).ok()? == text).then_some(line)
}

#[cfg(test)]
mod tests;
