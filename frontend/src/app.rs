//! The portal: what every page shares, and which page stands at which address.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

use protocol::Language;

use crate::{
    browser,
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
            <a class="ts-skip" href=format!("#{CONTENT}") rel="external" on:click=skip>
                {say(frame::SKIP_TO_CONTENT)}
            </a>
            <Header />
            <main id=CONTENT tabindex="-1">
                <SessionNotice />
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage />
                    <Route path=path!("/sistema-ts") view=|| article(const { articles::SISTEMA_TS.heading() }) />
                    <Route path=path!("/cittadini") view=|| article(const { articles::CITTADINI.heading() }) />
                    <Route path=path!("/operatori") view=|| article(const { articles::OPERATORI.heading() }) />
                    <Route path=path!("/faq") view=|| article(const { articles::FAQ.heading() }) />
                    <Route path=path!("/contatti") view=|| article(const { articles::CONTATTI.heading() }) />
                    <Route path=path!("/accessibilita") view=|| article(const { articles::ACCESSIBILITA.heading() }) />
                    <Route path=path!("/privacy") view=|| article(const { articles::PRIVACY.heading() }) />
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

fn article(article: articles::Heading) -> impl IntoView {
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
