//! A database that an earlier build of the portal wrote

use protocol::service::{Profile, ServiceId};
use server_stub::store::{DatabaseAddress, OperatorRow, Store};
use sqlx::{ConnectOptions, Connection, Executor, migrate::Migrator, sqlite::SqliteConnectOptions};

use crate::support::{ANNA, MARIO, operator};

#[tokio::test]
async fn its_operators_can_be_found_and_named_once_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    let first = "0001_portal.sql";
    let ours = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    std::fs::copy(ours.join(first), migrations.join(first)).unwrap();
    let file = folder.path().join("portal.db");
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    let earlier = Migrator::new(migrations.as_path()).await.unwrap();
    earlier.run(&mut connection).await.unwrap();
    for (codice_fiscale, cognome) in [(MARIO, "ROSSI"), (ANNA, "VERDI")] {
        let row = format!(
            "INSERT INTO operators VALUES ('{codice_fiscale}', '{cognome}', 'X', 'medico', '', \
             '', 'Abruzzo', 'A012', '', 1)"
        );
        connection.execute(sqlx::AssertSqlSafe(row)).await.unwrap();
    }
    connection.close().await.unwrap();

    let address = DatabaseAddress::Sqlite(file);
    let store = Store::open(&address).await.unwrap();
    let administrator = OperatorRow {
        services: vec![ServiceId::GestioneCredenziali],
        ..operator("BNCLCU65T31L219Z", Profile::Amministrazione)
    };
    let (found, _) = store.find_operators(&administrator, "rossi").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id.len(), 16);
    let (found, _) = store.find_operators(&administrator, ANNA).await.unwrap();
    assert_eq!(found[0].operator.operator.cognome, "VERDI");
    let other = store.managed_operator(&administrator, &found[0].id).await;
    assert!(other.unwrap().is_some());
}
