//! A whole installation's data carried to another database, usually from SQLite to PostgreSQL.
//!
//! What is read is one moment's state, while the server goes on; what is written is there as a
//! whole or not at all.

use super::{
    StoreFault,
    engine::{self, Engine, Kind, Own, address::DatabaseAddress, sql},
};

use Kind::{Bytes, Flag, Integer, Text};

/// Rows that are carried at once.
const BATCH: usize = 2000;

/// A table and its columns.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    columns: &'static [(&'static str, Kind)],
}

impl Table {
    /// The names of its columns.
    pub fn column_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.columns.iter().map(|(name, _)| *name)
    }
}

/// Every table; who is referred to comes first. But for `challenge_counts`, which is worth nothing
/// after a minute, and is PostgreSQL's alone.
pub const TABLES: [Table; 12] = [
    Table {
        name: "secrets",
        columns: &[("name", Text), ("value", Bytes)],
    },
    Table {
        name: "operators",
        columns: &[
            ("codice_fiscale", Text),
            ("cognome", Text),
            ("nome", Text),
            ("profile", Text),
            ("telefono_ufficio", Text),
            ("email", Text),
            ("regione", Text),
            ("asl", Text),
            ("services", Text),
            ("active", Flag),
            ("id", Bytes),
            ("searched_name", Text),
        ],
    },
    Table {
        name: "registrations",
        columns: &[
            ("codice_fiscale", Text),
            ("certificate_fingerprint", Bytes),
            ("registered_at", Integer),
            ("document_pending", Flag),
        ],
    },
    Table {
        name: "credentials",
        columns: &[
            ("codice_fiscale", Text),
            ("password_hash", Text),
            ("pincode_hash", Text),
            ("first_password", Flag),
            ("changed_at", Integer),
        ],
    },
    Table {
        name: "credentials_documents",
        columns: &[
            ("codice_fiscale", Text),
            ("id", Bytes),
            ("sealed", Bytes),
            ("expires_at", Integer),
            ("answered", Flag),
        ],
    },
    Table {
        name: "sessions",
        columns: &[
            ("token_hash", Bytes),
            ("codice_fiscale", Text),
            ("certificate_fingerprint", Bytes),
            ("opened_at", Integer),
            ("last_seen_at", Integer),
        ],
    },
    Table {
        name: "spent_challenges",
        columns: &[
            ("nonce_hash", Bytes),
            ("forget_at", Integer),
            ("given_up", Flag),
        ],
    },
    Table {
        name: "password_failures",
        columns: &[
            ("id", Bytes),
            ("user_key", Bytes),
            ("address_key", Bytes),
            ("failed_at", Integer),
        ],
    },
    Table {
        name: "events",
        columns: &[
            ("id", Integer),
            ("codice_fiscale", Text),
            ("at", Integer),
            ("act", Text),
            ("actor", Text),
            ("administrator", Text),
            ("by_card", Flag),
            ("seen", Flag),
        ],
    },
    Table {
        name: "assistance_reports",
        columns: &[
            ("support_code", Text),
            ("codice_fiscale", Text),
            ("at", Integer),
            ("topic", Text),
            ("report", Text),
            ("browser", Text),
            ("extension", Text),
            ("host", Text),
            ("page", Text),
        ],
    },
    Table {
        name: "audit_chains",
        columns: &[
            ("node", Text),
            ("sequence", Integer),
            ("hash", Bytes),
            ("first_sequence", Integer),
        ],
    },
    Table {
        name: "audit_entries",
        columns: &[
            ("node", Text),
            ("sequence", Integer),
            ("at", Integer),
            ("entry", Text),
            ("previous_hash", Bytes),
            ("hash", Bytes),
        ],
    },
];

