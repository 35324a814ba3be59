//! Heads that are too large, and many requests at once

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::honest_login;
use crate::{installation::Server, serving::with_mario};

/// Everything that comes back, until the server closes.
fn say(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.portal).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // Whoever is refused may not get to say it all.
    let _ = stream.write_all(bytes);
    let mut told = Vec::new();
    let _ = stream.read_to_end(&mut told);
    String::from_utf8_lossy(&told).into_owned()
}

fn status(told: &str) -> &str {
    told.get(9..12).unwrap_or(told)
}

#[test]
fn a_head_that_is_too_large_is_refused_in_order() {
    let installation = with_mario();
    let server = installation.serve();
    let head = |line: &str, headers: &str| {
        format!("GET {line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")
    };
    // A large cookie of somebody else's beside ours is borne.
    let cookie = format!("Cookie: other={}\r\n", "x".repeat(12_000));
    let told = say(&server, head("/api/health/live", &cookie).as_bytes());
    assert_eq!(status(&told), "200");
    for (line, headers) in [
        ("/", format!("Cookie: a={}\r\n", "x".repeat(17_000))),
        ("/", format!("Cookie: a={}\r\n", "x".repeat(60_000))),
        ("/", "X-A: b\r\n".repeat(200)),
    ] {
        let told = say(&server, head(line, &headers).as_bytes());
        assert_eq!(status(&told), "431", "{} of headers", headers.len());
    }
    let told = say(
        &server,
        head(&format!("/?{}", "x".repeat(17_000)), "").as_bytes(),
    );
    assert!(["414", "431"].contains(&status(&told)), "{told}");
    for nonsense in [
        "\u{16}\u{3}\u{1} this is TLS, or not\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
    ] {
        assert_eq!(
            status(&say(&server, nonsense.as_bytes())),
            "400",
            "{nonsense}"
        );
    }
    // Megabytes of head without an end.
    let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(5_000_000));
    let told = say(&server, endless.as_bytes());
    assert!(told.is_empty() || status(&told) == "431", "{told}");
    honest_login(&installation, &server);
}

#[test]
fn requests_one_after_the_other_are_answered_in_their_order() {
    let server = with_mario().serve();
    let one = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut all = String::new();
    for _ in 0..50 {
        all += &one("/api/health/live");
        all += &one("/api/nothing");
    }
    all += "GET /api/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let told = say(&server, all.as_bytes());
    let answers: Vec<&str> = told.matches_status().collect();
    assert_eq!(answers.len(), 101);
    for (at, answer) in answers.iter().enumerate() {
        assert_eq!(*answer, if at % 2 == 0 { "200" } else { "404" });
    }
}

trait Statuses {
    fn matches_status(&self) -> impl Iterator<Item = &str>;
}

impl Statuses for String {
    fn matches_status(&self) -> impl Iterator<Item = &str> {
        self.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3])
    }
}

#[test]
fn who_asks_on_and_never_reads_costs_little() {
    let installation = with_mario();
    let server = installation.serve();
    let one = "GET /api/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2000);
    let greedy: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(server.portal).unwrap();
            stream
                .set_write_timeout(Some(Duration::from_millis(200)))
                .unwrap();
            let _ = stream.write_all(one.as_bytes());
            stream
        })
        .collect();
    honest_login(&installation, &server);
    let megabytes = server.resident_kilobytes() / 1024;
    assert!(megabytes < 250, "{megabytes} MB");
    drop(greedy);
}
