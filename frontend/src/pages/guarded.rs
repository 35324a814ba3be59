//! A page for those who are logged in: others go to the choice of access, and come back.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_location, use_navigate};
use protocol::{ProblemCode, api::Session};

use crate::{
    components::RefusalAlert,
    i18n::{card, operator, say, speech},
    refusal::Refusal,
    session::{self, session},
};

/// Shows its content for the session, asked of the server at every arrival.
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
    let ask = Callback::new(move |()| {
        refused.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let Err(refusal) = session.ask(speech).await else {
                return;
            };
            // Whoever went elsewhere meanwhile is not sent anywhere.
            let Some(path) = path.try_get_value() else {
                return;
            };
            if refusal.is(ProblemCode::NotAuthenticated) {
                session::keep_return(&path);
                session::replace_page(&navigate, "/area-riservata");
            } else {
                refused.set(Some(refusal));
            }
        });
    });
    ask.run(());
    Effect::new(move |was_open: Option<bool>| {
        let is_open = session.get().is_some();
        if was_open == Some(true) && !is_open {
            // It ended in another tab: the server says what that means here.
            ask.run(());
        }
        is_open
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
        match session.get() {
            Some(open) => content(open).into_any(),
            None => view! { <p role="status">{say(operator::CHECKING)}</p> }.into_any(),
        }
    }
}
