//! A page of Leptos with as many routes as the portal has, and next to nothing at each: what a
//! program costs that begins as the book has it.

use leptos::{mount::mount_to_body, prelude::*};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Begins.
#[wasm_bindgen(start)]
pub fn main() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    view! {
        <Router>
            <main>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=LogIn />
                    <Route path=path!("/sistema-ts") view=SistemaTs />
                    <Route path=path!("/cittadini") view=Cittadini />
                    <Route path=path!("/operatori") view=Operatori />
                    <Route path=path!("/faq") view=Faq />
                    <Route path=path!("/contatti") view=Contatti />
                    <Route path=path!("/accessibilita") view=Accessibilita />
                    <Route path=path!("/privacy") view=Privacy />
                    <Route path=path!("/cerca") view=Cerca />
                    <Route path=path!("/prepara-la-postazione") view=PreparaLaPostazione />
                    <Route path=path!("/area-riservata") view=AreaRiservata />
                    <Route path=path!("/area-riservata/smart-card") view=SmartCard />
                    <Route path=path!("/area-riservata/credenziali") view=Credenziali />
                    <Route path=path!("/area-riservata/registrazione") view=Registrazione />
                    <Route path=path!("/servizi") view=Servizi />
                    <Route path=path!("/servizi/:id") view=Servizio />
                </FlatRoutes>
            </main>
        </Router>
    }
}

/// A page with a button that shows that it was pressed.
#[component]
fn LogIn() -> impl IntoView {
    let pressed = RwSignal::new(false);
    view! {
        <h1>"Accesso con smart card"</h1>
        <button
            type="button"
            aria-pressed=move || pressed.get().to_string()
            on:click=move |_| pressed.set(true)
        >
            "Effettua la login"
        </button>
    }
}

macro_rules! pages {
    ($($name:ident: $title:literal;)+) => {
        $(
            #[component]
            fn $name() -> impl IntoView {
                view! { <h1>{$title}</h1> }
            }
        )+
    };
}

pages! {
    SistemaTs: "Il Sistema TS";
    Cittadini: "Cittadini";
    Operatori: "Operatori";
    Faq: "FAQ";
    Contatti: "Contatti e assistenza";
    Accessibilita: "Accessibilità";
    Privacy: "Privacy";
    Cerca: "Cerca";
    PreparaLaPostazione: "Prepara la postazione";
    AreaRiservata: "Area riservata";
    SmartCard: "Accesso con smart card";
    Credenziali: "Credenziali";
    Registrazione: "Registrazione";
    Servizi: "Servizi";
    Servizio: "Servizio";
    NotFound: "Pagina non trovata";
}
