//! `/api/messages`: Messaggi

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use protocol::api::{Actor, Message, Messages};

use crate::{
    app::App, clock, description::refusals::refuses, hex::hex, http::cookies::Cookies,
    http::same_origin::SameOrigin, problem::Refusal, session, store::EventRow,
};

refuses!(ListRefusals: SESSION);

/// The person's latest messages.
#[utoipa::path(
    get,
    path = "",
    operation_id = "listMessages",
    tag = "Services",
    security(("session" = [])),
    responses(
        (status = OK, description = "What happened to the access", body = Messages),
        ListRefusals,
    ),
)]
pub async fn list(State(app): State<Arc<App>>, sent: Cookies) -> Result<Json<Messages>, Refusal> {
    let session = session::require(&app, &sent).await?;
    let codice_fiscale = &session.row.operator.operator.codice_fiscale;
    let events = app.store.events(codice_fiscale).await?;
    let messages = events.iter().map(|event| message(&app, event)).collect();
    Ok(Json(Messages { messages }))
}

refuses!(MarkReadRefusals: CHANGING, SESSION);

/// The person has read them all.
#[utoipa::path(
    post,
    path = "",
    operation_id = "markMessagesRead",
    tag = "Services",
    security(("session" = [])),
    responses(
        (status = NO_CONTENT, description = "All are read"),
        MarkReadRefusals,
    ),
)]
pub async fn mark_read(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
) -> Result<StatusCode, Refusal> {
    let session = session::require(&app, &sent).await?;
    let codice_fiscale = &session.row.operator.operator.codice_fiscale;
    app.store.events_were_seen(codice_fiscale).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn message(app: &App, event: &EventRow) -> Message {
    // The event's own number would tell how much the whole portal is used.
    let name = app
        .seal_key
        .keyed_hash(&[b"message", &event.id.to_be_bytes()]);
    Message {
        id: hex(&name[..8]),
        kind: event.act,
        at: clock::rfc3339(event.at),
        by_card: event.by_card.filter(|_| event.by == Actor::Oneself),
        read: event.seen,
    }
}
