//! `database`: how the servers are reached, and what is told when they are not

use std::os::unix::fs::PermissionsExt;

use crate::installation::{Installation, Told};

fn serve(installation: &Installation, database: &str) -> Told {
    let mut command = installation.command(&["serve"]);
    Told::from(command.env("TESSERA_DATABASE", database).output().unwrap())
}

#[test]
fn a_password_comes_from_a_file_and_is_never_told() {
    let server = postgres_server::shared();
    let database = server.empty_database();
    let role = "CREATE ROLE with_password LOGIN PASSWORD 'una-parola-segreta'";
    server.run("postgres", role);
    server.run(
        "postgres",
        &format!("GRANT ALL ON DATABASE {database} TO with_password"),
    );
    server.run(&database, "GRANT ALL ON SCHEMA public TO with_password");
    let address = format!("postgres://with_password@{}/{database}", server.address());
    let installation = Installation::new();
    installation.write("pass", b"*:*:*:*:una-parola-segreta\n");
    let file = installation.folder().join("pass");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    let list = |address: &str| {
        let mut command = installation.command(&["assistance", "list"]);
        Told::from(command.env("TESSERA_DATABASE", address).output().unwrap())
    };
    let told = list(&format!("{address}?passfile=pass"));
    assert_eq!(told.code, Some(0), "{told:?}");
    let told = list(&address);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("password"), "{told:?}");

    installation.write("pass", b"*:*:*:*:una-parola-sbagliata\n");
    let told = list(&format!("{address}?passfile=pass"));
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains(&address), "{told:?}");
    assert!(!told.err.contains("sbagliata"), "{told:?}");
}

#[test]
fn an_address_that_will_not_do_is_told_without_its_password() {
    let installation = Installation::new();
    for (address, named) in [
        ("postgres://u:segreta@h/db?sslmod=require", "sslmod"),
        ("postgres://u:segreta@h", "which database"),
        ("postgres://u@h/db?passfile=nowhere", "nowhere"),
        ("postgresql:u:segreta", "postgres://user@host/db"),
    ] {
        let told = serve(&installation, address);
        assert_eq!(told.code, Some(2), "{told:?}");
        assert!(told.err.contains("database = "), "{told:?}");
        assert!(told.err.contains(named), "{told:?}");
        assert!(!told.err.contains("segreta"), "{told:?}");
        assert_eq!(told.err.trim().lines().count(), 1, "{told:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_told_within_some_seconds() {
    let installation = Installation::new();
    let begin = std::time::Instant::now();
    let told = serve(&installation, "postgres://u:segreta@127.0.0.1:9/db");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("postgres://u@127.0.0.1:9/db"), "{told:?}");
    assert!(!told.err.contains("segreta"), "{told:?}");
    assert!(begin.elapsed().as_secs() < 10);
}
