//! A page that is shown once the part of the program it stands in has come.

use std::pin::Pin;

use leptos::{prelude::*, task::spawn_local};
use wasm_split_helpers::SplitLoaderError;

use crate::{
    components::RefusalAlert,
    erased::{Erase, act},
    i18n::{card, frame, say},
    refusal::Refusal,
};

/// Makes a page.
pub type View = fn() -> AnyView;

/// The part could not be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Missing {
        Missing
    }
}

type Fetch = fn() -> Pin<Box<dyn Future<Output = Result<View, Missing>>>>;

/// Fetches a page and shows it.
pub fn page(fetch: Fetch) -> AnyView {
    let came = RwSignal::new(None::<Result<View, Missing>>);
    let ask = move || {
        came.set(None);
        spawn_local(async move {
            let page = fetch().await;
            // Whoever went elsewhere meanwhile is shown nothing.
            let _ = came.try_set(Some(page));
        });
    };
    ask();
    let shown = move || match came.get() {
        Some(Ok(view)) => view(),
        Some(Err(Missing)) => view! {
            <div class="container ts-page">
                <RefusalAlert refusal=Refusal::ServerUnreachable>
                    <button type="button" class="btn btn-primary" on:click=act(move |_| ask())>
                        {say(card::TRY_AGAIN)}
                    </button>
                </RefusalAlert>
            </div>
        }
        .erased(),
        None => view! {
            <div class="container ts-page">
                <p role="status">{say(frame::LOADING)}</p>
            </div>
        }
        .erased(),
    };
    view! { {move || shown()} }.into_any()
}
