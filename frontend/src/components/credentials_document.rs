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

/// How far the document has come.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentStage {
    /// It waits at the server.
    Waiting,
    /// It is on its way.
    Getting,
    /// It has come whole.
    Done,
    /// The server gave none.
    Refused(Refusal),
}

/// The link to the credentials document, and what came of it.
#[component]
pub fn CredentialsDocument(
    /// Set once the document has come whole.
    obtained: RwSignal<bool>,
    /// How far it has come.
    #[prop(default = RwSignal::new(DocumentStage::Waiting))]
    stage: RwSignal<DocumentStage>,
) -> impl IntoView {
    let speech = speech();
    let get = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if stage.get_untracked() == DocumentStage::Getting {
            return;
        }
        stage.set(DocumentStage::Getting);
        spawn_local(async move {
            let outcome = api::fetch_credentials_document(speech.language_now()).await;
            match outcome.and_then(|pdf| save(&pdf, speech)) {
                Ok(()) => {
                    obtained.set(true);
                    stage.set(DocumentStage::Done);
                }
                Err(refusal) => stage.set(DocumentStage::Refused(refusal)),
            }
        });
    };
    view! {
        <p>
            <a
                class="btn btn-primary btn-icon"
                href=move || address(speech)
                download
                rel="external"
                aria-disabled=move || (stage.get() == DocumentStage::Getting).then_some("true")
                on:click=get
            >
                <Icon shape=Shape::Document />
                <span>{say(card::DOCUMENT_GET)}</span>
            </a>
        </p>
        <div role="status">
            {move || match stage.get() {
                DocumentStage::Getting => Some(view! { <p>{say(card::DOCUMENT_GETTING)}</p> }.into_any()),
                DocumentStage::Done => Some(done(speech).into_any()),
                DocumentStage::Waiting | DocumentStage::Refused(_) => None,
            }}
        </div>
        {move || match stage.get() {
            DocumentStage::Refused(refusal) => {
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
fn done(speech: Speech) -> impl IntoView {
    view! {
        <p class="ts-good">
            <Icon shape=Shape::Done />
            <span>{say(card::DOCUMENT_DONE)}</span>
        </p>
        <p>
            <a href=move || address(speech) target="_blank" rel="noopener external">
                {say(card::DOCUMENT_SHOW)}
            </a>
        </p>
    }
}

/// Where the document is in the page's language, which a link cannot say otherwise.
fn address(speech: Speech) -> String {
    [
        api::CREDENTIALS_DOCUMENT,
        "?lang=",
        speech.language().code(),
    ]
    .concat()
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
