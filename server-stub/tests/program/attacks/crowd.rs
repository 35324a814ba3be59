//! Very many connections at once

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use socket2::{Domain, Socket, Type};

use super::honest_login;
use crate::{
    installation::{Installation, Server, exchange},
    serving::with_mario,
};

/// A connection from an address of its own choice; on this machine all of 127/8 are.
pub fn connect_from(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    socket.into()
}

/// So many connections of which nothing is asked.
pub fn idle(count: usize, from: [u8; 4], server: &Server) -> Vec<TcpStream> {
    (0..count)
        .map(|_| connect_from(from, server.portal))
        .collect()
}

/// Whether the other side has closed it.
pub fn is_closed(mut stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    match stream.read(&mut [0; 512]) {
        Ok(0) => true,
        Ok(_) => false,
        Err(fault) => fault.kind() != std::io::ErrorKind::WouldBlock,
    }
}

pub fn wait_until(what: &str, patience: Duration, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + patience;
    while !is_so() {
        assert!(Instant::now() < until, "not in {patience:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Both ends of thousands of connections are on this machine.
fn allow_many_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = maximum;
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

fn configured(more: &str) -> (Installation, Server) {
    allow_many_descriptors();
    let installation = with_mario();
    installation.configure(more);
    let server = installation.serve();
    (installation, server)
}

#[test]
fn thousands_of_idle_connections_keep_nobody_out() {
    let (installation, server) =
        configured("[limits]\nconnections = 1000\nconnections_per_address = 600\n");
    let one = idle(1500, [127, 0, 0, 2], &server);
    let others: Vec<_> = (3..6)
        .flat_map(|last| idle(500, [127, 0, 0, last], &server))
        .collect();
    honest_login(&installation, &server);
    let open = |streams: &[TcpStream]| streams.iter().filter(|it| !is_closed(it)).count();
    // The first address lost its own first, then the longest idle of all.
    wait_until("closed down to the limit", Duration::from_secs(10), || {
        open(&one) + open(&others) <= 1000
    });
    assert!(open(&one) <= 600);
    assert!(is_closed(&one[0]) && !is_closed(others.last().unwrap()));
}

#[test]
fn many_who_ask_and_do_not_read_keep_nobody_out() {
    let (installation, server) =
        configured("[limits]\nconnections = 16\nconnections_per_address = 16\n");
    // More than the system takes in for whoever does not read.
    let requests = "GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(500);
    let crowd = idle(16, [127, 0, 0, 2], &server);
    for mut stream in &crowd {
        stream.write_all(requests.as_bytes()).unwrap();
    }
    for stream in &crowd {
        assert_eq!(stream.peek(&mut [0]).unwrap(), 1);
    }
    // Until the server has done what it could.
    let (mut before, mut quiet) = (server.processor_time(), 0);
    wait_until("all answers are stuck", Duration::from_secs(60), || {
        std::thread::sleep(Duration::from_secs(1));
        let now = server.processor_time();
        let did = now - std::mem::replace(&mut before, now);
        quiet = if did < Duration::from_millis(50) {
            quiet + 1
        } else {
            0
        };
        quiet == 3
    });
    for last in 3..6 {
        let stream = connect_from([127, 0, 0, last], server.portal);
        let reply = exchange(stream, "GET", "/api/health/live", "", "");
        assert_eq!(reply.status, 200);
    }
    honest_login(&installation, &server);
    drop(crowd);
}

#[test]
fn an_address_has_its_share_and_others_theirs() {
    let (installation, server) =
        configured("[limits]\nconnections = 1000\nconnections_per_address = 20\n");
    let kept = idle(10, [127, 0, 0, 3], &server);
    let crowd = idle(200, [127, 0, 0, 2], &server);
    let open = || crowd.iter().filter(|it| !is_closed(it)).count();
    wait_until("closed down to its share", Duration::from_secs(10), || {
        open() == 20
    });
    assert!(kept.iter().all(|it| !is_closed(it)));
    honest_login(&installation, &server);
}

#[test]
fn a_trusted_proxy_has_no_share_and_its_clients_are_counted_by_their_own_address() {
    let (_, server) = configured(
        "trusted_proxies = [\"127.0.0.9\"]\n\
         [limits]\nconnections_per_address = 20\nchallenges_per_minute = 3\n",
    );
    let proxys = idle(100, [127, 0, 0, 9], &server);
    let asked = |client: &str| {
        let stream = connect_from([127, 0, 0, 9], server.portal);
        let headers = format!("X-Forwarded-For: {client}\r\n");
        exchange(stream, "POST", "/api/challenges", &headers, "").status
    };
    for _ in 0..3 {
        assert_eq!(asked("192.0.2.1"), 201);
    }
    assert_eq!(asked("192.0.2.1"), 429);
    assert_eq!(asked("192.0.2.2"), 201);
    assert!(proxys.iter().all(|it| !is_closed(it)));
    // Nobody else is believed.
    for spoofed in ["192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"] {
        let stream = connect_from([127, 0, 0, 8], server.portal);
        let headers = format!("X-Forwarded-For: {spoofed}\r\n");
        let reply = exchange(stream, "POST", "/api/challenges", &headers, "");
        let refused = spoofed == "192.0.2.6";
        assert_eq!(reply.status, if refused { 429 } else { 201 });
    }
}

#[test]
fn when_all_are_being_answered_a_newcomer_is_told_so() {
    let (installation, server) =
        configured("[limits]\nconnections = 16\nconnections_per_address = 16\n");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Another program holds the database: whoever asks waits for it.
    let lock = runtime.block_on(lock_database(&installation));
    let request = "POST /api/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Origin: http://localhost:8080\r\nContent-Type: application/json\r\n\
        Content-Length: 31\r\n\r\n{\"username\":\"x\",\"password\":\"y\"}";
    let mut waiting: Vec<_> = (0..16)
        .map(|_| {
            let mut stream = connect_from([127, 0, 0, 2], server.portal);
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    // Until all of them are being answered.
    std::thread::sleep(Duration::from_secs(1));
    let mut told = None;
    for _ in 0..60 {
        let mut stream = connect_from([127, 0, 0, 3], server.portal);
        let mut answer = String::new();
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let _ = stream.read_to_string(&mut answer);
        if !answer.is_empty() {
            told = Some(answer);
            break;
        }
    }
    let told = told.expect("an answer without a question");
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert!(head.contains("retry-after: "), "{head}");
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["code"], "security-systems-unavailable");
    drop(lock);
    for stream in &mut waiting {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let is_one = |status: &&str| answer.starts_with(&format!("HTTP/1.1 {status} "));
        assert!(["401", "429", "503"].iter().any(is_one), "{answer}");
    }
    honest_login(&installation, &server);
}

async fn lock_database(installation: &Installation) -> sqlx::SqliteConnection {
    use sqlx::{ConnectOptions, Executor};

    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(installation.folder().join("portal.db"))
        .connect()
        .await
        .unwrap();
    connection.execute("BEGIN IMMEDIATE").await.unwrap();
    connection
}
