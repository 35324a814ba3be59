//! Every path on one screen.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{OriginalUri, Request, State},
    http::{Method, header},
    middleware::{self, Next},
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
    let (calls, mut of_handlers) = api().split_for_parts();
    let (describing, of_describing) = its_description().split_for_parts();
    of_handlers.merge(of_describing);
    let description = Description::new(of_handlers, &app.config);
    calls
        .merge(describing.layer(Extension(description)))
        .fallback(page)
        .method_not_allowed_fallback(async || Refusal::new(ProblemCode::MethodNotAllowed))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), surround))
        .with_state(app)
}

/// What surrounds every request, pages too: the answer is waited for no longer than there is
/// patience, a refusal gets its words, then come the headers, and last what log and meters say.
///
/// One layer: each further one would copy and box all that lies within it, at every request.
async fn surround(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    request::watch(&app, request, async |request| {
        let is_under_api = is_under_api(request.uri().path());
        let answer = async |request| patience::bound(next.run(request)).await;
        let mut response = problem::in_words(request, answer).await;
        headers::add(&mut response, is_under_api, app.config.origin.is_https());
        response
    })
    .await
}

fn is_under_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
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
}

/// The call that answers the description of all.
fn its_description() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::default().routes(at("/api/openapi.json", routes!(description::read)))
}

/// The administrative listener.
pub fn admin(app: Arc<App>, metrics: PrometheusHandle) -> Router {
    let answer = async move || exposition::answer(Arc::clone(&app), metrics.clone()).await;
    Router::new()
        .route("/metrics", get(answer))
        .fallback(async || Refusal::new(ProblemCode::NotFound))
        .layer(middleware::from_fn(async |request: Request, next: Next| {
            problem::in_words(request, async |request| next.run(request).await).await
        }))
}

/// Whatever is no call of the API: a page, a file of the pages, a package, or nothing.
async fn page(
    State(app): State<Arc<App>>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let path = uri.path();
    if is_under_api(path) {
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
            [(header::ALLOW, "GET, HEAD")],
            Refusal::new(ProblemCode::MethodNotAllowed),
        )
            .into_response(),
        _ => Refusal::new(ProblemCode::NotFound).into_response(),
    }
}
