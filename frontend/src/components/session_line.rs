//! Who is logged in, and the way out.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::ProblemCode;

use crate::{
    api, browser,
    components::{Icon, Shape},
    erased::{Erase, act},
    i18n::{frame, say, speech},
    refusal::Refusal,
    session::session,
};

/// The person's name and `Esci`, as long as there is a session.
#[component]
pub fn SessionLine() -> impl IntoView {
    let session = session();
    let refused = RwSignal::new(None::<Refusal>);
    let leave = leave(refused, Reach::Here);
    let line = move || {
        session.get().map(|open| {
            let operator = open.operator;
            view! {
                <div class="ts-session">
                    <Icon shape=Shape::Person />
                    <span class="visually-hidden">{say(frame::LOGGED_IN_AS)} " "</span>
                    <a href="/servizi" class="ts-session-name">
                        {format!("{} {}", operator.nome, operator.cognome)}
                    </a>
                    <button type="button" class="ts-leave" on:click=act(move |_| leave.run(()))>
                        {say(frame::LOG_OUT)}
                    </button>
                    {move || {
                        refused
                            .get()
                            .map(|refusal| {
                                view! {
                                    <span role="alert" data-code=refusal.code()>
                                        {say(frame::LOG_OUT_FAILED)}
                                    </span>
                                }
                                    .erased()
                            })
                    }}
                </div>
            }
            .erased()
        })
    };
    view! { {move || line()} }.into_any()
}

/// Which sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The one of this browser.
    Here,
    /// All of the person's.
    Everywhere,
}

/// `Esci`: ends the session and leads home; what hinders it is put into `refused`.
pub fn leave(refused: RwSignal<Option<Refusal>>, reach: Reach) -> Callback<()> {
    let session = session();
    let speech = speech();
    let navigate = use_navigate();
    Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn_local(async move {
            match api::log_out(reach, speech.language_now()).await {
                Ok(()) => {}
                // Over already, here: elsewhere there may be others still.
                Err(refusal) if refusal.is(ProblemCode::NotAuthenticated) => {
                    if reach == Reach::Everywhere {
                        return session.end();
                    }
                }
                Err(refusal) => {
                    refused.set(Some(refusal));
                    return;
                }
            }
            refused.set(None);
            // First away from the page that needs the session, then without it.
            navigate("/", NavigateOptions::default());
            browser::sleep(0).await;
            session.close();
        });
    })
}
