//! `store backup`: a copy while the server runs, whole or not at all

use std::{
    fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use protocol::CodiceFiscale;

use crate::{
    installation::{Installation, Server},
    serving::{post_token, post_token_to},
};

/// As many people of the administration as asked for.
fn people(count: usize) -> Vec<String> {
    let code = |number: usize| {
        ('A'..='Z')
            .map(|letter| format!("RSSMRA80A01H{number:03}{letter}"))
            .find(|code| CodiceFiscale::parse(code).is_ok())
            .unwrap()
    };
    (100..100 + count).map(code).collect()
}

fn installation_of(people: &[String]) -> Installation {
    let installation = Installation::new();
    let header =
        "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n";
    let rows = people
        .iter()
        .map(|code| format!("{code},ROSSI,MARIO,amministrazione,,,,,,true\n"));
    let file: String = std::iter::once(header.to_owned()).chain(rows).collect();
    installation.write("o.csv", file.as_bytes());
    let file = installation.folder().join("o.csv");
    let told = installation.run(&["operators", "import", file.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
    installation
}

/// The server on the copy, as after a disaster.
fn serve_the_copy(installation: &Installation) -> Server {
    let mut command = installation.command(&["serve"]);
    command.env("TESSERA_DATABASE", "sqlite:copy.db");
    Server::start(command)
}

#[test]
fn a_copy_made_under_load_holds_every_registration_confirmed_before() {
    let people = people(60);
    let installation = installation_of(&people);
    let server = installation.serve();
    let confirmed = Mutex::new(Vec::new());
    let is_copied = AtomicBool::new(false);
    let copy = installation.folder().join("copy.db");
    let before = thread::scope(|scope| {
        for share in people.chunks(people.len() / 3) {
            let (confirmed, is_copied, installation, portal) =
                (&confirmed, &is_copied, &installation, server.portal);
            scope.spawn(move || {
                let mut after = 0;
                for person in share.iter().cycle() {
                    let card = installation.card(person);
                    let (status, _, _) = post_token_to(portal, &card, "/api/registrations");
                    assert_eq!(status, 201);
                    confirmed.lock().unwrap().push((person.clone(), card));
                    after += usize::from(is_copied.load(Ordering::Relaxed));
                    if after > 2 {
                        break;
                    }
                }
            });
        }
        while confirmed.lock().unwrap().len() < 30 {
            thread::sleep(Duration::from_millis(5));
        }
        let before = confirmed.lock().unwrap().len();
        let told = installation.run(&["store", "backup", copy.to_str().unwrap()]);
        is_copied.store(true, Ordering::Relaxed);
        assert_eq!(told.code, Some(0), "{told:?}");
        before
    });
    server.stop();
    let confirmed = confirmed.into_inner().unwrap();
    assert!(confirmed.len() > before, "there was load meanwhile");

    let server = serve_the_copy(&installation);
    let mut lost = Vec::new();
    for person in &people {
        let mut cards = confirmed
            .iter()
            .enumerate()
            .filter(|(_, (who, _))| who == person);
        let Some((last, _)) = cards.clone().rfind(|(at, _)| *at < before) else {
            continue;
        };
        // That card, or one that took its place after the copy began.
        let found = cards.any(|(at, (_, card))| {
            at >= last && post_token(&server, card, "/api/session").0 == 201
        });
        if !found {
            lost.push(person);
        }
    }
    assert!(lost.is_empty(), "of {before} confirmed, lost: {lost:?}");
}

#[test]
fn a_copy_is_for_its_user_only_and_takes_nobodys_place() {
    let installation = installation_of(&people(1));
    let copy = installation.folder().join("copy.db");
    let name = copy.to_str().unwrap();
    let told = installation.run(&["store", "backup", name]);
    assert_eq!((told.code, told.out.as_str()), (Some(0), ""), "{told:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let first = fs::read(&copy).unwrap();
    let told = installation.run(&["store", "backup", name]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("is there already"), "{told:?}");
    assert_eq!(fs::read(&copy).unwrap(), first);
}

#[test]
fn a_copy_that_cannot_be_made_whole_is_not_there() {
    let installation = installation_of(&people(1));
    let backups = installation.folder().join("backups");
    fs::create_dir(&backups).unwrap();
    let copy = backups.join("copy.db");
    let nothing_is_left = |folder: &Path| fs::read_dir(folder).unwrap().next().is_none();

    // A disk that is full after the first pages: the size a file may have, for this process.
    let mut limited = std::process::Command::new("prlimit");
    let command = installation.command(&["store", "backup", copy.to_str().unwrap()]);
    limited
        .arg("--fsize=20000")
        .arg("sh")
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    let told = crate::installation::Told::from(limited.output().unwrap());
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("nothing was kept"), "{told:?}");
    assert!(nothing_is_left(&backups));

    // No database: none is made.
    fs::remove_file(installation.folder().join("portal.db")).unwrap();
    let told = installation.run(&["store", "backup", copy.to_str().unwrap()]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(nothing_is_left(&backups));
    assert!(!installation.folder().join("portal.db").exists());
}

#[test]
fn a_database_server_is_copied_by_its_own_means() {
    let installation = installation_of(&people(1));
    let copy = installation.folder().join("copy.db");
    let mut command = installation.command(&["store", "backup", copy.to_str().unwrap()]);
    command.env("TESSERA_DATABASE", "postgres://u:hunter2@127.0.0.1:1/db");
    let told = crate::installation::Told::from(command.output().unwrap());
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("pg_dump"), "{told:?}");
    assert!(!told.err.contains("hunter2"), "{told:?}");
    assert!(!copy.exists());
}
