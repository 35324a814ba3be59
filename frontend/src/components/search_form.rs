//! The search field in the head of every page.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    components::{Icon, Shape},
    i18n::{frame, say},
};

/// Searches the portal's own pages.
#[component]
pub fn SearchForm() -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else {
            return;
        };
        let words = js_sys::encode_uri_component(field.value().trim());
        navigate(&format!("/cerca?q={words}"), NavigateOptions::default());
    };
    view! {
        <form class="ts-search" role="search" action="/cerca" method="get" on:submit=search>
            <label class="visually-hidden" for="ts-search-field">
                {say(frame::SEARCH_LABEL)}
            </label>
            <input
                id="ts-search-field"
                type="search"
                name="q"
                autocomplete="off"
                placeholder=say(frame::SEARCH_PLACEHOLDER)
                node_ref=field
            />
            <button type="submit" aria-label=say(frame::SEARCH)>
                <Icon shape=Shape::Search />
            </button>
        </form>
    }
}
