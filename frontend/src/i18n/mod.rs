//! Every text of the pages, in every language of the portal.
//!
//! A text cannot be written without all its languages: leaving one out does not compile.

mod speech;

pub mod access;
pub mod articles;
pub mod card;
pub mod failures;
pub mod frame;
pub mod home;
pub mod operator;
pub mod services;
pub mod session_end;
pub mod workstation;

use protocol::Language;
pub use speech::{Speech, say, speech};

/// A text in Italian, German and English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(&'static [&'static str; 3]);

impl Text {
    /// Makes a text of its Italian, German and English words.
    pub const fn new(words: &'static [&'static str; 3]) -> Text {
        Text(words)
    }

    /// Its words in that language.
    pub fn in_language(self, language: Language) -> &'static str {
        let [it, de, en] = self.0;
        match language {
            Language::It => it,
            Language::De => de,
            Language::En => en,
        }
    }
}

/// Declares texts, each as `NAME: Italian, German, English;`.
macro_rules! texts {
    ($($(#[$note:meta])* $name:ident: $it:literal, $de:literal, $en:literal;)+) => {
        $(
            $(#[$note])*
            #[allow(missing_docs)] // the words say what it is
            pub const $name: crate::i18n::Text = crate::i18n::Text::new(&[$it, $de, $en]);
        )+
    };
}
pub(crate) use texts;
