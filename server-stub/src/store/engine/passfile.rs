//! A file with passwords, as libpq reads it (PostgreSQL 15, §34.16).

use std::path::Path;

use sqlx::postgres::PgConnectOptions;

/// The password for a server, of the first line that fits; told what to mend where none does.
pub(super) fn password(file: &Path, server: &PgConnectOptions) -> Result<String, String> {
    let named = |mend: &str| format!("passfile {}: {mend}", file.display());
    if is_readable_by_others(file).map_err(|cause| named(&cause.to_string()))? {
        return Err(named("let its owner alone read it (chmod 600)"));
    }
    let text = std::fs::read_to_string(file).map_err(|cause| named(&cause.to_string()))?;
    let is_socket = server.get_socket().is_some() || server.get_host().starts_with('/');
    let host = if is_socket {
        "localhost"
    } else {
        server.get_host()
    };
    let port = server.get_port().to_string();
    let database = server.get_database().unwrap_or_default();
    let wanted = [host, &port, database, server.get_username()];
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| fitting(line, &wanted))
        .ok_or_else(|| {
            named(&format!(
                "write a line for {host}:{port}:{database}:{}",
                server.get_username()
            ))
        })
}

/// The password of a line, if its four other fields fit; `*` fits all.
fn fitting(line: &str, wanted: &[&str; 4]) -> Option<String> {
    let mut fields = fields(line).into_iter();
    let fits = wanted.iter().all(|wanted| {
        fields
            .next()
            .is_some_and(|field| field == "*" || field == *wanted)
    });
    fields.next().filter(|_| fits)
}

/// The five fields of a line; the last takes what is left.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            ':' if fields.len() < 5 => {
                fields.push(String::new());
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            letter => letter,
        };
        if let Some(field) = fields.last_mut() {
            field.push(letter);
        }
    }
    fields
}

#[cfg(unix)]
fn is_readable_by_others(file: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(file)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, unix))]
mod tests {
    use std::{os::unix::fs::PermissionsExt, str::FromStr};

    use super::*;

    #[test]
    fn the_first_line_that_fits_holds_the_password() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pass");
        let text = "# h:5432:db:u:no\nh:5433:db:u:other\nh:*:db:u:a\\:b\\\\c:d\n*:*:*:*:last\n";
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let of = |address: &str| password(&file, &PgConnectOptions::from_str(address).unwrap());
        assert_eq!(of("postgres://u@h:5433/db").unwrap(), "other");
        assert_eq!(of("postgres://u@h:5432/db").unwrap(), "a:b\\c:d");
        assert_eq!(of("postgres://v@g/db").unwrap(), "last");
    }

    #[test]
    fn one_that_others_can_read_or_that_does_not_fit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pass");
        std::fs::write(&file, "h:5432:db:u:secret\n").unwrap();
        let of = |address: &str| {
            let server = PgConnectOptions::from_str(address).unwrap();
            password(&file, &server).unwrap_err()
        };
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
        assert!(of("postgres://u@h/db").contains("chmod 600"));
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let told = of("postgres://v@h/db");
        assert!(
            told.contains("h:5432:db:v") && !told.contains("secret"),
            "{told}"
        );
        std::fs::remove_file(&file).unwrap();
        assert!(of("postgres://u@h/db").contains("passfile"));
    }
}
