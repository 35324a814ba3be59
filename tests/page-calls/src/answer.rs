//! An answer, wholly read.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Response,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderName, RETRY_AFTER},
};
use serde_json::Value;

use crate::Silence;

/// An answer, wholly read.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP's.
    pub status: u16,
    /// `Content-Type`; empty where there is none.
    pub media_type: String,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// How long the person waited for it.
    pub took: Duration,
    /// All of it.
    pub body: Bytes,
}

impl Answer {
    pub(crate) async fn read(response: Response<Incoming>) -> Result<(HeaderMap, Answer), Silence> {
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
            took: Duration::ZERO,
            body,
        };
        Ok((parts.headers, answer))
    }

    /// What it says; null where it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether it says that the service is unavailable, and not for how many seconds.
    pub fn lacks_retry_after(&self) -> bool {
        let seconds = self.retry_after.as_ref().map(|text| text.parse::<u64>());
        self.status == 503 && !matches!(seconds, Some(Ok(_)))
    }
}
