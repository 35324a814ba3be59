//! `/cerca?q=`: the portal's own pages that contain all the words.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::Language;

use crate::{
    components::{Page, WithLongTexts},
    i18n::{
        Text, access,
        articles::{self, Line},
        card, frame, home, say, speech, workstation,
    },
};

/// A page that is not an article: address, title, and the text to find it by.
const OTHERS: [(&str, Text, &[Text]); 5] = [
    (
        "/",
        frame::HOME,
        &[home::LEAD, home::FSE_TITLE, home::FSE_TEXT],
    ),
    (
        "/area-riservata",
        access::TITLE,
        &[access::LEAD, access::BY_CARD_TEXT],
    ),
    (
        "/area-riservata/smart-card",
        card::TITLE,
        &[
            card::LEAD,
            card::REGISTER,
            card::REGISTER_TEXT,
            card::LOG_IN,
            card::LOG_IN_TEXT,
            card::PIN_NOTE,
        ],
    ),
    (
        "/area-riservata/credenziali",
        access::CREDENTIALS_TITLE,
        &[access::CREDENTIALS_LEAD, access::FORGOTTEN],
    ),
    (
        "/prepara-la-postazione",
        frame::GUIDE_TITLE,
        &[
            frame::GUIDE_LEAD,
            workstation::READER_TEXT,
            workstation::CARD_TEXT,
            workstation::DRIVER_TEXT,
            workstation::PROGRAM_TEXT,
            workstation::EXTENSION_TEXT,
            workstation::CLOCK_TEXT,
            workstation::ASK_TEXT,
            workstation::TECHNICIANS_PROGRAM,
            workstation::TECHNICIANS_EXTENSION,
            workstation::TECHNICIANS_POLICY,
        ],
    ),
];

/// The search page.
#[component]
pub fn CercaPage() -> impl IntoView {
    let query = use_query_map();
    let speech = speech();
    let words = move || query.with(|query| query.get("q")).unwrap_or_default();
    view! {
        <Page title=frame::SEARCH_TITLE>
            {move || {
                let words = words();
                if words.trim().is_empty() {
                    return view! { <p>{say(frame::SEARCH_HINT)}</p> }.into_any();
                }
                let content = move || found(&words, speech.language());
                view! { <WithLongTexts content /> }.into_any()
            }}
        </Page>
    }
}

/// What was found for the words.
fn found(words: &str, language: Language) -> AnyView {
    let found = search(words, language);
    let count = found.len();
    let words = words.to_owned();
    if count == 0 {
        return view! {
            <p role="status">
                <strong>"«" {words} "»"</strong>
                " – "
                {say(frame::SEARCH_NOTHING)}
            </p>
        }
        .into_any();
    }
    view! {
        <p role="status">
            <strong>"«" {words} "»"</strong>
            " – "
            {say(frame::SEARCH_RESULTS)}
            " "
            {count.to_string()}
        </p>
        <ul class="ts-found">
            {found
                .into_iter()
                .map(|page| {
                    view! {
                        <li>
                            <h2 class="h5">
                                <a href=page.address>{page.title}</a>
                            </h2>
                            <p>{page.lead}</p>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

/// A page that was found, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    address: &'static str,
    title: &'static str,
    lead: &'static str,
}

/// The pages whose text in that language contains every word, titles first.
fn search(words: &str, language: Language) -> Vec<Found> {
    let words: Vec<String> = fold(words).split_whitespace().map(str::to_owned).collect();
    let contains_all = |text: &str| {
        let folded = fold(text);
        words.iter().all(|word| folded.contains(word.as_str()))
    };
    let mut by_title = Vec::new();
    let mut by_text = Vec::new();
    for (found, text) in pages(language) {
        if contains_all(found.title) {
            by_title.push(found);
        } else if contains_all(&text) {
            by_text.push(found);
        }
    }
    by_title.extend(by_text);
    by_title
}

/// Every page and all of its text, a line a text.
fn pages(language: Language) -> Vec<(Found, String)> {
    let said = |text: Text| text.in_language(language);
    let mut pages = Vec::new();
    for article in articles::ALL {
        let mut found = Found {
            address: article.address,
            title: said(article.title),
            lead: "",
        };
        let mut text = vec![found.title];
        for line in articles::read(article.address, language) {
            text.push(match line {
                Line::Lead(words) => {
                    found.lead = words;
                    words
                }
                Line::Heading(words)
                | Line::Paragraph(words)
                | Line::Point(words)
                | Line::Link(_, words) => words,
            });
        }
        pages.push((found, text.join("\n")));
    }
    for (address, title, texts) in OTHERS {
        let found = Found {
            address,
            title: said(title),
            lead: said(texts[0]),
        };
        let text: Vec<&str> = std::iter::once(found.title)
            .chain(texts.iter().map(|text| said(*text)))
            .collect();
        pages.push((found, text.join("\n")));
    }
    pages
}

/// Lower case, without the accents of the portal's languages.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ä' => 'a',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ò' | 'ó' | 'ô' | 'ö' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            '’' => '\'',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn addresses(words: &str, language: Language) -> Vec<&'static str> {
        search(words, language)
            .into_iter()
            .map(|page| page.address)
            .collect()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn case_and_accents_do_not_matter() {
        assert_eq!(
            addresses("ACCESSIBILITA", Language::It).first(),
            Some(&"/accessibilita")
        );
        assert_eq!(
            addresses("lesegerät pcscd", Language::De),
            ["/prepara-la-postazione"]
        );
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_word_must_be_there() {
        assert!(addresses("PUK attivazione", Language::It).contains(&"/faq"));
        assert!(addresses("PUK xyzzy", Language::It).is_empty());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_search_speaks_one_language_at_a_time() {
        assert!(addresses("Datenschutzbehörde", Language::It).is_empty());
        assert_eq!(addresses("Datenschutzbehörde", Language::De), ["/privacy"]);
    }
}