/// The data were not copied; the target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyFault {
    /// The database to read.
    #[error("--from {address}: {fault}")]
    From {
        /// Where it is.
        address: DatabaseAddress,
        /// What is wrong.
        fault: StoreFault,
    },
    /// The database to write.
    #[error("--to {address}: {fault}; {}", address.mend())]
    To {
        /// Where it is.
        address: DatabaseAddress,
        /// What is wrong.
        fault: StoreFault,
    },
    /// Its tables are another version's.
    #[error(
        "--from {0}: its tables are not this version's; let this version's server start on it once"
    )]
    Version(DatabaseAddress),
    /// Somebody uses it already.
    #[error("--to {address}: it holds data already (table {table}); give an empty database")]
    NotEmpty {
        /// Where it is.
        address: DatabaseAddress,
        /// A table with rows.
        table: &'static str,
    },
    /// A check that nothing was lost.
    #[error("table {table}: {read} rows were read and {written} written; nothing was copied")]
    Count {
        /// Which.
        table: &'static str,
        /// How many there are.
        read: u64,
        /// How many arrived.
        written: u64,
    },
}

/// What is told on the way.
pub enum Copying {
    /// So many rows in all.
    Rows(u64),
    /// A table is wholly there, with so many rows.
    Table(&'static str, u64),
}

/// Copies all there is into an empty database, telling how far it is.
pub async fn copy(
    from: &DatabaseAddress,
    to: &DatabaseAddress,
    mut tell: impl FnMut(Copying),
) -> Result<(), CopyFault> {
    let of_source = |fault| CopyFault::From {
        address: from.clone(),
        fault,
    };
    let of_target = |fault| CopyFault::To {
        address: to.clone(),
        fault,
    };
    let mut source = engine::snapshot(from).await.map_err(of_source)?;
    if migrations(&mut source).await.map_err(of_source)? != engine::migrations(from) {
        return Err(CopyFault::Version(from.clone()));
    }
    let target = Engine::open(to).await.map_err(of_target)?;
    let mut written = target.own().await.map_err(of_target)?;
    written.begin().await.map_err(of_target)?;
    let names = TABLES.map(|table| table.name).join(", ");
    let alone = format!("LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE");
    // Put together of this program's own words alone, as all that follow.
    let alone = sql(sqlx::AssertSqlSafe(alone));
    written.on_postgres(alone).await.map_err(of_target)?;
    for table in &TABLES {
        if count(&mut written, table).await.map_err(of_target)? > 0 {
            return Err(CopyFault::NotEmpty {
                address: to.clone(),
                table: table.name,
            });
        }
    }
    let mut all = 0;
    for table in &TABLES {
        let mut rows = source.read(table.name, table.columns);
        loop {
            let batch = rows.next(BATCH).await.map_err(of_source)?;
            if batch.is_empty() {
                break;
            }
            let columns: Vec<_> = table.column_names().collect();
            let added = written.append(table.name, &columns, &batch).await;
            added.map_err(of_target)?;
            all += batch.len() as u64;
            tell(Copying::Rows(all));
        }
        drop(rows);
        let there = count(&mut source, table).await.map_err(of_source)?;
        let arrived = count(&mut written, table).await.map_err(of_target)?;
        if there != arrived {
            return Err(CopyFault::Count {
                table: table.name,
                read: there,
                written: arrived,
            });
        }
        tell(Copying::Table(table.name, arrived));
    }
    // PostgreSQL numbers events by itself, and has not seen these numbers.
    let next = "SELECT setval(pg_get_serial_sequence('events', 'id'), MAX(id)) FROM events";
    written.on_postgres(sql(next)).await.map_err(of_target)?;
    written.commit().await.map_err(of_target)?;
    written.close().await.map_err(of_target)?;
    target.close().await;
    Ok(())
}

async fn count(own: &mut Own, table: &Table) -> Result<u64, StoreFault> {
    let statement = format!("SELECT COUNT(*) FROM {}", table.name);
    let row = own.fetch_one(sql(sqlx::AssertSqlSafe(statement))).await?;
    Ok(u64::try_from(row.at::<i64>(0)?).unwrap_or_default())
}

/// The steps that led to its tables.
async fn migrations(own: &mut Own) -> Result<Vec<i64>, StoreFault> {
    let statement = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
    let rows = own.fetch_all(sql(statement)).await?;
    rows.iter().map(|row| row.get("version")).collect()
}
