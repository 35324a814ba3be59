//! The search field in the head of every page.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::HtmlInputElement;

use crate::{
    components::{Icon, Shape, find},
    erased::{Erase, act},
    i18n::{frame, say},
};

/// Searches the portal's own pages.
#[component]
pub fn SearchForm() -> impl IntoView {
    let navigate = use_navigate();
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = find::<HtmlInputElement>("#ts-search-field") else {
            return;
        };
        let words = js_sys::encode_uri_component(field.value().trim());
        navigate(&format!("/cerca?q={words}"), NavigateOptions::default());
    };
    view! {
        <form class="ts-search" role="search" action="/cerca" method="get" on:submit=act(search)>
            <label class="visually-hidden" for="ts-search-field">
                {say(frame::SEARCH_LABEL)}
            </label>
            <input
                id="ts-search-field"
                type="search"
                name="q"
                autocomplete="off"
                placeholder=say(frame::SEARCH_PLACEHOLDER)
            />
            <button type="submit" aria-label=say(frame::SEARCH)>
                <Icon shape=Shape::Search />
            </button>
        </form>
    }
    .erased()
}
