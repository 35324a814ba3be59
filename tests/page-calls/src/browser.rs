//! What a browser does for a person: connections kept open, cookies, the page's own headers.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, HeaderName, ORIGIN},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};

use crate::{Answer, Silence, cookies::Cookies};

/// When a person gives up.
const PATIENCE: Duration = Duration::from_secs(40);

/// A browser at the portal's page.
pub struct Browser {
    nodes: Vec<Node>,
    origin: String,
    hangs_up: bool,
    cookies: Cookies,
    calls: usize,
}

/// Where it calls, and the connection that stands there.
struct Node {
    address: SocketAddr,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Browser {
    /// At the portal of this origin; each call goes to the next of its nodes, over a connection
    /// that is kept open.
    pub fn new(nodes: &[SocketAddr], origin: &str) -> Browser {
        let node = |address: &SocketAddr| Node {
            address: *address,
            connection: None,
        };
        Browser {
            nodes: nodes.iter().map(node).collect(),
            origin: origin.to_owned(),
            hangs_up: false,
            cookies: Cookies::default(),
            calls: 0,
        }
    }

    /// A connection for each call, as streams of HTTP/2 are to HAProxy.
    pub fn hanging_up(self) -> Browser {
        Browser {
            hangs_up: true,
            ..self
        }
    }

    /// The same browser, led elsewhere.
    pub fn at(&self, node: SocketAddr) -> Browser {
        Browser {
            hangs_up: self.hangs_up,
            cookies: self.cookies.clone(),
            ..Browser::new(&[node], &self.origin)
        }
    }

    /// As when the next person sits down.
    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// Of the cookie whose name ends like this: its name, and its value.
    pub fn cookie(&self, name: &str) -> Option<(&str, &str)> {
        self.cookies.ending(name)
    }

    /// Takes a cookie that another browser was given.
    pub fn take_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name, value);
    }

    /// Makes a call of the portal's own page, with JSON as its body.
    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Silence> {
        let began = Instant::now();
        let place = self.calls % self.nodes.len();
        self.calls += 1;
        let request = self.request(method, path, body);
        let node = &mut self.nodes[place];
        let answered = timeout(PATIENCE, node.ask(request)).await;
        // A call that was given up leaves its connection behind, unusable.
        let (headers, answer) = answered.unwrap_or(Err(Silence::TimedOut))?;
        if self.hangs_up {
            node.connection = None;
        }
        self.cookies.keep(&headers);
        Ok(Answer {
            took: began.elapsed(),
            ..answer
        })
    }

    fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::default());
        *request.method_mut() = method;
        // What is no path leads nowhere, and so to a refusal.
        *request.uri_mut() = path.parse().unwrap_or_default();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = value.parse() {
                request.headers_mut().insert(name, value);
            }
        };
        let host = self.origin.split_once("://").map(|(_, host)| host);
        set(HOST, host.unwrap_or_default());
        set(ORIGIN, &self.origin);
        set(ACCEPT_LANGUAGE, "it");
        if let Some(cookies) = self.cookies.header() {
            set(COOKIE, &cookies);
        }
        if let Some(body) = body {
            set(CONTENT_TYPE, "application/json");
            *request.body_mut() = Full::from(body.to_string());
        }
        request
    }
}

impl Node {
    async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<(HeaderMap, Answer), Silence> {
        let (connection, response) = match self.connection.take() {
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
        let read = Answer::read(response).await?;
        self.connection = Some(connection);
        Ok(read)
    }

    async fn ask_anew(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(SendRequest<Full<Bytes>>, Response<Incoming>), Silence> {
        let stream = TcpStream::connect(self.address)
            .await
            .map_err(|_| Silence::NoConnection)?;
        let _ = stream.set_nodelay(true);
        let (mut connection, driven) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Silence::NoConnection)?;
        tokio::spawn(driven);
        match connection.send_request(request).await {
            Ok(response) => Ok((connection, response)),
            Err(_) => Err(Silence::ConnectionLost),
        }
    }
}
