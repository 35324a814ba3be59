//! `/area-riservata/registrazione`: confirmed, and the obligatory document (manuale §3).

use leptos::prelude::*;
use protocol::api::Registration;

use crate::{
    components::{CredentialsDocument, Icon, Page, Shape},
    i18n::{card, frame, say},
    registration::ConfirmedRegistration,
};

/// The confirmed registration; a profile with a document is not through before it came.
#[component]
pub fn RegistrazionePage() -> impl IntoView {
    let confirmed = expect_context::<ConfirmedRegistration>();
    view! {
        <Page
            title=card::REGISTERED_TITLE
            above=&[
                (frame::AREA_RISERVATA, "/area-riservata"),
                (card::TITLE, "/area-riservata/smart-card"),
            ]
        >
            {move || match confirmed.get() {
                Some(registration) => registered(registration).into_any(),
                None => {
                    view! {
                        <p class="ts-lead">{say(card::NO_REGISTRATION)}</p>
                        <DocumentFirst />
                    }
                        .into_any()
                }
            }}
        </Page>
    }
}

fn registered(registration: Registration) -> impl IntoView {
    let Registration {
        operator,
        credentials_document,
    } = registration;
    view! {
        <div class="ts-good" role="status">
            <Icon shape=Shape::Done />
            <p>
                <strong>{say(card::REGISTERED)}</strong>
                <br />
                {say(card::REGISTERED_FOR)}
                " "
                {format!("{} {}", operator.nome, operator.cognome)}
                " ("
                {operator.codice_fiscale.as_str().to_owned()}
                ")."
            </p>
        </div>
        {match credentials_document {
            Some(_) => view! { <DocumentFirst /> }.into_any(),
            None => {
                view! {
                    <p>{say(card::NO_DOCUMENT)}</p>
                    {to_login()}
                }
                    .into_any()
            }
        }}
    }
}

/// The document, and the way to the login once it came.
#[component]
fn DocumentFirst() -> impl IntoView {
    let obtained = RwSignal::new(false);
    view! {
        <section aria-labelledby="ts-document">
            <h2 id="ts-document">{say(card::DOCUMENT_TITLE)}</h2>
            <p>{say(card::DOCUMENT_NEEDED)}</p>
            <p>{say(card::DOCUMENT_SECRET)}</p>
            <CredentialsDocument obtained />
        </section>
        <section aria-labelledby="ts-next">
            <h2 id="ts-next">{say(card::NEXT)}</h2>
            {move || {
                if obtained.get() {
                    to_login().into_any()
                } else {
                    view! { <p>{say(card::DOCUMENT_FIRST)}</p> }.into_any()
                }
            }}
        </section>
    }
}

fn to_login() -> impl IntoView {
    view! {
        <p>
            <a class="btn btn-primary" href="/area-riservata/smart-card">
                {say(card::TO_LOGIN)}
            </a>
        </p>
    }
}
