//! The API's calls, one file a resource (contract §4).

pub mod assistance;
pub mod challenges;
pub mod credentials_document;
pub mod health;
pub mod messages;
pub mod operators;
pub mod password;
pub mod profile;
pub mod registrations;
pub mod services;
pub mod session;
