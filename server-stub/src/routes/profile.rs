//! `/api/profile`: Profilo Utente

use std::sync::Arc;

use axum::{Json, extract::State};
use email_address::{EmailAddress, Options};
use protocol::{
    ProblemCode,
    api::{LONGEST_EMAIL, Operator, ProfileChange, is_telephone},
};

use crate::{
    app::App,
    audit::{Attempt, Trail},
    authentication, clock,
    description::refusals::refuses,
    http::cookies::Cookies,
    http::json_body::JsonBody,
    http::same_origin::SameOrigin,
    problem::{FieldFault, Refusal},
    session,
    store::ProfileChanged,
};

refuses!(ChangeRefusals: CHANGING, BODY, SESSION; FieldUnacceptable, TooManyRequests);

/// Changes the person's telephone and e-mail, and nothing else of them.
#[utoipa::path(
    put,
    path = "",
    operation_id = "changeProfile",
    tag = "Services",
    request_body = ProfileChange,
    security(("session" = [])),
    responses(
        (status = OK, description = "The operator as they are now", body = Operator),
        ChangeRefusals,
    ),
)]
pub async fn change(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    mut trail: Trail,
    body: JsonBody,
) -> Result<Json<Operator>, Refusal> {
    let (Some(telephone), Some(email)) = (body.text("telefono_ufficio"), body.text("email")) else {
        return Err(Refusal::new(ProblemCode::TokenMalformed));
    };
    let changed = change_by(&app, &sent, (telephone, email), &mut trail).await;
    app.audited(Attempt::ProfileChange, &trail, changed).await
}

async fn change_by(
    app: &App,
    sent: &Cookies,
    (telephone, email): (&str, &str),
    trail: &mut Trail,
) -> Result<Json<Operator>, Refusal> {
    let session = session::require(app, sent).await?;
    trail.session(&session);
    let change = ProfileChange {
        telefono_ufficio: telephone.trim().to_owned(),
        email: email.trim().to_owned(),
    };
    let mut operator = session.row.operator.operator;
    // What a file brought may be of any form: who changes the one does not have to mend the other.
    let is_new = |given: &str, held: &str| !given.is_empty() && given != held.trim();
    let (telephone, email) = (&change.telefono_ufficio, &change.email);
    if is_new(telephone, &operator.telefono_ufficio) && !is_telephone(telephone) {
        return Err(Refusal::field(FieldFault::Telephone));
    }
    if is_new(email, &operator.email) && !is_email(email) {
        return Err(Refusal::field(FieldFault::Email));
    }
    let changed = app
        .store
        .change_profile(
            &operator.codice_fiscale,
            &session.token_hash,
            &change,
            trail,
            clock::now(),
        )
        .await?;
    match changed {
        ProfileChanged::Done => {}
        ProfileChanged::NoSession => return Err(Refusal::new(ProblemCode::NotAuthenticated)),
        ProfileChanged::TooMany { retry_after } => return Err(Refusal::too_many(retry_after)),
    }
    authentication::log_entry(app, &operator.codice_fiscale, "a profile was changed");
    operator.telefono_ufficio = change.telefono_ufficio;
    operator.email = change.email;
    Ok(Json(operator))
}

/// A plain address of a mailbox: no display name, no bare host, no literal address.
fn is_email(text: &str) -> bool {
    let options = Options::default()
        .with_required_tld()
        .without_domain_literal()
        .without_display_text();
    text.len() <= LONGEST_EMAIL
        && !text.contains(|letter: char| letter.is_control() || letter.is_whitespace())
        && EmailAddress::parse_with_options(text, options).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_of_a_mailbox_is_taken() {
        for good in [
            "mario.rossi@asl.example",
            "m+posta@ufficio.asl.example",
            "o'neill@asl.example",
            "zoë@müller.example",
        ] {
            assert!(is_email(good), "{good}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        let long = format!("{}@asl.example", "a.".repeat(130));
        for bad in [
            "mario",
            "mario@",
            "@asl.example",
            "mario@localhost",
            "mario@[127.0.0.1]",
            "Mario <mario@asl.example>",
            "mario@asl.example, anna@asl.example",
            "mario@asl..example",
            "mario rossi@asl.example",
            "mario@asl.example\r\nBcc: x@y.example",
            &long,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
