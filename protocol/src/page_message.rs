//! Messages between page and extension, by `window.postMessage` (contract §2).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ChallengeNonce, FailureCode, Language};

/// What a page asks of the extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all_fields = "camelCase")]
pub enum PageRequest {
    /// Are extension and host there, and in which versions?
    #[serde(rename = "tessera:status")]
    Status {
        /// The asking library's version.
        library_version: String,
    },
    /// Let the person sign this challenge.
    #[serde(rename = "tessera:authenticate")]
    Authenticate {
        /// What is to be signed.
        challenge_nonce: ChallengeNonce,
        /// The asking library's version.
        library_version: String,
        /// The window's language and the person's time.
        options: AuthenticateOptions,
    },
}

/// Options of `authenticate`, as in web-eid.js.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticateOptions {
    /// Language of the host's window.
    pub lang: Language,
    /// How long the person may take, in milliseconds.
    pub user_interaction_timeout: u32,
}

/// How far an `authenticate` has come, so that page and window can say what to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the contract's own words
pub enum ProgressState {
    WaitingForReader,
    WaitingForCard,
    ChoosingCertificate,
    WaitingForPin,
    Signing,
}

/// A failure as the page receives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which failure.
    pub code: FailureCode,
    /// For the developer's console, in English; never shown to a person.
    pub message: String,
    /// The error's class, as web-eid.js names it.
    pub name: String,
}

/// What the extension answers, told apart by `action`.
#[derive(Debug, Clone, PartialEq)]
pub enum PageAnswer {
    /// The request was heard.
    Ack,
    /// A step of `authenticate`.
    Progress(ProgressState),
    /// The versions, or the token: handed on as they came.
    Success(Value),
    /// It failed.
    Failure(Failure),
}

impl PageAnswer {
    /// Reads an answer to `request` (`status` or `authenticate`).
    ///
    /// `None` for any other message: pages hear those of all scripts.
    pub fn read(request: &str, message: &Value) -> Option<PageAnswer> {
        let action = message.get("action")?.as_str()?;
        let kind = action
            .strip_prefix("tessera:")?
            .strip_prefix(request)?
            .strip_prefix('-')?;
        match kind {
            "ack" => Some(PageAnswer::Ack),
            "progress" => {
                let state = message.get("state")?.clone();
                serde_json::from_value(state).ok().map(PageAnswer::Progress)
            }
            "success" => {
                let mut members = message.as_object()?.clone();
                members.remove("action");
                Some(PageAnswer::Success(Value::Object(members)))
            }
            "failure" => Some(PageAnswer::Failure(read_failure(message.get("error")?))),
            _ => None,
        }
    }
}

/// A failure whose code we do not know is still a failure.
fn read_failure(error: &Value) -> Failure {
    let text = |member: &str| {
        error
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Failure {
        code: FailureCode::from_name(&text("code")),
        message: text("message"),
        name: text("name"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_have_the_shape_of_web_eid_js() {
        let request = PageRequest::Authenticate {
            challenge_nonce: ChallengeNonce::from_random([0; 32]),
            library_version: "0.1.0".into(),
            options: AuthenticateOptions {
                lang: Language::De,
                user_interaction_timeout: 120_000,
            },
        };
        assert_eq!(
            serde_json::to_value(request).unwrap(),
            json!({
                "action": "tessera:authenticate",
                "challengeNonce": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "libraryVersion": "0.1.0",
                "options": {"lang": "de", "userInteractionTimeout": 120_000},
            })
        );
    }

    #[test]
    fn answers_are_told_apart_by_their_action() {
        let read = |message| PageAnswer::read("authenticate", &message);
        assert_eq!(
            read(json!({"action": "tessera:authenticate-ack"})),
            Some(PageAnswer::Ack)
        );
        assert_eq!(
            read(json!({"action": "tessera:authenticate-progress", "state": "waiting-for-pin"})),
            Some(PageAnswer::Progress(ProgressState::WaitingForPin))
        );
        assert_eq!(
            read(json!({"action": "tessera:authenticate-success", "format": "web-eid:1.0"})),
            Some(PageAnswer::Success(json!({"format": "web-eid:1.0"})))
        );
        assert_eq!(
            read(json!({"action": "tessera:authenticate-failure",
                "error": {"code": "ERR_TESSERA_PIN_LOCKED", "message": "m", "name": "PinLockedError"}})),
            Some(PageAnswer::Failure(Failure {
                code: FailureCode::PinLocked,
                message: "m".into(),
                name: "PinLockedError".into(),
            }))
        );
    }

    #[test]
    fn other_scripts_messages_are_not_answers() {
        for message in [
            json!(null),
            json!("tessera:authenticate-ack"),
            json!({"action": "tessera:authenticate"}),
            json!({"action": "web-eid:authenticate-ack"}),
            json!({"action": "tessera:status-ack"}),
            json!({"action": "tessera:authenticate-progress", "state": "x"}),
            json!({"action": 7}),
        ] {
            assert_eq!(PageAnswer::read("authenticate", &message), None);
        }
    }
}
