//! Tessera from outside: a virtual CNS under the real middleware, a workstation, a portal.
//!
//! Everything here is a test double or a driver of the real programs; nothing of it is
//! built into the product.

pub mod card;
pub mod reader;
