//! Tokens and what becomes of them, one file a theme.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

mod algorithm;
mod cns_profile;
mod large_list;
mod mutation;
mod ocsp;
mod ocsp_signer;
mod online;
mod order;
mod other_cards;
mod other_encoders;
mod path;
mod portal;
mod purpose;
mod revocation;
mod revocation_list;
mod revocation_scope;
mod signature;
mod snapshot;
mod structure;
mod tampering;
mod trust_material;
mod validity;
mod weak_key;
