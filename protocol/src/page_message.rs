//! Messages between page and extension, by `window.postMessage` (contract §2).

use serde::{Deserialize, Serialize};

use crate::{ChallengeNonce, Language};

/// What a page asks of the extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all_fields = "camelCase")]
pub enum PageRequest {
    /// Are extension and host there, and in which versions?
    #[serde(rename = "tessera:status")]
    Status {
        /// The asking library's version.
        library_version: String,
        /// Whether what the workstation has and lacks is wanted too; Web eID knows no such
        /// member, and an earlier extension passes it over.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        checks: bool,
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

macro_rules! progress_states {
    ($($variant:ident = $name:literal,)+) => {
        /// How far an `authenticate` has come, so that page and window can say what to do now.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[allow(missing_docs)] // the contract's own words
        pub enum ProgressState {
            $(#[serde(rename = $name)] $variant,)+
        }

        impl ProgressState {
            /// Its name in messages.
            pub fn name(self) -> &'static str {
                match self { $(ProgressState::$variant => $name,)+ }
            }

            /// The state of that name.
            pub fn from_name(name: &str) -> Option<ProgressState> {
                match name {
                    $($name => Some(ProgressState::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

progress_states! {
    WaitingForReader = "waiting-for-reader",
    WaitingForCard = "waiting-for-card",
    ChoosingCertificate = "choosing-certificate",
    WaitingForPin = "waiting-for-pin",
    Signing = "signing",
}

/// What kind of answer the extension gives, told by `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKind {
    /// The request was heard.
    Ack,
    /// A step of `authenticate`, in `state`.
    Progress,
    /// The versions, or the token: the message's other members.
    Success,
    /// It failed: `error` has `code`, `message` (for developers) and `name`.
    Failure,
}

impl AnswerKind {
    /// The kind of an answer to `request` (`status` or `authenticate`).
    ///
    /// `None` for any other message: pages hear those of all scripts.
    pub fn of(request: &str, action: &str) -> Option<AnswerKind> {
        let kind = action
            .strip_prefix("tessera:")?
            .strip_prefix(request)?
            .strip_prefix('-')?;
        match kind {
            "ack" => Some(AnswerKind::Ack),
            "progress" => Some(AnswerKind::Progress),
            "success" => Some(AnswerKind::Success),
            "failure" => Some(AnswerKind::Failure),
            _ => None,
        }
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
    fn a_status_without_checks_is_web_eids() {
        let status = |checks| {
            serde_json::to_value(PageRequest::Status {
                library_version: "0.1.0".into(),
                checks,
            })
            .unwrap()
        };
        assert_eq!(
            status(false),
            json!({"action": "tessera:status", "libraryVersion": "0.1.0"})
        );
        assert_eq!(status(true)["checks"], true);
    }

    #[test]
    fn answers_are_told_apart_by_their_action() {
        let kind = |action| AnswerKind::of("authenticate", action);
        for (action, expected) in [
            ("tessera:authenticate-ack", AnswerKind::Ack),
            ("tessera:authenticate-progress", AnswerKind::Progress),
            ("tessera:authenticate-success", AnswerKind::Success),
            ("tessera:authenticate-failure", AnswerKind::Failure),
        ] {
            assert_eq!(kind(action), Some(expected), "{action}");
        }
    }

    #[test]
    fn other_scripts_messages_are_not_answers() {
        for action in [
            "",
            "tessera:authenticate",
            "web-eid:authenticate-ack",
            "tessera:status-ack",
            "tessera:authenticate-done",
        ] {
            assert_eq!(AnswerKind::of("authenticate", action), None, "{action}");
        }
    }

    #[test]
    fn a_state_travels_under_its_name() {
        for name in [
            "waiting-for-reader",
            "waiting-for-card",
            "choosing-certificate",
            "waiting-for-pin",
            "signing",
        ] {
            let state = ProgressState::from_name(name).unwrap();
            assert_eq!(state.name(), name);
            assert_eq!(serde_json::to_value(state).unwrap(), name);
        }
        assert_eq!(ProgressState::from_name("x"), None);
    }
}
