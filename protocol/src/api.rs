//! Bodies of the server's HTTP API (contract §4). Times are RFC 3339 in UTC.

mod assistance;
mod messages;
mod operators;
mod profile;

use serde::{Deserialize, Serialize};

pub use assistance::{
    AssistanceContext, AssistanceReport, AssistanceTaken, REPORT_CHARACTERS, Topic,
};
pub use messages::{Act, Message, Messages};
pub use operators::{
    Activation, Actor, History, HistoryEntry, ManagedOperator, OperatorSearch, OperatorsFound,
};
pub use profile::{LONGEST_EMAIL, ProfileChange, is_telephone};

use crate::{
    ChallengeNonce, CodiceFiscale,
    service::{Profile, ServiceId},
};

/// Answer of `POST /api/challenges`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// What the card is to sign.
    pub nonce: ChallengeNonce,
    /// Until when a token for it is accepted.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

/// A person the Sistema TS knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)] // the manual's own field names (manuale §4)
pub struct Operator {
    pub codice_fiscale: CodiceFiscale,
    pub cognome: String,
    pub nome: String,
    pub profile: Profile,
    pub telefono_ufficio: String,
    pub email: String,
    pub regione: String,
    pub asl: String,
}

/// A service the operator is enabled for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// Its id, also the last part of its address.
    pub id: ServiceId,
    /// The manual's wording.
    pub name: String,
}

/// Answer of `GET /api/services/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceAddress {
    /// Its id.
    pub id: ServiceId,
    /// The manual's wording.
    pub name: String,
    /// Where it is, an https address; none where this installation names none.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub address: Option<String>,
}

/// Answer of `POST /api/registrations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Registration {
    /// Who was registered.
    pub operator: Operator,
    /// Where the document waits; none where the profile needs none.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub credentials_document: Option<String>,
}

/// Answer of `POST /api/session` and `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who is logged in.
    pub operator: Operator,
    /// What they are enabled for, in the order of the manual's menu.
    pub services: Vec<Service>,
    /// When the session ends if nothing more is asked of it.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

/// Answer of `POST /api/credentials-document`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reprint {
    /// Where the new document waits.
    pub credentials_document: String,
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[test]
    fn names_travel_as_they_are_written() {
        fn travels(value: impl Serialize, name: &str) {
            assert_eq!(serde_json::to_value(value).unwrap(), name);
        }
        for act in Act::ALL {
            travels(act, act.name());
            assert_eq!(Act::from_name(act.name()), Some(*act));
        }
        for actor in Actor::ALL {
            travels(actor, actor.name());
            assert_eq!(Actor::from_name(actor.name()), Some(actor));
        }
        for topic in Topic::ALL {
            travels(topic, topic.name());
            assert_eq!(Topic::from_name(topic.name()), Some(topic));
        }
    }
}
