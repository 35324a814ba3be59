//! The audit log: who did what, when, from where, and on what evidence it was let be.
//!
//! One chain of entries a node: each entry's hash covers all of it and the hash of the entry
//! before. The ends of the chains ([`Head`]) are signed by a key outside the database and kept in
//! a file outside the database, so that whoever can write the database can change nothing,
//! and cut nothing off, unseen. The store keeps the entries; what makes a log whole is decided here.

mod chain;
mod cut;
mod entry;
mod export;
mod hash;
mod head;
mod heads_file;
mod key;
mod marks;
mod node;
mod opening;
mod removal;
mod signer;
mod trail;
mod verification;

pub use chain::{End, PlacedEntry, Tail};
pub use cut::Cut;
pub use entry::{Attempt, Author, Deed, Entry, Evidence, Place, Revocation, RevocationSource};
pub use export::{Export, ExportFault, Found, Range, verify_export};
pub use hash::{Hash, HashedFile};
pub use head::{Head, SignedHead};
pub use heads_file::{HeadsFile, HeadsFileFault, ReadHeads};
pub use key::{AuditKey, KeyFault, PublicKeys, public_file};
pub use marks::Marks;
pub use node::{Node, NodeFault};
pub use opening::{AuditFault, Opening, Program, report};
pub use removal::{Approach, Known, Removal};
pub use signer::{Extension, Placed, Signer, Written};
pub use trail::{Behind, Trail};
pub use verification::{ChainReport, Fault, FaultKind, Note, Outcome, Report, Verification};
