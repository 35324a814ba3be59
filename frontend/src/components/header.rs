//! The head of every page: ministry, language, session, portal, search, menu.

use leptos::prelude::*;

use crate::{
    components::{
        language_switch::LanguageSwitch, menu::Menu, search_form::SearchForm,
        session_line::SessionLine,
    },
    erased::Erase,
    i18n::{frame, say},
};

/// The head of every page.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="ts-header">
            <div class="ts-header-slim">
                <div class="container">
                    <span class="ts-ministry" lang="it">
                        {say(frame::MINISTRY)}
                    </span>
                    <SessionLine />
                    <LanguageSwitch />
                </div>
            </div>
            <div class="ts-header-center">
                <div class="container">
                    <a class="ts-brand" href="/">
                        <span class="ts-brand-name" lang="it">
                            "Sistema Tessera Sanitaria"
                        </span>
                        <span class="ts-brand-claim">{say(frame::PORTAL_CLAIM)}</span>
                    </a>
                    <SearchForm />
                </div>
            </div>
            <Menu />
        </header>
    }
    .erased()
}
