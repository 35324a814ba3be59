//! What a verification found, in words

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// How many faults of a chain are told; the others are only counted.
const TOLD: usize = 20;

/// Something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In which chain; none: in a file.
    pub node: Option<String>,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong. Entries are named by their places in the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// An entry's hash is not that of its content.
    #[error("entry {entry} was changed, or was not written in this place")]
    Changed {
        /// Which.
        entry: i64,
    },
    /// Entries are not there.
    #[error("entries {first} to {last} are missing")]
    Missing {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// An entry does not name the hash of the one before.
    #[error(
        "entry {entry} does not follow from the one before it: one of the two was put in the \
         place of another"
    )]
    Detached {
        /// Which.
        entry: i64,
    },
    /// An entry comes after a later one.
    #[error("entry {entry} stands after entry {after}")]
    OutOfOrder {
        /// Which.
        entry: i64,
        /// After which.
        after: i64,
    },
    /// The chain is sound and not the one that was signed.
    #[error(
        "the chain was written anew: entry {head} is not the one that was signed, so something \
         from entry {first} on is not what it was"
    )]
    Rewritten {
        /// The first that may be another.
        first: i64,
        /// The signed one.
        head: i64,
    },
    /// The chain ends before what was signed.
    #[error(
        "the chain ends with entry {last}, but entry {head} was signed: its end was cut off, or \
         an older backup put back"
    )]
    CutOff {
        /// The last there is.
        last: i64,
        /// The last that was signed.
        head: i64,
    },
    /// There is no entry at all.
    #[error("entry {head} was signed, and the chain has no entry at all")]
    Gone {
        /// The last that was signed.
        head: i64,
    },
    /// The beginning is not there and nobody says why.
    #[error(
        "the chain begins with entry {first}, and no signed record says that those before were \
         removed"
    )]
    Beginning {
        /// The first there is.
        first: i64,
    },
    /// What the database says of the chain's end is not so.
    #[error("the database's own record of the chain's end (audit_chains) does not fit its entries")]
    Record,
    /// The program that writes the chain found it changed.
    #[error(
        "entry {entry} tells that the chain did not end as its node had left it: somebody else \
         wrote to it, another node has the same name, or an older backup was put back"
    )]
    FoundChanged {
        /// Which.
        entry: i64,
    },
    /// The program that writes the chain found entries that nobody had signed.
    #[error(
        "entry {entry} tells that entries {first} to {last} were not signed when their node \
         began, and they were written over longer than a crash leaves unsigned: somebody else \
         may have written them, or the heads' file could not be written"
    )]
    FoundUnsigned {
        /// Which tells it.
        entry: i64,
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// Heads are missing.
    #[error(
        "entries {first} to {last} were never signed, though they were written over more than a \
         minute: heads were removed from their file, or it cannot be written"
    )]
    Unsigned {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// Two signatures for one place.
    #[error(
        "two different entries {sequence} were signed: the chain was written anew, or an older \
         backup put back"
    )]
    TwoHeads {
        /// Where.
        sequence: i64,
    },
    /// A line of a file of heads is none.
    #[error("{file}, line {line}: no head can be read; it was edited")]
    HeadUnreadable {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: usize,
    },
    /// A head is signed by nobody who may.
    #[error(
        "{file}, line {line}: the head is signed by none of the given keys; it was edited, or a \
         key is missing (--key)"
    )]
    HeadForged {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: usize,
    },
    /// An export does not end as it should.
    #[error("the export has no end: its last line, which is signed, is missing")]
    ExportTorn,
    /// A line of an export is none.
    #[error("line {line} is no line of an export; it was edited")]
    ExportLine {
        /// Which line, from 1.
        line: usize,
    },
    /// An export's last line is signed by nobody who may.
    #[error("the export's last line is signed by none of the given keys")]
    ExportForged,
    /// An export does not have what its last line says.
    #[error("the export does not hold the entries that its last line says")]
    ExportExtent,
    /// An export was made of a log that was not whole.
    #[error("the export was made of a log that was not whole: {faults}")]
    ExportOfBroken {
        /// What was wrong with it.
        faults: String,
    },
}

