//! The three cookies that the server sets: names, attributes, reading and writing. The page's
//! own, the language, is read where pages are (`pages`).

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use cookie::{Cookie, SameSite, time::Duration};

use crate::app::App;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jar {
    /// The challenge, sealed.
    Challenge,
    /// The session's token.
    Session,
    /// The key to the credentials document, sealed.
    Document,
}

impl Jar {
    /// Its name: with https the prefix that ties it to this very host (RFC 6265bis §4.1.3.2).
    pub fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Jar::Challenge, true) => "__Host-tessera-challenge",
            (Jar::Challenge, false) => "tessera-challenge",
            (Jar::Session, true) => "__Host-tessera-session",
            (Jar::Session, false) => "tessera-session",
            (Jar::Document, true) => "__Host-tessera-document",
            (Jar::Document, false) => "tessera-document",
        }
    }

    /// The session is `Lax`, so that a link from elsewhere finds the person logged in;
    /// the others are only ever used by the portal's own pages.
    fn same_site(self) -> SameSite {
        match self {
            Jar::Session => SameSite::Lax,
            Jar::Challenge | Jar::Document => SameSite::Strict,
        }
    }
}

/// The cookies that came with a request.
pub struct Cookies {
    values: Vec<(String, String)>,
    https: bool,
}

impl Cookies {
    /// The value of a cookie.
    pub fn get(&self, jar: Jar) -> Option<&str> {
        let name = jar.name(self.https);
        self.values
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

impl FromRequestParts<Arc<App>> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Cookies, Infallible> {
        Ok(Cookies {
            values: read(&parts.headers),
            https: app.config.origin.is_https(),
        })
    }
}

fn read(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
        .collect()
}

/// A `Set-Cookie` line; `max_age_seconds` none: until the browser is closed.
pub fn set(
    https: bool,
    jar: Jar,
    value: &str,
    max_age_seconds: Option<i64>,
) -> [(HeaderName, HeaderValue); 1] {
    let mut cookie = Cookie::build((jar.name(https), value))
        .http_only(true)
        .secure(https)
        .same_site(jar.same_site())
        .path("/");
    if let Some(seconds) = max_age_seconds {
        cookie = cookie.max_age(Duration::seconds(seconds));
    }
    let line = cookie.to_string();
    // Values are base64 and the rest is ours: always a header value.
    let line = HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""));
    [(header::SET_COOKIE, line)]
}

/// A `Set-Cookie` line that takes a cookie away.
pub fn clear(https: bool, jar: Jar) -> [(HeaderName, HeaderValue); 1] {
    set(https, jar, "", Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_https_a_cookie_is_tied_to_the_host() {
        let [(_, line)] = set(true, Jar::Session, "x", None);
        assert_eq!(
            line,
            "__Host-tessera-session=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
    }

    #[test]
    fn on_localhost_plain_clients_keep_it() {
        let [(_, line)] = set(false, Jar::Challenge, "x", Some(600));
        assert_eq!(
            line,
            "tessera-challenge=x; HttpOnly; SameSite=Strict; Path=/; Max-Age=600"
        );
    }
}
