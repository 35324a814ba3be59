//! `/area-riservata/smart-card`: Registra CNS and Effettua la login (manuale §3, §4).

mod act;
mod needs;
mod progress;

pub use act::{Act, Stage};
pub use progress::Progress;

use act::{Outcome, perform};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use needs::Needs;
use protocol::ProblemCode;

use crate::{
    components::{Icon, Page, RefusalAlert, Shape},
    erased::{self, Erase},
    i18n::{Text, access, card, frame, say, speech},
    refusal::Refusal,
    registration::ConfirmedRegistration,
    session::session,
};

/// The two things to do with a card, and how far one of them has come.
#[component]
pub fn SmartCardPage() -> impl IntoView {
    let act = RwSignal::new(Act::LogIn);
    let stage = RwSignal::new(Stage::Idle);
    let speech = speech();
    let session = session();
    let confirmed = expect_context::<ConfirmedRegistration>();
    let navigate = use_navigate();
    let start = Callback::new(move |wanted: Act| {
        if stage.with_untracked(Stage::is_under_way) {
            return;
        }
        act.set(wanted);
        stage.set(Stage::Preparing);
        session.login_begins();
        let navigate = navigate.clone();
        spawn_local(async move {
            let outcome = perform(wanted, speech.language_now(), stage).await;
            // Whoever went elsewhere meanwhile is not called back.
            let still_here = !stage.is_disposed();
            match outcome {
                Ok(Outcome::Registered(registration)) => {
                    confirmed.set(registration);
                    if still_here {
                        navigate("/area-riservata/registrazione", NavigateOptions::default());
                    }
                }
                Ok(Outcome::LoggedIn(open)) => {
                    session.open(open);
                    if still_here {
                        navigate(&session.after_login(), NavigateOptions::default());
                    }
                }
                Err(refusal) if still_here => stage.set(Stage::Refused(refusal)),
                Err(_) => {}
            }
        });
    });

    view! {
        <Page
            title=card::TITLE
            lead=card::LEAD
            above=&[(frame::AREA_RISERVATA, "/area-riservata")]
        >
            <Progress act stage />
            {move || match stage.get() {
                Stage::Refused(refusal) => Some(refused(refusal, act.get(), start)),
                _ => None,
            }}
            <div class="row">
                {door(
                    Shape::Document,
                    Act::Register,
                    card::REGISTER_TEXT,
                    "btn btn-outline-primary btn-lg",
                    stage,
                    start,
                )}
                {door(
                    Shape::Lock,
                    Act::LogIn,
                    card::LOG_IN_TEXT,
                    "btn btn-primary btn-lg",
                    stage,
                    start,
                )}
            </div>
            <Needs />
            <p>
                <a href="/area-riservata/credenziali">{say(access::BY_CREDENTIALS)}</a>
            </p>
        </Page>
    }
    .erased()
}

/// One of the two, with what it is for.
fn door(
    shape: Shape,
    act: Act,
    text: Text,
    class: &'static str,
    stage: RwSignal<Stage>,
    start: Callback<Act>,
) -> AnyView {
    view! {
        <div class="col-12 col-md-6">
            <div class="ts-card ts-choice">
                <Icon shape />
                <p>{say(text)}</p>
                // Not `disabled`: the keyboard's focus would be lost on the way.
                <button
                    type="button"
                    class=class
                    aria-disabled=move || {
                        stage.with(Stage::is_under_way).then_some("true")
                    }
                    on:click=erased::act(move |_| start.run(act))
                >
                    {say(act.name())}
                </button>
            </div>
        </div>
    }
    .erased()
}

/// The refusal with what helps against it; a new try always takes a new nonce.
fn refused(refusal: Refusal, act: Act, start: Callback<Act>) -> AnyView {
    let unregistered = refusal.is(ProblemCode::CardNotRegistered);
    let pending = refusal.is(ProblemCode::CredentialsDocumentPending);
    let retry = move || {
        view! {
            <button type="button" class="btn btn-primary" on:click=erased::act(move |_| start.run(act))>
                {say(card::TRY_AGAIN)}
            </button>
        }
        .erased()
    };
    let register = move |words: Text| {
        view! {
            <button
                type="button"
                class="btn btn-primary"
                on:click=erased::act(move |_| start.run(Act::Register))
            >
                {say(words)}
            </button>
        }
        .erased()
    };
    view! {
        <RefusalAlert refusal>
            {pending
                .then(|| {
                    view! {
                        <a class="btn btn-primary" href="/area-riservata/registrazione">
                            {say(card::TO_DOCUMENT)}
                        </a>
                    }
                        .erased()
                })} {pending.then(|| register(card::REGISTER_AGAIN))}
            {unregistered.then(|| register(card::REGISTER_THIS_CARD))} {retry()}
        </RefusalAlert>
    }
    .erased()
}
