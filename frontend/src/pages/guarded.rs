//! A page for those who are logged in: others go to the choice of access, and come back.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_location, use_navigate};
use protocol::{ProblemCode, api::Session};

use crate::{
    components::RefusalAlert,
    follow::follow,
    i18n::{card, operator, say, speech},
    refusal::Refusal,
    session::{self, session},
};

/// Shows its content for the session, asked of the server at every arrival but a login's.
#[component]
pub fn Guarded<V: IntoView + 'static>(
    /// What is shown to whom.
    content: fn(Session) -> V,
) -> impl IntoView {
    let session = session();
    let speech = speech();
    let refused = RwSignal::new(None::<Refusal>);
    let navigate = use_navigate();
    let path = StoredValue::new(use_location().pathname.get_untracked());
    let to_login = Callback::new(move |()| {
        // Whoever went elsewhere meanwhile is not sent anywhere.
        if let Some(path) = path.try_get_value() {
            session::keep_return(&path);
            session::replace_page(&navigate, "/area-riservata");
        }
    });
    let ask = Callback::new(move |()| {
        // Only what is there: news of nothing would make the content anew, which asks again.
        if refused.with_untracked(Option::is_some) {
            refused.set(None);
        }
        let somebody_was = session::is_hinted();
        spawn_local(async move {
            match session.ask(speech).await {
                Ok(()) if path.try_get_value().is_some() => session::arrived(),
                Ok(()) => {}
                Err(refusal) if refusal.is(ProblemCode::NotAuthenticated) => {
                    if somebody_was {
                        session.say_it_ended();
                    }
                    to_login.try_run(());
                }
                Err(refusal) => {
                    let _ = refused.try_set(Some(refusal));
                }
            }
        });
    });
    follow(move || {
        session.doubts();
        if !path.with_value(|path| session.take_landing(path)) {
            ask.run(());
        }
    });
    let had_ended = StoredValue::new(true);
    follow(move || {
        let has_ended = session.has_ended();
        if !had_ended.get_value() && has_ended {
            to_login.run(());
        }
        had_ended.set_value(has_ended);
    });
    move || {
        if let Some(refusal) = refused.get() {
            return view! {
                <RefusalAlert refusal>
                    <button type="button" class="btn btn-primary" on:click=move |_| ask.run(())>
                        {say(card::TRY_AGAIN)}
                    </button>
                </RefusalAlert>
            }
            .into_any();
        }
        // Once, not at each news of the session: what is being typed stays.
        session.turn();
        let open = session.now();
        match open {
            Some(open) => content(open).into_any(),
            None => view! { <p role="status">{say(operator::CHECKING)}</p> }.into_any(),
        }
    }
}
