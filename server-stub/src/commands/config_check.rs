//! `config check`: what the configuration comes to, before a server is started with it.

use std::{io::Write, path::Path};

use super::{Failure, environment};
use crate::{config::Config, packages, serve, trust::TrustSources};

/// Reads what `serve` reads at its start, but the database and what was fetched.
pub(super) fn run(file: Option<&Path>) -> Result<(), Failure> {
    let (config, effective) = Config::explain(file, environment())?;
    serve::check_certificate(&config)?;
    packages::check_folder(&config)?;
    TrustSources::check_files(&config.trust)?;
    let lines: String = effective
        .iter()
        .map(|line| format!("{} = {}   # {}\n", line.key, line.value, line.source))
        .collect();
    // A reader who stops early is no failure.
    let _ = std::io::stdout().write_all(lines.as_bytes());
    Ok(())
}
