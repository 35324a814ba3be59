//! No request takes for ever, whatever it waits for.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use protocol::ProblemCode;

use crate::{problem::Refusal, store::bounded};

/// How long a request may take from its head to its answer. Whatever it waits for has a shorter
/// bound of its own: this is for the day when one of those does not hold.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers for a handler that does not.
pub async fn bound(answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(PATIENCE, bounded(answer)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a request took too long and was ended");
            Refusal::new(ProblemCode::SecuritySystemsUnavailable).into_response()
        }
    }
}
