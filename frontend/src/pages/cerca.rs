//! `/cerca?q=`: the portal's own pages that contain all the words.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::Language;

use crate::{
    components::Page,
    i18n::{Text, access, articles, card, frame, home, say, speech, workstation},
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
        workstation::TITLE,
        &[
            workstation::LEAD,
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
                let found = search(&words, speech.language());
                let count = found.len();
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
                        {count}
                    </p>
                    <ul class="ts-found">
                        {found
                            .into_iter()
                            .map(|page| {
                                view! {
                                    <li>
                                        <h2 class="h5">
                                            <a href=page.address>{say(page.title)}</a>
                                        </h2>
                                        <p>{say(page.lead)}</p>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
        </Page>
    }
}

/// A page that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    address: &'static str,
    title: Text,
    lead: Text,
}

/// The pages whose text in that language contains every word, titles first.
fn search(words: &str, language: Language) -> Vec<Found> {
    let words: Vec<String> = fold(words).split_whitespace().map(str::to_owned).collect();
    let contains_all = |texts: &[Text]| {
        let folded: Vec<String> = texts
            .iter()
            .map(|text| fold(text.in_language(language)))
            .collect();
        words
            .iter()
            .all(|word| folded.iter().any(|text| text.contains(word.as_str())))
    };
    let mut by_title = Vec::new();
    let mut by_text = Vec::new();
    for (found, texts) in pages() {
        if contains_all(&[found.title]) {
            by_title.push(found);
        } else if contains_all(&texts) {
            by_text.push(found);
        }
    }
    by_title.extend(by_text);
    by_title
}

/// Every page and all of its text.
fn pages() -> impl Iterator<Item = (Found, Vec<Text>)> {
    let articles = articles::ALL.into_iter().map(|article| {
        let found = Found {
            address: article.address,
            title: article.title,
            lead: article.lead,
        };
        let sections = article.sections.iter().flat_map(|section| {
            std::iter::once(section.heading).chain(
                section
                    .blocks
                    .iter()
                    .flat_map(|block| block.texts().iter().copied()),
            )
        });
        let texts = [article.title, article.lead].into_iter().chain(sections);
        (found, texts.collect())
    });
    let others = OTHERS.into_iter().map(|(address, title, texts)| {
        let lead = texts[0];
        let texts = std::iter::once(title).chain(texts.iter().copied());
        (
            Found {
                address,
                title,
                lead,
            },
            texts.collect(),
        )
    });
    articles.chain(others)
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
