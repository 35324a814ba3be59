//! `trust check`: what is trusted, for people and for monitoring.

use std::{fmt::Write as _, io::Write as _, process::ExitCode};

use super::Failure;
use crate::{
    clock,
    config::Config,
    trust::{
        TrustSources,
        report::{Level, Report},
    },
};

/// Reads files and state as the server does at its start, and asks nobody.
pub(super) fn run(config: &Config, json: bool) -> Result<ExitCode, Failure> {
    let sources = TrustSources::load(&config.trust)?;
    let report = sources.report(clock::now() / 1000);
    let told = if json {
        let json = serde_json::to_string_pretty(&report);
        json.map_err(|fault| Failure::Other(fault.to_string()))? + "\n"
    } else {
        lines(&report)
    };
    // A reader who stops early is no failure.
    let _ = std::io::stdout().write_all(told.as_bytes());
    Ok(match report.verdict {
        Level::Well => ExitCode::SUCCESS,
        Level::Wrong => ExitCode::FAILURE,
        Level::Soon => ExitCode::from(3),
    })
}

/// The report for people.
fn lines(report: &Report) -> String {
    let mut told = Vec::new();
    if let Some(list) = &report.trusted_list {
        told.push(format!("trusted list  {}", list.place));
        if let Some(list) = &list.in_force {
            told.push(format!(
                "              {} number {}, issued {}, current until {}",
                list.territory, list.sequence_number, list.issued, list.next_update
            ));
            told.push(format!(
                "              signed by {}, valid until {}",
                list.signer, list.signer_not_after
            ));
            told.push(format!("              authorities: {}", list.authorities));
            for left_out in &list.left_out {
                told.push(format!(
                    "              left out: {}: {}",
                    left_out.name, left_out.cause
                ));
            }
        }
    }
    for anchor in &report.anchors {
        told.push(format!("anchor        {}", anchor.subject));
        told.push(format!("              sha-256 {}", anchor.sha256));
        told.push(format!(
            "              of {}, until {}: {}; revocation list: {}",
            anchor.file.as_deref().unwrap_or("the trusted list"),
            anchor.not_after,
            anchor.state,
            anchor.revocation_list
        ));
    }
    for list in &report.revocation_lists {
        told.push(format!("list          {}", list.issuer));
        told.push(format!(
            "              {}: of {}, until {}: {}; entries: {}",
            list.file, list.this_update, list.next_update, list.state, list.entries
        ));
    }
    for finding in &report.findings {
        let level = match finding.level {
            Level::Wrong => "WRONG",
            _ => "soon",
        };
        told.push(format!("{level:<14}{}: {}", finding.subject, finding.found));
        told.push(format!("              {}", finding.remedy));
    }
    told.push(match report.verdict {
        Level::Well => format!("all is well (revocation: {})", report.revocation),
        Level::Soon => format!("something ends soon (revocation: {})", report.revocation),
        Level::Wrong => format!("something is wrong (revocation: {})", report.revocation),
    });
    told.into_iter().fold(String::new(), |mut text, line| {
        // Names of certificates are written by others: one line each, whatever they hold.
        let _ = writeln!(text, "{}", line.replace(char::is_control, "\u{fffd}"));
        text
    })
}
