//! What the configuration comes to, for whoever looks: each value, where it is from, no secret.

use std::{fmt, path::Path};

use crate::store::DatabaseAddress;

/// Where a value is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The configuration's file.
    File,
    /// The environment.
    Environment,
    /// A file that the environment names.
    NamedFile,
    /// Nobody said anything: it is the usual one.
    Usual,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Source::File => "file",
            Source::Environment => "environment",
            Source::NamedFile => "file named by the environment",
            Source::Usual => "default",
        })
    }
}

/// A key and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// As in the file, `section.key`.
    pub key: &'static str,
    /// As it would be written in the file, secrets masked.
    pub value: String,
    /// Where it is from.
    pub source: Source,
}

/// A text as it may be shown: a database's address without its password.
pub(super) fn shown(key: &str, text: &str) -> String {
    if key != "database" || text.starts_with("sqlite:") {
        return format!("{text:?}");
    }
    match DatabaseAddress::parse(text, Path::new("")) {
        Ok(address) => format!("{:?}", address.to_string()),
        Err(fault) => format!("{:?}", fault.shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_left_out_wherever_it_stands() {
        for (text, masked) in [
            ("postgres://u:secret@host/db", "postgres://u@host/db"),
            ("postgres://u:secret@one,two/db", "postgres://u@one,two/db"),
            ("sqlite:portal.db", "sqlite:portal.db"),
            ("u:secret@host", "u:…"),
        ] {
            assert_eq!(shown("database", text), format!("\"{masked}\""));
        }
        let in_a_parameter = shown("database", "postgres://u@host/db?password=secret");
        assert!(!in_a_parameter.contains("secret"), "{in_a_parameter}");
        assert_eq!(shown("listen", "127.0.0.1:1"), "\"127.0.0.1:1\"");
    }
}
