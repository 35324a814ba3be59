//! `/api/credentials-document`: the credentials on paper, Ristampa Credenziali

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use protocol::{Language, ProblemCode, api::Reprint, service::ServiceId};

use crate::{
    app::App,
    audit::{Attempt, Trail},
    authentication::{self, require_active},
    clock,
    credentials::document::{self, Delivery},
    credentials::issuing::{self, COOKIE_SECONDS, DOCUMENT_PATH, DocumentKey},
    description::{bodies::Pdf, refusals::refuses},
    http::cookies::{self, Cookies, Jar},
    http::same_origin::SameOrigin,
    pages,
    problem::Refusal,
    session,
};

refuses!(ReadRefusals: SESSION; CardRequired, OperatorDisabled, NotFound);

/// The document, for the browser whose cookie holds its key.
///
/// A session opened by password never reads it, whatever else the browser holds.
#[utoipa::path(
    get,
    path = "",
    operation_id = "readCredentialsDocument",
    tag = "Access",
    params((
        "lang" = Option<String>,
        Query,
        description = "it, de or en; anything else is as if it were not there"
    )),
    security(("document" = [])),
    responses(
        (status = OK, description = "The document", body = Pdf, content_type = "application/pdf"),
        ReadRefusals,
    ),
)]
pub async fn read(
    State(app): State<Arc<App>>,
    sent: Cookies,
    uri: Uri,
    headers: HeaderMap,
    mut trail: Trail,
) -> Result<Response, Refusal> {
    let language = reader_language(&uri, &headers);
    let read = read_in(&app, &sent, language, &mut trail).await;
    app.audited(Attempt::Document, &trail, read).await
}

async fn read_in(
    app: &Arc<App>,
    sent: &Cookies,
    language: Language,
    trail: &mut Trail,
) -> Result<Response, Refusal> {
    let session = session::find(app, sent).await?;
    if let Some(session) = &session {
        trail.session(session);
    }
    if session.as_ref().is_some_and(|session| !session.row.by_card) {
        return Err(Refusal::new(ProblemCode::CardRequired));
    }
    let now = clock::now();
    let Some(key) = DocumentKey::sent(app, sent) else {
        let code = match session {
            // Someone logged in for whom there is no document in any browser.
            Some(session)
                if !app
                    .store
                    .document_waits(&session.row.operator.operator.codice_fiscale, now)
                    .await? =>
            {
                ProblemCode::NotFound
            }
            _ => ProblemCode::NotAuthenticated,
        };
        return Err(Refusal::new(code));
    };
    let not_found = || Refusal::new(ProblemCode::NotFound);
    let row = app
        .store
        .document(&key.id, now)
        .await?
        .ok_or_else(not_found)?;
    require_active(&row.operator)?;
    let secrets = key.read(&row.sealed).ok_or_else(not_found)?;
    let pdf = document::write(&row.operator.operator, &secrets, language)?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf"),
            (
                header::CONTENT_DISPOSITION,
                "inline; filename=\"credenziali-sistema-ts.pdf\"",
            ),
            (header::CONTENT_LANGUAGE, language.code()),
            (header::VARY, "Accept-Language, Cookie"),
        ],
        Body::new(Delivery::new(Arc::clone(app), key.id, pdf)),
    )
        .into_response())
}

refuses!(ReprintRefusals: CHANGING, SESSION; CardRequired, ServiceNotEnabled);

/// New credentials for someone logged in by card; the old ones are void.
#[utoipa::path(
    post,
    path = "",
    operation_id = "reprintCredentials",
    tag = "Services",
    security(("session" = [])),
    responses(
        (
            status = CREATED,
            description = "New credentials wait",
            body = Reprint,
            headers(("Set-Cookie" = String, description = "The key to the document")),
        ),
        ReprintRefusals,
    ),
)]
pub async fn reprint(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    mut trail: Trail,
) -> Result<impl IntoResponse, Refusal> {
    let reprinted = reprint_by(&app, &sent, &mut trail).await;
    app.audited(Attempt::Reprint, &trail, reprinted).await
}

async fn reprint_by(
    app: &App,
    sent: &Cookies,
    trail: &mut Trail,
) -> Result<impl IntoResponse + use<>, Refusal> {
    let session = session::require(app, sent).await?;
    trail.session(&session);
    if !session.row.by_card {
        return Err(Refusal::new(ProblemCode::CardRequired));
    }
    let operator = &session.row.operator;
    let enabled = operator
        .enabled_services()
        .contains(&ServiceId::RistampaCredenziali);
    if !enabled || !operator.operator.profile.needs_credentials_document() {
        return Err(Refusal::new(ProblemCode::ServiceNotEnabled));
    }
    let codice_fiscale = &operator.operator.codice_fiscale;
    let issued = issuing::issue(app, codice_fiscale).await?;
    let done = app
        .store
        .reprint(
            codice_fiscale,
            &session.token_hash,
            issued.credentials,
            trail,
            clock::now(),
        )
        .await?;
    if !done {
        return Err(Refusal::new(ProblemCode::NotAuthenticated));
    }
    authentication::log_entry(app, codice_fiscale, "credentials were reprinted");
    Ok((
        StatusCode::CREATED,
        cookies::set(
            app.config.origin.is_https(),
            Jar::Document,
            &issued.cookie,
            Some(COOKIE_SECONDS),
        ),
        Json(Reprint {
            credentials_document: DOCUMENT_PATH.to_owned(),
        }),
    ))
}

/// The language of `?lang=`, which a link can carry, else of the browser.
fn reader_language(uri: &Uri, headers: &HeaderMap) -> Language {
    pages::chosen_language(uri).unwrap_or_else(|| {
        Language::from_accept_language(
            headers
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok()),
        )
    })
}
