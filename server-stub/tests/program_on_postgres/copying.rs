//! `store copy`: an installation moves to PostgreSQL, and back

use std::{
    collections::BTreeSet,
    path::Path,
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use pki::{Card, Holder, Key, codice_fiscale};
use protocol::{ChallengeNonce, Origin};
use server_stub::store::TABLES;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, sqlite::SqliteConnectOptions};

use crate::{
    installation::{Installation, ORIGIN, Reply, Server, Told, ask},
    serving::post_token,
};

const HEADER: &str =
    "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n";

/// The program on that database instead of the configured one.
pub fn run(installation: &Installation, database: &str, arguments: &[&str]) -> Told {
    let mut command = installation.command(arguments);
    Told::from(command.env("TESSERA_DATABASE", database).output().unwrap())
}

pub fn serve(installation: &Installation, database: &str) -> Server {
    let mut command = installation.command(&["serve"]);
    command.env("TESSERA_DATABASE", database);
    Server::start(command)
}

/// An installation on SQLite with so many operators besides Mario; its address.
fn on_sqlite(count: u32) -> (Installation, String) {
    let installation = Installation::new();
    let mario = "RSSMRA80A01H501U";
    let mut file = format!("{HEADER}{mario},ROSSI,MARIO,medico,,m@asl.example,,,,true\n");
    let others = (0..count).map(codice_fiscale).filter(|cf| cf != mario);
    for cf in others {
        file += &format!("{cf},\"D'ANTÒ\\N, \\.\",\"UGO \"\"8\"\"\",medico,,,,,cms,false\n");
    }
    installation.write("o.csv", file.as_bytes());
    let csv = installation.folder().join("o.csv");
    let file = installation.folder().join("moves.db");
    let address = format!("sqlite:{}", file.display());
    let told = run(
        &installation,
        &address,
        &["operators", "import", csv.to_str().unwrap()],
    );
    assert_eq!(told.code, Some(0), "{told:?}");
    (installation, address)
}

fn copy(installation: &Installation, from: &str, to: &str) -> Told {
    installation.run(&["store", "copy", "--from", from, "--to", to])
}

/// A token by which its challenge is spent, to be sent as often as anyone likes.
pub fn token(server: &Server, card: &Card) -> (String, String) {
    let issued = ask(server.portal, "POST", "/api/challenges", "", "");
    let nonce = ChallengeNonce::parse(issued.json()["nonce"].as_str().unwrap()).unwrap();
    let token = card.token(&Origin::parse(ORIGIN).unwrap(), &nonce);
    let json = "Content-Type: application/json\r\n";
    let headers = format!("{json}Cookie: {}\r\n", issued.cookie());
    (headers, serde_json::json!({ "token": token }).to_string())
}

pub fn log_in(server: &Server, (headers, body): &(String, String)) -> Reply {
    ask(server.portal, "POST", "/api/session", headers, body)
}

/// Somebody who has registered, fetched their document and logged in.
pub struct LoggedIn {
    pub card: Card,
    /// What they logged in with.
    pub spent: (String, String),
    /// Their session, as a header.
    pub cookie: String,
}

impl LoggedIn {
    pub fn to(server: &Server, installation: &Installation) -> LoggedIn {
        let card = installation
            .authority
            .issue(&Holder::default(), Key::p256());
        let (_, document, _) = post_token(server, &card, "/api/registrations");
        let document = format!("Cookie: {document}\r\n");
        let path = "/api/credentials-document";
        assert_eq!(ask(server.portal, "GET", path, &document, "").status, 200);
        let spent = token(server, &card);
        let session = log_in(server, &spent);
        assert_eq!(session.status, 201, "{}", session.text());
        let cookie = format!("Cookie: {}\r\n", session.cookie());
        LoggedIn {
            card,
            spent,
            cookie,
        }
    }
}

