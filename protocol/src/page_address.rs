//! The portal's addresses (contract §7): the router's and the server's one list.

use crate::service::ServiceId;

/// Pages that stand at a fixed address.
pub const FIXED: [&str; 15] = [
    "/",
    "/sistema-ts",
    "/cittadini",
    "/operatori",
    "/faq",
    "/contatti",
    "/cerca",
    "/area-riservata",
    "/area-riservata/smart-card",
    "/area-riservata/credenziali",
    "/area-riservata/registrazione",
    "/servizi",
    "/prepara-la-postazione",
    "/accessibilita",
    "/privacy",
];

/// The cookie that remembers the person's language: set by the page, read by the server.
pub const LANGUAGE_COOKIE: &str = "tessera-language";

/// Whether a page stands at this path, `/servizi/<service id>` included.
pub fn exists(path: &str) -> bool {
    FIXED.contains(&path)
        || path
            .strip_prefix("/servizi/")
            .is_some_and(|id| ServiceId::from_id(id).is_some())
}

/// Whether the page is for everyone, search engines included: no step of a login or of the
/// search, nothing that needs a session.
pub fn is_public(path: &str) -> bool {
    FIXED.contains(&path)
        && !["/servizi", "/cerca", "/area-riservata/registrazione"].contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_portals_own_pages_exist() {
        for path in ["/", "/area-riservata/smart-card", "/servizi/gestione-ts"] {
            assert!(exists(path), "{path}");
        }
        for path in ["", "/servizi/", "/servizi/x", "/Cittadini", "/faq/"] {
            assert!(!exists(path), "{path}");
        }
    }
}
