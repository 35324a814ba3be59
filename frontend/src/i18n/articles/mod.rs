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

use protocol::Language;

use super::{Text, Words, asset};

/// A page of text, as it is written.
#[derive(Debug)]
pub struct Article {
    /// Where it stands.
    pub address: &'static str,
    /// What it is called.
    pub title: Text,
    /// What it is about.
    pub lead: Words,
    /// Its parts.
    pub sections: &'static [Section],
}

/// A part under its own heading.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub heading: Words,
    /// What stands under it.
    pub blocks: &'static [Block],
}

/// A piece of a part.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Paragraph(Words),
    /// Points of a list.
    List(&'static [Words]),
    /// A link on its own line: words and address.
    Link(Words, &'static str),
}

/// Where an article stands and what it is called: as much as the program carries of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    /// Where it stands.
    pub address: &'static str,
    /// What it is called.
    pub title: Text,
}

impl Article {
    /// Its address and title.
    pub const fn heading(&self) -> Heading {
        Heading {
            address: self.address,
            title: self.title,
        }
    }
}

/// Every article.
pub const ALL: [Heading; 7] = [
    SISTEMA_TS.heading(),
    CITTADINI.heading(),
    OPERATORI.heading(),
    FAQ.heading(),
    CONTATTI.heading(),
    ACCESSIBILITA.heading(),
    PRIVACY.heading(),
];

/// Whether the page at this address is made of the long texts.
pub fn needs_reading(address: &str) -> bool {
    address == "/prepara-la-postazione" || ALL.iter().any(|article| article.address == address)
}

/// A line of an article, as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// What the article is about.
    Lead(&'static str),
    /// The heading of a part.
    Heading(&'static str),
    /// A paragraph.
    Paragraph(&'static str),
    /// A point of a list.
    Point(&'static str),
    /// A link on its own line: address and words.
    Link(&'static str, &'static str),
}

/// The lines of the article at that address; none while they are not loaded.
pub fn read(address: &str, language: Language) -> impl Iterator<Item = Line> {
    asset::article_lines(language)
        .iter()
        .skip_while(move |line| line.strip_prefix('@') != Some(address))
        .skip(1)
        .map_while(|line| {
            Some(match line.split_at_checked(1)? {
                ("=", words) => Line::Lead(words),
                ("#", words) => Line::Heading(words),
                (".", words) => Line::Paragraph(words),
                ("-", words) => Line::Point(words),
                (">", link) => {
                    let (address, words) = link.split_once(' ')?;
                    Line::Link(address, words)
                }
                _ => return None,
            })
        })
}

/// Every article as lines that `read` understands: what a line is, and its words.
#[cfg(feature = "every-text")]
pub(super) fn lines(language: Language) -> Vec<String> {
    const WRITTEN: [Article; 7] = [
        SISTEMA_TS,
        CITTADINI,
        OPERATORI,
        FAQ,
        CONTATTI,
        ACCESSIBILITA,
        PRIVACY,
    ];
    let said = |words: Words| words[language as usize];
    let mut lines = Vec::new();
    for article in WRITTEN {
        lines.push(format!("@{}", article.address));
        lines.push(format!("={}", said(article.lead)));
        for section in article.sections {
            lines.push(format!("#{}", said(section.heading)));
            for block in section.blocks {
                match block {
                    Block::Paragraph(words) => lines.push(format!(".{}", said(*words))),
                    Block::List(points) => {
                        lines.extend(points.iter().map(|words| format!("-{}", said(*words))));
                    }
                    Block::Link(words, address) => {
                        lines.push(format!(">{address} {}", said(*words)));
                    }
                }
            }
        }
    }
    lines
}

/// A text inside an article: Italian, German, English.
macro_rules! say {
    ($it:literal, $de:literal, $en:literal $(,)?) => {
        [$it, $de, $en]
    };
}
use say;

#[cfg(all(test, feature = "every-text"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_was_written_is_read_back_to_the_end_of_the_article() {
        for language in Language::ALL {
            let read: Vec<Line> = read(CONTATTI.address, language).collect();
            assert_eq!(read[0], Line::Lead(CONTATTI.lead[language as usize]));
            let headings = read.iter().filter(|line| matches!(line, Line::Heading(_)));
            assert_eq!(headings.count(), CONTATTI.sections.len());
            assert!(read.contains(&Line::Link(
                "/prepara-la-postazione",
                crate::i18n::frame::PREPARE.in_language(language)
            )));
        }
    }
}
