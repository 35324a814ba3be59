//! `/api/operators`: Gestione Credenziali

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    ProblemCode,
    api::{Activation, History, HistoryEntry, ManagedOperator, OperatorSearch, OperatorsFound},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::App,
    audit::{Attempt, Trail},
    clock,
    description::refusals::refuses,
    http::cookies::Cookies,
    http::json_body::JsonBody,
    http::same_origin::SameOrigin,
    problem::{FieldFault, Refusal},
    session::{self, OpenSession},
    store::{Administrator, EventRow, ManagedRow, Measure, Measured},
    telemetry,
};

/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

/// Which operator a path is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Whose {
    /// As found by a search
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    id: String,
}

type Id = Result<Path<Whose>, PathRejection>;

refuses!(SearchRefusals: CHANGING, BODY, ADMINISTRATOR; FieldUnacceptable);

/// Finds operators by name or codice fiscale; a `POST`, so that neither stands in an address.
#[utoipa::path(
    post,
    path = "",
    operation_id = "searchOperators",
    tag = "Services",
    request_body = OperatorSearch,
    security(("session" = [])),
    responses(
        (
            status = OK,
            description = "Who was found",
            body = OperatorsFound,
            links(
                ("history" = (
                    operation_id = "readOperatorHistory",
                    parameters(("id" = "$response.body#/operators/0/id")),
                )),
                ("active" = (
                    operation_id = "setOperatorActive",
                    parameters(("id" = "$response.body#/operators/0/id")),
                )),
                ("registration" = (
                    operation_id = "revokeOperatorRegistration",
                    parameters(("id" = "$response.body#/operators/0/id")),
                )),
            ),
        ),
        SearchRefusals,
    ),
)]
pub async fn search(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    body: JsonBody,
) -> Result<Json<OperatorsFound>, Refusal> {
    let words = body
        .text("words")
        .ok_or(Refusal::new(ProblemCode::TokenMalformed))?;
    let administrator = require_administrator(&app, &sent).await?;
    let letters = words.chars().filter(|letter| letter.is_alphanumeric());
    if letters.count() < 2 || words.chars().count() > LONGEST_SEARCH {
        return Err(Refusal::field(FieldFault::Words));
    }
    let (rows, more) = app
        .store
        .find_operators(&administrator.row.operator, words)
        .await?;
    let operators = rows.into_iter().map(describe).collect();
    Ok(Json(OperatorsFound { operators, more }))
}

refuses!(HistoryRefusals: ADMINISTRATOR; NotFound);

/// What was done with an operator's access.
#[utoipa::path(
    get,
    path = "",
    operation_id = "readOperatorHistory",
    tag = "Services",
    params(Whose),
    security(("session" = [])),
    responses(
        (status = OK, description = "What was done", body = History),
        HistoryRefusals,
    ),
)]
pub async fn history(
    State(app): State<Arc<App>>,
    sent: Cookies,
    id: Id,
) -> Result<Json<History>, Refusal> {
    let administrator = require_administrator(&app, &sent).await?;
    let not_found = || Refusal::new(ProblemCode::NotFound);
    let id = read(id).ok_or_else(not_found)?;
    let found = app
        .store
        .managed_operator(&administrator.row.operator, &id)
        .await?
        .ok_or_else(not_found)?;
    let codice_fiscale = &found.operator.operator.codice_fiscale;
    let events = app.store.events(codice_fiscale).await?;
    Ok(Json(History {
        entries: events.iter().map(entry).collect(),
    }))
}

refuses!(SetActiveRefusals: CHANGING, BODY, ADMINISTRATOR; NotFound);

