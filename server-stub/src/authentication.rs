//! Who someone is: by card or by password, refusals in the contract's order (§4).

use protocol::{CodiceFiscale, ProblemCode, Token, token::TokenFault};
use serde_json::Value;
use verifier::Identity;

use crate::{
    app::App,
    audit::{Hash, Trail},
    challenge::Challenge,
    clock,
    http::address::ClientAddress,
    http::cookies::{Cookies, Jar},
    judgement::judge_card,
    problem::Refusal,
    seal::random,
    store::{
        CredentialsRow, OperatorRow, PasswordAttempt, PasswordAttemptLimits, PasswordAttempts,
    },
    telemetry,
};

/// Spends the browser's challenge and judges the token by it. A login spends it with the session
/// it opens instead (`routes/session.rs`).
pub async fn by_card(
    app: &App,
    cookies: &Cookies,
    token: &Value,
    trail: &mut Trail,
) -> Result<Identity, Refusal> {
    let challenge = challenge(app, cookies, trail)?;
    challenge.spend(&app.store, clock::now()).await?;
    by_challenge(app, &challenge, token, trail).await
}

/// The challenge that this browser sends back.
pub fn challenge(app: &App, cookies: &Cookies, trail: &mut Trail) -> Result<Challenge, Refusal> {
    let challenge = cookies
        .get(Jar::Challenge)
        .and_then(|cookie| Challenge::open(&app.seal_key, cookie))
        .ok_or(Refusal::new(ProblemCode::ChallengeMissing))?;
    trail.challenge(Hash(challenge.hash()));
    Ok(challenge)
}

/// Judges the token by a challenge. What comes of it is nobody's to know, and nothing is to
/// come of it, before the challenge is spent.
pub async fn by_challenge(
    app: &App,
    challenge: &Challenge,
    token: &Value,
    trail: &mut Trail,
) -> Result<Identity, Refusal> {
    let token = Token::from_json(token).map_err(|fault| {
        Refusal::new(match fault {
            TokenFault::Malformed(_) => ProblemCode::TokenMalformed,
            TokenFault::FormatUnsupported => ProblemCode::TokenFormatUnsupported,
            TokenFault::AlgorithmUnsupported => ProblemCode::AlgorithmUnsupported,
        })
    })?;
    judge_card(app, &token, &challenge.nonce(), trail).await
}

/// Judges user id and password: throttle, credentials, operator, document.
///
/// Whether the first password was changed is the caller's to ask.
pub async fn by_password(
    app: &App,
    address: ClientAddress,
    username: &str,
    password: &str,
    trail: &mut Trail,
) -> Result<CredentialsRow, Refusal> {
    let user_id = username.to_uppercase();
    trail.password(CodiceFiscale::parse(&user_id).ok());
    let attempt = attempt(app, address, &user_id)?;
    let per_address = app.config.limits.passwords_per_quarter_hour;
    let limits = PasswordAttemptLimits {
        per_address,
        per_user: per_address.saturating_mul(10),
    };
    match app.store.count_password_attempt(&attempt, &limits).await? {
        PasswordAttempts::Counted => {}
        PasswordAttempts::TooMany { retry_after } => {
            telemetry::METERS.password_throttled();
            return Err(Refusal::too_many(retry_after));
        }
    }
    let judged = match look_up(app, &user_id).await {
        Ok(found) => {
            if found.is_some() {
                trail.person_exists();
            }
            let hash = found.as_ref().map(|row| row.password_hash.as_str());
            match app.hashing.verify(password, hash).await {
                Ok(fits) => Ok(found.filter(|_| fits)),
                Err(fault) => Err(Refusal::from(fault)),
            }
        }
        Err(refusal) => Err(refusal),
    };
    let row = match judged {
        Ok(Some(row)) => row,
        Ok(None) => return Err(Refusal::new(ProblemCode::CredentialsInvalid)),
        Err(refusal) => {
            app.store.password_attempt_was_not_judged(&attempt).await?;
            return Err(refusal);
        }
    };
    app.store.password_attempt_succeeded(&attempt).await?;
    require_active(&row.operator)?;
    if row.document_pending {
        return Err(Refusal::new(ProblemCode::CredentialsDocumentPending));
    }
    Ok(row)
}

/// Refuses an operator who was disabled.
pub fn require_active(operator: &OperatorRow) -> Result<(), Refusal> {
    if operator.active {
        Ok(())
    } else {
        Err(Refusal::new(ProblemCode::OperatorDisabled))
    }
}

/// Says in the log that someone came in.
pub fn log_entry(app: &App, codice_fiscale: &CodiceFiscale, what: &'static str) {
    let person = telemetry::pseudonym(&app.seal_key, codice_fiscale);
    tracing::info!(%person, "{what}");
}

async fn look_up(app: &App, user_id: &str) -> Result<Option<CredentialsRow>, Refusal> {
    match CodiceFiscale::parse(user_id) {
        Ok(codice_fiscale) => Ok(app.store.credentials(&codice_fiscale).await?),
        Err(_) => Ok(None),
    }
}

fn attempt(app: &App, address: ClientAddress, user_id: &str) -> Result<PasswordAttempt, Refusal> {
    let address = address.limit_key().to_string();
    Ok(PasswordAttempt {
        id: random()?,
        user_key: app.seal_key.keyed_hash(&[b"user id", user_id.as_bytes()]),
        address_key: app.seal_key.keyed_hash(&[b"address", address.as_bytes()]),
        now: clock::now(),
    })
}
