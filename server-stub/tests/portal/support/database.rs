//! The portal's database, seen from beside it.

use std::{collections::BTreeMap, path::Path, path::PathBuf};

use server_stub::store::{DatabaseAddress, Store};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, SqliteConnection};
use tokio::sync::OnceCell;

/// What a portal keeps its data in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)] // a program of tests runs on one of them
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of a portal's own.
#[derive(Debug, Clone)]
pub enum Database {
    /// The file.
    Sqlite(PathBuf),
    /// Its name on the server the tests share.
    Postgres(String),
    /// The address of one that the test looks after itself.
    #[allow(dead_code)] // not every suite has servers of its own
    Elsewhere(String),
}

/// Every table, as another program would lock them.
pub const TABLES: &str = "secrets, operators, registrations, credentials, credentials_documents, \
                      sessions, spent_challenges, password_failures, events, assistance_reports, \
                      audit_chains, audit_entries";

impl Database {
    pub async fn make(engine: Engine, folder: &Path) -> Database {
        match engine {
            Engine::Sqlite => Database::Sqlite(folder.join("portal.db")),
            Engine::Postgres => {
                let template = migrated().await;
                Database::Postgres(postgres_server::shared().database_like(template))
            }
        }
    }

    /// As the configuration says it.
    pub fn address(&self) -> String {
        match self {
            Database::Sqlite(_) => "sqlite:portal.db".to_owned(),
            Database::Postgres(name) => postgres_server::shared().url(name),
            Database::Elsewhere(address) => address.clone(),
        }
    }

    /// Another program's transaction; on SQLite, where there is one lock, it has it.
    pub async fn begin(&self) -> Lock {
        match self {
            Database::Sqlite(file) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
                let mut lock = Lock::Sqlite(options.connect().await.unwrap());
                lock.execute("BEGIN IMMEDIATE").await;
                lock
            }
            Database::Postgres(_) | Database::Elsewhere(_) => {
                let options: sqlx::postgres::PgConnectOptions = self.address().parse().unwrap();
                let mut lock = Lock::Postgres(options.connect().await.unwrap());
                lock.execute("BEGIN").await;
                lock
            }
        }
    }

    /// Locks these tables; on SQLite all.
    pub async fn lock(&self, tables: &str) -> Lock {
        let mut lock = self.begin().await;
        if let Lock::Postgres(_) = lock {
            // Others may read meanwhile, as on SQLite.
            lock.execute(&format!("LOCK TABLE {tables} IN EXCLUSIVE MODE"))
                .await;
        }
        lock
    }

    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        match self {
            Database::Sqlite(_) => {
                let mut files = self.files();
                files.retain(|path, _| !path.ends_with("-shm"));
                files
            }
            Database::Postgres(name) => TABLES
                .split(", ")
                .map(|table| {
                    let rows = format!("SELECT * FROM {table} ORDER BY 1");
                    let rows = postgres_server::shared().run(name, &rows);
                    (table.to_owned(), rows.into_bytes())
                })
                .collect(),
            Database::Elsewhere(address) => panic!("{address} is looked after elsewhere"),
        }
    }

    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let paths = match self {
            Database::Sqlite(file) => ["", "-wal", "-shm"]
                .iter()
                .map(|end| PathBuf::from(format!("{}{end}", file.display())))
                .collect(),
            Database::Postgres(name) => postgres_server::shared().files(name),
            Database::Elsewhere(address) => panic!("{address} is looked after elsewhere"),
        };
        paths
            .into_iter()
            .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
            .collect()
    }
}

/// A database with the portal's tables and nothing in them, to be copied for each test.
async fn migrated() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        let server = postgres_server::shared();
        let name = server.empty_database();
        let address = DatabaseAddress::parse(&server.url(&name), Path::new("/")).unwrap();
        Store::open(&address).await.unwrap().close().await;
        name
    };
    TEMPLATE.get_or_init(make).await
}

/// Another program's transaction. Dropped, it comes to nothing.
pub enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Lock {
    pub async fn execute(&mut self, statement: &str) {
        self.attempt(statement).await.unwrap();
    }

    /// Whether the database lets it be done.
    #[allow(dead_code)] // not every suite meddles
    pub async fn takes(&mut self, statement: &str) -> bool {
        self.attempt(statement).await.is_ok()
    }

    async fn attempt(&mut self, statement: &str) -> Result<(), sqlx::Error> {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Lock::Sqlite(connection) => connection.execute(statement).await.map(drop),
            Lock::Postgres(connection) => connection.execute(statement).await.map(drop),
        }
    }

    /// The one text that is asked for.
    pub async fn text(&mut self, question: &str) -> String {
        let question = AssertSqlSafe(question.to_owned());
        match self {
            Lock::Sqlite(connection) => sqlx::query_scalar(question).fetch_one(connection).await,
            Lock::Postgres(connection) => sqlx::query_scalar(question).fetch_one(connection).await,
        }
        .unwrap()
    }
}
