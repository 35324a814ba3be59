//! A browser of these tests: its own address, its cookies, http or https

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use pki::Card;
use protocol::{ChallengeNonce, Origin};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName},
};
use serde_json::Value;
use socket2::{Domain, Socket, Type};

use crate::installation::ORIGIN;

#[derive(Clone)]
pub struct Visitor {
    to: SocketAddr,
    from: [u8; 4],
    origin: String,
    tls: Option<Arc<ClientConfig>>,
    cookies: BTreeMap<String, String>,
    /// What it sends with every request besides, as an attacker does.
    pub more: String,
}

/// An answer; a connection that broke is status 0.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Visitor {
    /// Of a server without TLS.
    pub fn plain(to: SocketAddr) -> Visitor {
        Visitor {
            to,
            from: [127, 0, 0, 1],
            origin: ORIGIN.to_owned(),
            tls: None,
            cookies: BTreeMap::new(),
            more: String::new(),
        }
    }

    /// Of `https://localhost` at that address, which shows this certificate.
    pub fn secure(to: SocketAddr, certificate: CertificateDer<'static>) -> Visitor {
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Visitor {
            origin: format!("https://localhost:{}", to.port()),
            tls: Some(Arc::new(config)),
            ..Visitor::plain(to)
        }
    }

    /// Somebody else, at another address of this machine.
    pub fn from(&self, last: u8) -> Visitor {
        Visitor {
            from: [127, 0, 0, last],
            cookies: BTreeMap::new(),
            ..self.clone()
        }
    }

    /// Past the proxy, as nobody but this test can.
    pub fn goes_directly_to(&mut self, node: SocketAddr) {
        self.to = node;
        self.tls = None;
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, None)
    }

    pub fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string);
        let kind = body
            .as_ref()
            .map_or("", |_| "Content-Type: application/json\r\n");
        let body = body.unwrap_or_default();
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
             Origin: {}\r\nCookie: {}\r\n{}{kind}Content-Length: {}\r\n\r\n{body}",
            self.to.port(),
            self.origin,
            cookies.join("; "),
            self.more,
            body.len()
        );
        let answer = self.exchange(request.as_bytes());
        for line in answer.head.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if name.eq_ignore_ascii_case("set-cookie") {
                let pair = value.trim().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    fn exchange(&self, request: &[u8]) -> Answer {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket
            .bind(&SocketAddr::from((self.from, 0)).into())
            .unwrap();
        let told = match socket.connect(&self.to.into()) {
            Ok(()) => {
                let stream = TcpStream::from(socket);
                let patience = Some(Duration::from_secs(20));
                stream.set_read_timeout(patience).unwrap();
                match &self.tls {
                    None => talk(stream, request),
                    Some(config) => {
                        let name = ServerName::try_from("localhost").unwrap();
                        let client = ClientConnection::new(Arc::clone(config), name).unwrap();
                        talk(StreamOwned::new(client, stream), request)
                    }
                }
            }
            Err(_) => Vec::new(),
        };
        read(&told)
    }

    /// Asks for a challenge and lets the card sign it; none when there is none.
    pub fn token(&mut self, card: &Card) -> Option<Value> {
        let issued = self.ask("POST", "/api/challenges", None);
        let nonce = ChallengeNonce::parse(issued.json()["nonce"].as_str()?).ok()?;
        let token = card.token(&Origin::parse(&self.origin).unwrap(), &nonce);
        Some(serde_json::json!({ "token": token }))
    }

    /// Registra CNS: the status.
    pub fn registers(&mut self, card: &Card) -> u16 {
        match self.token(card) {
            Some(token) => self.ask("POST", "/api/registrations", Some(&token)).status,
            None => 0,
        }
    }

    /// Effettua la login: the status.
    pub fn logs_in(&mut self, card: &Card) -> u16 {
        match self.token(card) {
            Some(token) => self.ask("POST", "/api/session", Some(&token)).status,
            None => 0,
        }
    }

    #[track_caller]
    pub fn registers_and_logs_in(&mut self, card: &Card) {
        assert_eq!(self.registers(card), 201);
        assert_eq!(self.logs_in(card), 201);
        assert_eq!(self.get("/api/session").status, 200);
    }
}

fn talk(mut stream: impl Read + Write, request: &[u8]) -> Vec<u8> {
    let mut told = Vec::new();
    if stream.write_all(request).is_ok() {
        // A TLS peer may close without saying goodbye: what arrived is looked at.
        let _ = stream.read_to_end(&mut told);
    }
    told
}

fn read(told: &[u8]) -> Answer {
    let end = told.windows(4).position(|window| window == b"\r\n\r\n");
    let head = String::from_utf8_lossy(&told[..end.unwrap_or(0)]).into_owned();
    Answer {
        status: head.get(9..12).and_then(|it| it.parse().ok()).unwrap_or(0),
        head,
        body: end.map_or(Vec::new(), |end| told[end + 4..].to_vec()),
    }
}
