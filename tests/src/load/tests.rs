//! The load against servers that do what no good one does.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use protocol::{ChallengeNonce, Origin};

use super::*;
use crate::people::Issuer;

/// Serves each connection by what `answer` says to a request's first line; none: it hangs up.
fn serve(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || converse(stream.unwrap(), &*answer));
        }
    });
    address
}

fn converse(stream: TcpStream, answer: &dyn Fn(&str) -> Option<String>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut request = String::new();
        if lines.read_line(&mut request).unwrap_or(0) == 0 {
            return;
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            lines.read_line(&mut header).unwrap();
            let header = header.trim().to_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if header.is_empty() {
                break;
            }
        }
        std::io::copy(
            &mut std::io::Read::take(&mut lines, length),
            &mut std::io::sink(),
        )
        .unwrap();
        match answer(&request) {
            Some(answer) => stream.write_all(answer.as_bytes()).unwrap(),
            None => return,
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn challenge() -> String {
    let nonce = ChallengeNonce::from_random([7; 32]);
    let body = format!(r#"{{"nonce":"{}"}}"#, nonce.as_str());
    answer(
        "201 Created",
        "Set-Cookie: tessera-challenge=x; Path=/\r\n",
        &body,
    )
}

fn session(codice_fiscale: &str) -> String {
    let body = format!(r#"{{"operator":{{"codice_fiscale":"{codice_fiscale}"}}}}"#);
    answer(
        "201 Created",
        "Set-Cookie: __Host-tessera-session=y; Path=/\r\n",
        &body,
    )
}

fn load(node: SocketAddr, visits: u64) -> Load {
    let crowd = Crowd::new(&Issuer::new(), 0..1).unwrap();
    let origin = Origin::parse("http://localhost:8080").unwrap();
    Load::of_logins(node, origin, &Arc::new(crowd), visits)
}

#[test]
fn whoever_is_due_while_the_server_stands_still_has_waited() {
    let standing_still = std::sync::Once::new();
    let node = serve(move |request| {
        standing_still.call_once(|| thread::sleep(Duration::from_millis(500)));
        Some(match request.contains("challenges") {
            true => challenge(),
            false => session(&codice_fiscale(0)),
        })
    });
    let load = Load {
        pace: Pace::PerSecond(100.0),
        browsers: 1,
        ..load(node, 100)
    };
    let report = load.run().unwrap().expect_all_done().unwrap();
    // Only one was answered late; but fifty were due meanwhile.
    assert!(
        report.latency(0.75) > Duration::from_millis(100),
        "{report}"
    );
    assert!(report.longest() >= Duration::from_millis(500), "{report}");
}

#[test]
fn an_answer_of_another_person_is_not_what_somebody_came_for() {
    let node = serve(|request| {
        Some(match request.contains("challenges") {
            true => challenge(),
            false => session(&codice_fiscale(1)),
        })
    });
    let report = load(node, 3).run().unwrap();
    assert_eq!((report.done(), report.malformed()), (0, 3), "{report}");
    assert!(report.confirmed.is_empty());
}

#[test]
fn what_is_no_whole_refusal_of_the_contract_is_malformed() {
    let problem = |code: &str, status: u16| {
        format!(
            r#"{{"type":"urn:tessera:problem:{code}","title":"t","status":{status},"detail":"d",
                "code":"{code}","category":"security-systems","contact":null}}"#
        )
    };
    let json = "Content-Type: application/problem+json\r\n";
    let unavailable = "security-systems-unavailable";
    for (told, is_good) in [
        (answer("503 -", json, &problem(unavailable, 503)), true),
        (answer("502 -", json, &problem(unavailable, 503)), false),
        (answer("503 -", json, &problem(unavailable, 500)), false),
        (answer("503 -", json, &problem("not-a-code", 503)), false),
        (
            answer("503 -", json, &problem(unavailable, 503)[..9]),
            false,
        ),
        (answer("503 -", "", "<html>"), false),
    ] {
        let said = told.clone();
        let report = load(serve(move |_| Some(said.clone())), 1).run().unwrap();
        let refused = report.count_of(&End::Refused(unavailable));
        assert_eq!(
            (refused, report.malformed()),
            (is_good.into(), (!is_good).into()),
            "{told}"
        );
    }
}

#[test]
fn a_connection_that_breaks_is_no_answer_and_the_next_one_gets_another() {
    let breaking = std::sync::Once::new();
    let node = serve(move |request| {
        let mut breaks = false;
        breaking.call_once(|| breaks = true);
        (!breaks).then(|| match request.contains("challenges") {
            true => challenge(),
            false => session(&codice_fiscale(0)),
        })
    });
    let load = Load {
        browsers: 1,
        ..load(node, 3)
    };
    let report = load.run().unwrap();
    let lost = End::Unanswered(Silence::ConnectionLost);
    assert_eq!((report.count_of(&lost), report.done()), (1, 2), "{report}");
    let cookie = report.confirmed[0].session.as_deref();
    assert_eq!(cookie, Some("__Host-tessera-session=y"));
}

#[test]
fn every_node_gets_calls_of_each_kind() {
    let (said, heard) = std::sync::mpsc::channel();
    let node = |number: usize| {
        let said = std::sync::Mutex::new(said.clone());
        serve(move |request| {
            let is_challenge = request.contains("challenges");
            said.lock().unwrap().send((number, is_challenge)).unwrap();
            Some(match is_challenge {
                true => challenge(),
                false => session(&codice_fiscale(0)),
            })
        })
    };
    let nodes = vec![node(0), node(1)];
    let load = Load {
        browsers: 2,
        nodes: nodes.clone(),
        ..load(nodes[0], 40)
    };
    load.run().unwrap().expect_all_done().unwrap();
    let mut kinds: Vec<(usize, bool)> = heard.try_iter().collect();
    assert_eq!(kinds.len(), 80);
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, [(0, false), (0, true), (1, false), (1, true)]);
}

#[test]
fn nobody_listens_there() {
    let closed = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let report = load(closed, 2).run().unwrap();
    let nobody = End::Unanswered(Silence::NoConnection);
    assert_eq!(report.count_of(&nobody), 2, "{report}");
}

#[test]
fn everybody_has_a_codice_fiscale_of_their_own() {
    let mut seen: Vec<String> = (0..20_000).map(codice_fiscale).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 20_000);
}
