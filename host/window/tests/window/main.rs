//! The real program on a virtual display: what a person does, and what anyone else can see.
#![cfg(target_os = "linux")]
// A test and what helps it fail by panicking.
#![allow(clippy::unwrap_used)]

mod accessibility;
mod colours;
mod keyboard;
mod life;
mod scaling;
mod secrecy;
mod support;
