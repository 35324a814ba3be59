//! What every page has: its title, one heading, and the focus when one arrives.

use leptos::prelude::*;

use crate::{
    components::{Breadcrumb, Step, go_to},
    erased::Erase,
    follow::follow,
    i18n::{Text, frame, say, speech},
};

/// What a page is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// In the portal's language.
    Said(Text),
    /// By a name that is the same in every language (the manual's).
    Name(&'static str),
}

impl From<Text> for Title {
    fn from(text: Text) -> Title {
        Title::Said(text)
    }
}

/// Whether no page has been shown yet: the first one must not take the focus away from
/// where the browser put it.
#[derive(Debug, Clone, Copy)]
pub struct FirstPage(StoredValue<bool>);

impl FirstPage {
    /// Before the first page.
    pub fn begin() -> FirstPage {
        FirstPage(StoredValue::new(true))
    }

    fn is_over(self) -> bool {
        let first = self.0.get_value();
        self.0.set_value(false);
        !first
    }
}

/// A page: breadcrumb, heading, lead and what follows.
#[component]
pub fn Page(
    /// Its heading and the window's title.
    #[prop(into)]
    title: Title,
    /// What it is for, in a sentence or two.
    #[prop(optional)]
    lead: Option<Text>,
    /// The pages above it, Home left out.
    #[prop(optional)]
    above: &'static [Step],
    /// Its content.
    children: Children,
) -> impl IntoView {
    let speech = speech();
    let heading = move || match title {
        Title::Said(text) => text.in_language(speech.language()),
        Title::Name(name) => name,
    };
    let heading_language = match title {
        Title::Said(_) => None,
        Title::Name(_) => Some("it"),
    };
    name_window(heading);
    focus_on_arrival();
    view! {
        <div class="container ts-page">
            <Breadcrumb above title />
            <h1 tabindex="-1" lang=heading_language>
                {move || heading()}
            </h1>
            {lead.map(|lead| view! { <p class="ts-lead">{say(lead)}</p> }.erased())}
            {without_script()}
            {children()}
        </div>
    }
    .erased()
}

/// What a reader without JavaScript misses here: in the HTML made while building only.
#[cfg(feature = "ssr")]
fn without_script() -> Option<impl IntoView> {
    let path = leptos_router::hooks::use_location()
        .pathname
        .get_untracked();
    let words = crate::prerendered::without_script(&path)?;
    let words = words[speech().language_now() as usize];
    Some(view! {
        <noscript>
            <p class="ts-note">{words}</p>
        </noscript>
    })
}

#[cfg(not(feature = "ssr"))]
fn without_script() {}

/// Keeps the window's title in step with the page's heading.
pub fn name_window(heading: impl Fn() -> &'static str + 'static) {
    let speech = speech();
    let title = move || {
        let heading = heading();
        let portal = frame::PORTAL_NAME.in_language(speech.language());
        if heading == portal {
            portal.to_owned()
        } else {
            [heading, " – ", portal].concat()
        }
    };
    #[cfg(feature = "ssr")]
    if let Some(window) = use_context::<crate::prerendered::WindowTitle>() {
        window.set(title());
    }
    follow(move || document().set_title(&title()));
}

/// Leads to the page's heading when one comes from another page, so that a screen reader
/// reads it and the keyboard goes on from there.
pub fn focus_on_arrival() {
    if expect_context::<FirstPage>().is_over() {
        go_to("main h1");
    }
}
