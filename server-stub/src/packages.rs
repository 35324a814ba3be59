//! What workstations install, given out from a folder: the extension's packages with what
//! announces them, and the program's (`cargo xtask dist`).

use std::path::Path;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::ProblemCode;
use tokio::fs;
use tower_http::services::ServeFile;

use crate::{
    config::{Config, ConfigFault},
    problem::Refusal,
};

/// Where they stand in the portal.
const PREFIX: &str = "/postazione/";

/// What is given out, by how its name ends.
const KINDS: [(&str, &str); 6] = [
    ("crx", "application/x-chrome-extension"),
    ("deb", "application/vnd.debian.binary-package"),
    ("json", "application/json"),
    ("msi", "application/x-msi"),
    ("xml", "text/xml"),
    ("xpi", "application/x-xpinstall"),
];

/// A package that is asked for.
pub struct AskedPackage<'a> {
    name: &'a str,
    kind: &'static str,
}

impl<'a> AskedPackage<'a> {
    /// Whether a path may be a package's: a plain name with an ending of ours. Nothing that
    /// leads elsewhere is one, nor anything hidden.
    pub fn at(path: &'a str) -> Option<AskedPackage<'a>> {
        let name = path.strip_prefix(PREFIX)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+~".contains(&byte);
        let (stem, ending) = name.rsplit_once('.')?;
        if stem.is_empty() || stem.starts_with('.') || !name.bytes().all(is_plain) {
            return None;
        }
        let (_, kind) = KINDS.iter().find(|(known, _)| *known == ending)?;
        Some(AskedPackage { name, kind })
    }

    /// The file, or the part of it that is asked for (RFC 9110 §14), or that it is the one the
    /// browser has; none where there is none. Looked for each time: who puts a new one there
    /// starts nothing anew.
    pub async fn answer(&self, folder: &Path, request: Request) -> Option<Response> {
        let file = folder.join(self.name);
        if !fs::metadata(&file).await.is_ok_and(|found| found.is_file()) {
            return None;
        }
        let (parts, _) = request.into_parts();
        let request = Request::from_parts(parts, Body::empty());
        let mut response = match ServeFile::new(file).try_call(request).await {
            // It was taken away in the moment.
            Ok(response) if response.status() == StatusCode::NOT_FOUND => return None,
            Ok(response) => response.map(Body::new),
            Err(fault) => {
                tracing::error!(%fault, name = self.name, "a package cannot be read");
                return Some(Refusal::new(ProblemCode::SecuritySystemsUnavailable).into_response());
            }
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Some(response)
    }
}

/// Whether the folder, if one is said, is there.
pub fn check_folder(config: &Config) -> Result<(), ConfigFault> {
    match &config.packages {
        Some(folder) if !folder.is_dir() => Err(ConfigFault::new(
            "workstation.packages",
            format_args!("{:?}", folder.display().to_string()),
            "name a folder that is there",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_with_an_ending_of_ours_are_packages() {
        for name in [
            "tessera.crx",
            "update.xml",
            "tessera_0.1.0~rc1+b2_amd64.deb",
        ] {
            let path = format!("/postazione/{name}");
            assert_eq!(AskedPackage::at(&path).map(|asked| asked.name), Some(name));
        }
    }

    #[test]
    fn whatever_leads_elsewhere_is_not() {
        for path in [
            "/postazione/",
            "/postazione/.crx",
            "/postazione/..crx",
            "/postazione/.hidden.crx",
            "/postazione/../tessera.crx",
            "/postazione/a/tessera.crx",
            "/postazione/..%2ftessera.crx",
            "/postazione/a\\tessera.crx",
            "/postazione/tessera.crx/",
            "/postazione/tessera.CRX",
            "/postazione/tessera.toml",
            "/postazione/tessera-key.pem",
            "/postazione/tessera",
            "/postazione",
            "/tessera.crx",
        ] {
            assert!(AskedPackage::at(path).is_none(), "{path}");
        }
    }
}
