//! Every path on one screen.

use std::sync::Arc;

use axum::{
    Router,
    extract::{OriginalUri, Request, State},
    http::Method,
    middleware,
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use metrics_exporter_prometheus::PrometheusHandle;
use protocol::ProblemCode;

use crate::{
    app::App,
    http::headers,
    pages,
    problem::{self, Refusal},
    routes::{
        assistance, challenges, credentials_document, health, messages, operators, password,
        profile, registrations, services, session,
    },
};

/// The portal.
pub fn portal(app: Arc<App>) -> Router {
    Router::new()
        .route("/api/challenges", post(challenges::issue))
        .route("/api/registrations", post(registrations::register))
        .route(
            "/api/credentials-document",
            get(credentials_document::read).post(credentials_document::reprint),
        )
        .route(
            "/api/session",
            get(session::read).post(session::open).delete(session::end),
        )
        .route("/api/password", put(password::change))
        .route("/api/profile", put(profile::change))
        .route("/api/messages", get(messages::list))
        .route("/api/messages/read", post(messages::mark_read))
        .route("/api/operators/search", post(operators::search))
        .route("/api/operators/{id}/history", get(operators::history))
        .route("/api/operators/{id}/active", put(operators::set_active))
        .route(
            "/api/operators/{id}/registration",
            delete(operators::revoke_registration),
        )
        .route("/api/assistance", post(assistance::report))
        .route("/api/services/{id}", get(services::address))
        .route("/api/health/live", get(health::live))
        .route("/api/health/ready", get(health::ready))
        .fallback(page)
        .method_not_allowed_fallback(async || Refusal::new(ProblemCode::MethodNotAllowed))
        .layer(middleware::from_fn(problem::answer))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            headers::add,
        ))
        .with_state(app)
}

/// The administrative listener.
pub fn admin(metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/metrics", get(async move || metrics.render()))
        .fallback(async || Refusal::new(ProblemCode::NotFound))
        .layer(middleware::from_fn(problem::answer))
}

/// Whatever is no call of the API: a page, a file of the pages, or nothing.
async fn page(
    State(app): State<Arc<App>>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return Refusal::new(ProblemCode::NotFound).into_response();
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            pages::answer(app.config.origin.as_str(), &uri, request.headers())
        }
        _ if pages::exists(path) => (
            [(axum::http::header::ALLOW, "GET, HEAD")],
            Refusal::new(ProblemCode::MethodNotAllowed),
        )
            .into_response(),
        _ => Refusal::new(ProblemCode::NotFound).into_response(),
    }
}
