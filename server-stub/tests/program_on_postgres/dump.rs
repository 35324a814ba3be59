//! The guide's commands that back PostgreSQL up and restore it (docs/server.md)

use std::{path::Path, process::Command};

use crate::{
    copying::{LoggedIn, log_in, run, serve, token},
    installation::ask,
    serving::with_mario,
};

/// The guide's line that begins so, for these instead of the guide's own.
fn command(begin: &str, file: &str, database: &str, restored: &str) -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/server.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let lines: Vec<&str> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(begin))
        .collect();
    assert_eq!(lines.len(), 1, "{begin}: {lines:?}");
    let line = lines[0]
        .replace("postgres://tessera@db1/tessera_restored", restored)
        .replace("postgres://tessera@db1/tessera", database)
        .replace("/var/backups/tessera/today.dump", file);
    assert!(!line.contains("tessera@db1"), "{line}");
    line
}

fn succeed(command: &str) {
    let path = std::env::var("PATH").unwrap();
    let done = Command::new("sh")
        .args(["-c", command])
        .env("PATH", format!("/usr/lib/postgresql/15/bin:{path}"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && told.is_empty(),
        "{command}: {told}"
    );
}

#[test]
fn a_backup_by_the_guide_holds_sessions_cards_and_spent_challenges() {
    let installation = with_mario();
    let (database, restored) = (crate::database(), crate::database());
    let people = installation.folder().join("o.csv");
    let import = ["operators", "import", people.to_str().unwrap()];
    let told = run(&installation, &database, &import);
    assert_eq!(told.code, Some(0), "{told:?}");
    let before = serve(&installation, &database);
    let LoggedIn {
        card,
        spent,
        cookie: session,
    } = LoggedIn::to(&before, &installation);

    let file = installation.folder().join("today.dump");
    let file = file.to_str().unwrap();
    succeed(&command("pg_dump", file, &database, &restored));
    before.stop();
    succeed(&command("pg_restore", file, &database, &restored));

    let after = serve(&installation, &restored);
    let who = ask(after.portal, "GET", "/api/session", &session, "");
    assert_eq!(who.status, 200, "{}", who.text());
    let again = log_in(&after, &spent);
    assert_eq!(again.json()["code"], "challenge-used", "{}", again.text());
    // Events go on being numbered, and nodes go on telling each other.
    assert_eq!(log_in(&after, &token(&after, &card)).status, 201);
    let (code, log) = after.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("counts challenges by itself"), "{log}");
}
