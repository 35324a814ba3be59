//! The languages the portal speaks.

use serde::{Deserialize, Serialize};

/// A language of the portal; Italian wherever nothing better is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Italiano
    #[default]
    It,
    /// Deutsch
    De,
    /// English
    En,
}

impl Language {
    /// Every language, in the order they are offered.
    pub const ALL: [Language; 3] = [Language::It, Language::De, Language::En];

    /// The two-letter code (ISO 639-1).
    pub fn code(self) -> &'static str {
        match self {
            Language::It => "it",
            Language::De => "de",
            Language::En => "en",
        }
    }

    /// Reads `it`, `de-IT`, `en-GB` …; `None` for a language the portal lacks.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Language::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// Picks from an `Accept-Language` header by its weights (RFC 9110 §12.5.4).
    ///
    /// Italian when the header is absent, empty, unreadable or names none of ours.
    pub fn from_accept_language(header: Option<&str>) -> Language {
        let mut best: Option<(u16, Language)> = None;
        for range in header.unwrap_or_default().split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Language::from_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|parameter| parameter.trim().strip_prefix("q="))
                .map_or(Some(1000), thousandths)
                .unwrap_or(0);
            if weight > 0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, language));
            }
        }
        best.map_or(Language::default(), |(_, language)| language)
    }
}

fn thousandths(weight: &str) -> Option<u16> {
    let value: f32 = weight.trim().parse().ok()?;
    (0.0..=1.0)
        .contains(&value)
        .then_some((value * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_we_speak_is_chosen() {
        let header = "fr, en;q=0.5, de-IT;q=0.8, it;q=0.1";
        assert_eq!(Language::from_accept_language(Some(header)), Language::De);
    }

    #[test]
    fn the_first_of_equals_is_chosen() {
        assert_eq!(
            Language::from_accept_language(Some("en-GB,de")),
            Language::En
        );
    }

    #[test]
    fn italian_answers_where_nothing_fits() {
        for header in [None, Some(""), Some("fr"), Some("de;q=0"), Some(";;,q=")] {
            assert_eq!(Language::from_accept_language(header), Language::It);
        }
    }
}
