//! Gestione Credenziali: `/api/operators`, for administrators of the same regione and ASL.

use serde::{Deserialize, Serialize};

use super::{Act, Operator};

/// Body of `POST /api/operators/search`: a codice fiscale stands in no address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperatorSearch {
    /// Parts of surname and name, or a whole codice fiscale.
    #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 100))]
    pub words: String,
}

/// Answer of `POST /api/operators/search`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperatorsFound {
    /// By surname and name, at most 50.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub operators: Vec<ManagedOperator>,
    /// Whether there are more than these.
    pub more: bool,
}

/// An operator as an administrator sees them; also the answer to a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManagedOperator {
    /// Names them in addresses; says nothing of the person.
    pub id: String,
    /// Who it is.
    pub operator: Operator,
    /// Whether they may use the portal.
    pub active: bool,
    /// Since when their card is registered; none: no card is.
    #[cfg_attr(feature = "openapi", schema(required = true, format = DateTime))]
    pub registered_at: Option<String>,
    /// Whether the credentials document of that registration still waits.
    pub document_pending: bool,
    /// Whether they have standard credentials.
    pub has_credentials: bool,
}

/// Body of `PUT /api/operators/{id}/active`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    /// Whether the person may use the portal from now on.
    pub active: bool,
}

/// Answer of `GET /api/operators/{id}/history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// Newest first, at most 100.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub entries: Vec<HistoryEntry>,
}

/// Something that was done with an operator's access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// When.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
    /// What.
    pub act: Act,
    /// Who did it.
    pub by: Actor,
    /// Whether they did it with the card (or with the password); none where neither was
    /// asked for.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub by_card: Option<bool>,
}

/// Who did something with an operator's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The person.
    #[serde(rename = "self")]
    Oneself,
    /// An administrator, in Gestione Credenziali or by the server's command.
    Administrator,
    /// A file of operators that was taken in.
    Import,
}

impl Actor {
    /// Every actor.
    pub const ALL: [Actor; 3] = [Actor::Oneself, Actor::Administrator, Actor::Import];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Actor::Oneself => "self",
            Actor::Administrator => "administrator",
            Actor::Import => "import",
        }
    }

    /// The actor of that name.
    pub fn from_name(name: &str) -> Option<Actor> {
        Actor::ALL.into_iter().find(|actor| actor.name() == name)
    }
}
