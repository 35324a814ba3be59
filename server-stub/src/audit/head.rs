//! The signed end of a chain

use serde::{Deserialize, Serialize};

use super::{AuditKey, End, Hash, Node, PublicKeys, hash, hash::Framed};

const LABEL: &str = "tessera audit head 1";

/// Which entry was the last of a chain, and when.
///
/// The entry's hash covers all before it: who has signed a head has signed the whole chain
/// up to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose chain.
    pub node: Node,
    /// The entry's place.
    pub sequence: i64,
    /// The entry's hash.
    pub hash: Hash,
    /// When it was signed, in Unix milliseconds.
    pub at: i64,
}

/// A head with its signature, as it stands in a file: a line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// What is signed.
    #[serde(flatten)]
    pub head: Head,
    /// Ed25519, base64.
    signature: String,
}

impl Head {
    /// The head of a chain that ends there.
    pub fn of(node: &Node, end: End, at: i64) -> Head {
        Head {
            node: node.clone(),
            sequence: end.sequence,
            hash: end.hash,
            at,
        }
    }

    /// Signs it.
    pub fn sign(self, key: &AuditKey) -> SignedHead {
        SignedHead {
            signature: key.sign(self.statement()),
            head: self,
        }
    }

    fn statement(&self) -> Framed<Vec<u8>> {
        hash::statement(LABEL)
            .bytes(self.node.as_str().as_bytes())
            .number(self.sequence.cast_unsigned())
            .hash(&self.hash)
            .time(self.at)
    }
}

impl SignedHead {
    /// Whether one of these keys signed it.
    pub fn is_signed_by(&self, keys: &PublicKeys) -> bool {
        keys.signed(self.head.statement(), &self.signature)
    }

    /// The line, without its end.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a line; one that is not exactly as [`SignedHead::to_line`] writes it is none.
    pub fn parse(line: &str) -> Option<SignedHead> {
        let head: SignedHead = serde_json::from_str(line).ok()?;
        (head.to_line() == line).then_some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::key::tests::new_key;

    #[test]
    fn a_head_is_read_as_it_was_written_and_no_byte_of_it_can_be_another() {
        let key = new_key();
        let end = End {
            sequence: 12,
            hash: Hash([9; 32]),
        };
        let head = Head::of(&Node::parse("node-1").unwrap(), end, 1000).sign(&key);
        let line = head.to_line();
        assert_eq!(SignedHead::parse(&line).as_ref(), Some(&head));
        assert!(head.is_signed_by(&key.public()));
        assert!(!head.is_signed_by(&new_key().public()));
        for place in 0..line.len() {
            for byte in [b'0', b'a', b' ', b'"'] {
                let mut changed = line.clone().into_bytes();
                if changed[place] == byte {
                    continue;
                }
                changed[place] = byte;
                let changed = String::from_utf8(changed).unwrap();
                let taken = SignedHead::parse(&changed)
                    .is_some_and(|head| head.is_signed_by(&key.public()));
                assert!(!taken, "{changed}");
            }
        }
    }
}
