//! Ristampa Credenziali: new credentials, and their document.

use leptos::prelude::*;
use protocol::api::Reprint;

use crate::{
    api,
    asked::{Asked, Stage},
    components::{CredentialsDocument, refused, waiting},
    i18n::{operator, say},
};

/// Makes new credentials at the person's word, then hands out their document.
#[component]
pub fn Ristampa() -> impl IntoView {
    let obtained = RwSignal::new(false);
    let asked = Asked::<Reprint>::begin();
    let reprint = move |_| asked.ask(api::reprint_credentials, |_| {});
    view! {
        <p>{say(operator::REPRINT_TEXT)}</p>
        {move || {
            (asked.stage() != Stage::Done)
                .then(|| {
                    view! {
                        <button type="button" class="btn btn-primary" on:click=reprint>
                            {say(operator::REPRINT)}
                        </button>
                    }
                        .into_any()
                })
        }}
        <div role="status">
            {waiting(*asked, operator::REPRINTING)}
            {move || {
                (asked.stage() == Stage::Done)
                    .then(|| view! { <p class="ts-good">{say(operator::REPRINTED)}</p> }.into_any())
            }}
        </div>
        {refused(*asked)}
        {move || {
            (asked.stage() == Stage::Done)
                .then(|| view! { <CredentialsDocument obtained /> }.into_any())
        }}
    }
}
