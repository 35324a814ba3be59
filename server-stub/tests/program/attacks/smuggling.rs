//! Messages that one reader ends here and another there (RFC 9112 §11.2)

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::{installation::Server, serving::with_mario};

/// What comes back to a request with these headers and this body, and another request behind.
fn answers(server: &Server, headers: &str, body: &str) -> Vec<String> {
    let mut stream = TcpStream::connect(server.portal).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let smuggled = "GET /api/smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let request = format!(
        "POST /api/challenges HTTP/1.1\r\nHost: localhost\r\n\
         Origin: http://localhost:8080\r\n{headers}\r\n{body}{smuggled}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut told = Vec::new();
    let _ = stream.read_to_end(&mut told);
    String::from_utf8_lossy(&told)
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| answer[..3].to_owned())
        .collect()
}

#[test]
fn nothing_that_follows_a_body_of_two_lengths_is_a_request() {
    let server = with_mario().serve();
    // So it is heard, where nothing is unclear.
    assert_eq!(
        answers(&server, "Content-Length: 2\r\n", "{}"),
        ["201", "404"]
    );
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        let answers = answers(&server, headers, "0\r\n\r\n");
        assert_eq!(answers.len(), 1, "{headers}: {answers:?}");
    }
    for headers in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 2, 3\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Content-Length : 2\r\n",
    ] {
        let answers = answers(&server, headers, "{}");
        assert_eq!(answers, ["400"], "{headers}");
    }
}
