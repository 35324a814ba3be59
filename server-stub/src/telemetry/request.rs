//! Each request: its number, its span, the line that ends it, and its meters.

use std::{
    fmt,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    response::Response,
};
use protocol::ProblemCode;
use tracing::{Instrument, Span};

use super::METERS;
use crate::{
    app::App,
    hex::hex,
    http::address::{ClientAddress, is_proxy},
    seal::{NoRandomness, random},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a number may be that a proxy gave: a UUID has 36 characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;

/// The route of all that is no call of the API.
const PAGE: &str = "page";

/// What code a refusal was answered with: left with the answer for whoever logs it.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredCode(pub ProblemCode);

/// What tells one request from all others, in the log and in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// As the log has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 128 random bits; a request without a number is answered all the same.
    fn draw() -> RequestId {
        RequestId(random::<16>().map_or_else(|NoRandomness| "0".repeat(32), |id| hex(&id)))
    }

    /// The number a proxy gave, if it is one: hexadecimal digits, with or without dashes.
    /// Nothing else, so that nothing else comes into the log this way.
    fn given(headers: &HeaderMap) -> Option<RequestId> {
        let mut values = headers.get_all(REQUEST_ID).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let text = value.to_str().ok()?;
        let is_number = LENGTHS.contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        is_number.then(|| RequestId(text.to_owned()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Numbers a request, and says in log and metrics what came of it.
pub async fn watch<A: Future<Output = Response>>(
    app: &App,
    mut request: Request,
    answer: impl FnOnce(Request) -> A,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|peer| peer.0.ip());
    let trusted = &app.config.trusted_proxies;
    let client = ClientAddress::of(peer, request.headers(), trusted);
    let is_from_proxy = peer.is_some_and(|peer| is_proxy(peer, trusted));
    let id = Some(request.headers())
        .filter(|_| is_from_proxy)
        .and_then(RequestId::given)
        .unwrap_or_else(RequestId::draw);
    let under_way = UnderWay::begin(&request, &id, client);
    let span = under_way.span.clone();
    request.extensions_mut().insert(id.clone());
    let mut response = answer(request).instrument(span).await;
    under_way.end(&response);
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// A request that is being answered; dropped before its end, its client went away.
struct UnderWay {
    begun: Instant,
    method: Method,
    route: Option<MatchedPath>,
    span: Span,
    is_answered: bool,
}

impl UnderWay {
    fn begin(request: &Request, id: &RequestId, client: ClientAddress) -> UnderWay {
        METERS.in_flight.increment(1.0);
        let route = request.extensions().get::<MatchedPath>().cloned();
        // An error's, so that it is there for errors whatever the level.
        let span = tracing::error_span!(
            "request",
            request_id = %id,
            method = known(request.method()),
            route = route.as_ref().map_or(PAGE, MatchedPath::as_str),
            %client,
        );
        UnderWay {
            begun: Instant::now(),
            method: request.method().clone(),
            route,
            span,
            is_answered: false,
        }
    }

    fn route(&self) -> &str {
        self.route.as_ref().map_or(PAGE, MatchedPath::as_str)
    }

    fn end(mut self, response: &Response) {
        self.is_answered = true;
        let status = response.status();
        let took = self.begun.elapsed();
        METERS.answered(&self.method, self.route(), status, took);
        let code = response.extensions().get::<AnsweredCode>();
        let code = code.map(|AnsweredCode(code)| code.name());
        let (status_code, milliseconds) = (status.as_u16(), milliseconds(took));
        self.span.in_scope(|| {
            if status.is_server_error() {
                tracing::warn!(status = status_code, milliseconds, code, "answered");
            } else if self.is_idle_talk(status) {
                tracing::debug!(status = status_code, milliseconds, code, "answered");
            } else {
                tracing::info!(status = status_code, milliseconds, code, "answered");
            }
        });
    }

    /// Pages' files and the load balancer's questions: many, and nobody's doing.
    fn is_idle_talk(&self, status: StatusCode) -> bool {
        !status.is_client_error()
            && (self.route.is_none() || self.route().starts_with("/api/health/"))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        METERS.in_flight.decrement(1.0);
        if !self.is_answered {
            METERS.abandoned.increment(1);
            let milliseconds = milliseconds(self.begun.elapsed());
            self.span
                .in_scope(|| tracing::info!(milliseconds, "the client went away"));
        }
    }
}

/// A method's name; somebody's own invention is not written to the log.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::DELETE
        | Method::OPTIONS
        | Method::PATCH => method.as_str(),
        _ => "other",
    }
}

/// To the microsecond.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(REQUEST_ID, value.parse().unwrap());
        }
        RequestId::given(&headers).map(|id| id.0)
    }

    #[test]
    fn a_number_is_taken_as_proxies_give_it_and_nothing_else() {
        for good in [
            "0123456789abcdef0123456789abcdef",
            "9F2C8E64-5f0a-4c8e-9b1d-0c6d5e4f3a2b",
        ] {
            assert_eq!(given(&[good]).as_deref(), Some(good));
        }
        let too_long = "a".repeat(65);
        for bad in [
            &[][..],
            &["abc"],
            &["RSSMRA80A01H501U"],
            &["0123456789abcdef\u{e8}"],
            &["0123456789abcdef", "0123456789abcdef"],
            &[&too_long],
        ] {
            assert_eq!(given(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn every_number_is_another() {
        let id = RequestId::draw();
        assert_eq!(id.0.len(), 32);
        assert_ne!(id, RequestId::draw());
    }
}
