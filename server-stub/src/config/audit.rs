//! The audit log, as it is configured.

use std::path::{Path, PathBuf};

use super::{ConfigFault, keys::Keys};
use crate::audit::{Node, public_file};

/// How long entries must be kept at least, in months (Garante per la protezione dei dati
/// personali, 27/11/2008, §4.5).
const LEAST_MONTHS: u32 = 6;

/// Where the audit log's key and heads are, and how long entries are kept.
#[derive(Debug, Clone)]
pub struct AuditConfig {
    /// This node's name.
    pub node: Node,
    /// The name of the chain of its commands.
    pub commands: Node,
    /// The key that signs heads.
    pub key: PathBuf,
    /// The file of signed heads.
    pub heads: PathBuf,
    /// How long entries are kept.
    pub months: u32,
}

pub(super) fn read(keys: &mut Keys, folder: &Path) -> Result<AuditConfig, ConfigFault> {
    const NODE: &str = "audit.node";
    let (name, from) = match keys.text(NODE) {
        Some(found) => (found.value, "write"),
        None => (
            gethostname::gethostname().to_string_lossy().into_owned(),
            "this machine's name will not do; write",
        ),
    };
    let unfit = |fault: &dyn std::fmt::Display| {
        let mend = format!("{from} a name of this node, like \"node-1\": {fault}");
        ConfigFault::new(NODE, format_args!("{name:?}"), mend)
    };
    let node = Node::parse(&name).map_err(|fault| unfit(&fault))?;
    if node.is_of_commands() {
        return Err(unfit(&"it may not begin with command@"));
    }
    let commands = node.of_commands().map_err(|fault| unfit(&fault))?;
    let file = |found: Option<super::Value<String>>, usual: &str| {
        folder.join(found.map_or_else(|| usual.to_owned(), |found| found.value))
    };
    let key = file(keys.text("audit.key"), "audit.key");
    if public_file(&key) == key {
        let mend = "name it otherwise: its public half gets a name that ends in .pub";
        return Err(ConfigFault::new("audit.key", format_args!("{key:?}"), mend));
    }
    Ok(AuditConfig {
        node,
        commands,
        key,
        heads: file(keys.text("audit.heads"), "audit-heads.jsonl"),
        months: keys.number("audit.months", 24, LEAST_MONTHS..=240)?,
    })
}
