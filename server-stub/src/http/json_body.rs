//! Reading a request's body: media type, size, JSON object, in that order (contract §4).

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use protocol::ProblemCode;
use serde_json::{Map, Value};

use crate::{app::App, problem::Refusal};

/// The most a body may have, in bytes.
const LIMIT: usize = 65_536;
/// How much of a body that is too large is still taken in before the answer, so that
/// a client that writes it all before it reads gets to see the refusal.
const DRAIN_LIMIT: usize = 8 * 1024 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that is a JSON object.
#[derive(Debug)]
pub struct JsonBody(Map<String, Value>);

impl JsonBody {
    /// A member that is text.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.0.get(member).and_then(Value::as_str)
    }

    /// A member that is true or false.
    pub fn flag(&self, member: &str) -> Option<bool> {
        self.0.get(member).and_then(Value::as_bool)
    }

    /// A member that is an object; none for one that is absent or anything else.
    pub fn object(&self, member: &str) -> Option<&Map<String, Value>> {
        self.0.get(member).and_then(Value::as_object)
    }

    /// The member `token`, if it is an object.
    pub fn token(&self) -> Option<&Value> {
        self.0.get("token").filter(|token| token.is_object())
    }
}

impl FromRequest<Arc<App>> for JsonBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<JsonBody, Refusal> {
        let (parts, mut body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Refusal::new(ProblemCode::UnsupportedMediaType));
        }
        let unreadable = || Refusal::new(ProblemCode::TokenMalformed);
        let bytes = tokio::time::timeout(PATIENCE, read(&mut body))
            .await
            .map_err(|_| unreadable())??;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => Ok(JsonBody(members)),
            _ => Err(unreadable()),
        }
    }
}

/// `application/json`, in UTF-8 and not compressed (RFC 8259 §8.1, §11).
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(media_type), None) = (types.next(), types.next()) else {
        return false;
    };
    let encoded = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let Ok(media_type) = media_type.to_str() else {
        return false;
    };
    let mut parts = media_type.split(';');
    let essence = parts.next().unwrap_or_default().trim();
    let utf8 = parts.all(|parameter| {
        parameter.split_once('=').is_none_or(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    essence.eq_ignore_ascii_case("application/json") && utf8 && !encoded
}

async fn read(body: &mut Body) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut length = 0;
    let announced = body.size_hint().lower();
    if announced > DRAIN_LIMIT as u64 {
        return Err(Refusal::new(ProblemCode::BodyTooLarge));
    }
    while let Some(frame) =
        std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context)).await
    {
        let frame = frame.map_err(|_| Refusal::new(ProblemCode::TokenMalformed))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length > DRAIN_LIMIT {
            break;
        }
        if length <= LIMIT {
            bytes.extend_from_slice(&data);
        }
    }
    if length > LIMIT {
        return Err(Refusal::new(ProblemCode::BodyTooLarge));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_json_with(lines: &[(header::HeaderName, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        is_json(&headers)
    }

    #[test]
    fn json_in_utf_8_is_read() {
        for value in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/json; profile=x",
        ] {
            assert!(is_json_with(&[(header::CONTENT_TYPE, value)]), "{value}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for value in [
            "text/plain",
            "application/jsonx",
            "application/problem+json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
            "application/json; charset=latin1",
            "",
        ] {
            assert!(!is_json_with(&[(header::CONTENT_TYPE, value)]), "{value}");
        }
        assert!(!is_json_with(&[]));
        assert!(!is_json_with(&[
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_TYPE, "text/plain"),
        ]));
        assert!(!is_json_with(&[
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_ENCODING, "gzip"),
        ]));
    }
}
