//! The pages as HTML, made while building from the same components (one a page and language).

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use protocol::{Language, page_address, service::ServiceId};

use crate::{
    app::App,
    i18n::{Words, prerendered as words},
};

/// Where no page is: rendered as what stands at every such address.
pub const NOWHERE: &str = "/404";

/// What the window is called, told by the page while it is rendered.
#[derive(Debug, Clone, Default)]
pub struct WindowTitle(Arc<Mutex<String>>);

impl WindowTitle {
    /// The page says its title.
    pub fn set(&self, title: String) {
        if let Ok(mut place) = self.0.lock() {
            *place = title;
        }
    }

    fn take(&self) -> String {
        self.0
            .lock()
            .map(|mut place| std::mem::take(&mut *place))
            .unwrap_or_default()
    }
}

/// A page in one language.
#[derive(Debug)]
pub struct Rendered {
    /// The window's title.
    pub title: String,
    /// What the page is about, for search engines.
    pub description: &'static str,
    /// Whether search engines are to list it.
    pub listed: bool,
    /// What stands in the portal's place.
    pub body: String,
}

/// Every address there is HTML for.
pub fn addresses() -> Vec<String> {
    let mut addresses: Vec<String> = page_address::FIXED.map(str::to_owned).into();
    let services = ServiceId::ALL.iter();
    addresses.extend(services.map(|service| format!("/servizi/{}", service.id())));
    addresses.push(NOWHERE.to_owned());
    addresses
}

/// Renders the page at an address.
pub fn render(address: &str, language: Language) -> Rendered {
    let title = WindowTitle::default();
    let owner = Owner::new();
    let body = owner.with(|| {
        provide_context(RequestUrl::new(address));
        provide_context(language);
        provide_context(title.clone());
        view! { <App /> }.to_html()
    });
    owner.cleanup();
    Rendered {
        title: title.take(),
        description: words::description(address)[language as usize],
        listed: page_address::is_public(address),
        body,
    }
}

/// What a reader without JavaScript is told on the page being rendered.
pub fn without_script(path: &str) -> Option<&'static Words> {
    words::without_script(path)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_page_has_its_own_title_one_heading_and_a_description_in_every_language() {
        for language in Language::ALL {
            let mut titles = HashSet::new();
            for address in addresses() {
                let page = render(&address, language);
                assert!(
                    page.title.ends_with("Sistema Tessera Sanitaria"),
                    "{address}"
                );
                assert!(
                    titles.insert(page.title.clone()),
                    "{address}: {}",
                    page.title
                );
                assert_eq!(page.body.matches("<h1").count(), 1, "{address}");
                let length = page.description.chars().count();
                assert!((50..=160).contains(&length), "{address}: {length}");
            }
        }
    }

    #[test]
    fn a_page_is_readable_as_it_stands_in_its_language() {
        let page = render("/contatti", Language::De);
        assert_eq!(page.title, "Kontakt und Hilfe – Sistema Tessera Sanitaria");
        assert!(
            page.body.contains("Das Zertifikat oder die Karte"),
            "{}",
            page.body
        );
        assert!(page.body.contains("href=\"/prepara-la-postazione\""));
        assert!(
            !page.body.contains("Wird geladen"),
            "nothing is still to come"
        );
    }

    #[test]
    fn what_needs_the_program_says_so_without_it() {
        for address in [
            "/servizi",
            "/servizi/messaggi",
            "/area-riservata/smart-card",
            "/cerca",
        ] {
            let body = render(address, Language::It).body;
            assert!(body.contains("<noscript>"), "{address}");
            assert!(body.contains("JavaScript"), "{address}");
        }
        assert!(!render("/faq", Language::It).body.contains("<noscript>"));
    }

    #[test]
    fn nothing_of_a_session_is_in_the_html() {
        for address in addresses() {
            assert!(
                !render(&address, Language::It).body.contains("ts-leave"),
                "{address}"
            );
        }
    }
}
