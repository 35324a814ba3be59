//! That the server under the tests does what its name for it says.

#![allow(clippy::unwrap_used)] // what fails here fails the test

use std::{
    net::TcpStream,
    path::PathBuf,
    time::{Duration, Instant},
};

use postgres_server::Postgres;

fn make_table(server: &Postgres) -> String {
    let database = server.empty_database();
    server.run(&database, "CREATE TABLE kept (number INTEGER)");
    database
}

fn insert(server: &Postgres, database: &str) {
    server.run(database, "INSERT INTO kept VALUES (1)");
}

fn count(server: &Postgres, database: &str) -> String {
    server.run(database, "SELECT COUNT(*) FROM kept")
}

#[test]
fn what_was_committed_is_there_after_a_kill_and_after_an_immediate_stop() {
    let mut server = Postgres::start();
    let database = make_table(&server);
    insert(&server, &database);
    server.kill();
    server.restart();
    insert(&server, &database);
    server.stop_immediately();
    server.restart();
    assert_eq!(count(&server, &database), "2");
}

#[test]
fn a_standby_has_what_was_confirmed_and_takes_writes_once_promoted() {
    let mut server = Postgres::start();
    let database = make_table(&server);
    let standby = server.standby();
    insert(&server, &database);
    server.kill();
    assert_eq!(standby.run("postgres", "SELECT pg_is_in_recovery()"), "t");
    standby.promote();
    insert(&standby, &database);
    assert_eq!(count(&standby, &database), "2");
}

#[test]
fn paused_it_takes_connections_and_answers_nothing() {
    let server = Postgres::start();
    server.pause();
    TcpStream::connect(server.address()).unwrap();
    let mut asked = std::process::Command::new("/usr/lib/postgresql/15/bin/psql")
        .args([&server.url("postgres"), "--command", "SELECT 1"])
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert!(asked.try_wait().unwrap().is_none());
    server.resume();
    assert!(asked.wait().unwrap().success());
}

#[test]
fn it_goes_with_its_test_even_one_that_fails_while_it_is_paused() {
    let address = std::sync::Mutex::new(String::new());
    let failed = std::thread::scope(|scope| {
        let test = scope.spawn(|| {
            let server = Postgres::start();
            let database = make_table(&server);
            *address.lock().unwrap() = format!("{}/{database}", server.address());
            *address.lock().unwrap() += &format!(" {}", server.files(&database)[0].display());
            server.pause();
            panic!("as a test does that fails");
        });
        test.join().is_err()
    });
    assert!(failed);
    let told = address.lock().unwrap();
    let (place, file) = told.split_once(' ').unwrap();
    let (place, _) = place.split_once('/').unwrap();
    assert!(TcpStream::connect(place).is_err());
    assert!(!PathBuf::from(file).exists());
}

#[test]
fn databases_of_one_server_know_nothing_of_each_other() {
    let server = postgres_server::shared();
    let begin = Instant::now();
    let one = make_table(server);
    let other = server.database_like(&one);
    insert(server, &one);
    assert_eq!(count(server, &one), "1");
    assert_eq!(count(server, &other), "0");
    assert!(begin.elapsed() < Duration::from_secs(30));
}
