//! `/prepara-la-postazione`: what a workstation needs, and whether this one has it.

use leptos::{prelude::*, task::spawn_local};
use protocol::FailureCode;

use crate::{
    card::{self, Versions},
    components::{Icon, Page, RefusalAlert, Shape, WithLongTexts},
    i18n::{Text, frame, say, workstation as words},
    refusal::Refusal,
};

const STEPS: [(Text, Text); 6] = [
    (words::READER, words::READER_TEXT),
    (words::CARD, words::CARD_TEXT),
    (words::DRIVER, words::DRIVER_TEXT),
    (words::PROGRAM, words::PROGRAM_TEXT),
    (words::EXTENSION, words::EXTENSION_TEXT),
    (words::CLOCK, words::CLOCK_TEXT),
];

/// Makes the program known to the browsers.
const INSTALL: &str = "tessera-host install --system";
/// A policy file (contract §2).
const POLICY: &str = r#"modules = ["/opt/carta/libpkcs11.so"]"#;

/// Guidance and the check.
#[component]
pub fn PreparaLaPostazionePage() -> impl IntoView {
    view! {
        <Page title=frame::GUIDE_TITLE lead=frame::GUIDE_LEAD>
            <WithLongTexts content=|| guide().into_any() />
        </Page>
    }
}

fn guide() -> impl IntoView {
    view! {
            <Check />
            <section class="ts-article">
                <h2>{say(words::ASK)}</h2>
                <p>{say(words::ASK_TEXT)}</p>
            </section>
            <h2>{say(words::STEPS)}</h2>
            <ol class="ts-steps">
                {STEPS
                    .into_iter()
                    .map(|(title, text)| {
                        view! {
                            <li>
                                <h3>{say(title)}</h3>
                                <p>{say(text)}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <p>
                <a class="btn btn-primary" href="/area-riservata/smart-card">
                    {say(words::TO_ACCESS)}
                </a>
            </p>
            <section class="ts-article">
                <h2>{say(words::TECHNICIANS)}</h2>
                <h3>{say(words::PROGRAM)}</h3>
                <p>{say(words::TECHNICIANS_PROGRAM)}</p>
                <pre>
                    <code>{INSTALL}</code>
                </pre>
                <p>{say(words::TECHNICIANS_SCOPE)}</p>
                <h3>{say(words::EXTENSION)}</h3>
                <p>{say(words::TECHNICIANS_EXTENSION)}</p>
                <h3>{say(words::POLICY)}</h3>
                <p>{say(words::TECHNICIANS_POLICY)}</p>
                <pre>
                    <code>{POLICY}</code>
                </pre>
            </section>
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Idle,
    Checking,
    Good(Versions),
    Missing(FailureCode),
}

/// Asks extension and host whether they are there.
#[component]
fn Check() -> impl IntoView {
    let stage = RwSignal::new(Stage::Idle);
    let check = move |_| {
        if stage.get_untracked() == Stage::Checking {
            return;
        }
        stage.set(Stage::Checking);
        spawn_local(async move {
            let found = match card::ask_status().await {
                Ok(versions) => Stage::Good(versions),
                Err(code) => Stage::Missing(code),
            };
            let _ = stage.try_set(found);
        });
    };
    view! {
        <section class="ts-check" aria-labelledby="ts-check">
            <h2 id="ts-check" class="h4">
                {say(words::CHECK_TITLE)}
            </h2>
            <p>{say(words::CHECK_TEXT)}</p>
            <button type="button" class="btn btn-primary" on:click=check>
                {say(words::CHECK)}
            </button>
            <div role="status">
                {move || match stage.get() {
                    Stage::Checking => Some(view! { <p>{say(words::CHECKING)}</p> }.into_any()),
                    Stage::Good(found) => Some(ready(found).into_any()),
                    Stage::Idle | Stage::Missing(_) => None,
                }}
            </div>
            {move || match stage.get() {
                Stage::Missing(code) => {
                    Some(view! { <RefusalAlert refusal=Refusal::Failure(code) guide=false /> })
                }
                _ => None,
            }}
        </section>
    }
}

/// Both answered: their versions, as web-eid.js names them.
fn ready(found: Versions) -> impl IntoView {
    let version = |version: Option<String>, label: Text| {
        version.map(|version| {
            view! {
                <li>
                    {say(label)} ": " {version}
                </li>
            }
        })
    };
    view! {
        <p class="ts-good">
            <Icon shape=Shape::Done />
            <span>{say(words::CHECK_GOOD)}</span>
        </p>
        <ul>
            {version(found.extension, words::EXTENSION_VERSION)}
            {version(found.native_app, words::PROGRAM_VERSION)}
        </ul>
    }
}
