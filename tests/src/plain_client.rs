//! A client that knows the contract only: no browser, no extension, no host.

use pki::{Card, Key};
use protocol::{ChallengeNonce, Origin, Token};
use reqwest::{
    Method, StatusCode,
    blocking::{Client, Response},
    header::{ACCEPT_LANGUAGE, ORIGIN},
};
use serde_json::{Value, json};

use crate::{
    Outcome,
    people::{Issuer, Person},
    portal::Portal,
};

/// One browser's cookies, and what it sends.
pub struct PlainClient {
    client: Client,
    origin: String,
}

/// An answer: its status and its JSON body, null where there is none.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The code of a refusal.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl PlainClient {
    /// A client without any cookie.
    pub fn new(portal: &Portal) -> Outcome<PlainClient> {
        PlainClient::at(portal.origin())
    }

    /// The same, for whatever serves at that origin.
    pub fn at(origin: &str) -> Outcome<PlainClient> {
        Ok(PlainClient {
            client: Client::builder().cookie_store(true).build()?,
            origin: origin.to_owned(),
        })
    }

    /// Asks for a nonce.
    pub fn challenge(&self) -> Outcome<ChallengeNonce> {
        let answer = self.call(Method::POST, "/api/challenges", None)?;
        let nonce = answer.body["nonce"].as_str().unwrap_or_default();
        ChallengeNonce::parse(nonce).map_err(|_| format!("no nonce in {answer:?}").into())
    }

    /// Asks for a nonce and signs it.
    pub fn token(&self, card: &Card) -> Outcome<Token> {
        let nonce = self.challenge()?;
        Ok(card.token(&Origin::parse(&self.origin)?, &nonce))
    }

    /// Registra CNS, with a nonce of its own.
    pub fn register(&self, card: &Card) -> Outcome<Answer> {
        let token = self.token(card)?;
        self.post_token("/api/registrations", &token)
    }

    /// Effettua la login, with a nonce of its own.
    pub fn log_in(&self, card: &Card) -> Outcome<Answer> {
        let token = self.token(card)?;
        self.post_token("/api/session", &token)
    }

    /// Posts a token.
    pub fn post_token(&self, path: &str, token: &Token) -> Outcome<Answer> {
        self.call(Method::POST, path, Some(json!({ "token": token })))
    }

    /// Makes a call as the portal's own page does.
    pub fn call(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<Answer> {
        let origin = self.origin.clone();
        self.call_from(Some(&origin), method, path, body)
    }

    /// Makes a call from a page of another origin, or of none.
    pub fn call_from(
        &self,
        origin: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<Answer> {
        let response = self.send(origin, method, path, body)?;
        let status = response.status().as_u16();
        let text = response.text()?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text)?,
        };
        Ok(Answer { status, body })
    }

    /// Fetches the credentials document's bytes.
    pub fn document(&self) -> Outcome<Vec<u8>> {
        let origin = self.origin.clone();
        let path = "/api/credentials-document";
        let response = self.send(Some(&origin), Method::GET, path, None)?;
        match response.status() {
            StatusCode::OK => Ok(response.bytes()?.to_vec()),
            status => Err(format!("the document was answered with {status}").into()),
        }
    }

    fn send(
        &self,
        origin: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Outcome<Response> {
        let address = format!("{}{path}", self.origin);
        let mut request = self
            .client
            .request(method, address)
            .header(ACCEPT_LANGUAGE, "it");
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Ok(request.send()?)
    }
}

/// A person's card in software, given out by the tests' authority.
pub fn software_card(issuer: &Issuer, person: &Person, id_carta: &str) -> Card {
    let holder = pki::Holder::new(person.codice_fiscale, id_carta, person.cognome, person.nome);
    issuer.authority().issue(&holder, Key::rsa(0))
}
