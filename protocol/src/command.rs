//! Commands the browser sends the host, and the host's answers (contract §3).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    ChallengeNonce, FailureCode, Language, Origin, Token, WorkstationCheck, nonce::NonceFault,
    origin::OriginFault, page_message::ProgressState,
};

/// One command, read from a frame; a host process serves one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Only the version is wanted, which the host has already said.
    Status,
    /// What the workstation has and lacks is wanted, by this origin, as the browser says.
    Checks(Origin),
    /// Let the card's owner sign a challenge.
    Authenticate(Authenticate),
    /// End.
    Quit,
}

/// Arguments of `authenticate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticate {
    /// What is to be signed.
    pub challenge_nonce: ChallengeNonce,
    /// Who asks, as the browser says.
    pub origin: Origin,
    /// The window's language.
    pub language: Language,
    /// Whether progress frames may come before the answer.
    pub progress: bool,
}

/// Why a frame is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandFault {
    /// Not UTF-8, not JSON, or not an object.
    #[error("a command is a JSON object in UTF-8")]
    Unreadable,
    /// `command` is missing or none of ours.
    #[error("the command is none of status, authenticate, quit")]
    Unknown,
    /// `arguments` is missing or not an object.
    #[error("`arguments` is an object")]
    NoArguments,
    /// `challengeNonce` is missing or malformed.
    #[error("`challengeNonce`: {0}")]
    Nonce(NonceFault),
    /// `origin` is missing or malformed.
    #[error("`origin`: {0}")]
    Origin(OriginFault),
    /// `lang` is not text of two letters or a longer language tag.
    #[error("`lang` is a language tag such as it, de, en")]
    Language,
    /// `progress` is not true or false.
    #[error("`progress` is true or false")]
    Progress,
    /// `checks` is not true or false.
    #[error("`checks` is true or false")]
    Checks,
}

impl Command {
    /// Reads the body of one frame.
    ///
    /// A language the window lacks becomes Italian; unknown members are ignored.
    pub fn read(frame: &[u8]) -> Result<Command, CommandFault> {
        let message: Value = serde_json::from_slice(frame).map_err(|_| CommandFault::Unreadable)?;
        let message = message.as_object().ok_or(CommandFault::Unreadable)?;
        let command = message.get("command").and_then(Value::as_str);
        let arguments = || {
            message
                .get("arguments")
                .filter(|arguments| arguments.is_object())
                .ok_or(CommandFault::NoArguments)
        };
        match command {
            Some("status") => read_status(arguments()?),
            Some("quit") => arguments().map(|_| Command::Quit),
            Some("authenticate") => Authenticate::read(arguments()?).map(Command::Authenticate),
            _ => Err(CommandFault::Unknown),
        }
    }
}

/// An extension that knows no checks asks for none, and an earlier host answers without them.
fn read_status(arguments: &Value) -> Result<Command, CommandFault> {
    match arguments.get("checks") {
        None | Some(Value::Bool(false)) => Ok(Command::Status),
        Some(Value::Bool(true)) => read_origin(arguments).map(Command::Checks),
        Some(_) => Err(CommandFault::Checks),
    }
}

fn read_origin(arguments: &Value) -> Result<Origin, CommandFault> {
    arguments
        .get("origin")
        .and_then(Value::as_str)
        .ok_or(OriginFault::Unreadable)
        .and_then(Origin::parse)
        .map_err(CommandFault::Origin)
}

impl Authenticate {
    fn read(arguments: &Value) -> Result<Authenticate, CommandFault> {
        let text = |member| arguments.get(member).and_then(Value::as_str);
        let challenge_nonce = text("challengeNonce")
            .ok_or(NonceFault)
            .and_then(ChallengeNonce::parse)
            .map_err(CommandFault::Nonce)?;
        let origin = read_origin(arguments)?;
        let language = match arguments.get("lang") {
            None | Some(Value::Null) => Language::default(),
            Some(Value::String(tag)) if is_language_tag(tag) => {
                Language::from_tag(tag).unwrap_or_default()
            }
            Some(_) => return Err(CommandFault::Language),
        };
        let progress = match arguments.get("progress") {
            None => false,
            Some(Value::Bool(progress)) => *progress,
            Some(_) => return Err(CommandFault::Progress),
        };
        Ok(Authenticate {
            challenge_nonce,
            origin,
            language,
            progress,
        })
    }

    /// The command's JSON, as the extension sends it.
    pub fn to_json(&self) -> Value {
        json!({
            "command": "authenticate",
            "arguments": {
                "challengeNonce": self.challenge_nonce,
                "origin": self.origin,
                "lang": self.language,
                "progress": self.progress,
            },
        })
    }
}

fn is_language_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len())
        && tag
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// What the host writes, each in a frame of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum HostMessage {
    /// The answer to `status` with `checks`.
    Checks {
        /// The host's version, `x.y.z`.
        version: String,
        /// Each kind once.
        checks: Vec<WorkstationCheck>,
    },
    /// First of all, at once after the start.
    Hello {
        /// The host's version, `x.y.z`.
        version: String,
    },
    /// How far an `authenticate` has come; only where `progress` was asked for.
    Progress {
        /// The step.
        progress: Progress,
    },
    /// The answer to `authenticate`.
    Token(Token),
    /// The answer when it failed.
    Error {
        /// What went wrong.
        error: HostError,
    },
}

