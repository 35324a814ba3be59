//! The portal's pages (contract §7), one file or folder a page.

mod area_riservata;
mod article;
mod cerca;
mod credenziali;
mod guarded;
mod home;
mod not_found;
mod prepara_la_postazione;
mod registrazione;
mod servizi;
mod servizio;
mod smart_card;

pub use area_riservata::AreaRiservataPage;
pub use article::ArticlePage;
pub use cerca::CercaPage;
pub use credenziali::CredenzialiPage;
pub use home::HomePage;
pub use not_found::NotFoundPage;
pub use prepara_la_postazione::PreparaLaPostazionePage;
pub use registrazione::RegistrazionePage;
pub use servizi::ServiziPage;
pub use servizio::ServizioPage;
pub use smart_card::{Act, Progress, SmartCardPage, Stage};
