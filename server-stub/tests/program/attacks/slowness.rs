//! Requests that never come to an end

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::{crowd::connect_from, honest_login};
use crate::serving::with_mario;

/// Sends the beginning at once and the rest a byte a second, until the other side has had
/// enough: after how long, and what it said.
fn drip(mut stream: TcpStream, beginning: &str, drop: &[u8]) -> (Duration, String) {
    let began = Instant::now();
    stream.write_all(beginning.as_bytes()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    let mut told = Vec::new();
    let mut buffer = [0; 1024];
    while began.elapsed() < Duration::from_secs(60) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => told.extend_from_slice(&buffer[..count]),
            Err(fault) if fault.kind() == std::io::ErrorKind::WouldBlock => {
                if stream.write_all(drop).is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    (began.elapsed(), String::from_utf8_lossy(&told).into_owned())
}

fn all_at_once(beginning: &'static str, drop: &'static [u8]) -> Vec<(Duration, String)> {
    let installation = with_mario();
    let server = installation.serve();
    let slow: Vec<_> = (0..200)
        .map(|_| {
            let stream = connect_from([127, 0, 0, 2], server.portal);
            thread::spawn(move || drip(stream, beginning, drop))
        })
        .collect();
    for _ in 0..3 {
        honest_login(&installation, &server);
        thread::sleep(Duration::from_secs(2));
    }
    slow.into_iter().map(|slow| slow.join().unwrap()).collect()
}

#[test]
fn a_head_that_does_not_end_is_cut_off() {
    for (took, _) in all_at_once("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"x") {
        assert!(took < Duration::from_secs(30), "{took:?}");
    }
}

#[test]
fn a_body_that_does_not_end_is_refused() {
    let beginning = "POST /api/session HTTP/1.1\r\nHost: localhost\r\n\
        Origin: http://localhost:8080\r\nContent-Type: application/json\r\n\
        Content-Length: 60000\r\n\r\n{";
    for (took, told) in all_at_once(beginning, b" ") {
        assert!(took < Duration::from_secs(45), "{took:?}");
        assert!(told.starts_with("HTTP/1.1 400 "), "{told}");
        assert!(told.contains("token-malformed"), "{told}");
    }
}
