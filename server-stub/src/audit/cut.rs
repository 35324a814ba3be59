//! The record that entries were removed, being old enough

use serde::{Deserialize, Serialize};

use super::{AuditKey, Hash, Node, PublicKeys, hash, hash::Framed};

const LABEL: &str = "tessera audit cut 1";
/// How an entry that holds a cut begins.
const BEGIN: &str = r#"{"act":"entries-removed","#;

/// Where a chain begins now, and who says so.
///
/// It stands in the chain like any deed, and is signed besides: who can write the database
/// could otherwise remove a beginning and append a record of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Whose chain.
    pub node: Node,
    /// The last entry that was removed.
    pub through: i64,
    /// That entry's hash.
    pub hash: Hash,
    /// When that entry was written, in Unix milliseconds.
    pub until: i64,
    /// When the cut was made, in Unix milliseconds.
    pub made_at: i64,
    /// Ed25519, base64.
    signature: String,
}

impl Cut {
    /// Signs that a chain's entries through this one are to go.
    pub fn sign(
        key: &AuditKey,
        node: &Node,
        through: i64,
        hash: Hash,
        until: i64,
        made_at: i64,
    ) -> Cut {
        let mut cut = Cut {
            node: node.clone(),
            through,
            hash,
            until,
            made_at,
            signature: String::new(),
        };
        cut.signature = key.sign(cut.statement());
        cut
    }

    /// The cut in an entry that records one.
    pub(super) fn read(entry: &str) -> Option<Cut> {
        if !entry.starts_with(BEGIN) {
            return None;
        }
        serde_json::from_str(entry).ok()
    }

    /// Whether it accounts for a chain that begins after `through`.
    pub(super) fn accounts_for(
        &self,
        node: &str,
        through: i64,
        hash: &[u8],
        keys: &PublicKeys,
    ) -> bool {
        self.node.as_str() == node
            && self.through == through
            && self.hash.0 == hash
            && keys.signed(self.statement(), &self.signature)
    }

    fn statement(&self) -> Framed<Vec<u8>> {
        hash::statement(LABEL)
            .bytes(self.node.as_str().as_bytes())
            .number(self.through.cast_unsigned())
            .hash(&self.hash)
            .time(self.until)
            .time(self.made_at)
    }

    #[cfg(test)]
    pub(super) fn unsigned_for_tests() -> Cut {
        Cut {
            node: Node::parse("node-1").unwrap(),
            through: 2,
            hash: Hash([5; 32]),
            until: 3,
            made_at: 4,
            signature: "none".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Deed, Entry};

    #[test]
    fn an_entry_gives_back_the_cut_it_records() {
        let cut = Cut::unsigned_for_tests();
        let entry = Entry::of_server(Deed::EntriesRemoved(&cut));
        assert_eq!(Cut::read(&entry.to_json()), Some(cut));
        assert_eq!(Cut::read(r#"{"act":"logged-in","by":"card"}"#), None);
    }
}
