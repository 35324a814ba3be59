//! What a passive check of security headers finds: drHEADer's rules (OWASP Secure Headers).

use std::{fs, path::Path, process::Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Outcome, product,
    program::{mortal, run},
};

/// An answer as it was judged.
#[derive(Debug, Deserialize)]
#[allow(missing_docs)]
pub struct Judged {
    pub status: u16,
    pub findings: Vec<Finding>,
}

/// Something the judge would have otherwise.
#[derive(Debug, Deserialize)]
pub struct Finding {
    /// The header, or a part of it.
    pub rule: String,
    /// What is the matter.
    pub message: String,
    /// `high`, `medium` or `low`.
    pub severity: String,
    /// The header as it was.
    #[serde(default)]
    pub value: Value,
}

/// A call to be made.
pub struct Call<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its whole address, https.
    pub url: String,
    /// The `Origin` it comes from, if any.
    pub origin: Option<&'a str>,
}

/// Makes the calls, believing in this certificate alone, and has every answer judged.
pub fn judge(certificate: &Path, calls: &[Call]) -> Outcome<Vec<Judged>> {
    let folder = tempfile::tempdir()?;
    let wanted = folder.path().join("calls");
    let line = |call: &Call| {
        let mut headers = json!({});
        if let Some(origin) = call.origin {
            headers["Origin"] = origin.into();
        }
        format!(
            "{}\n",
            json!({ "method": call.method, "url": call.url, "headers": headers })
        )
    };
    fs::write(&wanted, calls.iter().map(line).collect::<String>())?;
    let mut command = mortal(product::python_program("python")?);
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/header_judge.py"))
        .arg(certificate)
        .stdin(Stdio::from(fs::File::open(&wanted)?));
    let said = run(&mut command)?;
    let judged = said.lines().map(serde_json::from_str);
    Ok(judged.collect::<Result<Vec<_>, _>>()?)
}
