//! `/area-riservata/credenziali`: user id and password, and the change of the first one.

mod change;
mod login;

use change::ChangeForm;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use login::LoginForm;
use protocol::api::Session;

use crate::{
    components::{Page, RefusalAlert},
    i18n::{access, card, frame, say},
    refusal::Refusal,
    session::session,
};

/// What both forms share: what was typed, and what came of it.
#[derive(Clone, Copy)]
struct Typed {
    username: RwSignal<String>,
    password: RwSignal<String>,
    under_way: RwSignal<bool>,
    refused: RwSignal<Option<Refusal>>,
    /// Whether the server wants another password first.
    must_change: RwSignal<bool>,
}

/// The login with credentials.
#[component]
pub fn CredenzialiPage() -> impl IntoView {
    let typed = Typed {
        username: RwSignal::new(String::new()),
        password: RwSignal::new(String::new()),
        under_way: RwSignal::new(false),
        refused: RwSignal::new(None),
        must_change: RwSignal::new(false),
    };
    let session = session();
    let navigate = use_navigate();
    let enter = Callback::new(move |open: Session| {
        session.open(open);
        navigate(&session.after_login(), NavigateOptions::default());
    });
    view! {
        <Page
            title=access::CREDENTIALS_TITLE
            lead=access::CREDENTIALS_LEAD
            above=&[(frame::AREA_RISERVATA, "/area-riservata")]
        >
            {move || {
                typed
                    .refused
                    .get()
                    .map(|refusal| {
                        let by_card = refusal.is(protocol::ProblemCode::CredentialsDocumentPending)
                            || refusal.is(protocol::ProblemCode::CardNotRegistered);
                        view! {
                            <RefusalAlert refusal>
                                {by_card
                                    .then(|| {
                                        view! {
                                            <a
                                                class="btn btn-primary"
                                                href="/area-riservata/smart-card"
                                            >
                                                {say(card::TO_CARD_ACCESS)}
                                            </a>
                                        }
                                    })}
                            </RefusalAlert>
                        }
                    })
            }}
            {move || {
                if typed.must_change.get() {
                    view! { <ChangeForm typed enter /> }.into_any()
                } else {
                    view! { <LoginForm typed enter /> }.into_any()
                }
            }}
            <div role="status">
                {move || {
                    typed.under_way.get().then(|| view! { <p>{say(access::ENTERING)}</p> })
                }}
            </div>
        </Page>
    }
}
