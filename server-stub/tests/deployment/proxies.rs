//! nginx and HAProxy with the files that ship, in front of two nodes

mod haproxy;
mod nginx;

use std::{
    fs::File,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use pki::Card;
use protocol::{ProblemCode, problem::Problem};
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;

use crate::{
    nodes::{MARIO, Nodes, free_port},
    visitor::{Answer, Visitor},
};

/// A proxy and what is behind it.
struct Stage {
    nodes: Nodes,
    visitor: Visitor,
    card: Card,
    proxy: Proxy,
}

/// How one proxy is told of its places.
struct Setup<'a> {
    folder: &'a Path,
    address: SocketAddr,
    http: SocketAddr,
    nodes: [String; 2],
}

struct Proxy {
    child: Child,
    folder: TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Proxy {
    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Stage {
    /// Two nodes, and the proxy this command starts once its files are written.
    fn set(command: impl Fn(&Setup<'_>) -> Command) -> Stage {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let nodes = Nodes::start(&format!("https://localhost:{}", address.port()));
        // Not under its owner's own folder: workers run as another user.
        let folder = tempfile::tempdir().unwrap();
        open_to_workers(folder.path());
        let certificate = write_certificate(folder.path());
        let log = File::create(folder.path().join("log")).unwrap();
        let child = command(&Setup {
            folder: folder.path(),
            address,
            http: SocketAddr::from(([127, 0, 0, 1], free_port())),
            nodes: nodes.addresses(),
        })
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
        let card = nodes.installation.card(MARIO);
        let mut stage = Stage {
            nodes,
            visitor: Visitor::secure(address, certificate).from(2),
            card,
            proxy: Proxy { child, folder },
        };
        let until = Instant::now() + Duration::from_secs(20);
        while stage.visitor.get("/api/health/ready").status != 200 {
            assert!(Instant::now() < until, "{}", stage.proxy.log());
            thread::sleep(Duration::from_millis(100));
        }
        stage
    }

    /// Visits by several people at once while something happens: what was answered, and when.
    fn under_load(&mut self, happens: impl FnOnce(&mut Nodes)) -> Vec<Visit> {
        let visits = Mutex::new(Vec::new());
        let is_over = AtomicBool::new(false);
        let (visitor, card) = (&self.visitor, &self.card);
        thread::scope(|scope| {
            for last in 10..14 {
                let (visits, is_over) = (&visits, &is_over);
                scope.spawn(move || {
                    let mut visitor = visitor.from(last);
                    let mut seen = Vec::new();
                    while !is_over.load(Ordering::Relaxed) {
                        seen.extend(visit(&mut visitor, card));
                    }
                    visits.lock().unwrap().extend(seen);
                });
            }
            happens(&mut self.nodes);
            is_over.store(true, Ordering::Relaxed);
        });
        visits.into_inner().unwrap()
    }
}

#[derive(Debug)]
struct Visit {
    at: Instant,
    what: &'static str,
    status: u16,
    wanted: u16,
}

impl Visit {
    fn failed(&self) -> bool {
        self.status != self.wanted
    }
}

/// A page, a challenge, a login, and who one is.
fn visit(visitor: &mut Visitor, card: &Card) -> Vec<Visit> {
    let mut seen = Vec::new();
    let mut note = |what, wanted, status| {
        let at = Instant::now();
        seen.push(Visit {
            at,
            what,
            status,
            wanted,
        });
        status == wanted
    };
    note("live", 200, visitor.get("/api/health/live").status);
    let token = visitor.token(card);
    if note("challenge", 201, if token.is_some() { 201 } else { 0 }) {
        let opened = visitor.ask("POST", "/api/session", token.as_ref());
        if note("login", 201, opened.status) {
            note("session", 200, visitor.get("/api/session").status);
        }
    }
    seen
}

/// For both proxies alike.
fn carries_pages_and_calls(mut stage: Stage) {
    let page = stage.visitor.get("/api/nothing");
    assert_eq!(
        (page.status, &page.json()["code"]),
        (404, &"not-found".into())
    );
    let card = &stage.card;
    stage.visitor.registers_and_logs_in(card);
    let told = stage.visitor.get("/api/session");
    assert_eq!(told.json()["operator"]["codice_fiscale"], MARIO);
    assert!(
        told.head
            .to_lowercase()
            .contains("strict-transport-security")
    );
    // No sticky sessions: each node knows it. Asked directly.
    for server in stage.nodes.servers.iter().flatten() {
        let mut direct = stage.visitor.clone();
        direct.goes_directly_to(server.portal);
        assert_eq!(direct.get("/api/session").status, 200);
    }
    // What is too large is said by the node, in its words.
    let large = serde_json::json!({ "token": { "x": "x".repeat(70_000) } });
    let refused = stage.visitor.ask("POST", "/api/session", Some(&large));
    assert_eq!(refused.json()["code"], "body-too-large");
}

fn is_alone_in_telling_the_clients_address(stage: Stage) {
    let password = serde_json::json!({ "username": MARIO, "password": "una-prova" });
    let attempt = |visitor: &mut Visitor, spoofed: u8| -> Answer {
        visitor.more = format!(
            "X-Forwarded-For: 203.0.113.{spoofed}\r\nForwarded: for=203.0.113.{spoofed}\r\n"
        );
        visitor.ask("POST", "/api/session", Some(&password))
    };
    // Five failures an address, over both nodes, whatever address it claims.
    let mut guesser = stage.visitor.from(66);
    for spoofed in 0..5 {
        assert_eq!(attempt(&mut guesser, spoofed).status, 401);
    }
    assert_eq!(attempt(&mut guesser, 5).status, 429);
    assert_eq!(attempt(&mut stage.visitor.from(67), 5).status, 401);
    for server in stage.nodes.servers.into_iter().flatten() {
        let (_, log) = server.stop();
        assert!(!log.contains("203.0.113."), "{log}");
    }
}

/// Log and audit log have the proxy's number of a request, and no client's.
fn is_alone_in_numbering_requests(stage: Stage) {
    let number = |answer: &Answer| -> String {
        let head = answer.head.to_lowercase();
        let numbers: Vec<_> = head
            .lines()
            .filter_map(|line| line.strip_prefix("x-request-id: "))
            .collect();
        assert_eq!(numbers.len(), 1, "{head}");
        numbers[0].to_owned()
    };
    let theirs = "0123456789abcdef0123456789abcdef";
    let mut visitor = stage.visitor.from(66);
    visitor.more = format!("X-Request-Id: {theirs}\r\n");
    let mut given = Vec::new();
    for _ in 0..4 {
        given.push(number(&visitor.get("/api/nothing")));
    }
    visitor.registers(&stage.card);
    let mut log = String::new();
    for server in stage.nodes.servers.into_iter().flatten() {
        log += &server.stop().1;
    }
    assert!(!log.contains(theirs), "{log}");
    for number in &given {
        let others = given.iter().filter(|other| *other != number);
        assert_eq!(others.count(), given.len() - 1, "{given:?}");
        assert!(log.contains(number), "{number} in {log}");
    }
    let command = stage.nodes.installation.command(&["audit", "export"]);
    let export = exported(command, &stage.nodes.database);
    assert!(export.contains("\"act\":\"card-registered\""), "{export}");
    assert!(export.contains("\"request\":\"") && !export.contains(theirs));
}

fn exported(mut command: Command, database: &str) -> String {
    let output = command.env("TESSERA_DATABASE", database).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn goes_on_when_a_node_is_killed(mut stage: Stage) {
    stage.visitor.registers(&stage.card);
    let mut killed = None;
    let visits = stage.under_load(|nodes| {
        thread::sleep(Duration::from_secs(2));
        killed = Some(Instant::now());
        // Killed as it is dropped.
        nodes.servers[0] = None;
        thread::sleep(Duration::from_secs(6));
    });
    let killed = killed.unwrap();
    let after: Vec<_> = visits
        .iter()
        .filter(|visit| visit.at > killed + Duration::from_secs(2))
        .collect();
    assert!(after.len() > 40, "{}", after.len());
    for visit in &visits {
        let is_of_that_moment = (killed..killed + Duration::from_secs(2)).contains(&visit.at);
        // What can be repeated always succeeds; what cannot may have been cut off with the node.
        let may_fail = is_of_that_moment && ["challenge", "login"].contains(&visit.what);
        assert!(
            !visit.failed() || may_fail,
            "{visit:?}\n{}",
            stage.proxy.log()
        );
    }
}

/// What the proxy said meanwhile.
fn loses_no_request_when_a_node_is_drained(mut stage: Stage) -> String {
    stage.visitor.registers(&stage.card);
    let visits = stage.under_load(|nodes| {
        thread::sleep(Duration::from_secs(2));
        let node = nodes.servers[0].take().unwrap();
        let address = node.portal.to_string();
        let (code, log) = node.stop();
        assert_eq!(code, Some(0), "{log}");
        thread::sleep(Duration::from_secs(2));
        // And comes back.
        nodes.servers[0] = Some(nodes.node(&address));
        thread::sleep(Duration::from_secs(4));
    });
    let failed: Vec<_> = visits.iter().filter(|visit| visit.failed()).collect();
    assert!(failed.is_empty(), "{failed:#?}\n{}", stage.proxy.log());
    assert!(visits.len() > 100, "{}", visits.len());
    stage.proxy.log()
}

fn refuses_in_the_portals_words_when_no_node_answers(mut stage: Stage) {
    // Killed as they are dropped.
    stage.nodes.servers = [None, None];
    for _ in 0..5 {
        let told = stage.visitor.ask("POST", "/api/challenges", None);
        assert_eq!(told.status, 503, "{}", stage.proxy.log());
        let problem: Problem = serde_json::from_slice(&told.body).unwrap();
        assert_eq!(problem.code, ProblemCode::SecuritySystemsUnavailable);
        let head = told.head.to_lowercase();
        assert!(
            head.contains("content-type: application/problem+json"),
            "{head}"
        );
        assert!(head.contains("retry-after: 5"), "{head}");
    }
}

/// How many connections to that port are open, idle ones included.
fn connections_to(port: u16) -> usize {
    let port = format!(":{port:04X}");
    let established = "01";
    std::fs::read_to_string("/proc/net/tcp")
        .unwrap()
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|fields| fields[1].ends_with(&port) && fields[3] == established)
        .count()
}

/// A certificate for localhost, its key beside it and both in one file.
fn write_certificate(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    std::fs::write(folder.join("portal.crt"), &certificate).unwrap();
    std::fs::write(folder.join("portal.key"), &key).unwrap();
    std::fs::write(folder.join("portal.pem"), certificate + &key).unwrap();
    made.cert.der().clone()
}

fn open_to_workers(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}
