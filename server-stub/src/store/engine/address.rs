//! Where the database is, as the configuration says it.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::postgres::PgConnectOptions;
use url::form_urlencoded;

use super::passfile;

/// A file, or servers.
#[derive(Debug, Clone)]
pub enum DatabaseAddress {
    /// SQLite's file.
    Sqlite(PathBuf),
    /// PostgreSQL's servers.
    Postgres(PostgresAddress),
}

/// One database on one server or on several, of which one takes writes.
#[derive(Clone)]
pub struct PostgresAddress {
    servers: Vec<PgConnectOptions>,
    shown: String,
}

/// An address that will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressFault {
    /// The address, as far as it holds no password.
    pub shown: String,
    /// What to write instead.
    pub mend: String,
}

/// Parameters that are passed on, as libpq names them.
const PASSED_ON: [&str; 9] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "application_name",
    "host",
    "port",
    "user",
    "options",
];
/// Of these, files.
const FILES: [&str; 3] = ["sslrootcert", "sslcert", "sslkey"];

const SQLITE_FORM: &str = "write \"sqlite:\" and a file, like \"sqlite:tessera.db\"";
const POSTGRES_FORM: &str = "write it like \"postgres://user@host/db\"";

impl DatabaseAddress {
    /// Reads `sqlite:FILE` or `postgres://USER@HOST/DB`; relative files start at the folder.
    pub fn parse(text: &str, folder: &Path) -> Result<DatabaseAddress, AddressFault> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains([':', '?']) {
                return Err(AddressFault {
                    shown: text.to_owned(),
                    mend: SQLITE_FORM.to_owned(),
                });
            }
            return Ok(DatabaseAddress::Sqlite(folder.join(path)));
        }
        // The whole may hold a password: only what stands before it is shown.
        let scheme = text.split(':').next().unwrap_or_default();
        if scheme == "postgres" || scheme == "postgresql" {
            return PostgresAddress::parse(scheme, text, folder).map(DatabaseAddress::Postgres);
        }
        Err(AddressFault {
            shown: format!("{scheme}:…"),
            mend: format!("{SQLITE_FORM}, or \"postgres://user@host/db\""),
        })
    }
}

impl DatabaseAddress {
    /// What to look at when it cannot be opened.
    pub fn mend(&self) -> &'static str {
        match self {
            DatabaseAddress::Sqlite(_) => "see that its folder exists and can be written",
            DatabaseAddress::Postgres(_) => {
                "see that the server runs, takes writes, and lets this user into this database"
            }
        }
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseAddress::Sqlite(file) => write!(formatter, "sqlite:{}", file.display()),
            DatabaseAddress::Postgres(address) => formatter.write_str(&address.shown),
        }
    }
}

/// The servers' options hold passwords.
impl fmt::Debug for PostgresAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl PostgresAddress {
    /// The servers, in the order they were written.
    pub(super) fn servers(&self) -> &[PgConnectOptions] {
        &self.servers
    }

    /// Reads a connection URI as libpq does, several hosts included (PostgreSQL 15, §34.1.1.2
    /// and §34.1.1.3), which sqlx does not.
    fn parse(scheme: &str, text: &str, folder: &Path) -> Result<PostgresAddress, AddressFault> {
        let hidden = |mend: &str| AddressFault {
            shown: format!("{scheme}:…"),
            mend: mend.to_owned(),
        };
        let rest = text
            .strip_prefix(scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .ok_or_else(|| hidden(POSTGRES_FORM))?;
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = address.split_once('/').unwrap_or((address, ""));
        if database.contains('@') || query.contains('@') || authority.matches('@').count() > 1 {
            return Err(hidden(
                "write a / in a user or password as %2F, a ? as %3F, a @ as %40",
            ));
        }
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, authority),
        };
        let name = user.and_then(|user| user.split(':').next());
        let shown = format!(
            "{scheme}://{}{hosts}/{database}",
            name.map(|name| format!("{name}@")).unwrap_or_default()
        );
        let fault = |mend: String| AddressFault {
            shown: shown.clone(),
            mend,
        };
        if database.is_empty() {
            return Err(fault(format!("say which database: {POSTGRES_FORM}")));
        }
        let parameters = Parameters::read(query, folder).map_err(fault)?;
        let user = user.map(|user| format!("{user}@")).unwrap_or_default();
        let has_password = user.contains(':');
        let mut servers = Vec::new();
        for host in hosts.split(',') {
            let one = format!(
                "{scheme}://{user}{host}/{database}?{}",
                parameters.passed_on
            );
            let mut options = PgConnectOptions::from_str(&one)
                .map_err(|cause| fault(format!("{cause}; {POSTGRES_FORM}")))?;
            if let (Some(file), false) = (&parameters.passfile, has_password) {
                let password = passfile::password(file, &options).map_err(fault)?;
                options = options.password(&password);
            }
            servers.push(options);
        }
        Ok(PostgresAddress { servers, shown })
    }
}

