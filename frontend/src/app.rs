//! The portal: what every page shares, and which page stands at which address.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    components::{FirstPage, Footer, Header, SessionNotice, SessionWarning},
    follow::follow,
    i18n::{Speech, articles, frame, say},
    pages::{
        AreaRiservataPage, ArticlePage, CercaPage, CredenzialiPage, HomePage, NotFoundPage,
        PreparaLaPostazionePage, RegistrazionePage, ServiziPage, ServizioPage, SmartCardPage,
    },
    registration::ConfirmedRegistration,
    session::SessionState,
    whence::{Pathfinder, provide_whence},
};

/// The id of what the skip link leads to.
const CONTENT: &str = "contenuto";

/// The portal (contract §7).
#[component]
pub fn App() -> impl IntoView {
    let speech = Speech::begin();
    let session = SessionState::begin();
    provide_context(speech);
    provide_context(session);
    let confirmed = ConfirmedRegistration::begin();
    provide_context(confirmed);
    provide_context(FirstPage::begin());
    provide_whence();
    spawn_local(session.recall(speech));
    session.mind(speech);
    follow(move || {
        // It is another's turn at this page, or the person's next step.
        if session.turn() > 0 {
            confirmed.clear();
        }
    });

    view! {
        <Router>
            <a class="ts-skip" href=format!("#{CONTENT}") rel="external" on:click=skip>
                {say(frame::SKIP_TO_CONTENT)}
            </a>
            <Header />
            <main id=CONTENT tabindex="-1">
                <SessionNotice />
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage />
                    <Route path=path!("/sistema-ts") view=|| article(&articles::SISTEMA_TS) />
                    <Route path=path!("/cittadini") view=|| article(&articles::CITTADINI) />
                    <Route path=path!("/operatori") view=|| article(&articles::OPERATORI) />
                    <Route path=path!("/faq") view=|| article(&articles::FAQ) />
                    <Route path=path!("/contatti") view=|| article(&articles::CONTATTI) />
                    <Route path=path!("/accessibilita") view=|| article(&articles::ACCESSIBILITA) />
                    <Route path=path!("/privacy") view=|| article(&articles::PRIVACY) />
                    <Route path=path!("/cerca") view=CercaPage />
                    <Route path=path!("/prepara-la-postazione") view=PreparaLaPostazionePage />
                    <Route path=path!("/area-riservata") view=AreaRiservataPage />
                    <Route path=path!("/area-riservata/smart-card") view=SmartCardPage />
                    <Route path=path!("/area-riservata/credenziali") view=CredenzialiPage />
                    <Route path=path!("/area-riservata/registrazione") view=RegistrazionePage />
                    <Route path=path!("/servizi") view=ServiziPage />
                    <Route path=path!("/servizi/:id") view=ServizioPage />
                </FlatRoutes>
            </main>
            <Footer />
            <SessionWarning />
            <Pathfinder />
        </Router>
    }
}

fn article(article: &'static articles::Article) -> impl IntoView {
    view! { <ArticlePage article /> }
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
