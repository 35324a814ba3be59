//! The language the portal speaks now, and how it is changed.
//!
//! The server chose it, by `?lang=`, the person's cookie and the browser's wish (contract §7),
//! and said so in `<html lang>`.

use leptos::{prelude::*, task::spawn_local};
use protocol::Language;

use super::{Group, NotLoaded, Text, is_loaded, load};
use crate::{browser, follow::follow};

/// The language of every text on the screen, and what has come of its words.
#[derive(Debug, Clone, Copy)]
pub struct Speech {
    language: RwSignal<Language>,
    /// What the person asked for last.
    wanted: StoredValue<Language>,
    reading: RwSignal<Reading>,
    /// The language whose words did not come.
    missing: RwSignal<Option<Language>>,
}

/// How far the long texts have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// No page has asked for them.
    Unasked,
    /// They are on their way.
    Coming,
    /// They are there.
    There,
    /// They did not come.
    Missing,
}

impl Speech {
    /// Begins in the page's language.
    pub fn begin(language: Language) -> Speech {
        let reading = if is_loaded(Group::Long, language) {
            Reading::There
        } else {
            Reading::Unasked
        };
        let speech = Speech {
            language: RwSignal::new(language),
            wanted: StoredValue::new(language),
            reading: RwSignal::new(reading),
            missing: RwSignal::new(None),
        };
        follow(move || {
            // Screen readers choose their voice by it (WCAG 3.1.1).
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("lang", speech.language().code());
            }
        });
        speech
    }

    /// The language now; whoever asks follows its changes.
    pub fn language(self) -> Language {
        self.language.get()
    }

    /// The language now, without following its changes.
    pub fn language_now(self) -> Language {
        self.language.get_untracked()
    }

    /// Speaks another language as soon as its words are there, and the next time too; where
    /// they do not come, everything stays as it is.
    pub fn switch(self, language: Language) {
        browser::remember_language(language.code());
        if self.wanted.get_value() == language && self.missing.get_untracked().is_none() {
            return;
        }
        self.wanted.set_value(language);
        self.missing.set(None);
        if self.language.get_untracked() == language {
            return;
        }
        let reading = self.reading.get_untracked() != Reading::Unasked;
        if is_loaded(Group::Short, language) && (!reading || is_loaded(Group::Long, language)) {
            self.language.set(language);
            return;
        }
        spawn_local(async move {
            let outcome = async {
                load(Group::Short, language).await?;
                if reading {
                    load(Group::Long, language).await?;
                }
                Ok::<(), NotLoaded>(())
            };
            let outcome = outcome.await;
            if self.wanted.get_value() != language {
                return;
            }
            match outcome {
                Ok(()) => {
                    if reading {
                        self.reading.set(Reading::There);
                    }
                    self.language.set(language);
                }
                Err(NotLoaded) => {
                    browser::remember_language(self.language_now().code());
                    self.miss(language);
                }
            }
        });
    }

    /// As if that language's words had not come.
    pub fn miss(self, language: Language) {
        self.missing.set(Some(language));
    }

    /// The language that was asked for and whose words did not come.
    pub fn missing(self) -> Option<Language> {
        self.missing.get()
    }

    /// How far the long texts have come; whoever asks follows it.
    pub fn reading(self) -> Reading {
        self.reading.get()
    }

    /// Fetches the long texts, unless they are there or on their way.
    pub fn fetch_reading(self) {
        let now = self.reading.get_untracked();
        if now == Reading::There || now == Reading::Coming {
            return;
        }
        self.reading.set(Reading::Coming);
        spawn_local(async move {
            let now = match load(Group::Long, self.language_now()).await {
                Ok(()) => Reading::There,
                Err(NotLoaded) => Reading::Missing,
            };
            self.reading.set(now);
        });
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
