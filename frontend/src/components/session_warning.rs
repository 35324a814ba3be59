//! The warning before a session ends, with the way to stay (WCAG 2.2.1).

use leptos::{prelude::*, task::spawn_local};
use protocol::ProblemCode;
use web_sys::HtmlDialogElement;

use super::{Reach, find, go_to, leave};
use crate::{
    browser,
    erased::{Erase, act},
    follow::follow,
    i18n::{Text, frame, say, session_end as words, speech},
    refusal::Refusal,
    session::session,
};

/// A dialog over the page, as long as the session is about to end.
#[component]
pub fn SessionWarning(
    /// What hindered staying or leaving.
    #[prop(default = RwSignal::new(None))]
    refused: RwSignal<Option<Refusal>>,
    /// Whether staying is of no use any more: it is as old as a session may be.
    #[prop(default = RwSignal::new(false))]
    last: RwSignal<bool>,
) -> impl IntoView {
    let session = session();
    let speech = speech();
    let put_away = RwSignal::new(false);
    let is_ending = Memo::new(move |_| session.ending().is_some());
    let is_shown = Memo::new(move |_| (is_ending.get() || last.get()) && !put_away.get());
    let leave = leave(refused, Reach::Here);
    let stay = Callback::new(move |()| {
        if last.get_untracked() {
            last.set(false);
            put_away.set(is_ending.get_untracked());
            return;
        }
        spawn_local(async move {
            match session.stay(speech).await {
                Ok(longer) => last.set(!longer),
                // The page says itself that it is over.
                Err(refusal) if refusal.is(ProblemCode::NotAuthenticated) => {}
                Err(refusal) => refused.set(Some(refusal)),
            }
        });
    });
    follow(move || {
        session.turn();
        last.set(false);
    });
    follow(move || {
        if !is_ending.get() {
            refused.set(None);
            put_away.set(false);
        }
    });
    follow(move || {
        let is_shown_now = is_shown.get();
        let Some(dialog) = find::<HtmlDialogElement>("#ts-dialog") else {
            return;
        };
        if !is_shown_now {
            // Gives the focus back to where it was.
            dialog.close();
            return;
        }
        spawn_local(async move {
            // Once its words are there.
            browser::sleep(0).await;
            if !dialog.open() && is_shown.try_get_untracked() == Some(true) {
                let _ = dialog.show_modal();
                // Whoever was typing does not press a button.
                go_to("#ts-ending");
            }
        });
    });
    let content = move || {
        view! {
                <h2 id="ts-ending" tabindex="-1">
                    {say(words::ENDING)}
                </h2>
                <p id="ts-ending-text">
                    {move || {
                        let text = if last.get() { words::LAST } else { words::MAY_STAY };
                        say(text).into_any()
                    }}
                </p>
                <p class="ts-countdown" aria-hidden="true">
                    {move || session.ending().map(|left| clock(left).into_any())}
                </p>
                <p class="visually-hidden" role="status">
                    {move || session.ending().and_then(left).map(|text| say(text).into_any())}
                </p>
                {move || {
                    refused
                        .get()
                        .map(|refusal| {
                            view! {
                                <p role="alert" class="ts-field-fault" data-code=refusal.code()>
                                    {say(words::NOT_KEPT)}
                                </p>
                            }
                                .erased()
                        })
                }}
                <div class="ts-actions">
                    <button
                        type="button"
                        class="btn btn-primary"
                        on:click=act(move |_| stay.run(()))
                    >
                        {move || {
                            say(if last.get() { words::UNDERSTOOD } else { words::STAY }).into_any()
                        }}
                    </button>
                    <button
                        type="button"
                        class="btn btn-outline-primary"
                        on:click=act(move |_| leave.run(()))
                    >
                        {say(frame::LOG_OUT)}
                    </button>
                </div>
        }
        .erased()
    };
    view! {
        <dialog
            id="ts-dialog"
            class="ts-dialog"
            aria-labelledby="ts-ending"
            aria-describedby="ts-ending-text"
            on:cancel=act(move |event: web_sys::Event| {
                event.prevent_default();
                stay.run(());
            })
        >
            {move || is_shown.get().then(content)}
        </dialog>
    }
    .erased()
}

/// Minutes and seconds.
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What a screen reader says of the time left: at its landmarks, not each second.
fn left(seconds: u32) -> Option<Text> {
    match seconds {
        0..=10 => Some(words::TEN_SECONDS),
        11..=30 => Some(words::HALF_A_MINUTE),
        31..=60 => Some(words::A_MINUTE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_clock_shows_two_figures_of_seconds() {
        assert_eq!(clock(120), "2:00");
        assert_eq!(clock(65), "1:05");
        assert_eq!(clock(9), "0:09");
    }
}
