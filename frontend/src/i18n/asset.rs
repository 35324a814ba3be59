//! The words of one language: fetched once, kept as long as the page lives.
//!
//! An asset is lines of text. Those of `Group::Long` are the long texts, then the articles
//! in the form of `articles::lines`.

use std::sync::OnceLock;

use protocol::Language;

use super::{LONG, words};
#[cfg(feature = "every-text")]
use super::{SHORT, articles};

/// What is fetched together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Texts every page may show.
    Short,
    /// The guide and the articles.
    Long,
}

impl Group {
    /// Both.
    pub const ALL: [Group; 2] = [Group::Short, Group::Long];

    /// Its name in the names of assets.
    pub fn name(self) -> &'static str {
        match self {
            Group::Short => "texts",
            Group::Long => "reading",
        }
    }
}

/// The words could not be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded;

type Lines = &'static [&'static str];

static LOADED: [[OnceLock<Lines>; 3]; 2] = [const { [const { OnceLock::new() }; 3] }; 2];

fn shelf(group: Group, language: Language) -> &'static OnceLock<Lines> {
    &LOADED[group as usize][language as usize]
}

/// The lines of a group; none while it is not loaded.
#[cfg(not(feature = "every-text"))]
pub(super) fn lines(group: Group, language: Language) -> Lines {
    shelf(group, language).get().copied().unwrap_or_default()
}

/// The lines of a group, from the program itself.
#[cfg(feature = "every-text")]
pub(super) fn lines(group: Group, language: Language) -> Lines {
    shelf(group, language).get_or_init(|| keep(asset(group, language)))
}

/// The lines of the articles.
pub(super) fn article_lines(language: Language) -> Lines {
    let texts = const { words::count(&LONG) };
    lines(Group::Long, language)
        .get(texts..)
        .unwrap_or_default()
}

/// Whether the words are there.
pub fn is_loaded(group: Group, language: Language) -> bool {
    cfg!(feature = "every-text") || shelf(group, language).get().is_some()
}

/// Sees to it that the words are there.
pub async fn load(group: Group, language: Language) -> Result<(), NotLoaded> {
    if is_loaded(group, language) {
        return Ok(());
    }
    let address = crate::browser::asset_address(group.name(), language.code()).ok_or(NotLoaded)?;
    let answer = gloo_net::http::Request::get(&address).send().await;
    let answer = answer.ok().filter(|answer| answer.ok()).ok_or(NotLoaded)?;
    let text = answer.text().await.map_err(|_| NotLoaded)?;
    shelf(group, language).get_or_init(|| keep(text));
    Ok(())
}

/// Keeps an asset for good: once a group and language, so that the page's words need no
/// copies.
fn keep(asset: String) -> Lines {
    Vec::leak(String::leak(asset).split('\n').collect())
}

/// The asset of a group in one language.
#[cfg(feature = "every-text")]
pub fn asset(group: Group, language: Language) -> String {
    let texts: &[&[super::Words]] = match group {
        Group::Short => &SHORT,
        Group::Long => &LONG,
    };
    let texts = texts.iter().copied().flatten();
    let mut lines: Vec<String> = texts
        .map(|words| words[language as usize].to_owned())
        .collect();
    if group == Group::Long {
        lines.extend(articles::lines(language));
    }
    lines.join("\n")
}

#[cfg(all(test, feature = "every-text"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_text_is_one_line_of_its_asset() {
        for language in Language::ALL {
            let short = lines(Group::Short, language);
            assert_eq!(short.len(), words::count(&SHORT));
            let long = lines(Group::Long, language);
            assert_eq!(
                long.len(),
                words::count(&LONG) + articles::lines(language).len()
            );
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_texts_place_leads_back_to_its_words() {
        for text in [
            crate::i18n::frame::FAQ_TITLE,
            crate::i18n::workstation::CLOCK,
        ] {
            for language in Language::ALL {
                assert_eq!(text.in_language(language), text.words()[language as usize]);
            }
        }
    }
}
