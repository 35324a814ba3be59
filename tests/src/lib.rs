//! Tessera from outside: a virtual CNS under the real middleware, a workstation, a portal.
//!
//! Everything here is a test double or a driver of the real programs; nothing of it is
//! built into the product.

pub mod axe;
pub mod bare_machine;
pub mod bench;
pub mod browser;
pub mod card;
pub mod chain;
pub mod credentials_document;
pub mod demo;
pub mod desk;
pub mod desktop;
pub mod firefox;
pub mod fresh_root;
pub mod header_judge;
pub mod isolated_world;
pub mod keyboard;
pub mod lighthouse;
pub mod load;
pub mod middleware;
pub mod network;
pub mod other_machine;
pub mod page_log;
pub mod pdf_standards;
pub mod people;
pub mod pin_window;
pub mod plain_client;
pub mod plain_host;
pub mod portal;
pub mod ports;
pub mod processes;
pub mod product;
pub mod program;
pub mod reader;
pub mod refusal;
pub mod schemathesis;
pub mod screen;
pub mod secrecy;
pub mod sight;
pub mod situation;
pub mod suite;
pub mod visit;
pub mod waiting;
pub mod walk;
pub mod wire;
pub mod workstation;

/// Why a step could not be done, in words for whoever reads the run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a step comes to.
pub type Outcome<T> = Result<T, Failure>;
