//! What the doctor says: checks, and their two forms for eyes and for programs.

use std::fmt::{self, Write};

pub use protocol::CheckState as State;
use protocol::WorkstationCheck;
use serde::Serialize;

/// How wide a line of text is at most, where its words allow.
const WIDTH: usize = 80;

/// Where the text stands in a line, behind the state.
const INDENT: usize = 9;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which kind of check, in kebab case; stable.
    pub id: &'static str,
    /// What was looked at: a file, a reader, a module.
    pub subject: String,
    /// How it was found.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do; none where all is well.
    pub remedy: Option<String>,
}

impl Check {
    /// A thing as it should be.
    pub fn ok(id: &'static str, subject: impl fmt::Display, found: impl fmt::Display) -> Check {
        Check {
            id,
            subject: clean(subject),
            state: State::Ok,
            found: clean(found),
            remedy: None,
        }
    }

    /// A thing that a login may do without, and what to do about it.
    pub fn warning(
        id: &'static str,
        subject: impl fmt::Display,
        found: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Check {
        Check::with(State::Warning, id, subject, found, remedy)
    }

    /// A thing that is in a login's way, and what to do about it.
    pub fn wrong(
        id: &'static str,
        subject: impl fmt::Display,
        found: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Check {
        Check::with(State::Wrong, id, subject, found, remedy)
    }

    /// A thing that is not as it should be, and what to do about it.
    pub fn with(
        state: State,
        id: &'static str,
        subject: impl fmt::Display,
        found: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Check {
        Check {
            state,
            remedy: Some(clean(remedy)),
            ..Check::ok(id, subject, found)
        }
    }
}

/// Whether a login can work on this workstation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is wrong.
    Ok,
    /// Something is.
    Wrong,
}

/// Everything that was looked at, in the order in which a login needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The host's version.
    pub version: &'static str,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// What follows from it.
    pub verdict: Verdict,
}

impl Report {
    /// Concludes from the checks: what is wrong anywhere makes the whole wrong.
    pub fn new(checks: Vec<Check>) -> Report {
        let verdict = match checks.iter().any(|check| check.state == State::Wrong) {
            true => Verdict::Wrong,
            false => Verdict::Ok,
        };
        Report {
            version: env!("CARGO_PKG_VERSION"),
            checks,
            verdict,
        }
    }

    /// What of it a page may learn: each kind of check once, and how it was found.
    pub fn kinds(&self) -> Vec<WorkstationCheck> {
        WorkstationCheck::worst_of_each(self.checks.iter().map(|check| (check.id, check.state)))
    }

    /// The report for a technician's eyes: a line a check, and one more for what to do.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for check in &self.checks {
            let state = match check.state {
                State::Ok => "ok",
                State::Warning => "warning",
                State::Wrong => "wrong",
            };
            let found = format!("{}: {}", check.subject, check.found);
            write_wrapped(&mut text, state, INDENT, &found);
            if let Some(remedy) = &check.remedy {
                write_wrapped(&mut text, "", INDENT + 2, &format!("→ {remedy}"));
            }
        }
        let count = |state| self.checks.iter().filter(move |check| check.state == state);
        let things = |count: usize| match count {
            1 => "1 thing is".to_owned(),
            count => format!("{count} things are"),
        };
        let warnings = count(State::Warning).count();
        text.push('\n');
        text.push_str(&match (self.verdict, warnings) {
            (Verdict::Ok, 0) => "A login can work here.\n".to_owned(),
            (Verdict::Ok, count) => {
                format!("A login can work here; {} worth a look.\n", things(count))
            }
            (Verdict::Wrong, _) => format!(
                "A login is not to be expected to work here: {} wrong.\n",
                things(count(State::Wrong).count())
            ),
        });
        text
    }

    /// The report for a program, in the shape that the README documents.
    pub fn json(&self) -> String {
        // Texts and names only: this always becomes JSON.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

/// Writes a text behind its state, wrapped between words, its further lines indented by
/// `indent`; a path longer than a line stays whole, so that it can be copied.
fn write_wrapped(out: &mut String, state: &str, indent: usize, text: &str) {
    let mut column = INDENT;
    // Writing to a String cannot fail.
    let _ = write!(out, "{state:<INDENT$}");
    for (number, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > WIDTH {
            let _ = write!(out, "\n{:indent$}", "");
            column = indent;
        } else if number > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

/// Takes out what could command a terminal or turn the direction of writing: names come from
/// files, cards and readers that somebody else has made.
fn clean(text: impl fmt::Display) -> String {
    let is_command = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}')
            || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let replace = |character| match is_command(character) {
        true => '\u{fffd}',
        false => character,
    };
    text.to_string().chars().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_thing_makes_the_verdict() {
        let ok = Check::ok("clock", "clock", "12:00");
        let warning = Check::warning("card", "reader", "empty", "put a card in");
        let wrong = Check::wrong("module", "module", "absent", "install one");
        let verdict = |checks: &[&Check]| {
            Report::new(checks.iter().map(|check| (*check).clone()).collect()).verdict
        };
        assert_eq!(verdict(&[]), Verdict::Ok);
        assert_eq!(verdict(&[&ok, &warning]), Verdict::Ok);
        assert_eq!(verdict(&[&ok, &wrong, &warning]), Verdict::Wrong);
    }

    #[test]
    fn lines_are_wrapped_between_words_and_paths_stay_whole() {
        let path = format!("/{}/module.so", "long".repeat(20));
        let report = Report::new(vec![Check::wrong(
            "module",
            format!("module {path}"),
            "it can be written by others, and so nobody knows whose word it is that it speaks",
            "let only the administrator write it: chmod go-w FILE, and its folders too",
        )]);
        let text = report.text();
        assert!(text.contains(&path));
        for line in text.lines().filter(|line| !line.contains(&path)) {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
        assert!(text.contains("\n         → let only"), "{text}");
    }

    #[test]
    fn names_cannot_command_the_terminal() {
        let check = Check::ok("reader", "evil\u{1b}[2Jreader\n", "\u{202e}gpj.exe");
        let text = Report::new(vec![check]).text();
        assert!(
            text.starts_with("ok       evil\u{fffd}[2Jreader\u{fffd}: \u{fffd}gpj.exe\n"),
            "{text:?}"
        );
    }

    #[test]
    fn the_json_has_the_documented_shape() {
        let report = Report::new(vec![
            Check::ok("clock", "clock", "12:00"),
            Check::wrong("pcsc-service", "pcscd", "not running", "start it"),
        ]);
        let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "version": env!("CARGO_PKG_VERSION"),
                "checks": [
                    {"id": "clock", "subject": "clock", "state": "ok", "found": "12:00",
                     "remedy": null},
                    {"id": "pcsc-service", "subject": "pcscd", "state": "wrong",
                     "found": "not running", "remedy": "start it"},
                ],
                "verdict": "wrong",
            })
        );
    }
}