#[test]
fn who_is_logged_in_goes_on_and_what_is_spent_stays_spent() {
    let (installation, sqlite) = on_sqlite(300);
    let before = serve(&installation, &sqlite);
    let LoggedIn {
        card,
        spent,
        cookie,
    } = LoggedIn::to(&before, &installation);

    let postgres = crate::database();
    let told = copy(&installation, &sqlite, &postgres);
    assert_eq!(told.code, Some(0), "{told:?}");
    for counted in ["       301  operators\n", "         1  sessions\n"] {
        assert!(told.out.contains(counted), "{told:?}");
    }
    let told = run(&installation, &postgres, &["audit", "verify"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let after = serve(&installation, &postgres);
    for server in [&before, &after] {
        let who = ask(server.portal, "GET", "/api/session", &cookie, "");
        assert_eq!(who.status, 200);
        let again = log_in(server, &spent);
        assert_eq!(again.json()["code"], "challenge-used", "{}", again.text());
    }
    // Events go on being numbered.
    assert_eq!(log_in(&after, &token(&after, &card)).status, 201);
    let messages = ask(after.portal, "GET", "/api/messages", &cookie, "");
    assert_eq!(messages.status, 200, "{}", messages.text());
}

#[test]
fn a_target_that_holds_anything_is_refused_and_left_as_it_is() {
    let (installation, sqlite) = on_sqlite(3);
    let postgres = crate::database();
    serve(&installation, &postgres).stop();
    let told = copy(&installation, &sqlite, &postgres);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert_eq!(told.err.trim().lines().count(), 1, "{told:?}");
    assert!(told.err.contains("holds data already (table secrets)"));
    let told = run(
        &installation,
        &postgres,
        &["registrations", "revoke", &codice_fiscale(1)],
    );
    assert_eq!(told.code, Some(1), "no operator came");
    // Itself, too.
    let told = copy(&installation, &sqlite, &sqlite);
    assert!(told.err.contains("holds data already"), "{told:?}");
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_is_made() {
    let installation = Installation::new();
    let missing = installation.folder().join("missing.db");
    let missing = format!("sqlite:{}", missing.display());
    let empty = crate::database();
    for (from, to, told_of) in [
        (missing.as_str(), empty.as_str(), "--from sqlite:"),
        (&empty, &missing, "--from postgres://"),
        ("mysql:x", &empty, "--from mysql:…"),
        (&missing, "nowhere", "--to nowhere:…"),
    ] {
        let told = copy(&installation, from, to);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.err.contains(told_of), "{told:?}");
    }
    assert!(!installation.folder().join("missing.db").exists());
}

#[test]
fn interrupted_at_any_moment_it_leaves_the_target_empty() {
    let (installation, sqlite) = on_sqlite(20_000);
    let server = postgres_server::shared();
    let database = server.empty_database();
    let address = server.url(&database);
    let mut killed = 0;
    let mut patience = Duration::from_millis(50);
    loop {
        let mut command =
            installation.command(&["store", "copy", "--from", &sqlite, "--to", &address]);
        let mut child = command
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        sleep(patience);
        patience = patience.mul_f32(1.5);
        child.kill().unwrap();
        let by_itself = child.wait().unwrap().success();
        let is_there = server.run(&database, "SELECT to_regclass('operators') IS NOT NULL");
        let count = if is_there == "t" {
            server.run(&database, "SELECT COUNT(*) FROM operators")
        } else {
            "0".to_owned()
        };
        if count != "0" {
            let all: u32 = count.parse().unwrap();
            assert!((20_000..=20_001).contains(&all), "{all}");
            break;
        }
        assert!(!by_itself);
        killed += 1;
    }
    assert!(killed > 2, "{killed}");
}

#[test]
fn a_server_that_starts_meanwhile_does_not_come_between() {
    let (installation, sqlite) = on_sqlite(20_000);
    let postgres = crate::database();
    let mut command =
        installation.command(&["store", "copy", "--from", &sqlite, "--to", &postgres]);
    let mut copying = command.stdout(Stdio::null()).spawn().unwrap();
    sleep(Duration::from_millis(500));
    // It may have to wait too long, and says so; or it comes afterwards.
    let begin = Instant::now();
    run(&installation, &postgres, &["assistance", "list"]);
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(copying.wait().unwrap().success());
}

#[tokio::test]
async fn there_and_back_again_every_row_of_every_table_is_the_same() {
    let (installation, sqlite) = on_sqlite(300);
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let server = serve(&installation, &sqlite);
    post_token(&server, &card, "/api/registrations");
    server.stop();
    let (postgres, back) = (crate::database(), installation.folder().join("back.db"));
    let back_address = format!("sqlite:{}", back.display());
    for (from, to) in [(&sqlite, &postgres), (&postgres, &back_address)] {
        let told = copy(&installation, from, to);
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    let options = SqliteConnectOptions::new().filename(sqlite.trim_start_matches("sqlite:"));
    let mut connection = options.connect().await.unwrap();
    let attach = format!("ATTACH '{}' AS back", back.display());
    connection.execute(AssertSqlSafe(attach)).await.unwrap();
    for table in tables(&mut connection).await {
        for (one, other) in [("main", "back"), ("back", "main")] {
            let lost = format!(
                "SELECT COUNT(*) FROM (SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table})"
            );
            let lost: i64 = sqlx::query_scalar(AssertSqlSafe(lost))
                .fetch_one(&mut connection)
                .await
                .unwrap();
            assert_eq!(lost, 0, "{table}");
        }
    }
}

async fn tables(connection: &mut sqlx::SqliteConnection) -> BTreeSet<String> {
    let names = "SELECT name FROM main.sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations'";
    let names: Vec<String> = sqlx::query_scalar(names)
        .fetch_all(connection)
        .await
        .unwrap();
    names.into_iter().collect()
}

#[test]
fn every_table_and_column_is_carried() {
    let (server, postgres) = (postgres_server::shared(), crate::database());
    let installation = Installation::new();
    run(&installation, &postgres, &["assistance", "list"]);
    // What nodes tell each other from second to second is nobody's to carry.
    let columns = "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'public'
             AND table_name NOT IN ('_sqlx_migrations', 'challenge_counts')";
    let database = Path::new(&postgres).file_name().unwrap().to_str().unwrap();
    let there = server.run(database, columns);
    let there: BTreeSet<&str> = there.lines().collect();
    let carried = TABLES.iter().flat_map(|table| {
        let columns = table.column_names();
        columns.map(move |column| format!("{}.{column}", table.name))
    });
    let carried: BTreeSet<String> = carried.collect();
    let carried: BTreeSet<&str> = carried.iter().map(String::as_str).collect();
    assert_eq!(there, carried);
}
