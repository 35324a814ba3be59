//! `/api/challenges`

use std::{sync::Arc, time::Instant};

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use protocol::api;

use crate::{
    app::App,
    challenge::{Challenge, rate::AddressKey},
    clock,
    description::refusals::refuses,
    http::address::ClientAddress,
    http::cookies::{self, Cookies, Jar},
    http::same_origin::SameOrigin,
    problem::Refusal,
    telemetry::METERS,
};

refuses!(IssueRefusals: CHANGING, OWN_STEP; TooManyRequests);

/// Issues a challenge to this browser. The cookie carries it, sealed: nothing is written to
/// the database, unless the browser gives up one that it never used.
#[utoipa::path(
    post,
    path = "",
    operation_id = "issueChallenge",
    tag = "Access",
    responses(
        (
            status = CREATED,
            description = "A challenge for this browser",
            body = api::Challenge,
            headers(("Set-Cookie" = String, description = "The challenge, sealed")),
        ),
        IssueRefusals,
    ),
)]
pub async fn issue(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    address: ClientAddress,
    sent: Cookies,
) -> Result<impl IntoResponse, Refusal> {
    let key = AddressKey::of(address, &app.seal_key);
    if let Err(wait) = app.challenge_rate.count(key, Instant::now()) {
        METERS.challenge_throttled();
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        return Err(Refusal::too_many(millis));
    }
    let now = clock::now();
    let seconds = app.config.limits.challenge_seconds;
    let challenge = Challenge::draw(now, seconds)?;
    let cookie = challenge.seal(&app.seal_key)?;
    let earlier = sent.get(Jar::Challenge);
    if let Some(earlier) = earlier.and_then(|cookie| Challenge::open(&app.seal_key, cookie)) {
        earlier.give_up(&app.store, now).await?;
    }
    METERS.challenge_issued();
    Ok((
        StatusCode::CREATED,
        cookies::set(
            app.config.origin.is_https(),
            Jar::Challenge,
            &cookie,
            Some(Challenge::cookie_seconds(seconds)),
        ),
        Json(api::Challenge {
            nonce: challenge.nonce(),
            expires_at: clock::rfc3339(challenge.expires_at),
        }),
    ))
}
