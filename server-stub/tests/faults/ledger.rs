//! What a database holds, read past the program

use std::{collections::HashSet, path::PathBuf};

use postgres_server::Postgres;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, sqlite::SqliteConnectOptions};

/// A database.
pub enum Ledger<'a> {
    /// The server that takes writes, and the database's name.
    Postgres(&'a Postgres, &'a str),
    /// The file.
    Sqlite(PathBuf),
}

impl Ledger<'_> {
    /// Each as codice fiscale, a blank, and the certificate's fingerprint in hexadecimal.
    pub fn registrations(&self) -> HashSet<String> {
        self.lines("codice_fiscale", "certificate_fingerprint", "registrations")
    }

    /// Each as codice fiscale, a blank, and the token's hash in hexadecimal.
    pub fn sessions(&self) -> HashSet<String> {
        self.lines("codice_fiscale", "token_hash", "sessions")
    }

    fn lines(&self, who: &str, bytes: &str, table: &str) -> HashSet<String> {
        match self {
            Ledger::Postgres(server, database) => {
                let select = format!("SELECT {who} || ' ' || encode({bytes}, 'hex') FROM {table}");
                let told = server.run(database, &select);
                told.lines().map(str::to_owned).collect()
            }
            Ledger::Sqlite(file) => {
                let select = format!("SELECT {who} || ' ' || lower(hex({bytes})) FROM {table}");
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let options = SqliteConnectOptions::new().filename(file);
                    let mut connection = options.connect().await.unwrap();
                    let rows = sqlx::query(AssertSqlSafe(select)).fetch_all(&mut connection);
                    let rows = rows.await.unwrap();
                    rows.iter().map(|row| row.get(0)).collect()
                })
            }
        }
    }
}
