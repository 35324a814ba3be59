//! Lists and what becomes of them, one file a theme.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

mod content;
mod desk;
mod form;
mod messages;
mod signature;
mod succession;
mod tampering;
mod weak;
mod wrapping;
mod xml;
