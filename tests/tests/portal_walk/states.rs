//! The pages and their states, by the names their pictures get.

/// Which test walks a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    Public,
    AtTheCard,
    Refusals,
    LoggedIn,
    ByPassword,
    Manager,
}

/// A page in one of its states.
#[derive(Debug, Clone, Copy)]
pub struct State {
    pub story: Story,
    /// `page-state`, as its pictures are called.
    pub name: &'static str,
    /// The Italian heading: the manual's word for the page.
    pub heading: &'static str,
    /// What a request for it is answered with an error's status, where that is the point.
    pub refused: Option<&'static str>,
}

const fn state(story: Story, name: &'static str, heading: &'static str) -> State {
    State {
        story,
        name,
        heading,
        refused: None,
    }
}

impl State {
    const fn refused(mut self, address: &'static str) -> State {
        self.refused = Some(address);
        self
    }
}

const CARD: &str = "Accesso con smart card";
const CREDENTIALS: &str = "Accesso con credenziali";
const REGISTERED: &str = "Registrazione della CNS";

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
    state(
        Story::Public,
        "prepara-la-postazione",
        "Prepara la postazione",
    ),
    state(Story::Public, "accessibilita", "Accessibilità"),
    state(Story::Public, "privacy", "Privacy"),
    state(Story::Public, "area-riservata", "Area riservata"),
    state(Story::Public, "area-riservata-on-the-way", "Area riservata").refused("/api/session"),
    state(Story::Public, "smart-card", CARD),
    state(Story::Public, "credenziali", CREDENTIALS),
    state(Story::Public, "registrazione-none", REGISTERED),
    state(Story::Public, "not-found", "Pagina non trovata").refused("/non-esiste"),
    state(Story::Public, "home-menu-open", "Sistema Tessera Sanitaria"),
    state(Story::AtTheCard, "smart-card-waiting-for-reader", CARD),
    state(Story::AtTheCard, "smart-card-waiting-for-card", CARD),
    state(Story::AtTheCard, "smart-card-choosing-certificate", CARD),
    state(Story::AtTheCard, "smart-card-waiting-for-pin", CARD),
    state(Story::AtTheCard, "smart-card-signing", CARD),
    state(Story::AtTheCard, "registrazione-no-document", REGISTERED),
    state(Story::Refusals, "smart-card-cancelled", CARD),
    state(Story::Refusals, "smart-card-certificate-untrusted", CARD).refused("/api/registrations"),
    state(Story::Refusals, "smart-card-operator-unknown", CARD).refused("/api/registrations"),
    state(Story::Refusals, "smart-card-operator-disabled", CARD).refused("/api/registrations"),
    state(Story::Refusals, "smart-card-not-registered", CARD).refused("/api/session"),
    state(Story::Refusals, "smart-card-host-missing", CARD),
    state(Story::Refusals, "smart-card-server-unreachable", CARD).refused("/api/challenges"),
    state(Story::LoggedIn, "registrazione-document", REGISTERED),
    state(Story::LoggedIn, "smart-card-document-pending", CARD).refused("/api/session"),
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
    .refused("/api/assistance"),
    state(
        Story::LoggedIn,
        "assistenza-online-taken",
        "Assistenza Online",
    ),
    state(Story::LoggedIn, "servizio-elsewhere", "Gestione Assistiti"),
    state(Story::LoggedIn, "servizio-nowhere", "Esenzioni da reddito"),
    state(Story::LoggedIn, "session-ended", "Area riservata").refused("/api/"),
    state(Story::LoggedIn, "session-ending", "Servizi").refused("/api/session"),
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
    state(Story::ByPassword, "credenziali-empty", CREDENTIALS),
    state(Story::ByPassword, "credenziali-refused", CREDENTIALS).refused("/api/session"),
    state(Story::ByPassword, "credenziali-change", CREDENTIALS).refused("/api/session"),
    state(Story::ByPassword, "credenziali-change-faulty", CREDENTIALS).refused("/api/"),
    state(Story::ByPassword, "credenziali-change-refused", CREDENTIALS).refused("/api/password"),
    state(
        Story::ByPassword,
        "ristampa-credenziali-card-required",
        "Ristampa Credenziali",
    )
    .refused("/api/"),
    state(
        Story::Manager,
        "gestione-credenziali",
        "Gestione Credenziali",
    ),
    state(
        Story::Manager,
        "gestione-credenziali-empty",
        "Gestione Credenziali",
    ),
    state(
        Story::Manager,
        "gestione-credenziali-nobody",
        "Gestione Credenziali",
    ),
    state(
        Story::Manager,
        "gestione-credenziali-found",
        "Gestione Credenziali",
    ),
    state(
        Story::Manager,
        "gestione-credenziali-person",
        "Gestione Credenziali",
    ),
    state(
        Story::Manager,
        "gestione-credenziali-question",
        "Gestione Credenziali",
    ),
    state(
        Story::Manager,
        "gestione-credenziali-disabled",
        "Gestione Credenziali",
    ),
];

/// The state of this name.
pub fn named(name: &str) -> Option<&'static State> {
    STATES.iter().find(|state| state.name == name)
}
