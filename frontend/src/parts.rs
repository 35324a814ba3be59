//! The parts of the program: what stands behind the entrance comes when somebody first goes there.
//!
//! Home, the area riservata and the smart card are the program itself, which every visitor waits
//! for. Only what is shipped is split (feature `split`, `xtask/src/pages/program.rs`); anywhere
//! else every page stands in the one program.

#[cfg(feature = "split")]
mod fetched;

use leptos::prelude::*;

use crate::pages::{
    ArticlePage, CercaPage, CredenzialiPage, PreparaLaPostazionePage, RegistrazionePage,
    ServiziPage, ServizioPage,
};

macro_rules! parts {
    ($($part:ident: $($page:ident = $view:ident),+;)+) => {
        /// Fetches the part a page stands in, and says what makes the page.
        #[cfg(feature = "split")]
        mod fetch {
            use super::*;

            $($(
                #[wasm_split_helpers::wasm_split($part, fallible)]
                pub fn $page() -> Result<fetched::View, fetched::Missing> {
                    Ok(|| $view().into_any())
                }
            )+)+
        }

        $($(
            #[doc = concat!("`", stringify!($view), "`, of the part `", stringify!($part), "`.")]
            pub fn $page() -> impl IntoView {
                #[cfg(feature = "split")]
                return fetched::page(|| Box::pin(fetch::$page()));
                #[cfg(not(feature = "split"))]
                $view()
            }
        )+)+
    };
}

parts! {
    reading: article = ArticlePage, cerca = CercaPage,
        prepara_la_postazione = PreparaLaPostazionePage;
    credentials: credenziali = CredenzialiPage, registrazione = RegistrazionePage;
    services: servizi = ServiziPage, servizio = ServizioPage;
}

/// Fetches the part a page stands in, before somebody waits for it. That it does not come is
/// said on the page itself.
pub async fn prepare(address: &str) {
    #[cfg(feature = "split")]
    let _ = if address.starts_with("/servizi") {
        fetch::servizi().await
    } else if address.starts_with("/area-riservata/") && address != "/area-riservata/smart-card" {
        fetch::credenziali().await
    } else if crate::i18n::articles::needs_reading(address) || address == "/cerca" {
        fetch::article().await
    } else {
        return;
    };
    #[cfg(not(feature = "split"))]
    let _ = address;
}
