//! The API's calls, one file a resource (contract §4).

pub mod challenges;
pub mod credentials_document;
pub mod health;
pub mod password;
pub mod registrations;
pub mod session;
