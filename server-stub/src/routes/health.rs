//! `/api/health`: for a load balancer

use std::sync::Arc;

use axum::{Json, extract::State};
use protocol::ProblemCode;
use serde_json::{Value, json};

use crate::{
    app::App,
    description::{bodies::Health, refusals::refuses},
    problem::Refusal,
};

/// The program runs.
#[utoipa::path(
    get,
    path = "",
    operation_id = "isLive",
    tag = "Operation",
    responses(
        (status = OK, description = "It runs", body = Health),
    ),
)]
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

refuses!(ReadyRefusals: OWN_STEP);

/// It can do its work: the database takes writes, it knows whom to trust, and it is not
/// about to stop. Why not stands in the log.
#[utoipa::path(
    get,
    path = "",
    operation_id = "isReady",
    tag = "Operation",
    responses(
        (status = OK, description = "It is ready", body = Health),
        ReadyRefusals,
    ),
)]
pub async fn ready(State(app): State<Arc<App>>) -> Result<Json<Value>, Refusal> {
    match app.readiness().await {
        Ok(()) => Ok(Json(json!({ "status": "ready" }))),
        Err(_) => Err(Refusal::new(ProblemCode::SecuritySystemsUnavailable)),
    }
}
