//! Every component of the pages in every state, on one page (`cargo xtask dev`,
//! `/componenti`): the real components, made up data. Nothing of it ships.

mod browser_time;
mod forms;
mod frame;
mod progress;
mod refusals;
mod sessions;
mod specimens;

use frontend::{
    browser, components::FirstPage, i18n::Speech, registration::ConfirmedRegistration,
    session::SessionState,
};
use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use leptos_router::{components::Router, hooks::use_location};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

/// Where the page stands.
const ADDRESS: &str = "/componenti";

/// Puts the gallery into the page.
#[wasm_bindgen]
pub fn show() {
    let place = document().get_element_by_id("gallery");
    if let Some(place) = place.and_then(|place| place.dyn_into().ok()) {
        mount_to(place, Gallery).forget();
    }
}

#[component]
fn Gallery() -> impl IntoView {
    provide_context(Speech::begin(browser::page_language()));
    provide_context(SessionState::begin());
    provide_context(ConfirmedRegistration::begin());
    provide_context(FirstPage::begin());
    spawn_local(async {
        // Alerts take the focus as they come, and the page would end up at the last one.
        browser::sleep(100).await;
        let focused = document().active_element();
        if let Some(focused) =
            focused.and_then(|it| it.dyn_into::<leptos::web_sys::HtmlElement>().ok())
        {
            let _ = focused.blur();
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
    });
    view! {
        <Router>
            <Elsewhere />
            {frame::head()}
            <main class="container">
                <h1 tabindex="-1">"Components"</h1>
                {frame::all()}
                {sessions::all()}
                {specimens::all()}
                {forms::all()}
                {progress::all()}
                {refusals::all()}
            </main>
            {frame::foot()}
        </Router>
    }
}

/// A link that is followed leads to the portal, which is another program.
#[component]
fn Elsewhere() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |_| {
        let path = path.get();
        if path != ADDRESS {
            let _ = window().location().assign(&path);
        }
    });
}

/// A component in one state, with the state's name.
fn specimen(
    component: &'static str,
    state: impl Into<String>,
    view: impl IntoView,
) -> impl IntoView {
    view! {
        <section class="gallery-specimen" data-component=component>
            <p class="gallery-name" lang="en">
                <code>{component}</code>
                " "
                {state.into()}
            </p>
            {view}
        </section>
    }
}
