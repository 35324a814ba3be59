//! `/api/registrations`: Registra CNS

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use protocol::{ProblemCode, api::Registration};
use serde_json::Value;

use crate::{
    app::App,
    audit::{Attempt, Trail},
    authentication::{self, require_active},
    clock,
    credentials::issuing::{self, COOKIE_SECONDS, DOCUMENT_PATH},
    description::{bodies::ByCard, refusals::refuses},
    http::cookies::{self, Cookies, Jar},
    http::json_body::JsonBody,
    http::same_origin::SameOrigin,
    problem::Refusal,
    session,
    store::NewRegistration,
    telemetry::METERS,
};

refuses!(RegisterRefusals: CHANGING, BODY, CARD);

/// Registers the card in place of the person's earlier one.
#[utoipa::path(
    post,
    path = "",
    operation_id = "registerCard",
    tag = "Access",
    request_body = ByCard,
    security(("challenge" = [])),
    responses(
        (
            status = CREATED,
            description = "The card is registered",
            body = Registration,
            headers(("Set-Cookie" = String, description = "The key to the document")),
        ),
        RegisterRefusals,
    ),
)]
pub async fn register(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    mut trail: Trail,
    body: JsonBody,
) -> Result<impl IntoResponse, Refusal> {
    let token = body
        .token()
        .ok_or(Refusal::new(ProblemCode::TokenMalformed))?;
    let registered = register_by(&app, &sent, token, &mut trail).await;
    METERS.registration(registered.as_ref().err().map(|refusal| refusal.code));
    app.audited(Attempt::Registration, &trail, registered).await
}

async fn register_by(
    app: &App,
    sent: &Cookies,
    token: &Value,
    trail: &mut Trail,
) -> Result<impl IntoResponse + use<>, Refusal> {
    let identity = authentication::by_card(app, sent, token, trail).await?;
    let operator = app
        .store
        .operator(&identity.codice_fiscale)
        .await?
        .ok_or(Refusal::new(ProblemCode::OperatorUnknown))?;
    require_active(&operator)?;

    let yields_document = operator.operator.profile.needs_credentials_document();
    let (credentials, cookie) = if yields_document {
        let issued = issuing::issue(app, &identity.codice_fiscale).await?;
        (Some(issued.credentials), issued.cookie)
    } else {
        (None, issuing::empty_cookie(app)?)
    };
    let registered = app
        .store
        .register(NewRegistration {
            codice_fiscale: &identity.codice_fiscale,
            certificate_fingerprint: identity.certificate_fingerprint,
            now: clock::now(),
            credentials,
            own_session: session::token_hash(sent),
            trail,
        })
        .await?;
    if !registered {
        return Err(Refusal::new(ProblemCode::OperatorDisabled));
    }
    authentication::log_entry(app, &identity.codice_fiscale, "a card was registered");
    Ok((
        StatusCode::CREATED,
        cookies::set(
            app.config.origin.is_https(),
            Jar::Document,
            &cookie,
            Some(COOKIE_SECONDS),
        ),
        Json(Registration {
            operator: operator.operator,
            credentials_document: yields_document.then(|| DOCUMENT_PATH.to_owned()),
        }),
    ))
}
