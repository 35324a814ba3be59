//! Where a visitor wanted to go when a login was needed first.

use protocol::page_address;

use crate::browser;

const RETURN: &str = "tessera.return";

/// Keeps where the visitor wanted to go, for after the login.
pub fn keep_return(path: &str) {
    browser::keep_in_tab(RETURN, path);
}

/// The page that needed a login, else the services.
pub fn wanted() -> String {
    browser::kept_in_tab(RETURN)
        .filter(|path| needs_session(path))
        .unwrap_or_else(|| "/servizi".to_owned())
}

/// Where to go after a login; kept no longer.
pub fn after_login() -> String {
    let wanted = wanted();
    arrived();
    wanted
}

/// The visitor is where they wanted to be.
pub fn arrived() {
    browser::take_from_tab(RETURN);
}

/// Whether a visitor came here because another page needs a login.
pub fn is_on_the_way() -> bool {
    browser::kept_in_tab(RETURN).is_some_and(|path| needs_session(&path))
}

/// Whether a page stands at this path that needs a session: nothing else is returned to,
/// whatever was written into the tab's storage.
fn needs_session(path: &str) -> bool {
    page_address::exists(path) && (path == "/servizi" || path.starts_with("/servizi/"))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_the_portals_guarded_pages_are_returned_to() {
        for path in ["/servizi", "/servizi/gestione-ts"] {
            assert!(needs_session(path), "{path}");
        }
        for path in [
            "https://evil.example/servizi",
            "//evil.example/servizi/cms",
            "/servizi/../x",
            "/",
            "/api/session",
        ] {
            assert!(!needs_session(path), "{path}");
        }
    }
}
