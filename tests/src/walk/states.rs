//! The pages and their states, by the names their pictures get.

/// Which test walks a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the tests say it
pub enum Story {
    Public,
    AtTheCard,
    Refusals,
    Workstation,
    LoggedIn,
    ByPassword,
    Manager,
}

/// A page in one of its states.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// The test that walks it.
    pub story: Story,
    /// `page-state`, as its pictures are called.
    pub name: &'static str,
    /// The Italian heading: the manual's word for the page.
    pub heading: &'static str,
    /// What is asked for in vain, where that is the point.
    pub refused: &'static [&'static str],
}

const fn state(story: Story, name: &'static str, heading: &'static str) -> State {
    State {
        story,
        name,
        heading,
        refused: &[],
    }
}

impl State {
    const fn refused(mut self, addresses: &'static [&'static str]) -> State {
        self.refused = addresses;
        self
    }
}

const CARD: &str = "Accesso con smart card";
const CREDENTIALS: &str = "Accesso con credenziali";
const REGISTERED: &str = "Registrazione della CNS";
const WORKSTATION: &str = "Prepara la postazione";
const MANAGING: &str = "Gestione Credenziali";

/// A page that can be opened by its address, and what its states are called.
pub const PUBLIC: [(&str, &str); 15] = [
    ("home", "/"),
    ("sistema-ts", "/sistema-ts"),
    ("cittadini", "/cittadini"),
    ("operatori", "/operatori"),
    ("faq", "/faq"),
    ("contatti", "/contatti"),
    ("cerca", "/cerca"),
    ("prepara-la-postazione", "/prepara-la-postazione"),
    ("accessibilita", "/accessibilita"),
    ("privacy", "/privacy"),
    ("area-riservata", "/area-riservata"),
    ("smart-card", "/area-riservata/smart-card"),
    ("credenziali", "/area-riservata/credenziali"),
    ("registrazione-none", "/area-riservata/registrazione"),
    ("not-found", "/non-esiste"),
];

/// Those of them that say so without scripts: what they are for needs them.
pub const NEEDS_SCRIPTS: [&str; 5] = [
    "cerca",
    "prepara-la-postazione",
    "smart-card",
    "credenziali",
    "registrazione-none",
];

