//! `serve`: a whole visit, what stands in the log afterwards, signals, metrics

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use pki::{Card, Holder, Key};
use protocol::{ChallengeNonce, Origin};

use crate::installation::{Installation, ORIGIN, Server, ask};

const MARIO: &str = "RSSMRA80A01H501U";

/// With Mario among the operators.
pub fn with_mario() -> Installation {
    let installation = Installation::new();
    let file = installation.folder().join("o.csv");
    installation.write(
        "o.csv",
        format!(
            "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
             {MARIO},ROSSI,MARIO,medico,,mario@asl.example,,,,true\n"
        )
        .as_bytes(),
    );
    let told = installation.run(&["operators", "import", file.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
    installation
}

/// Posts a token of this card; the answer, its cookie, and the token's signature.
pub fn post_token(server: &Server, card: &Card, path: &str) -> (u16, String, String) {
    post_token_to(server.portal, card, path)
}

/// The same, at an address.
pub fn post_token_to(portal: SocketAddr, card: &Card, path: &str) -> (u16, String, String) {
    let issued = ask(portal, "POST", "/api/challenges", "", "");
    assert_eq!(issued.status, 201);
    let nonce = ChallengeNonce::parse(issued.json()["nonce"].as_str().unwrap()).unwrap();
    let token = card.token(&Origin::parse(ORIGIN).unwrap(), &nonce);
    let token = serde_json::to_value(token).unwrap();
    let signature = token["signature"].as_str().unwrap().to_owned();
    let body = serde_json::json!({ "token": token }).to_string();
    let headers = format!(
        "Content-Type: application/json\r\nCookie: {}\r\n",
        issued.cookie()
    );
    let reply = ask(portal, "POST", path, &headers, &body);
    let cookie = if reply.status == 201 {
        reply.cookie()
    } else {
        String::new()
    };
    (reply.status, cookie, signature)
}

#[test]
fn a_whole_visit_leaves_no_person_and_no_secret_in_the_log() {
    let installation = with_mario();
    let server = installation.serve();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let (status, document, first) = post_token(&server, &card, "/api/registrations");
    assert_eq!(status, 201);
    let headers = format!("Cookie: {document}\r\n");
    let pdf = ask(
        server.portal,
        "GET",
        "/api/credentials-document",
        &headers,
        "",
    );
    assert!(pdf.body.starts_with(b"%PDF-"));
    let (status, session, second) = post_token(&server, &card, "/api/session");
    assert_eq!(status, 201);
    let body = format!("{{\"username\":\"{MARIO}\",\"password\":\"una-prova-segreta\"}}");
    let headers = format!("Content-Type: application/json\r\nCookie: {session}\r\n");
    let reply = ask(server.portal, "POST", "/api/session", &headers, &body);
    assert_eq!(reply.status, 401);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("a card was registered"), "{log}");
    assert!(log.contains("a session was opened"), "{log}");
    let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
    for secret in [
        MARIO,
        "ROSSI",
        "mario@asl.example",
        "una-prova-segreta",
        &first,
        &second,
        &value(&document),
        &value(&session),
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn what_was_said_to_one_run_holds_in_the_next() {
    let installation = with_mario();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let server = installation.serve();
    let (_, document, _) = post_token(&server, &card, "/api/registrations");
    server.stop();
    let server = installation.serve();
    let headers = format!("Cookie: {document}\r\n");
    let path = "/api/credentials-document";
    assert_eq!(ask(server.portal, "GET", path, &headers, "").status, 200);
    let (status, session, _) = post_token(&server, &card, "/api/session");
    assert_eq!(status, 201);
    server.stop();
    let server = installation.serve();
    let headers = format!("Cookie: {session}\r\n");
    let who = ask(server.portal, "GET", "/api/session", &headers, "");
    assert_eq!(who.json()["operator"]["codice_fiscale"], MARIO);
    // Another process's word holds at once.
    let told = installation.run(&["operators", "disable", MARIO]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let who = ask(server.portal, "GET", "/api/session", &headers, "");
    assert_eq!(who.status, 401);
}

#[test]
fn at_sighup_the_trust_files_are_read_at_once() {
    let installation = with_mario();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let mut server = installation.serve();
    let list = installation.authority.revoke(&[card.serial()]);
    installation.write("crl/prova.crl", &list);
    server.signal("HUP");
    server.wait_for_line("trust read");
    let (status, _, _) = post_token(&server, &card, "/api/registrations");
    assert_eq!(status, 401);
}

#[test]
fn without_a_signal_they_are_read_within_a_minute() {
    let installation = with_mario();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let mut server = installation.serve();
    let list = installation.authority.revoke(&[card.serial()]);
    installation.write("crl/prova.crl", &list);
    server.wait_for_line("trust read");
    let (status, _, _) = post_token(&server, &card, "/api/registrations");
    assert_eq!(status, 401);
}

#[test]
fn sigint_stops_it_too() {
    let server = Installation::new().serve();
    server.signal("INT");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"));
}

#[test]
fn a_stopping_server_serves_on_until_the_balancer_has_looked() {
    let installation = with_mario();
    installation.configure("[limits]\ndrain_seconds = 3\n");
    let mut server = installation.serve();
    let ready = |server: &Server| ask(server.portal, "GET", "/api/health/ready", "", "").status;
    assert_eq!(ready(&server), 200);
    server.signal("TERM");
    server.wait_for_line("the load balancer is told");
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(2500) {
        assert_eq!(ready(&server), 503);
        let issued = ask(server.portal, "POST", "/api/challenges", "", "");
        assert_eq!(issued.status, 201);
        assert!(issued.head.contains("connection: close"), "{}", issued.head);
        // Fewer than an address may ask for in a minute.
        std::thread::sleep(Duration::from_millis(20));
    }
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn what_is_under_way_when_it_stops_is_answered() {
    let server = with_mario().serve();
    let mut slow = TcpStream::connect(server.portal).unwrap();
    let head = format!(
        "PUT /api/password HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}\r\n\
         Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let stopping = std::thread::spawn(move || server.stop());
    std::thread::sleep(Duration::from_millis(500));
    slow.write_all(b"{}").unwrap();
    let mut told = String::new();
    slow.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 400 "), "{told}");
    assert_eq!(stopping.join().unwrap().0, Some(0));
}

/// A proxy that chose this node sends its request, and may not send it to another.
#[test]
fn who_had_just_come_when_it_stops_is_answered() {
    let mut server = with_mario().serve();
    let mut proxy = TcpStream::connect(server.portal).unwrap();
    server.signal("TERM");
    server.wait_for_line("no new connections");
    std::thread::sleep(Duration::from_millis(100));
    let request = b"GET /api/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    proxy.write_all(request).unwrap();
    let mut told = String::new();
    proxy.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    assert!(told.contains("connection: close"), "{told}");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn metrics_are_for_the_administrative_listener_only() {
    let installation = with_mario();
    installation.configure("[admin]\nlisten = \"127.0.0.1:0\"\n");
    let server = installation.serve();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    post_token(&server, &card, "/api/registrations");
    ask(server.portal, "GET", "/api/session", "", "");
    assert_eq!(ask(server.portal, "GET", "/metrics", "", "").status, 404);
    let admin = server.metrics.unwrap();
    let metrics = ask(admin, "GET", "/metrics", "", "");
    assert_eq!(metrics.status, 200);
    let text = metrics.text();
    for line in [
        "tessera_challenges_total 1",
        "tessera_registrations_total{outcome=\"ok\"} 1",
        "tessera_refusals_total{code=\"not-authenticated\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(!text.contains(MARIO));
    for path in ["/", "/api/session"] {
        assert_eq!(ask(admin, "GET", path, "", "").status, 404);
    }
}
