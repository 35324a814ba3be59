//! The obligatory document: fetched whole, so that the page knows that it came.

use js_sys::{Array, Uint8Array};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::{
    api,
    components::{Icon, RefusalAlert, Shape},
    i18n::{Speech, card, say, speech},
    refusal::Refusal,
};

#[derive(Clone, PartialEq)]
enum Stage {
    Waiting,
    Getting,
    Done,
    Refused(Refusal),
}

/// The link to the credentials document, and what came of it.
#[component]
pub fn CredentialsDocument(
    /// Set once the document has come whole.
    obtained: RwSignal<bool>,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Waiting);
    let speech = speech();
    let get = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if stage.get_untracked() == Stage::Getting {
            return;
        }
        stage.set(Stage::Getting);
        spawn_local(async move {
            let outcome = api::fetch_credentials_document(speech.language_now()).await;
            match outcome.and_then(|pdf| save(&pdf, speech)) {
                Ok(()) => {
                    obtained.set(true);
                    stage.set(Stage::Done);
                }
                Err(refusal) => stage.set(Stage::Refused(refusal)),
            }
        });
    };
    view! {
        <p>
            <a
                class="btn btn-primary btn-icon"
                href=api::CREDENTIALS_DOCUMENT
                download
                rel="external"
                on:click=get
            >
                <Icon shape=Shape::Document />
                <span>{say(card::DOCUMENT_GET)}</span>
            </a>
        </p>
        <div role="status">
            {move || match stage.get() {
                Stage::Getting => Some(view! { <p>{say(card::DOCUMENT_GETTING)}</p> }.into_any()),
                Stage::Done => Some(done().into_any()),
                Stage::Waiting | Stage::Refused(_) => None,
            }}
        </div>
        {move || match stage.get() {
            Stage::Refused(refusal) => {
                Some(
                    view! {
                        <RefusalAlert refusal>
                            <p>{say(card::DOCUMENT_LATE)}</p>
                            <a class="btn btn-outline-primary" href="/area-riservata/smart-card">
                                {say(card::TO_CARD_ACCESS)}
                            </a>
                        </RefusalAlert>
                    },
                )
            }
            _ => None,
        }}
    }
}

/// It came: it can also be looked at and printed from the browser, while the server
/// still gives it out.
fn done() -> impl IntoView {
    view! {
        <p class="ts-good">
            <Icon shape=Shape::Done />
            <span>{say(card::DOCUMENT_DONE)}</span>
        </p>
        <p>
            <a href=api::CREDENTIALS_DOCUMENT target="_blank" rel="noopener external">
                {say(card::DOCUMENT_SHOW)}
            </a>
        </p>
    }
}

/// Hands the document to the browser as a download; it is kept nowhere in the page.
fn save(pdf: &Uint8Array, speech: Speech) -> Result<(), Refusal> {
    let name = card::DOCUMENT_FILE.in_language(speech.language_now());
    hand_over(pdf, name).map_err(|_| Refusal::AnswerUnreadable)
}

fn hand_over(pdf: &Uint8Array, name: &str) -> Result<(), wasm_bindgen::JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/pdf");
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(pdf), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let anchor = document()
        .create_element("a")?
        .unchecked_into::<HtmlAnchorElement>();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&address);
        },
        // The browser has long begun to read it by then.
        std::time::Duration::from_secs(60),
    );
    Ok(())
}
