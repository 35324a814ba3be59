//! Ristampa Credenziali: new credentials, and their document.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    components::{CredentialsDocument, ServiceRefusal},
    i18n::{operator, say, speech},
    refusal::Refusal,
};

#[derive(Clone, PartialEq)]
enum Stage {
    Idle,
    UnderWay,
    Done,
    Refused(Refusal),
}

/// Makes new credentials at the person's word, then hands out their document.
#[component]
pub fn Ristampa() -> impl IntoView {
    let stage = RwSignal::new(Stage::Idle);
    let obtained = RwSignal::new(false);
    let speech = speech();
    let reprint = move |_| {
        if stage.get_untracked() == Stage::UnderWay {
            return;
        }
        stage.set(Stage::UnderWay);
        spawn_local(async move {
            let now = match api::reprint_credentials(speech.language_now()).await {
                Ok(_) => Stage::Done,
                Err(refusal) => Stage::Refused(refusal),
            };
            let _ = stage.try_set(now);
        });
    };
    view! {
        <p>{say(operator::REPRINT_TEXT)}</p>
        {move || {
            (stage.get() != Stage::Done)
                .then(|| {
                    view! {
                        <button type="button" class="btn btn-primary" on:click=reprint>
                            {say(operator::REPRINT)}
                        </button>
                    }
                })
        }}
        <div role="status">
            {move || match stage.get() {
                Stage::UnderWay => Some(view! { <p>{say(operator::REPRINTING)}</p> }.into_any()),
                Stage::Done => {
                    Some(view! { <p class="ts-good">{say(operator::REPRINTED)}</p> }.into_any())
                }
                Stage::Idle | Stage::Refused(_) => None,
            }}
        </div>
        {move || match stage.get() {
            Stage::Done => Some(view! { <CredentialsDocument obtained /> }.into_any()),
            Stage::Refused(refusal) => Some(view! { <ServiceRefusal refusal /> }.into_any()),
            Stage::Idle | Stage::UnderWay => None,
        }}
    }
}
