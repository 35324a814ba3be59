//! A browser: keeps cookies, sends the portal's origin, unless told otherwise.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::body::Bytes;
use axum::http::{self, HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use pki::Card;
use protocol::{ChallengeNonce, Origin};
use serde_json::{Value, json};

use super::{Credentials, Portal};

/// One browser with its own cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    origin: Origin,
    pub cookies: BTreeMap<String, String>,
}

/// A request before it is sent.
pub struct Request {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Request {
        Request {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Request {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn json(mut self, value: &Value) -> Request {
        self.body = value.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Request {
        self.body = bytes.into();
        self
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("JSON, not {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        self
    }

    /// It is this refusal, in every particular of the contract.
    #[track_caller]
    pub fn expect_refusal(self, code: &str) -> Answer {
        let problem = self.json();
        assert_eq!(problem["code"], code);
        let known = protocol::ProblemCode::ALL
            .iter()
            .find(|known| known.name() == code)
            .unwrap();
        assert_eq!(self.status.as_u16(), known.status());
        assert_eq!(problem["status"], known.status());
        assert_eq!(problem["type"], format!("urn:tessera:problem:{code}"));
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(
            problem["contact"].is_null(),
            problem["category"] == "request"
        );
        assert!(!problem["title"].as_str().unwrap().is_empty());
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        self
    }
}

impl Browser {
    pub(super) fn new(portal: &Portal) -> Browser {
        Browser {
            client: Client::builder(TokioExecutor::new()).build_http(),
            base: format!("http://{}", portal.address),
            origin: portal.origin().clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser, led to another node from now on.
    #[allow(dead_code)] // not every suite has nodes
    pub fn at(mut self, node: SocketAddr) -> Browser {
        self.base = format!("http://{node}");
        self
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Sends a request as it is, with this browser's cookies, and keeps what is set.
    pub async fn send(&mut self, request: Request) -> Answer {
        let mut built = http::Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.base, request.path));
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            built = built.header(header::COOKIE, cookies.join("; "));
        }
        let built = built.body(Full::from(request.body)).unwrap();
        let response = self.client.request(built).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str().unwrap());
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    fn keep(&mut self, line: &str) {
        let cookie = cookie::Cookie::parse(line).unwrap();
        assert_eq!(cookie.http_only(), Some(true), "{line}");
        assert_eq!(cookie.path(), Some("/"), "{line}");
        assert!(
            matches!(
                cookie.same_site(),
                Some(cookie::SameSite::Lax | cookie::SameSite::Strict)
            ),
            "{line}"
        );
        if cookie.max_age() == Some(cookie::time::Duration::ZERO) {
            self.cookies.remove(cookie.name());
        } else {
            let (name, value) = (cookie.name().to_owned(), cookie.value().to_owned());
            self.cookies.insert(name, value);
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::new("GET", path)).await
    }

    /// As the portal's own page does.
    pub async fn call(&mut self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::new(method, path).header("origin", self.origin.clone().as_str());
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.send(request).await
    }

    /// Asks for a challenge.
    pub async fn challenge(&mut self) -> ChallengeNonce {
        let answer = self.call("POST", "/api/challenges", None).await.expect(201);
        ChallengeNonce::parse(answer.json()["nonce"].as_str().unwrap()).unwrap()
    }

    /// Asks for a challenge and lets the card sign it.
    pub async fn token(&mut self, card: &Card) -> Value {
        let nonce = self.challenge().await;
        serde_json::to_value(card.token(&self.origin, &nonce)).unwrap()
    }

    /// Registra CNS.
    pub async fn register(&mut self, card: &Card) -> Answer {
        let token = self.token(card).await;
        self.call(
            "POST",
            "/api/registrations",
            Some(json!({ "token": token })),
        )
        .await
    }

    /// Effettua la login.
    pub async fn log_in(&mut self, card: &Card) -> Answer {
        let token = self.token(card).await;
        self.call("POST", "/api/session", Some(json!({ "token": token })))
            .await
    }

    /// Accesso con credenziali.
    pub async fn log_in_with(&mut self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password });
        self.call("POST", "/api/session", Some(body)).await
    }

    pub async fn change_password(&mut self, username: &str, current: &str, new: &str) -> Answer {
        let body = json!({ "username": username, "current": current, "new": new });
        self.call("PUT", "/api/password", Some(body)).await
    }

    /// Reads the credentials document.
    pub async fn read_document(&mut self) -> Credentials {
        let answer = self.get("/api/credentials-document").await.expect(200);
        assert_eq!(answer.header("content-type"), "application/pdf");
        Credentials::read(&answer.body)
    }

    /// Whether this browser has a session.
    pub async fn is_logged_in(&mut self) -> bool {
        let answer = self.get("/api/session").await;
        if answer.status == StatusCode::OK {
            return true;
        }
        answer.expect_refusal("not-authenticated");
        false
    }
}
