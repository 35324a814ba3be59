//! Sessions: opaque tokens, their age, and who stands behind one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    ProblemCode,
    api::{Service, Session},
};
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    clock::{self, MINUTE},
    config::SessionLimits,
    http::cookies::{Cookies, Jar},
    problem::Refusal,
    seal::{NoRandomness, random},
    store::{OperatorRow, SessionRow},
};

/// A session's token: 32 random bytes that mean nothing anywhere else.
pub struct SessionToken(String);

impl SessionToken {
    /// Draws a new one.
    pub fn draw() -> Result<SessionToken, NoRandomness> {
        Ok(SessionToken(URL_SAFE_NO_PAD.encode(random::<32>()?)))
    }

    /// The cookie's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database knows it by; the token itself is kept nowhere.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The hash of the session token this browser sent, whether or not it is good.
pub fn token_hash(cookies: &Cookies) -> Option<[u8; 32]> {
    cookies.get(Jar::Session).map(hash)
}

/// An open session.
pub struct OpenSession {
    /// What the database knows it by.
    pub token_hash: [u8; 32],
    /// Whose it is and since when.
    pub row: SessionRow,
}

/// The browser's session, which this request keeps alive; none when there is none.
pub async fn find(app: &App, cookies: &Cookies) -> Result<Option<OpenSession>, Refusal> {
    let Some(token_hash) = token_hash(cookies) else {
        return Ok(None);
    };
    let Some(mut row) = app.store.session(&token_hash).await? else {
        return Ok(None);
    };
    let now = clock::now();
    let limits = &app.config.session;
    if now >= expires_at(row.opened_at, row.last_seen_at, limits) {
        return Ok(None);
    }
    // Written a few times per idle time, not at each request: a session may end that
    // little earlier, and most requests only read.
    if now - row.last_seen_at > limits.idle_millis() / 30 {
        app.store.session_was_seen(&token_hash, now).await?;
        row.last_seen_at = now;
    }
    Ok(Some(OpenSession { token_hash, row }))
}

/// The browser's session, or `not-authenticated`.
pub async fn require(app: &App, cookies: &Cookies) -> Result<OpenSession, Refusal> {
    find(app, cookies)
        .await?
        .ok_or(Refusal::new(ProblemCode::NotAuthenticated))
}

/// When a session ends if nothing more is asked of it, in Unix milliseconds.
pub fn expires_at(opened_at: i64, last_seen_at: i64, limits: &SessionLimits) -> i64 {
    (last_seen_at + limits.idle_millis()).min(opened_at + limits.absolute_millis())
}

/// A session as the page is told of it.
pub fn describe(operator: OperatorRow, expires_at: i64) -> Session {
    let services = operator
        .enabled_services()
        .into_iter()
        .map(|id| Service {
            id,
            name: id.name().to_owned(),
        })
        .collect();
    Session {
        operator: operator.operator,
        services,
        expires_at: clock::rfc3339(expires_at),
    }
}

impl SessionLimits {
    /// The idle time, in milliseconds.
    pub fn idle_millis(&self) -> i64 {
        i64::from(self.idle_minutes) * MINUTE
    }

    /// The longest a session lasts, in milliseconds.
    pub fn absolute_millis(&self) -> i64 {
        i64::from(self.absolute_hours) * 60 * MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_idle_or_old_whichever_comes_first() {
        let limits = SessionLimits {
            idle_minutes: 30,
            absolute_hours: 8,
        };
        let hour = 60 * MINUTE;
        assert_eq!(expires_at(0, 0, &limits), 30 * MINUTE);
        assert_eq!(expires_at(0, hour, &limits), hour + 30 * MINUTE);
        assert_eq!(expires_at(0, 8 * hour - 1, &limits), 8 * hour);
    }
}
