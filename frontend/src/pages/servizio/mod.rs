//! `/servizi/<service id>`: one service, for those enabled for it.

mod assistenza;
mod elsewhere;
mod gestione;
mod messaggi;
mod profilo;
mod ristampa;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::{ProblemCode, api::Session, service::ServiceId};

use assistenza::Assistenza;
use elsewhere::Elsewhere;
use gestione::Gestione;
use messaggi::Messaggi;
use profilo::Profilo;
use ristampa::Ristampa;

use super::{NotFoundPage, guarded::Guarded};
use crate::{
    components::{Alert, Page, Title},
    i18n::{Text, frame, operator, say, speech},
};

/// The page of one service; an unknown one is no page.
#[component]
pub fn ServizioPage() -> impl IntoView {
    let params = use_params_map();
    let service = Memo::new(move |_| {
        params.with(|params| params.get("id").and_then(|id| ServiceId::from_id(&id)))
    });
    move || match service.get() {
        None => view! { <NotFoundPage /> }.into_any(),
        Some(service) => {
            provide_context(service);
            view! {
                <Page
                    title=Title::Name(service.name())
                    above=&[(frame::SERVIZI, "/servizi")]
                >
                    <Guarded content=content />
                </Page>
            }
            .into_any()
        }
    }
}

fn content(session: Session) -> impl IntoView {
    let service = expect_context::<ServiceId>();
    if !session.services.iter().any(|enabled| enabled.id == service) {
        return not_enabled().into_any();
    }
    view! {
        {match service {
            ServiceId::ProfiloUtente => view! { <Profilo /> }.into_any(),
            ServiceId::Messaggi => view! { <Messaggi /> }.into_any(),
            ServiceId::GestioneCredenziali => view! { <Gestione /> }.into_any(),
            ServiceId::AssistenzaOnline => view! { <Assistenza /> }.into_any(),
            ServiceId::RistampaCredenziali => view! { <Ristampa /> }.into_any(),
            _ => view! { <Elsewhere service /> }.into_any(),
        }}
        <p class="ts-back">
            <a href="/servizi">{say(operator::BACK_TO_SERVICES)}</a>
        </p>
    }
    .into_any()
}

fn not_enabled() -> impl IntoView {
    let speech = speech();
    let said =
        move |text: Text| Signal::derive(move || text.in_language(speech.language()).to_owned());
    view! {
        <Alert
            code=ProblemCode::ServiceNotEnabled.name()
            title=said(operator::SERVICE_REFUSED)
            detail=said(operator::SERVICE_REFUSED_TEXT)
            contact=Some(said(operator::SERVICE_REFUSED_CONTACT))
        >
            <a class="btn btn-outline-primary" href="/servizi">
                {say(operator::BACK_TO_SERVICES)}
            </a>
        </Alert>
    }
}
