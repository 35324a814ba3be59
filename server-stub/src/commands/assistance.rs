//! `assistance list`, `assistance show`

use std::io::Write;

use super::{Failure, open};
use crate::{assistance::read_support_code, clock, config::Config};

pub(super) async fn list(config: &Config) -> Result<(), Failure> {
    let mut told = String::new();
    for row in open(config).await?.reports().await? {
        let (code, topic) = (&row.support_code, row.report.topic.name());
        told.push_str(&format!("{code}  {}  {topic}\n", clock::rfc3339(row.at)));
    }
    tell(&told);
    Ok(())
}

pub(super) async fn show(config: &Config, code: &str) -> Result<(), Failure> {
    let found = open(config)
        .await?
        .report_of(&read_support_code(code))
        .await?;
    let Some((row, who)) = found else {
        return Err(Failure::Other(format!(
            "{code}: no report has this support code; it may be mistyped, or forgotten by now"
        )));
    };
    let (report, context, who) = (&row.report, &row.report.context, &who.operator);
    let mut told = String::new();
    for (label, value) in [
        ("code", row.support_code.as_str()),
        ("at", &clock::rfc3339(row.at)),
        ("operator", &format!("{} {}", who.cognome, who.nome)),
        ("codice fiscale", who.codice_fiscale.as_str()),
        ("profile", who.profile.name()),
        ("telephone", &who.telefono_ufficio),
        ("e-mail", &who.email),
        ("regione", &who.regione),
        ("asl", &who.asl),
        ("topic", report.topic.name()),
        ("page", &context.page),
        ("browser", &context.browser),
        ("extension", &context.extension),
        ("host", &context.host),
    ] {
        told.push_str(&format!("{label:<15} {value}\n"));
    }
    told.push_str(&format!("\n{}\n", report.text));
    tell(&told);
    Ok(())
}

/// A reader who stops early is no failure.
fn tell(told: &str) {
    let _ = std::io::stdout().write_all(told.as_bytes());
}