/// Something that is no fault, but to be known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Note {
    /// A file's last line is half there.
    #[error("{file}: the last line is torn, as a crash leaves it; the head in it does not count")]
    TornHeads {
        /// Which file.
        file: String,
    },
    /// The last moments before a crash, or before this moment.
    #[error(
        "{node}: entries {first} to {last} are not signed yet; they will be when the node runs"
    )]
    NotYetSigned {
        /// Whose chain.
        node: String,
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// As after a crash.
    #[error(
        "{node}: entries {first} to {last} were not signed when the node began, as a crash leaves \
         them; see that there was one, since nobody can tell them from entries that were put \
         into the database before the node began"
    )]
    FoundUnsigned {
        /// Whose chain.
        node: String,
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// There is nothing to look at.
    #[error(
        "there is no chain of that name, or none at all, and no signed head says that there was \
         one; name the heads' file with --heads"
    )]
    NoChain,
    /// An export was made of a log that could not all be checked.
    #[error("the export was made of a log of which not all could be checked, for want of heads")]
    ExportUnchecked,
    /// An export has one chain only.
    #[error("the export was asked for the chain of {} alone", node.escape_debug())]
    ExportOfNode {
        /// Which.
        node: String,
    },
    /// A chain is held to no head.
    #[error(
        "{node}: no signed head was given, so that nobody can tell whether the chain was written \
         anew or its end cut off; name the node's file with --heads"
    )]
    NoHeads {
        /// Whose chain.
        node: String,
    },
}

impl Note {
    /// Whether not all could be checked.
    fn leaves_open(&self) -> bool {
        matches!(
            self,
            Note::NoHeads { .. } | Note::NoChain | Note::ExportUnchecked
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            // Whoever writes to the database names nodes as they like.
            Some(node) => write!(formatter, "{}: {}", node.escape_debug(), self.kind),
            None => self.kind.fmt(formatter),
        }
    }
}

/// A chain that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Whose.
    pub node: String,
    /// Its first entry.
    pub first: i64,
    /// Its last entry.
    pub last: i64,
    /// How many were looked at.
    pub entries: u64,
}

/// What all comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing is wrong.
    Whole,
    /// Something is.
    Broken,
    /// Nothing is wrong with what could be checked; not all could.
    Unchecked,
}

impl Outcome {
    /// As an export has it.
    pub(in crate::audit) fn name(self) -> &'static str {
        match self {
            Outcome::Whole => "whole",
            Outcome::Broken => "broken",
            Outcome::Unchecked => "unchecked",
        }
    }
}

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// Every chain.
    pub chains: Vec<ChainReport>,
    /// What is wrong, the first faults of each chain.
    pub faults: Vec<Fault>,
    /// How many more faults there are.
    pub more: u64,
    /// What is to be known besides.
    pub notes: Vec<Note>,
}

impl Report {
    pub(in crate::audit) fn new(
        chains: Vec<ChainReport>,
        faults: Faults,
        notes: Vec<Note>,
    ) -> Report {
        Report {
            chains,
            faults: faults.told,
            more: faults.more,
            notes,
        }
    }

    /// Those faults that say that something is not as it was written.
    pub fn of_content(self) -> Vec<Fault> {
        of_content(self.faults)
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        if !self.faults.is_empty() {
            Outcome::Broken
        } else if self.notes.iter().any(Note::leaves_open) {
            Outcome::Unchecked
        } else {
            Outcome::Whole
        }
    }
}

/// Faults as they are found, no more than a person would read.
#[derive(Debug, Default)]
pub(in crate::audit) struct Faults {
    told: Vec<Fault>,
    of_node: BTreeMap<Option<String>, usize>,
    more: u64,
}

impl Faults {
    /// Those that say that something is not as it was written. What an entry itself tells of
    /// its chain is no such.
    pub(in crate::audit) fn of_content(self) -> Vec<Fault> {
        of_content(self.told)
    }
}

/// Without what an entry itself tells of its chain.
fn of_content(faults: Vec<Fault>) -> Vec<Fault> {
    let is_told = |fault: &Fault| {
        use FaultKind::{FoundChanged, FoundUnsigned};
        matches!(fault.kind, FoundChanged { .. } | FoundUnsigned { .. })
    };
    faults.into_iter().filter(|fault| !is_told(fault)).collect()
}

impl Faults {
    pub(in crate::audit) fn add(&mut self, node: Option<&str>, kind: FaultKind) {
        let node = node.map(str::to_owned);
        let count = self.of_node.entry(node.clone()).or_default();
        *count += 1;
        if *count > TOLD {
            self.more += 1;
        } else {
            self.told.push(Fault { node, kind });
        }
    }
}
