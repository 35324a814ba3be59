//! A portal with its authority, and browsers that visit it.

mod browser;
mod database;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use pki::{Authority, Card, Holder, Key};
use protocol::{
    CodiceFiscale, Origin,
    api::Operator,
    service::{Profile, ServiceId},
};
use serde_json::json;
use server_stub::{
    app::App,
    audit::{Hash, Node, Opening, Program},
    config::Config,
    router,
    store::{Lifetimes, OperatorRow, Store},
    trust::TrustSources,
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub use browser::{Answer, Browser, Request};
use database::{Database, TABLES};
pub use database::{Engine, Lock};

pub const MARIO: &str = "RSSMRA80A01H501U";
pub const ANNA: &str = "VRDNNA70P49F205F";
pub const LUCA: &str = "BNCLCU65T31L219Z";

/// A portal that listens.
pub struct Portal {
    pub app: Arc<App>,
    pub address: SocketAddr,
    pub authority: Authority,
    folder: TempDir,
    database: Database,
}

impl Portal {
    /// As configured out of the box, with one authority and its empty revocation list.
    pub async fn start() -> Portal {
        Portal::start_with(&[]).await
    }

    /// With keys in the environment besides.
    pub async fn start_with(environment: &[(&str, &str)]) -> Portal {
        Portal::start_on(crate::ENGINE, environment).await
    }

    /// On an engine of the caller's choice.
    pub async fn start_on(engine: Engine, environment: &[(&str, &str)]) -> Portal {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::make(engine, folder.path()).await;
        Portal::found(folder, database, environment).await
    }

    /// On servers that the test looks after itself.
    #[allow(dead_code)] // not every suite has servers of its own
    pub async fn start_at(address: String) -> Portal {
        let folder = tempfile::tempdir().unwrap();
        Portal::found(folder, Database::Elsewhere(address), &[]).await
    }

    async fn found(folder: TempDir, database: Database, environment: &[(&str, &str)]) -> Portal {
        let authority = Authority::new("Regione di prova - CA Cittadini", Key::p256());
        Portal::open_with(folder, authority, database, environment).await
    }

    /// In a folder that an earlier portal may have been in, with its file.
    #[allow(dead_code)] // only the suite of trust restarts a portal
    pub async fn open(
        folder: TempDir,
        authority: Authority,
        environment: &[(&str, &str)],
    ) -> Portal {
        let database = Database::Sqlite(folder.path().join("portal.db"));
        Portal::open_with(folder, authority, database, environment).await
    }

    async fn open_with(
        folder: TempDir,
        authority: Authority,
        database: Database,
        environment: &[(&str, &str)],
    ) -> Portal {
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        write("ca/prova.pem", authority.certificate_pem().as_bytes());
        write("crl/prova.crl", &authority.revoke(&[]));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let file = format!(
            "origin = \"http://localhost:{}\"\ndatabase = \"{}\"\n\
             trusted_proxies = [\"127.0.0.1\"]\n\
             trust.anchors = [\"ca/*.pem\"]\ntrust.crls = [\"crl/*.crl\"]\n",
            address.port(),
            database.address(),
        );
        write("tessera.toml", file.as_bytes());
        let mut variables: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in environment {
            variables.insert((*name).to_owned(), (*value).to_owned());
        }
        let config = Config::load(Some(&folder.path().join("tessera.toml")), variables).unwrap();
        let app = serve(config, listener).await;
        Portal {
            app,
            address,
            authority,
            folder,
            database,
        }
    }

    /// One more node of the same portal; where it listens.
    #[allow(dead_code)] // not every suite has nodes
    pub async fn another_node(&self) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        serve(self.app.config.clone(), listener).await;
        address
    }

    /// Ends it; the folder and its authority stay.
    #[allow(dead_code)] // only the suite of trust restarts a portal
    pub fn close(self) -> (TempDir, Authority) {
        (self.folder, self.authority)
    }

    /// A file beside the configuration.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn origin(&self) -> &Origin {
        &self.app.config.origin
    }

    /// A browser that has not been here before.
    pub fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// Makes a person an operator and gives them a card.
    pub async fn person(&self, codice_fiscale: &str, profile: Profile) -> Card {
        self.operator(codice_fiscale, profile, &[], true).await;
        self.card(codice_fiscale)
    }

    /// A card of the portal's authority.
    pub fn card(&self, codice_fiscale: &str) -> Card {
        let holder = Holder {
            codice_fiscale: codice_fiscale.to_owned(),
            ..Holder::default()
        };
        self.authority.issue(&holder, Key::p256())
    }

    /// Takes an operator in, or changes one.
    pub async fn operator(
        &self,
        codice_fiscale: &str,
        profile: Profile,
        services: &[ServiceId],
        active: bool,
    ) {
        let row = OperatorRow {
            services: services.to_vec(),
            active,
            ..operator(codice_fiscale, profile)
        };
        self.import(row).await;
    }

    /// Whether the data bank lets somebody in whom it knows.
    pub async fn is_active(&self, codice_fiscale: &str) -> bool {
        let known = self.app.store.operator(&cf(codice_fiscale)).await;
        known.unwrap().unwrap().active
    }

    /// Takes an operator in as a file would.
    pub async fn import(&self, row: OperatorRow) {
        let now = server_stub::clock::now();
        let store = &self.app.store;
        store
            .import_operators(&[row], Hash::NONE, now)
            .await
            .unwrap();
    }

    /// Housekeeping, as if so many milliseconds had passed.
    pub async fn forget_in(&self, millis: i64) {
        let now = server_stub::clock::now() + millis;
        let lifetimes = Lifetimes::of(&self.app.config);
        self.app
            .store
            .forget_what_expired(now, &lifetimes)
            .await
            .unwrap();
        self.app.store.forget_spent_challenges(now).await.unwrap();
    }

    /// Another program's write, under way.
    pub async fn lock_database(&self) -> Lock {
        self.database.lock(TABLES).await
    }

    /// Another program's write to what was done with people's access, under way: who changes
    /// something waits shortly before the end.
    pub async fn lock_events(&self) -> Lock {
        self.database.lock("events").await
    }

    /// Somebody else in the database, who has begun a transaction and holds nothing yet.
    #[allow(dead_code)] // not every suite meddles
    pub async fn lock_nothing(&self) -> Lock {
        self.database.begin().await
    }

    /// All that is in the database.
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        self.database.contents()
    }

    /// The database as it is on the disk.
    pub fn database_files(&self) -> BTreeMap<String, Vec<u8>> {
        self.database.files()
    }

    /// A browser in which the card was registered and has just logged in.
    pub async fn logged_in(&self, card: &Card) -> Browser {
        let mut browser = self.browser();
        let registered = browser.register(card).await.expect(201).json();
        if !registered["credentials_document"].is_null() {
            browser.read_document().await;
        }
        browser.log_in(card).await.expect(201);
        browser
    }

    /// A browser in which the card was registered and its document read.
    pub async fn registered(&self, card: &Card) -> (Browser, Credentials) {
        let mut browser = self.browser();
        browser.register(card).await.expect(201);
        let credentials = browser.read_document().await;
        (browser, credentials)
    }

    /// The same, with a password of their own.
    pub async fn with_password(&self, card: &Card, codice_fiscale: &str) -> (Browser, String) {
        let (mut browser, first) = self.registered(card).await;
        let own = "quattro gatti sul divano blu".to_owned();
        browser
            .change_password(codice_fiscale, &first.password, &own)
            .await
            .expect(204);
        (browser, own)
    }
}