/// The body of a progress frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The step.
    pub state: ProgressState,
}

/// The body of an error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostError {
    /// Which failure.
    pub code: FailureCode,
    /// For a developer or technician, in English; never a secret.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn authenticate() -> Value {
        json!({"command": "authenticate", "arguments": {
            "challengeNonce": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "origin": "https://sistemats.it", "lang": "de"}})
    }

    fn read(message: &Value) -> Result<Command, CommandFault> {
        Command::read(message.to_string().as_bytes())
    }

    #[test]
    fn a_command_written_is_the_command_read() {
        let Ok(Command::Authenticate(arguments)) = read(&authenticate()) else {
            panic!("not read");
        };
        assert_eq!(arguments.language, Language::De);
        assert!(!arguments.progress);
        assert_eq!(
            read(&arguments.to_json()),
            Ok(Command::Authenticate(arguments))
        );
    }

    #[test]
    fn each_fault_is_named() {
        for (member, value, fault) in [
            (
                "challengeNonce",
                json!("short"),
                CommandFault::Nonce(NonceFault),
            ),
            ("challengeNonce", json!(1), CommandFault::Nonce(NonceFault)),
            (
                "origin",
                json!("http://sistemats.it"),
                CommandFault::Origin(OriginFault::Insecure),
            ),
            (
                "origin",
                json!("https://sistemats.it/"),
                CommandFault::Origin(OriginFault::NotCanonical),
            ),
            (
                "origin",
                json!(null),
                CommandFault::Origin(OriginFault::Unreadable),
            ),
            ("lang", json!("x"), CommandFault::Language),
            ("lang", json!(3), CommandFault::Language),
            ("progress", json!("yes"), CommandFault::Progress),
        ] {
            let mut message = authenticate();
            message["arguments"][member] = value;
            assert_eq!(read(&message), Err(fault));
        }
        assert_eq!(Command::read(b"\xff{}"), Err(CommandFault::Unreadable));
        assert_eq!(read(&json!([])), Err(CommandFault::Unreadable));
        assert_eq!(
            read(&json!({"command": "sign"})),
            Err(CommandFault::Unknown)
        );
        assert_eq!(
            read(&json!({"command": "quit", "arguments": []})),
            Err(CommandFault::NoArguments)
        );
    }

    #[test]
    fn a_language_the_window_lacks_becomes_italian() {
        let mut message = authenticate();
        message["arguments"]["lang"] = json!("et");
        assert!(matches!(read(&message),
            Ok(Command::Authenticate(arguments)) if arguments.language == Language::It));
    }

    #[test]
    fn checks_are_asked_for_by_an_origin() {
        let status = |arguments: Value| read(&json!({"command": "status", "arguments": arguments}));
        for plain in [
            json!({}),
            json!({"checks": false}),
            json!({"origin": "https://sistemats.it"}),
        ] {
            assert_eq!(status(plain), Ok(Command::Status));
        }
        let origin = Origin::parse("https://sistemats.it").unwrap();
        assert_eq!(
            status(json!({"checks": true, "origin": "https://sistemats.it"})),
            Ok(Command::Checks(origin))
        );
        for (arguments, fault) in [
            (json!({"checks": "yes"}), CommandFault::Checks),
            (json!({"checks": null}), CommandFault::Checks),
            (
                json!({"checks": true}),
                CommandFault::Origin(OriginFault::Unreadable),
            ),
            (
                json!({"checks": true, "origin": "http://sistemats.it"}),
                CommandFault::Origin(OriginFault::Insecure),
            ),
        ] {
            assert_eq!(status(arguments), Err(fault));
        }
    }

    #[test]
    fn host_messages_have_the_contracts_shapes() {
        let hello = HostMessage::Hello {
            version: "0.1.0".into(),
        };
        let progress = HostMessage::Progress {
            progress: Progress {
                state: ProgressState::WaitingForCard,
            },
        };
        let error = HostMessage::Error {
            error: HostError {
                code: FailureCode::UserCancelled,
                message: "m".into(),
            },
        };
        let checks = HostMessage::Checks {
            version: "0.1.0".into(),
            checks: WorkstationCheck::worst_of_each([("clock", crate::CheckState::Ok)]),
        };
        for (message, expected) in [
            (
                checks,
                json!({"version": "0.1.0", "checks": [{"id": "clock", "state": "ok"}]}),
            ),
            (hello, json!({"version": "0.1.0"})),
            (progress, json!({"progress": {"state": "waiting-for-card"}})),
            (
                error,
                json!({"error": {"code": "ERR_TESSERA_USER_CANCELLED", "message": "m"}}),
            ),
        ] {
            assert_eq!(serde_json::to_value(message).unwrap(), expected);
        }
    }

    proptest! {
        #[test]
        fn no_frame_makes_the_reader_fail_over(frame in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Command::read(&frame);
        }
    }
}
