//! A visit to the portal of which every answer is kept as it came, headers and all.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use pki::Card;
use protocol::{ChallengeNonce, Origin, Token};
use reqwest::{Method, blocking::Client, header};
use serde_json::{Value, json};

use crate::{Outcome, portal::Portal};

/// One browser's visit.
pub struct Visit {
    client: Client,
    origin: String,
    /// The cookies it holds, by name.
    pub cookies: BTreeMap<String, String>,
    /// Every call and its answer, the body in base64.
    pub answers: Vec<Value>,
}

/// An answer.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The JSON of its body, null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Visit {
    /// A browser that was never there.
    pub fn new(portal: &Portal) -> Outcome<Visit> {
        Ok(Visit {
            client: Client::builder().build()?,
            origin: portal.origin().to_owned(),
            cookies: BTreeMap::new(),
            answers: Vec::new(),
        })
    }

    /// Makes a call as the portal's own page does.
    pub fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> Outcome<Answer> {
        self.call_of(method, path, path, body)
    }

    /// The same, at a path that the description has as `described`.
    pub fn call_of(
        &mut self,
        method: Method,
        described: &str,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<Answer> {
        let url = format!("{}{path}", self.origin);
        let mut request = self
            .client
            .request(method.clone(), &url)
            .header(header::ORIGIN, &self.origin);
        let cookies = self.cookies.iter();
        let line = cookies.map(|(name, value)| format!("{name}={value}"));
        let line = line.collect::<Vec<_>>().join("; ");
        if !line.is_empty() {
            request = request.header(header::COOKIE, line);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send()?;
        let status = response.status().as_u16();
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()))
            .collect();
        for (name, value) in &headers {
            if name == "set-cookie" {
                self.keep(value);
            }
        }
        let body = response.bytes()?.to_vec();
        self.answers.push(json!({
            "method": method.as_str(), "path": described, "url": url, "status": status,
            "headers": headers, "body": STANDARD.encode(&body),
        }));
        Ok(Answer { status, body })
    }

    /// Asks for a challenge and lets the card sign it.
    pub fn token(&mut self, card: &Card) -> Outcome<Token> {
        let issued = self.call(Method::POST, "/api/challenges", None)?.json();
        let nonce = ChallengeNonce::parse(issued["nonce"].as_str().unwrap_or_default())?;
        Ok(card.token(&Origin::parse(&self.origin)?, &nonce))
    }

    /// Posts the token of a card: Registra CNS, or Effettua la login.
    pub fn by_card(&mut self, path: &str, card: &Card) -> Outcome<Answer> {
        let token = self.token(card)?;
        self.call(Method::POST, path, Some(json!({ "token": token })))
    }

    fn keep(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else {
            return;
        };
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
