//! What a browser does for a person: connections kept open, cookies, the page's own headers.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::{
        ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, HeaderName, ORIGIN, RETRY_AFTER, SET_COOKIE,
    },
};
use hyper_util::rt::TokioIo;
use protocol::Origin;
use tokio::{net::TcpStream, time::timeout};

use super::Silence;

/// How long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, wholly read.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) media_type: String,
    pub(super) retry_after: Option<String>,
    pub(super) body: Bytes,
}

pub(super) struct Browser {
    nodes: Vec<Node>,
    origin: String,
    host: String,
    cookies: BTreeMap<String, String>,
    calls: usize,
}

/// Where it calls, and the connection that stands there.
struct Node {
    address: SocketAddr,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Browser {
    pub(super) fn new(nodes: &[SocketAddr], origin: &Origin) -> Browser {
        let origin = origin.as_str().to_owned();
        let host = origin.split("://").nth(1).unwrap_or_default().to_owned();
        let node = |address: &SocketAddr| Node {
            address: *address,
            connection: None,
        };
        Browser {
            nodes: nodes.iter().map(node).collect(),
            origin,
            host,
            cookies: BTreeMap::new(),
            calls: 0,
        }
    }

    /// As when the next person sits down.
    pub(super) fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// The cookie whose name ends like this, as name and value.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let found = self.cookies.iter().find(|(found, _)| found.ends_with(name));
        found.map(|(name, value)| format!("{name}={value}"))
    }

    /// Takes a cookie that another browser was given.
    pub(super) fn take_cookie(&mut self, cookie: &str) {
        if let Some((name, value)) = cookie.split_once('=') {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Makes a call of the portal's own page, at the next node.
    pub(super) async fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Silence> {
        let place = self.calls % self.nodes.len();
        self.calls += 1;
        let request = self.request(method, path, body.map(Bytes::from));
        let node = &mut self.nodes[place];
        let answered = timeout(PATIENCE, node.ask(request)).await;
        // A call that was given up leaves its connection behind, unusable.
        let (headers, answer) = answered.unwrap_or(Err(Silence::TimedOut))?;
        self.keep_cookies(&headers);
        Ok(answer)
    }

    fn request(&self, method: Method, path: &str, body: Option<Bytes>) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::default());
        *request.method_mut() = method;
        // What is no path leads nowhere, and so to a refusal.
        *request.uri_mut() = path.parse().unwrap_or_default();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = value.parse() {
                request.headers_mut().insert(name, value);
            }
        };
        set(HOST, &self.host);
        set(ORIGIN, &self.origin);
        set(ACCEPT_LANGUAGE, "it");
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            set(COOKIE, &pairs.join("; "));
        }
        if let Some(body) = body {
            set(CONTENT_TYPE, "application/json");
            *request.body_mut() = Full::new(body);
        }
        request
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap_or_default();
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            match attributes.split(';').any(|it| it.trim() == "Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

impl Node {
    async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<(HeaderMap, Answer), Silence> {
        let kept = self.connection.take();
        let response = match kept {
            // Closed by the other side while it was idle, maybe: then the request comes back
            // unsent, and goes over a new connection.
            Some(mut connection) => match connection.try_send_request(request).await {
                Ok(response) => (connection, response),
                Err(mut fault) => {
                    let unsent = fault.take_message().ok_or(Silence::ConnectionLost)?;
                    self.ask_anew(unsent).await?
                }
            },
            None => self.ask_anew(request).await?,
        };
        let (connection, response) = response;
        let read = read(response).await?;
        self.connection = Some(connection);
        Ok(read)
    }

    async fn ask_anew(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(SendRequest<Full<Bytes>>, hyper::Response<Incoming>), Silence> {
        let stream = TcpStream::connect(self.address)
            .await
            .map_err(|_| Silence::NoConnection)?;
        let _ = stream.set_nodelay(true);
        let (mut connection, driven) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Silence::NoConnection)?;
        tokio::task::spawn_local(driven);
        match connection.send_request(request).await {
            Ok(response) => Ok((connection, response)),
            Err(_) => Err(Silence::ConnectionLost),
        }
    }
}

async fn read(response: hyper::Response<Incoming>) -> Result<(HeaderMap, Answer), Silence> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|_| Silence::ConnectionLost)?.to_bytes();
    let text = |name: HeaderName| {
        let value = parts.headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let answer = Answer {
        status: parts.status.as_u16(),
        media_type: text(CONTENT_TYPE).unwrap_or_default(),
        retry_after: text(RETRY_AFTER),
        body,
    };
    Ok((parts.headers, answer))
}