/// A node on what the configuration names, listening there.
async fn serve(mut config: Config, listener: std::net::TcpListener) -> Arc<App> {
    static NODES: AtomicUsize = AtomicUsize::new(1);
    let number = NODES.fetch_add(1, Ordering::Relaxed);
    config.audit.node = Node::parse(&format!("node-{number}")).unwrap();
    let trust = TrustSources::load(&config.trust).unwrap();
    let opening = Opening::of(&config.audit, Program::Server).unwrap();
    let store = Store::open(&config.database).await.unwrap();
    let store = store.auditing(opening).await.unwrap();
    let app = Arc::new(App::new(config, store, trust).await.unwrap());
    let routes =
        router::portal(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    app
}

/// What a credentials document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user_id: String,
    pub password: String,
    pub pincode: String,
}

impl Credentials {
    /// Reads a document as a person with a PDF reader does.
    pub fn read(pdf: &[u8]) -> Credentials {
        let text = text_of(pdf);
        let value = |label: &str| {
            text.lines()
                .find_map(|line| line.trim().strip_prefix(label))
                .unwrap_or_else(|| panic!("{label} in {text}"))
                .to_owned()
        };
        Credentials {
            user_id: value("User id: "),
            password: value("Password: "),
            pincode: value("Pincode: "),
        }
    }
}

/// What a person with a PDF reader sees.
pub fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = std::process::Command::new("pdftotext")
        .arg(&file)
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils");
    String::from_utf8(output.stdout).unwrap()
}

/// So many logins by a card under way, each in a browser of its own with its token in hand.
pub async fn logins_at_once(portal: &Portal, cards: &[&Card]) -> Vec<JoinHandle<Answer>> {
    let mut ready = Vec::new();
    for card in cards {
        let mut browser = portal.browser();
        let body = json!({ "token": browser.token(card).await });
        ready.push((browser, body));
    }
    let log_in = |(mut browser, body): (Browser, _)| {
        tokio::spawn(async move { browser.call("POST", "/api/session", Some(body)).await })
    };
    ready.into_iter().map(log_in).collect()
}

/// An operator as a file has them.
pub fn operator(codice_fiscale: &str, profile: Profile) -> OperatorRow {
    OperatorRow {
        operator: Operator {
            codice_fiscale: cf(codice_fiscale),
            cognome: "ROSSI".to_owned(),
            nome: "MARIO".to_owned(),
            profile,
            telefono_ufficio: "06123456".to_owned(),
            email: "posta@posta.example".to_owned(),
            regione: "Abruzzo".to_owned(),
            asl: "A012".to_owned(),
        },
        services: Vec::new(),
        active: true,
    }
}

pub fn cf(text: &str) -> CodiceFiscale {
    CodiceFiscale::parse(text).unwrap()
}
