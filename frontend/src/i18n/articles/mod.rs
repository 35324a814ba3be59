//! The pages that are there to be read, as data: shown by one page, searched by another.

mod accessibilita;
mod cittadini;
mod contatti;
mod faq;
mod operatori;
mod privacy;
mod sistema_ts;

pub use accessibilita::ACCESSIBILITA;
pub use cittadini::CITTADINI;
pub use contatti::CONTATTI;
pub use faq::FAQ;
pub use operatori::OPERATORI;
pub use privacy::PRIVACY;
pub use sistema_ts::SISTEMA_TS;

use super::Text;

/// A page of text.
#[derive(Debug)]
pub struct Article {
    /// Where it stands.
    pub address: &'static str,
    /// What it is called.
    pub title: Text,
    /// What it is about.
    pub lead: Text,
    /// Its parts.
    pub sections: &'static [Section],
}

/// A part under its own heading.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub heading: Text,
    /// What stands under it.
    pub blocks: &'static [Block],
}

/// A piece of a part.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Paragraph(Text),
    /// Points of a list.
    List(&'static [Text]),
    /// A link on its own line: words and address.
    Link(Text, &'static str),
}

impl Block {
    /// Its words, for the search.
    pub fn texts(&self) -> &[Text] {
        match self {
            Block::Paragraph(text) | Block::Link(text, _) => std::slice::from_ref(text),
            Block::List(items) => items,
        }
    }
}

/// Every article.
pub const ALL: [&Article; 7] = [
    &SISTEMA_TS,
    &CITTADINI,
    &OPERATORI,
    &FAQ,
    &CONTATTI,
    &ACCESSIBILITA,
    &PRIVACY,
];

/// A text inside an article: Italian, German, English.
macro_rules! say {
    ($it:literal, $de:literal, $en:literal $(,)?) => {
        crate::i18n::Text::new(&[$it, $de, $en])
    };
}
use say;
