//! Assistenza Online: `POST /api/assistance`, a problem told without naming the person.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// A problem report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssistanceReport {
    /// What it is about.
    pub topic: Topic,
    /// The problem in the person's words, of 10 to 2000 characters; no codice fiscale and not
    /// the person's e-mail address.
    #[cfg_attr(feature = "openapi", schema(min_length = 10))]
    pub text: String,
    /// Where it happened.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = serde_json::Value, required = false)
    )]
    pub context: AssistanceContext,
}

/// How long the text of a report may be, in characters.
pub const REPORT_CHARACTERS: RangeInclusive<usize> = 10..=2000;

/// Where a problem happened. The server keeps the first 200 characters of each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssistanceContext {
    /// The browser's name for itself.
    pub browser: String,
    /// The extension's version; empty: not found.
    pub extension: String,
    /// The host's version; empty: not known.
    pub host: String,
    /// The page's path, without its query.
    pub page: String,
}

/// Answer of `POST /api/assistance`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssistanceTaken {
    /// What the person tells the help desk; it stands for them and their report.
    pub support_code: String,
}

/// What a problem report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the names say it
pub enum Topic {
    Card,
    Login,
    Credentials,
    Services,
    Other,
}

impl Topic {
    /// Every topic, in the order of the form.
    pub const ALL: [Topic; 5] = [
        Topic::Card,
        Topic::Login,
        Topic::Credentials,
        Topic::Services,
        Topic::Other,
    ];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Card => "card",
            Topic::Login => "login",
            Topic::Credentials => "credentials",
            Topic::Services => "services",
            Topic::Other => "other",
        }
    }

    /// The topic of that name.
    pub fn from_name(name: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.name() == name)
    }
}
