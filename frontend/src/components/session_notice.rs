//! That the session ended, said where the person is.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    erased::Erase,
    follow::follow,
    i18n::{say, session_end as words},
    session::session,
};

/// Says that the session ended, until the person logs in or goes on without.
#[component]
pub fn SessionNotice() -> impl IntoView {
    let session = session();
    let path = use_location().pathname;
    // Where one is led by it, and logs in.
    let at_login = move || path.with(|path| path.starts_with("/area-riservata"));
    let was_at_login = StoredValue::new(false);
    follow(move || {
        let now = at_login();
        if was_at_login.get_value() && !now {
            session.end_was_read();
        }
        was_at_login.set_value(now);
    });
    view! {
        <div role="status" class="container ts-session-notice">
            {move || {
                session
                    .has_ended()
                    .then(|| {
                        view! {
                            <p class="ts-note">
                                {say(words::ENDED)} " "
                                {(!at_login())
                                    .then(|| {
                                        view! {
                                            <a href="/area-riservata">
                                                {say(words::LOG_IN_AGAIN)}
                                            </a>
                                        }
                                            .erased()
                                    })}
                            </p>
                        }
                            .erased()
                    })
            }}
        </div>
    }
    .erased()
}
