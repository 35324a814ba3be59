//! Somebody who visits the running program and remembers every secret they met.

use std::process::{Command, Stdio};

use pki::Card;
use protocol::{ChallengeNonce, Origin};
use serde_json::{Value, json};

use crate::installation::{ORIGIN, Reply, Server, ask};

/// A browser's cookies, and what must never be read in a log.
pub struct Visitor<'a> {
    server: &'a Server,
    cookies: Vec<(String, String)>,
    pub secrets: Vec<String>,
}

impl<'a> Visitor<'a> {
    pub fn new(server: &'a Server) -> Visitor<'a> {
        Visitor {
            server,
            cookies: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// Sends a request; keeps cookies, and remembers them.
    pub fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let mut headers = String::new();
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, it)| format!("{name}={it}"));
            headers += &format!("Cookie: {}\r\n", pairs.collect::<Vec<_>>().join("; "));
        }
        let body = body.map_or(String::new(), |body| {
            headers += "Content-Type: application/json\r\n";
            body.to_string()
        });
        let reply = ask(self.server.portal, method, path, &headers, &body);
        for line in reply.head.lines() {
            let Some(cookie) = line.strip_prefix("set-cookie: ") else {
                continue;
            };
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
                self.secrets.push(value.to_owned());
            }
        }
        reply
    }

    /// Asks for a challenge, and lets the card sign it.
    pub fn token(&mut self, card: &Card) -> Value {
        let issued = self.send("POST", "/api/challenges", None);
        assert_eq!(issued.status, 201);
        let nonce = issued.json()["nonce"].as_str().unwrap().to_owned();
        let origin = Origin::parse(ORIGIN).unwrap();
        let token = card.token(&origin, &ChallengeNonce::parse(&nonce).unwrap());
        let token = serde_json::to_value(token).unwrap();
        for member in ["signature", "unverifiedCertificate"] {
            let text = token[member].as_str().unwrap();
            self.secrets.push(text.to_owned());
            // The first of it would do.
            self.secrets.push(text[..40].to_owned());
        }
        self.secrets.push(nonce);
        token
    }

    /// Registra CNS, or Effettua la login: by the path.
    pub fn show(&mut self, card: &Card, path: &str) -> Reply {
        let token = self.token(card);
        self.send("POST", path, Some(&json!({ "token": token })))
    }

    /// Accesso con credenziali.
    pub fn type_in(&mut self, username: &str, password: &str) -> Reply {
        self.secrets.push(password.to_owned());
        let body = json!({ "username": username, "password": password });
        self.send("POST", "/api/session", Some(&body))
    }

    /// Reads the credentials document; the first password.
    pub fn first_password(&mut self) -> String {
        let document = self.send("GET", "/api/credentials-document", None);
        assert_eq!(document.status, 200);
        let text = text_of(&document.body);
        let mut value = |label: &str| {
            let line = text
                .lines()
                .find_map(|line| line.trim().strip_prefix(label));
            let value = line.unwrap().to_owned();
            self.secrets.push(value.clone());
            value
        };
        value("Pincode: ");
        value("Password: ")
    }
}

fn text_of(pdf: &[u8]) -> String {
    use std::io::Write;

    let mut reader = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils");
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap()
}
