//! `/api/password`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use protocol::ProblemCode;

use crate::{
    app::App,
    audit::{Attempt, Trail},
    authentication, clock,
    credentials::is_acceptable,
    description::{bodies::NewPassword, refusals::refuses},
    http::address::ClientAddress,
    http::cookies::Cookies,
    http::json_body::JsonBody,
    http::same_origin::SameOrigin,
    problem::Refusal,
    session,
    store::PasswordChange,
};

refuses!(ChangeRefusals: CHANGING, BODY, PASSWORD; PasswordUnacceptable);

/// Changes the standard password, the first one included; no session is needed.
#[utoipa::path(
    put,
    path = "",
    operation_id = "changePassword",
    tag = "Access",
    request_body = NewPassword,
    responses(
        (status = NO_CONTENT, description = "The new password holds"),
        ChangeRefusals,
    ),
)]
pub async fn change(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    address: ClientAddress,
    mut trail: Trail,
    body: JsonBody,
) -> Result<StatusCode, Refusal> {
    let (Some(username), Some(current), Some(new)) = (
        body.text("username"),
        body.text("current"),
        body.text("new"),
    ) else {
        return Err(Refusal::new(ProblemCode::TokenMalformed));
    };
    let given = (username, current, new);
    let changed = change_by(&app, &sent, address, given, &mut trail).await;
    app.audited(Attempt::PasswordChange, &trail, changed).await
}

async fn change_by(
    app: &App,
    sent: &Cookies,
    address: ClientAddress,
    (username, current, new): (&str, &str, &str),
    trail: &mut Trail,
) -> Result<StatusCode, Refusal> {
    let row = authentication::by_password(app, address, username, current, trail).await?;
    let codice_fiscale = &row.operator.operator.codice_fiscale;
    if !is_acceptable(new, current, codice_fiscale) {
        return Err(Refusal::new(ProblemCode::PasswordUnacceptable));
    }
    let new_hash = app.hashing.hash(new).await?;
    let changed = app
        .store
        .change_password(PasswordChange {
            codice_fiscale,
            current_hash: &row.password_hash,
            new_hash: &new_hash,
            own_session: session::token_hash(sent),
            now: clock::now(),
            trail,
        })
        .await?;
    if !changed {
        return Err(Refusal::new(ProblemCode::CredentialsInvalid));
    }
    authentication::log_entry(app, codice_fiscale, "a password was changed");
    Ok(StatusCode::NO_CONTENT)
}
