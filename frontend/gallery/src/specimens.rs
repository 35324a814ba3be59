//! The single components.

use frontend::{
    components::{
        Alert, Breadcrumb, CredentialsDocument, DocumentStage, Icon, OperatorData, Page, Shape,
        Title, WithLongTexts,
    },
    i18n::{access, card, frame, operator as words, workstation},
};
use leptos::prelude::*;
use protocol::{
    CodiceFiscale, ProblemCode,
    api::{Operator, Service, Session},
    service::{Profile, ServiceId},
};

use crate::{browser_time, refusals, specimen};

const HALF_AN_HOUR_MS: f64 = 1_800_000.0;

/// Each in each of its states.
pub fn all() -> impl IntoView {
    view! {
        {icons()}
        {pages()}
        {alerts()}
        {specimen("OperatorData", "whole", view! { <OperatorData operator=operator() /> })}
        {specimen(
            "OperatorData",
            "with gaps",
            view! {
                <OperatorData operator=Operator {
                    telefono_ufficio: String::new(),
                    email: String::new(),
                    asl: String::new(),
                    ..operator()
                } />
            },
        )}
        {documents()}
    }
}

fn documents() -> impl IntoView {
    let stages = [
        DocumentStage::Waiting,
        DocumentStage::Getting,
        DocumentStage::Done,
        DocumentStage::Refused(refusals::problem(ProblemCode::NotFound)),
    ];
    let specimens = stages.into_iter().map(|stage| {
        let name = match &stage {
            DocumentStage::Refused(refusal) => format!("Refused, {}", refusal.code()),
            stage => format!("{stage:?}"),
        };
        let (obtained, stage) = (RwSignal::new(false), RwSignal::new(stage));
        let shown = view! { <CredentialsDocument obtained stage /> };
        specimen("CredentialsDocument", name, shown)
    });
    specimens.collect_view()
}

fn icons() -> impl IntoView {
    let shapes = Shape::ALL.into_iter().map(|shape| {
        view! {
            <span class="gallery-icon">
                <Icon shape />
                " "
                {format!("{shape:?}")}
            </span>
        }
    });
    specimen("Icon", "every shape", shapes.collect_view())
}

fn pages() -> impl IntoView {
    view! {
        {specimen(
            "Breadcrumb",
            "two pages above",
            view! {
                <Breadcrumb
                    above=&[
                        (frame::AREA_RISERVATA, "/area-riservata"),
                        (card::TITLE, "/area-riservata/smart-card"),
                    ]
                    title=Title::Said(card::REGISTERED_TITLE)
                />
            },
        )}
        {specimen(
            "Page",
            "with a lead",
            view! {
                <Page title=access::TITLE lead=access::LEAD>
                    <p>{frontend::i18n::say(access::BY_CARD_TEXT)}</p>
                </Page>
            },
        )}
        {specimen(
            "Page",
            "named after a service, below another",
            view! {
                <Page
                    title=Title::Name(ServiceId::GestioneAssistiti.name())
                    above=&[(frame::SERVIZI, "/servizi")]
                >
                    <p>{frontend::i18n::say(words::SERVICE_LEAD)}</p>
                </Page>
            },
        )}
        {specimen(
            "WithLongTexts",
            "the texts have come",
            view! {
                <WithLongTexts content=|| {
                    view! { <p>{frontend::i18n::say(workstation::ASK)}</p> }.into_any()
                } />
            },
        )}
    }
}

fn alerts() -> impl IntoView {
    let said = |text: frontend::i18n::Text| {
        let words = frontend::i18n::say(text);
        Signal::derive(move || words().to_owned())
    };
    specimen(
        "Alert",
        "with contact and something to do",
        view! {
            <Alert
                code="service-not-enabled"
                title=said(words::SERVICE_REFUSED)
                detail=said(words::SERVICE_REFUSED_TEXT)
                contact=Some(said(words::SERVICE_REFUSED_CONTACT))
            >
                <a class="btn btn-outline-primary" href="/servizi">
                    {frontend::i18n::say(words::BACK_TO_SERVICES)}
                </a>
            </Alert>
        },
    )
}

/// The national specimen.
pub fn operator() -> Operator {
    Operator {
        codice_fiscale: CodiceFiscale::parse("RSSMRA80A01H501U")
            .expect("the national specimen is well formed"),
        cognome: "ROSSI".to_owned(),
        nome: "MARIA".to_owned(),
        profile: Profile::Medico,
        telefono_ufficio: "06 123456".to_owned(),
        email: "maria.rossi@example.it".to_owned(),
        regione: "ABRUZZO".to_owned(),
        asl: "PESCARA".to_owned(),
    }
}

/// Her session, with every service.
pub fn session() -> Session {
    Session {
        operator: operator(),
        services: ServiceId::ALL
            .iter()
            .map(|id| Service {
                id: *id,
                name: id.name().to_owned(),
            })
            .collect(),
        expires_at: browser_time::in_milliseconds(HALF_AN_HOUR_MS),
    }
}
