//! Web origins, as browsers write them.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A web origin in a secure context, exactly as `location.origin` spells it.
///
/// `https`, or `http` on a loopback name (`localhost`, `127.0.0.1`, `[::1]`); no path,
/// no user, no default port, lower case. Two origins are the same when their text is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

/// Why a text is not an origin we work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginFault {
    /// Not an absolute address at all.
    #[error("not an origin; write it like https://portal.example")]
    Unreadable,
    /// Readable, but not spelled as browsers spell an origin.
    #[error(
        "write only scheme, host and a port that is not the default, in lower case, with no path"
    )]
    NotCanonical,
    /// Not a secure context: plain http away from loopback, or another scheme.
    #[error("use https; http is for localhost, 127.0.0.1 and [::1] only")]
    Insecure,
}

impl Origin {
    /// Reads an origin; nothing is repaired.
    pub fn parse(text: &str) -> Result<Origin, OriginFault> {
        let url = Url::parse(text).map_err(|_| OriginFault::Unreadable)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(OriginFault::Insecure),
        }
        if url.origin().ascii_serialization() != text {
            return Err(OriginFault::NotCanonical);
        }
        Ok(Origin(text.to_owned()))
    }

    /// The origin's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether cookies can be `Secure` here.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.octets() == [127, 0, 0, 1],
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginFault;

    fn try_from(text: String) -> Result<Self, OriginFault> {
        Origin::parse(&text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> String {
        origin.0
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_own_spelling_is_an_origin() {
        for text in [
            "https://sistemats.it",
            "https://www.sistemats.it:8443",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:3000",
        ] {
            assert_eq!(Origin::parse(text).map(String::from), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_spellings_are_not_repaired() {
        for text in [
            "https://sistemats.it/",
            "https://sistemats.it:443",
            "https://Sistemats.it",
            "https://user@sistemats.it",
            "https://sistemats.it/path",
            "https://sistemats.it?x",
            " https://sistemats.it",
        ] {
            assert_eq!(
                Origin::parse(text),
                Err(OriginFault::NotCanonical),
                "{text}"
            );
        }
        assert_eq!(Origin::parse("sistemats.it"), Err(OriginFault::Unreadable));
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for text in [
            "http://sistemats.it",
            "http://localhost.evil.example",
            "http://127.0.0.2",
            "ftp://sistemats.it",
            "null://x",
        ] {
            assert_eq!(Origin::parse(text), Err(OriginFault::Insecure), "{text}");
        }
    }
}