/// Lets an operator in again, or shuts them out at once.
#[utoipa::path(
    put,
    path = "",
    operation_id = "setOperatorActive",
    tag = "Services",
    params(Whose),
    request_body = Activation,
    security(("session" = [])),
    responses(
        (status = OK, description = "The operator as they are now", body = ManagedOperator),
        SetActiveRefusals,
    ),
)]
pub async fn set_active(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    id: Id,
    mut trail: Trail,
    body: JsonBody,
) -> Result<Json<ManagedOperator>, Refusal> {
    let measure = match body.flag("active") {
        Some(true) => Measure::Enable,
        Some(false) => Measure::Disable,
        None => return Err(Refusal::new(ProblemCode::TokenMalformed)),
    };
    let taken = take(&app, &sent, id, measure, &mut trail).await;
    app.audited(Attempt::Administration, &trail, taken).await
}

refuses!(RevokeRefusals: CHANGING, ADMINISTRATOR; NotFound);

/// Takes back an operator's registration and credentials.
#[utoipa::path(
    delete,
    path = "",
    operation_id = "revokeOperatorRegistration",
    tag = "Services",
    params(Whose),
    security(("session" = [])),
    responses(
        (status = OK, description = "The operator as they are now", body = ManagedOperator),
        RevokeRefusals,
    ),
)]
pub async fn revoke_registration(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    id: Id,
    mut trail: Trail,
) -> Result<Json<ManagedOperator>, Refusal> {
    let taken = take(&app, &sent, id, Measure::RevokeRegistration, &mut trail).await;
    app.audited(Attempt::Administration, &trail, taken).await
}

async fn take(
    app: &App,
    sent: &Cookies,
    id: Id,
    measure: Measure,
    trail: &mut Trail,
) -> Result<Json<ManagedOperator>, Refusal> {
    let session = session::require(app, sent).await?;
    trail.session(&session);
    let session = administrators(session)?;
    let not_found = || Refusal::new(ProblemCode::NotFound);
    let id = read(id).ok_or_else(not_found)?;
    let administrator = Administrator {
        session: &session.token_hash,
        row: &session.row.operator,
    };
    let now = clock::now();
    let measured = app
        .store
        .measure(administrator, &id, measure, trail, now)
        .await?;
    match measured {
        Measured::Done(row) => {
            log(app, &session, &row, measure);
            Ok(Json(describe(*row)))
        }
        Measured::NotFound => Err(not_found()),
        Measured::NoAdministrator => Err(Refusal::new(ProblemCode::NotAuthenticated)),
    }
}

/// A session opened by the card of somebody who may open Gestione Credenziali.
async fn require_administrator(app: &App, sent: &Cookies) -> Result<OpenSession, Refusal> {
    administrators(session::require(app, sent).await?)
}

fn administrators(session: OpenSession) -> Result<OpenSession, Refusal> {
    if !session.row.by_card {
        return Err(Refusal::new(ProblemCode::CardRequired));
    }
    if !session.row.operator.manages_credentials() {
        return Err(Refusal::new(ProblemCode::ServiceNotEnabled));
    }
    Ok(session)
}

fn read(id: Id) -> Option<Vec<u8>> {
    let Path(Whose { id }) = id.ok()?;
    URL_SAFE_NO_PAD.decode(id).ok()
}

fn describe(row: ManagedRow) -> ManagedOperator {
    ManagedOperator {
        id: URL_SAFE_NO_PAD.encode(&row.id),
        operator: row.operator.operator,
        active: row.operator.active,
        registered_at: row.registered_at.map(clock::rfc3339),
        document_pending: row.document_pending,
        has_credentials: row.has_credentials,
    }
}

fn entry(event: &EventRow) -> HistoryEntry {
    HistoryEntry {
        at: clock::rfc3339(event.at),
        act: event.act,
        by: event.by,
        by_card: event.by_card,
    }
}

fn log(app: &App, session: &OpenSession, row: &ManagedRow, measure: Measure) {
    let name = |operator: &protocol::api::Operator| {
        telemetry::pseudonym(&app.seal_key, &operator.codice_fiscale)
    };
    let person = name(&row.operator.operator);
    let administrator = name(&session.row.operator.operator);
    tracing::info!(%person, %administrator, ?measure, "an administrator decided");
}