/// What stands behind the question mark.
struct Parameters {
    passed_on: String,
    passfile: Option<PathBuf>,
}

impl Parameters {
    fn read(query: &str, folder: &Path) -> Result<Parameters, String> {
        let mut passed_on = form_urlencoded::Serializer::new(String::new());
        let mut passfile = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let path = || folder.join(&*value);
            match &*name {
                "passfile" => passfile = Some(path()),
                // Of several servers, that is the one which is looked for anyway.
                "target_session_attrs" if value == "read-write" || value == "primary" => {}
                name if FILES.contains(&name) => {
                    passed_on.append_pair(name, &path().to_string_lossy());
                }
                name if PASSED_ON.contains(&name) => {
                    passed_on.append_pair(name, &value);
                }
                name => {
                    return Err(format!(
                        "leave {name} out; known are {} and passfile",
                        PASSED_ON.join(", ")
                    ));
                }
            }
        }
        Ok(Parameters {
            passed_on: passed_on.finish(),
            passfile,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(text: &str) -> PostgresAddress {
        match DatabaseAddress::parse(text, Path::new("/etc/tessera")) {
            Ok(DatabaseAddress::Postgres(address)) => address,
            other => panic!("{other:?}"),
        }
    }

    fn fault(text: &str) -> AddressFault {
        DatabaseAddress::parse(text, Path::new("/etc/tessera")).unwrap_err()
    }

    #[test]
    fn several_hosts_are_several_servers_of_one_database() {
        let address = postgres("postgres://me:pw@h1:5433,h2,[::1]:5434/db?sslmode=disable");
        let servers: Vec<_> = address
            .servers()
            .iter()
            .map(|server| {
                assert_eq!(server.get_username(), "me");
                assert_eq!(server.get_database(), Some("db"));
                (server.get_host(), server.get_port())
            })
            .collect();
        assert_eq!(servers, [("h1", 5433), ("h2", 5432), ("[::1]", 5434)]);
    }

    #[test]
    fn no_password_is_shown_whatever_is_wrong() {
        for text in [
            "postgres://u:secret@h1,h2/db",
            "postgres://u:secret@h/db?sslmode=require",
        ] {
            let shown = format!("{:?}", postgres(text));
            assert!(shown.starts_with("postgres://u@h"), "{shown}");
            assert!(!shown.contains("secret"), "{shown}");
        }
        for text in [
            "postgres:u:secret",
            "postgres://u:se/secret@h/db",
            "postgres://u:se@secret@h/db",
            "postgres://u:se?secret@h/db",
            "postgres://u:secret@h",
            "postgres://u:secret@h/db?password=secret",
            "postgres://u:secret@h:x/db",
            "postgres://u:secret@h/db?sslmode=none",
            "mysql://u:secret@h/db",
        ] {
            let told = fault(text);
            assert!(!told.shown.contains("secret"), "{told:?}");
            assert!(!told.mend.contains("secret"), "{told:?}");
        }
    }

    #[test]
    fn a_parameter_nobody_reads_is_named() {
        let told = fault("postgres://u@h/db?sslmod=require");
        assert!(told.mend.contains("sslmod"), "{told:?}");
    }
}
