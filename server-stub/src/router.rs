//! Every path on one screen.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{OriginalUri, Request, State},
    http::Method,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use protocol::ProblemCode;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    description::{self, Description, at},
    http::{headers, patience},
    packages::AskedPackage,
    pages,
    problem::{self, Refusal},
    routes::{
        assistance, challenges, credentials_document, health, messages, operators, password,
        profile, registrations, services, session,
    },
    telemetry::{exposition, request},
};

/// The portal.
pub fn portal(app: Arc<App>) -> Router {
    let (routes, of_handlers) = api().split_for_parts();
    let description = Description::new(of_handlers, &app.config);
    routes
        .layer(Extension(description))
        .fallback(page)
        .method_not_allowed_fallback(async || Refusal::new(ProblemCode::MethodNotAllowed))
        .layer(middleware::from_fn(patience::end))
        .layer(middleware::from_fn(problem::answer))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            headers::add,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            request::watch,
        ))
        .with_state(app)
}

/// Every call of the API, each with its description.
fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(description::begin())
        .routes(at("/api/challenges", routes!(challenges::issue)))
        .routes(at("/api/registrations", routes!(registrations::register)))
        .routes(at(
            "/api/credentials-document",
            routes!(credentials_document::read, credentials_document::reprint),
        ))
        .routes(at(
            "/api/session",
            routes!(session::read, session::open, session::end),
        ))
        .routes(at("/api/password", routes!(password::change)))
        .routes(at("/api/profile", routes!(profile::change)))
        .routes(at("/api/messages", routes!(messages::list)))
        .routes(at("/api/messages/read", routes!(messages::mark_read)))
        .routes(at("/api/operators/search", routes!(operators::search)))
        .routes(at(
            "/api/operators/{id}/history",
            routes!(operators::history),
        ))
        .routes(at(
            "/api/operators/{id}/active",
            routes!(operators::set_active),
        ))
        .routes(at(
            "/api/operators/{id}/registration",
            routes!(operators::revoke_registration),
        ))
        .routes(at("/api/assistance", routes!(assistance::report)))
        .routes(at("/api/services/{id}", routes!(services::address)))
        .routes(at("/api/health/live", routes!(health::live)))
        .routes(at("/api/health/ready", routes!(health::ready)))
        .routes(at("/api/openapi.json", routes!(description::read)))
}

/// The administrative listener.
pub fn admin(app: Arc<App>, metrics: PrometheusHandle) -> Router {
    let answer = async move || exposition::answer(Arc::clone(&app), metrics.clone()).await;
    Router::new()
        .route("/metrics", get(answer))
        .fallback(async || Refusal::new(ProblemCode::NotFound))
        .layer(middleware::from_fn(problem::answer))
}

/// Whatever is no call of the API: a page, a file of the pages, a package, or nothing.
async fn page(
    State(app): State<Arc<App>>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return Refusal::new(ProblemCode::NotFound).into_response();
    }
    let package = app.config.packages.as_ref().zip(AskedPackage::at(path));
    match *request.method() {
        Method::GET | Method::HEAD => {
            let headers = request.headers().clone();
            let given = match package {
                Some((folder, asked)) => asked.answer(folder, request).await,
                None => None,
            };
            given.unwrap_or_else(|| pages::answer(app.config.origin.as_str(), &uri, &headers))
        }
        _ if pages::exists(path) || package.is_some() => (
            [(axum::http::header::ALLOW, "GET, HEAD")],
            Refusal::new(ProblemCode::MethodNotAllowed),
        )
            .into_response(),
        _ => Refusal::new(ProblemCode::NotFound).into_response(),
    }
}
