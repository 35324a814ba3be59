//! `docs/server.md`, done as it says

use std::{path::Path, process::Command};

use crate::{
    installation::{Installation, Server, Told},
    shipped,
};

fn guide() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/server.md");
    std::fs::read_to_string(page).unwrap()
}

/// The block that begins with this line, without its indentation.
fn block(first_line: &str) -> String {
    let page = guide();
    let mut lines = page.lines().map(|line| line.strip_prefix("    "));
    let found: Vec<&str> = lines
        .by_ref()
        .skip_while(|line| line.is_none_or(|line| !line.starts_with(first_line)))
        .map_while(|line| line)
        .collect();
    assert!(!found.is_empty(), "no block begins with {first_line:?}");
    found.join("\n") + "\n"
}

/// The guide's node in a folder instead of `/etc/tessera` and `/var/lib/tessera`; its
/// authority's certificate is not there yet.
fn as_the_guide_says() -> Installation {
    let installation = Installation::new();
    let state = installation.folder().join("state");
    std::fs::create_dir(&state).unwrap();
    let toml = block("listen = \"127.0.0.1:8080\"");
    assert!(toml.contains("/var/lib/tessera/"), "{toml}");
    let toml = toml.replace("/var/lib/tessera", state.to_str().unwrap());
    installation.write("tessera.toml", toml.as_bytes());
    installation.write(
        "o.csv",
        b"codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
          RSSMRA80A01H501U,ROSSI,MARIO,medico,,,,,,true\n",
    );
    installation
}

/// With the name the machine gives it, on whatever port is free.
fn command(installation: &Installation, arguments: &[&str]) -> Command {
    let mut command = installation.command(arguments);
    command
        .env_remove("TESSERA_AUDIT__NODE")
        .env("TESSERA_LISTEN", "127.0.0.1:0");
    command
}

fn run(mut command: Command) -> Told {
    Told::from(command.output().unwrap())
}

#[test]
fn its_node_writes_where_the_unit_lets_it_and_commands_look_there_too() {
    let unit = shipped::text("systemd/tessera-server.service");
    assert!(unit.lines().any(|line| line == "StateDirectory=tessera"));
    // What only the unit said, commands would not know.
    assert!(!unit.lines().any(|line| line.starts_with("Environment=")));
    let installation = as_the_guide_says();
    let state = installation.folder().join("state");
    let told = run(command(&installation, &["config", "check"]));
    assert_eq!(told.code, Some(0), "{told:?}");
    for key in ["trust.state", "audit.key", "audit.heads", "database"] {
        let line = told.out.lines().find(|line| line.starts_with(key)).unwrap();
        assert!(line.contains(state.to_str().unwrap()), "{line}");
        assert!(line.ends_with("# file"), "{line}");
    }
    assert!(!told.out.contains("\naudit.node"), "{told:?}");
}

#[test]
fn its_node_does_not_start_without_an_authority_and_writes_nothing_beside_its_file() {
    let installation = as_the_guide_says();
    let certificate = installation.folder().join("ca/prova.pem");
    let away = installation.folder().join("prova.pem");
    std::fs::rename(&certificate, &away).unwrap();
    let told = run(command(&installation, &["serve"]));
    assert_eq!(told.code, Some(2), "{told:?}");
    assert!(told.err.contains("trust.anchors"), "{told:?}");
    std::fs::rename(&away, &certificate).unwrap();

    let names = || -> Vec<String> {
        let entries = std::fs::read_dir(installation.folder()).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
            .into_iter()
            .map(|it| it.into_string().unwrap())
            .collect()
    };
    let before = names();
    let file = installation.folder().join("o.csv");
    let file = file.to_str().unwrap();
    let told = run(command(&installation, &["operators", "import", file]));
    assert_eq!(told.code, Some(0), "{told:?}");
    let server = Server::start(command(&installation, &["serve"]));
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(names(), before);
    for made in ["tessera.db", "audit.key", "audit.pub", "audit-heads.jsonl"] {
        assert!(
            installation.folder().join("state").join(made).exists(),
            "{made}"
        );
    }
}

#[test]
fn a_command_gets_the_databases_secret_by_the_line_of_the_guide() {
    let installation = as_the_guide_says();
    // What commands need not open, they may not be able to read.
    let toml = installation.folder().join("tessera.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with("database"))
        .map(|line| format!("{line}\n"))
        .collect();
    let tls = block("[tls]");
    assert!(tls.contains("/etc/ssl/private/portal.key"), "{tls}");
    installation.write("tessera.toml", format!("{text}{tls}").as_bytes());
    let database = installation.folder().join("state/elsewhere.db");
    installation.write_secret(
        "secret",
        format!("sqlite:{}\n", database.display()).as_bytes(),
    );

    let line = block("TESSERA_DATABASE=$(cat ");
    let line = line.lines().next().unwrap();
    let places = [
        (
            "/etc/tessera.secrets/database",
            installation.folder().join("secret"),
        ),
        ("/etc/tessera/tessera.toml", toml),
        (
            "/var/lib/tessera/operators.csv",
            installation.folder().join("o.csv"),
        ),
    ];
    let line = places.iter().fold(line.to_owned(), |line, (theirs, ours)| {
        assert!(line.contains(theirs), "{theirs} in {line}");
        line.replace(theirs, ours.to_str().unwrap())
    });
    // There is no such user here; this one does as well.
    assert!(line.contains("runuser -u tessera -- "), "{line}");
    let as_this_user = match rustix::process::geteuid().is_root() {
        true => "runuser -u root -- ",
        false => "env ",
    };
    let line = line.replace("runuser -u tessera -- ", as_this_user);
    let program = Path::new(env!("CARGO_BIN_EXE_server-stub"));
    let path = std::env::var("PATH").unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).env(
        "PATH",
        format!("{}:{path}", program.parent().unwrap().display()),
    );
    let told = run(shell);
    assert_eq!(told.code, Some(0), "{line}: {told:?}");
    assert!(database.exists());
    let without = run(command(&installation, &["assistance", "list"]));
    assert_eq!(without.code, Some(2), "{without:?}");
    assert!(without.err.contains("database"), "{without:?}");
}
