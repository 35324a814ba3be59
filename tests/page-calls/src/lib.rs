//! The calls that the portal's page makes for a person, as a browser makes them, and how each
//! ended.
//!
//! For loads and for tests of several nodes. What a server is to be told that no page tells it
//! is not said with this.

mod answer;
mod browser;
mod cookies;
mod end;

pub use answer::Answer;
pub use browser::Browser;
pub use end::{End, Silence};
pub use hyper::Method;
