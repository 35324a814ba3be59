//! Every text of the pages, in every language of the portal.
//!
//! A text cannot be written without all its languages: leaving one out does not compile.
//! Nor can it be written where its words would not be found again: see `SHORT` and `LONG`.

mod asset;
mod speech;
mod words;

pub mod access;
pub mod articles;
pub mod card;
pub mod failures;
pub mod frame;
pub mod home;
pub mod operator;
#[cfg(feature = "ssr")]
pub mod prerendered;
pub mod services;
pub mod session_end;
pub mod workstation;

#[cfg(feature = "every-text")]
pub use asset::asset;
pub use asset::{Group, NotLoaded, is_loaded, load};
use protocol::Language;
pub use speech::{Reading, Speech, say, speech};

/// Italian, German and English words of one text.
pub type Words = [&'static str; 3];

/// Texts of the frame and of the pages one works with: on hand from the start.
const SHORT: [&[Words]; 9] = [
    frame::EVERY,
    home::EVERY,
    access::EVERY,
    card::EVERY,
    failures::EVERY,
    failures::EXPLAINED,
    operator::EVERY,
    services::EVERY,
    session_end::EVERY,
];
/// Texts of what is there to be read: fetched when a page shows or searches them.
const LONG: [&[Words]; 1] = [workstation::EVERY];

/// A text in Italian, German and English.
///
/// It is the place of its words, not the words: those are fetched, in one language, as
/// an asset of their own (`asset`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(u16);

/// Added to the places of long texts.
const LONG_ONES: u16 = 1 << 15;

impl Text {
    /// The text of these Italian, German and English words. Where this does not compile, its
    /// module is missing in `SHORT` or `LONG`.
    pub const fn new(words: &Words) -> Text {
        match words::place(&SHORT, words) {
            Some(place) => Text(place),
            None => match words::place(&LONG, words) {
                Some(place) => Text(LONG_ONES | place),
                None => panic!("name the module of this text in i18n::SHORT or i18n::LONG"),
            },
        }
    }

    /// Its words in every language, for what is made while compiling.
    pub const fn words(self) -> Words {
        if self.0 & LONG_ONES == 0 {
            words::at(&SHORT, self.0)
        } else {
            words::at(&LONG, self.0 & !LONG_ONES)
        }
    }

    /// Its words in that language; none while they are not loaded.
    pub fn in_language(self, language: Language) -> &'static str {
        let (group, place) = if self.0 & LONG_ONES == 0 {
            (Group::Short, self.0)
        } else {
            (Group::Long, self.0 & !LONG_ONES)
        };
        let lines = asset::lines(group, language);
        lines.get(usize::from(place)).copied().unwrap_or_default()
    }
}

/// Declares texts, each as `NAME: Italian, German, English;`, once in a module.
macro_rules! texts {
    ($($(#[$note:meta])* $name:ident: $it:literal, $de:literal, $en:literal;)+) => {
        $(
            $(#[$note])*
            #[allow(missing_docs)] // the words say what it is
            pub const $name: crate::i18n::Text = crate::i18n::Text::new(&[$it, $de, $en]);
        )+

        /// The words of them all.
        pub(super) const EVERY: &[crate::i18n::Words] = &[$([$it, $de, $en]),+];
    };
}
pub(crate) use texts;