/// All of them.
pub const STATES: &[State] = &[
    state(Story::Public, "home", "Sistema Tessera Sanitaria"),
    state(Story::Public, "sistema-ts", "Il Sistema TS"),
    state(Story::Public, "cittadini", "Cittadini"),
    state(Story::Public, "operatori", "Operatori"),
    state(Story::Public, "faq", "Domande frequenti (FAQ)"),
    state(Story::Public, "contatti", "Contatti e assistenza"),
    state(Story::Public, "cerca", "Cerca nel sito"),
    state(Story::Public, "cerca-found", "Cerca nel sito"),
    state(Story::Public, "cerca-nothing", "Cerca nel sito"),
    state(Story::Public, "prepara-la-postazione", WORKSTATION),
    state(Story::Public, "accessibilita", "Accessibilità"),
    state(Story::Public, "privacy", "Privacy"),
    state(Story::Public, "area-riservata", "Area riservata"),
    state(Story::Public, "area-riservata-on-the-way", "Area riservata").refused(&["/api/session"]),
    state(Story::Public, "smart-card", CARD),
    state(Story::Public, "credenziali", CREDENTIALS),
    state(Story::Public, "registrazione-none", REGISTERED),
    state(Story::Public, "not-found", "Pagina non trovata").refused(&["/non-esiste"]),
    state(Story::Public, "home-menu-open", "Sistema Tessera Sanitaria"),
    state(Story::Public, "language-missing", "Il Sistema TS").refused(&["/assets/texts-"]),
    state(
        Story::Public,
        "faq-texts-missing",
        "Domande frequenti (FAQ)",
    )
    .refused(&["/assets/reading-"]),
    state(Story::AtTheCard, "smart-card-preparing", CARD),
    state(Story::AtTheCard, "smart-card-waiting-for-reader", CARD),
    state(Story::AtTheCard, "smart-card-waiting-for-card", CARD),
    state(Story::AtTheCard, "smart-card-choosing-certificate", CARD),
    state(Story::AtTheCard, "smart-card-waiting-for-pin", CARD),
    state(Story::AtTheCard, "smart-card-signing", CARD),
    state(Story::AtTheCard, "smart-card-checking", CARD),
    state(Story::AtTheCard, "registrazione-no-document", REGISTERED),
    state(Story::Refusals, "smart-card-cancelled", CARD),
    state(Story::Refusals, "smart-card-certificate-untrusted", CARD)
        .refused(&["/api/registrations"]),
    state(Story::Refusals, "smart-card-operator-unknown", CARD).refused(&["/api/registrations"]),
    state(Story::Refusals, "smart-card-operator-disabled", CARD).refused(&["/api/registrations"]),
    state(Story::Refusals, "smart-card-not-registered", CARD).refused(&["/api/session"]),
    state(Story::Refusals, "smart-card-security-systems", CARD).refused(&["/api/challenges"]),
    state(Story::Refusals, "smart-card-host-missing", CARD),
    state(Story::Refusals, "smart-card-server-unreachable", CARD).refused(&["/api/challenges"]),
    state(Story::Workstation, "postazione-good", WORKSTATION),
    // This portal gives no packages out.
    state(Story::Workstation, "postazione-host-missing", WORKSTATION).refused(&["/postazione/"]),
    state(
        Story::Workstation,
        "postazione-extension-missing",
        WORKSTATION,
    )
    .refused(&["/postazione/"]),
    state(Story::Workstation, "smart-card-extension-missing", CARD),
    state(Story::LoggedIn, "registrazione-document", REGISTERED),
    state(Story::LoggedIn, "smart-card-document-pending", CARD).refused(&["/api/session"]),
    state(
        Story::LoggedIn,
        "registrazione-document-getting",
        REGISTERED,
    ),
    state(
        Story::LoggedIn,
        "registrazione-document-fetched",
        REGISTERED,
    ),
    state(Story::LoggedIn, "servizi", "Servizi"),
    state(
        Story::LoggedIn,
        "area-riservata-already-in",
        "Area riservata",
    ),
    state(Story::LoggedIn, "profilo-utente", "Profilo Utente"),
    state(Story::LoggedIn, "messaggi", "Messaggi"),
    state(Story::LoggedIn, "assistenza-online", "Assistenza Online"),
    state(Story::LoggedIn, "profilo-utente-faulty", "Profilo Utente"),
    state(Story::LoggedIn, "profilo-utente-saved", "Profilo Utente"),
    state(
        Story::LoggedIn,
        "assistenza-online-empty",
        "Assistenza Online",
    ),
    state(
        Story::LoggedIn,
        "assistenza-online-refused",
        "Assistenza Online",
    )
    .refused(&["/api/assistance"]),
    state(
        Story::LoggedIn,
        "assistenza-online-taken",
        "Assistenza Online",
    ),
    state(Story::LoggedIn, "servizio-elsewhere", "Gestione Assistiti"),
    state(Story::LoggedIn, "servizio-nowhere", "Esenzioni da reddito"),
    state(Story::LoggedIn, "session-ended", "Area riservata")
        .refused(&["/api/session", "/api/messages"]),
    state(Story::LoggedIn, "session-ending", "Servizi").refused(&["/api/session"]),
    state(Story::LoggedIn, "session-at-its-longest", "Servizi"),
    state(Story::LoggedIn, "log-out-failed", "Servizi").refused(&["/api/session"]),
    state(Story::LoggedIn, "servizi-security-systems", "Servizi").refused(&["/api/session"]),
    state(Story::LoggedIn, "servizio-not-enabled", "Gestione TS"),
    state(
        Story::LoggedIn,
        "ristampa-credenziali",
        "Ristampa Credenziali",
    ),
    state(
        Story::LoggedIn,
        "ristampa-credenziali-done",
        "Ristampa Credenziali",
    ),
    state(Story::ByPassword, "registrazione-document-late", REGISTERED)
        .refused(&["/api/credentials-document"]),
    state(Story::ByPassword, "credenziali-empty", CREDENTIALS),
    state(Story::ByPassword, "credenziali-refused", CREDENTIALS).refused(&["/api/session"]),
    state(Story::ByPassword, "credenziali-change", CREDENTIALS).refused(&["/api/session"]),
    state(Story::ByPassword, "credenziali-change-faulty", CREDENTIALS),
    state(Story::ByPassword, "credenziali-change-refused", CREDENTIALS).refused(&["/api/password"]),
    state(
        Story::ByPassword,
        "ristampa-credenziali-card-required",
        "Ristampa Credenziali",
    )
    .refused(&["/api/credentials-document"]),
    state(
        Story::ByPassword,
        "gestione-credenziali-card-required",
        MANAGING,
    )
    .refused(&["/api/operators/search"]),
    state(
        Story::ByPassword,
        "credenziali-too-many-requests",
        CREDENTIALS,
    )
    .refused(&["/api/session"]),
    state(Story::Manager, "servizi-all", "Servizi"),
    state(Story::Manager, "gestione-credenziali", MANAGING),
    state(Story::Manager, "gestione-credenziali-empty", MANAGING),
    state(Story::Manager, "gestione-credenziali-nobody", MANAGING),
    state(Story::Manager, "gestione-credenziali-found", MANAGING),
    state(Story::Manager, "gestione-credenziali-person", MANAGING),
    state(Story::Manager, "gestione-credenziali-question", MANAGING),
    state(Story::Manager, "gestione-credenziali-disabled", MANAGING),
    state(Story::Manager, "gestione-credenziali-enabled", MANAGING),
    state(Story::Manager, "gestione-credenziali-revoke", MANAGING),
    state(Story::Manager, "gestione-credenziali-revoked", MANAGING),
];

/// The state of this name.
pub fn named(name: &str) -> Option<&'static State> {
    STATES.iter().find(|state| state.name == name)
}
