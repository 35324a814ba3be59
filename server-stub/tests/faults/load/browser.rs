//! A browser at the portal's page: connections kept open, cookies

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    http::{
        HeaderMap, Request,
        header::{CONTENT_TYPE, COOKIE, HOST, HeaderName, ORIGIN, RETRY_AFTER, SET_COOKIE},
    },
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tokio::time::timeout;

use crate::installation;

/// When a person gives up; long after the row has failed.
const PATIENCE: Duration = Duration::from_secs(40);

/// An answer, wholly read.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    pub has_retry_after: bool,
    pub took: Duration,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

#[derive(Clone)]
pub struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    portal: SocketAddr,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A connection for each call, as streams of HTTP/2 are to HAProxy.
    pub fn new(portal: SocketAddr) -> Browser {
        Browser::with(portal, false)
    }

    /// A connection kept open, as by HTTP/1.1. HAProxy closes it without a word when its node
    /// is gone: such a browser is to try again by itself.
    pub fn keeping(portal: SocketAddr) -> Browser {
        Browser::with(portal, true)
    }

    fn with(portal: SocketAddr, keeps: bool) -> Browser {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Browser {
            client: Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(usize::from(keeps))
                .build(connector),
            portal,
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser, led elsewhere from now on.
    pub fn at(&self, portal: SocketAddr) -> Browser {
        Browser {
            portal,
            ..self.clone()
        }
    }

    /// Asks; what went wrong where no whole answer came.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.portal))
            .header(HOST, "localhost:8080")
            .header(ORIGIN, installation::ORIGIN);
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<_> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let began = Instant::now();
        let answered = timeout(PATIENCE, async {
            let response = self.client.request(request).await;
            let response = response.map_err(|fault| format!("{fault:?}"))?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|fault| fault.to_string())?;
            Ok::<_, String>((parts, body.to_bytes()))
        });
        let (parts, body) = answered.await.map_err(|_| "none in time".to_owned())??;
        self.keep(&parts.headers);
        let text = |name: HeaderName| {
            let value = parts.headers.get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or("")
        };
        Ok(Answer {
            status: parts.status.as_u16(),
            media_type: text(CONTENT_TYPE).to_owned(),
            has_retry_after: text(RETRY_AFTER).parse::<u64>().is_ok(),
            took: began.elapsed(),
            body,
        })
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap_or_default();
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            match attributes.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}
