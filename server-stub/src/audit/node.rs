//! The name of a node, which is its chain's

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest name of a chain, in characters: a node's and what its commands' has before it.
const LONGEST: usize = 100;
const OF_COMMANDS: &str = "command@";

/// A node's name: letters, digits and `. _ - @` of ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Node(String);

/// Why a text is no node's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a node's name has 1 to 92 letters, digits, or characters of . _ - @")]
pub struct NodeFault;

impl Node {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Node, NodeFault> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(fits) {
            return Err(NodeFault);
        }
        Ok(Node(text.to_owned()))
    }

    /// The chain of the commands that are given on this node: they run beside the server,
    /// and neither waits for the other.
    pub fn of_commands(&self) -> Result<Node, NodeFault> {
        Node::parse(&format!("{OF_COMMANDS}{self}"))
    }

    /// Whether it is a name of such a chain.
    pub fn is_of_commands(&self) -> bool {
        self.0.starts_with(OF_COMMANDS)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Node {
    type Error = NodeFault;

    fn try_from(text: String) -> Result<Node, NodeFault> {
        Node::parse(&text)
    }
}

impl From<Node> for String {
    fn from(node: Node) -> String {
        node.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_plain_word() {
        for good in ["a", "node-1", "portal.asl_1.example", "command@node-1"] {
            assert!(Node::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "node 1", "nodo\n1", "nòdo", &"n".repeat(101)] {
            assert!(Node::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn commands_have_a_chain_of_their_own() {
        let node = Node::parse("node-1").unwrap();
        let commands = node.of_commands().unwrap();
        assert_eq!(commands.as_str(), "command@node-1");
        assert!(commands.is_of_commands() && !node.is_of_commands());
        let long = Node::parse(&"n".repeat(100)).unwrap();
        assert!(long.of_commands().is_err());
    }
}
