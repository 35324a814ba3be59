//! State is changed at the word of the portal's own pages only.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use protocol::ProblemCode;

use crate::{app::App, problem::Refusal};

/// The request carries the portal's own `Origin`, once.
///
/// First among the arguments of every handler that changes something: the order of
/// the arguments is the order in which refusals are found (contract §4).
pub struct SameOrigin;

impl FromRequestParts<Arc<App>> for SameOrigin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<SameOrigin, Refusal> {
        let mut origins = parts.headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (Some(origin), None) if origin.as_bytes() == app.config.origin.as_str().as_bytes() => {
                Ok(SameOrigin)
            }
            _ => Err(Refusal::new(ProblemCode::OriginNotAllowed)),
        }
    }
}
