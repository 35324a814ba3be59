//! The language the portal speaks now, and how it is chosen (contract §7).

use leptos::prelude::*;
use protocol::Language;

use super::Text;
use crate::browser;

/// Where the person's choice is remembered.
const REMEMBERED: &str = "tessera.language";

/// The language of every text on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Speech(RwSignal<Language>);

impl Speech {
    /// Begins in the language that fits: `?lang=`, the remembered choice, the browser's.
    pub fn begin() -> Speech {
        let asked = browser::language_in_address();
        let language = choose(
            asked.as_deref(),
            browser::remembered(REMEMBERED).as_deref(),
            &browser::browser_languages(),
        );
        let speech = Speech(RwSignal::new(language));
        if asked.as_deref().and_then(Language::from_tag).is_some() {
            browser::remember(REMEMBERED, language.code());
        }
        Effect::new(move |_| {
            // Screen readers choose their voice by it (WCAG 3.1.1).
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("lang", speech.language().code());
            }
        });
        speech
    }

    /// The language now; whoever asks follows its changes.
    pub fn language(self) -> Language {
        self.0.get()
    }

    /// The language now, without following its changes.
    pub fn language_now(self) -> Language {
        self.0.get_untracked()
    }

    /// Speaks another language from now on, and the next time.
    pub fn switch(self, language: Language) {
        browser::remember(REMEMBERED, language.code());
        if self.0.get_untracked() != language {
            self.0.set(language);
        }
    }
}

/// The language this part of the page speaks.
pub fn speech() -> Speech {
    expect_context()
}

/// A text that follows the portal's language.
pub fn say(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let speech = speech();
    move || text.in_language(speech.language())
}

/// The first of the three sources that names a language of ours; Italian otherwise.
fn choose(asked: Option<&str>, remembered: Option<&str>, browser: &[String]) -> Language {
    asked
        .and_then(Language::from_tag)
        .or_else(|| remembered.and_then(Language::from_tag))
        .or_else(|| browser.iter().find_map(|tag| Language::from_tag(tag)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_address_wins_over_the_choice_and_the_choice_over_the_browser() {
        let browser = ["fr".to_owned(), "en-GB".to_owned()];
        assert_eq!(choose(Some("de"), Some("it"), &browser), Language::De);
        assert_eq!(choose(Some("xx"), Some("it"), &browser), Language::It);
        assert_eq!(choose(None, None, &browser), Language::En);
        assert_eq!(choose(None, Some("?"), &["fr".to_owned()]), Language::It);
    }
}
