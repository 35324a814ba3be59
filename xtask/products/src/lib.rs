//! Where Cargo puts what it builds: whoever starts a program that was built here asks this.
//!
//! What `cargo xtask` itself makes (pages, packages, tools) is always in the checkout's `target/`.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The folder that has `release/`, `debug/` and one for each other system, of a checkout whose
/// root this is.
pub fn folder(checkout: &Path) -> PathBuf {
    named(checkout, std::env::var_os("CARGO_TARGET_DIR"))
}

/// Cargo takes a relative path from where it is started, which is the root; an empty one it
/// refuses.
fn named(checkout: &Path, variable: Option<OsString>) -> PathBuf {
    let named = variable.filter(|folder| !folder.is_empty());
    checkout.join(named.unwrap_or_else(|| "target".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_decides_where_it_says_something() {
        let checkout = Path::new("/checkout");
        for (variable, folder) in [
            (None, "/checkout/target"),
            (Some(""), "/checkout/target"),
            (Some("/elsewhere"), "/elsewhere"),
            (Some("other"), "/checkout/other"),
        ] {
            let named = named(checkout, variable.map(OsString::from));
            assert_eq!(named, Path::new(folder), "{variable:?}");
        }
    }
}
