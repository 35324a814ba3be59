//! The portal: what every page shares, and which page stands at which address.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    PossibleRouteMatch,
    components::{FlatRoutes, Route, Router},
    path,
};

use protocol::Language;

use crate::{
    browser,
    components::{FirstPage, Footer, Header, SessionNotice, SessionWarning},
    erased::act,
    follow::follow,
    i18n::{Speech, frame, say},
    pages::{AreaRiservataPage, HomePage, NotFoundPage, SmartCardPage},
    parts,
    registration::ConfirmedRegistration,
    session::SessionState,
    whence::{Pathfinder, provide_whence},
};

/// The id of what the skip link leads to.
const CONTENT: &str = "contenuto";

/// The portal (contract §7), in the page's language or, while building, in that of the context.
#[component]
pub fn App() -> impl IntoView {
    let language = use_context::<Language>().unwrap_or_else(browser::page_language);
    let speech = Speech::begin(language);
    let session = SessionState::begin();
    provide_context(speech);
    provide_context(session);
    let confirmed = ConfirmedRegistration::begin();
    provide_context(confirmed);
    provide_context(FirstPage::begin());
    provide_whence();
    if browser::IS_THERE {
        spawn_local(session.recall(speech));
        session.mind(speech);
    }
    follow(move || {
        // It is another's turn at this page, or the person's next step.
        if session.turn() > 0 {
            confirmed.clear();
        }
    });

    view! {
        <Router>
            <a class="ts-skip" href=format!("#{CONTENT}") rel="external" on:click=act(skip)>
                {say(frame::SKIP_TO_CONTENT)}
            </a>
            <Header />
            <main id=CONTENT tabindex="-1">
                <SessionNotice />
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=at(path!("/")) view=HomePage />
                    <Route path=at(path!("/sistema-ts")) view=parts::article />
                    <Route path=at(path!("/cittadini")) view=parts::article />
                    <Route path=at(path!("/operatori")) view=parts::article />
                    <Route path=at(path!("/faq")) view=parts::article />
                    <Route path=at(path!("/contatti")) view=parts::article />
                    <Route path=at(path!("/accessibilita")) view=parts::article />
                    <Route path=at(path!("/privacy")) view=parts::article />
                    <Route path=at(path!("/cerca")) view=parts::cerca />
                    <Route path=at(path!("/prepara-la-postazione")) view=parts::prepara_la_postazione />
                    <Route path=at(path!("/area-riservata")) view=AreaRiservataPage />
                    <Route path=at(path!("/area-riservata/smart-card")) view=SmartCardPage />
                    <Route path=at(path!("/area-riservata/credenziali")) view=parts::credenziali />
                    <Route path=at(path!("/area-riservata/registrazione")) view=parts::registrazione />
                    <Route path=at(path!("/servizi")) view=parts::servizi />
                    <Route path=at(path!("/servizi/:id")) view=parts::servizio />
                </FlatRoutes>
            </main>
            <Footer />
            <SessionWarning />
            <Pathfinder />
        </Router>
    }
}

/// A route's path, of one type for all: the router is made anew for each.
fn at(
    path: impl PossibleRouteMatch + Send + Sync + 'static,
) -> Arc<dyn PossibleRouteMatch + Send + Sync> {
    Arc::new(path)
}

/// Moves the focus itself: the router would take the fragment for a page.
fn skip(event: leptos::ev::MouseEvent) {
    use wasm_bindgen::JsCast;

    event.prevent_default();
    let content = document()
        .get_element_by_id(CONTENT)
        .and_then(|content| content.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(content) = content {
        let _ = content.focus();
    }
}
