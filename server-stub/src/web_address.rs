//! Where something is asked for: addresses with nobody's password in them.

use std::fmt;

use url::Url;

/// The longest address; those of certificates have some tens of characters.
const LENGTH_MAX: usize = 1024;

/// An `http` or `https` address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Url);

/// Who says that something is asked for at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// The configuration: wherever it is, it is meant.
    Administrator,
    /// A certificate: on the public network only, since whoever can have one issued could
    /// otherwise make this server call on its own neighbours.
    Certificate,
}

/// Why a text is no address to ask at; each says how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Not an address at all.
    #[error("write an address, like \"https://tl.example/list.xml\"")]
    NotAddress,
    /// Another scheme.
    #[error("write an address that begins with http:// or https://")]
    Scheme,
    /// A user name or password in it: they would end up in logs.
    #[error("leave user name and password out of the address")]
    Credentials,
    /// Longer than any real one.
    #[error("the address has more than {LENGTH_MAX} characters")]
    TooLong,
}

impl Address {
    /// Reads an absolute address.
    pub fn parse(text: &str) -> Result<Address, AddressFault> {
        if text.len() > LENGTH_MAX {
            return Err(AddressFault::TooLong);
        }
        Address::of(Url::parse(text).map_err(|_| AddressFault::NotAddress)?)
    }

    /// Where a redirect leads from here.
    pub(crate) fn follow(&self, location: &str) -> Result<Address, AddressFault> {
        if location.len() > LENGTH_MAX {
            return Err(AddressFault::TooLong);
        }
        Address::of(
            self.0
                .join(location)
                .map_err(|_| AddressFault::NotAddress)?,
        )
    }

    fn of(mut url: Url) -> Result<Address, AddressFault> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressFault::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressFault::Credentials);
        }
        if !url.has_host() {
            return Err(AddressFault::NotAddress);
        }
        url.set_fragment(None);
        Ok(Address(url))
    }

    /// As it is asked for.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether both are of one host and port; what an administrator says of one is then
    /// meant of the other.
    pub(crate) fn is_beside(&self, other: &Address) -> bool {
        self.0.host() == other.0.host()
            && self.0.port_or_known_default() == other.0.port_or_known_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_and_https_without_credentials_are_addresses() {
        for (text, fault) in [
            ("", AddressFault::NotAddress),
            ("ca.example/list.crl", AddressFault::NotAddress),
            ("http://", AddressFault::NotAddress),
            ("ldap://ca.example/cn=list", AddressFault::Scheme),
            ("file:///etc/passwd", AddressFault::Scheme),
            ("https://u:p@ca.example/", AddressFault::Credentials),
            ("https://u@ca.example/", AddressFault::Credentials),
        ] {
            assert_eq!(Address::parse(text), Err(fault), "{text}");
        }
        let long = format!("http://ca.example/{}", "a".repeat(LENGTH_MAX));
        assert_eq!(Address::parse(&long), Err(AddressFault::TooLong));
    }

    #[test]
    fn a_disguised_number_is_written_as_the_address_it_is() {
        for disguised in ["http://2130706433/", "http://0x7f.1/", "http://127.1/"] {
            assert_eq!(
                Address::parse(disguised).unwrap().as_str(),
                "http://127.0.0.1/"
            );
        }
    }

    #[test]
    fn a_redirect_leads_to_addresses_of_the_same_kind_only() {
        let begin = Address::parse("https://ca.example/a/list.crl").unwrap();
        assert_eq!(
            begin.follow("../b.crl").unwrap().as_str(),
            "https://ca.example/b.crl"
        );
        assert!(begin.is_beside(&begin.follow("/c").unwrap()));
        assert!(!begin.is_beside(&begin.follow("https://ca.example:444/").unwrap()));
        assert_eq!(begin.follow("gopher://x/"), Err(AddressFault::Scheme));
        assert_eq!(
            begin.follow("https://u:p@ca.example/"),
            Err(AddressFault::Credentials)
        );
    }
}
