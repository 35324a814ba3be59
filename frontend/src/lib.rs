//! The portal's pages: what a person sees in the browser, and the way to their card.
//!
//! Nothing here decides about trust: pages ask the server for a challenge, hand it to
//! the extension, post the token and show the answer (contract §2, §4, §7).

// Natively a page's tree is one type, nested as deep as its elements.
#![recursion_limit = "512"]

pub mod api;
pub mod app;
pub mod asked;
pub mod browser;
pub mod card;
pub mod components;
pub mod erased;
pub mod follow;
pub mod i18n;
pub mod login_turn;
pub mod pages;
pub mod parts;
#[cfg(feature = "ssr")]
pub mod prerendered;
pub mod refusal;
pub mod registration;
pub mod session;
#[cfg(feature = "csr")]
mod start;
pub mod whence;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
