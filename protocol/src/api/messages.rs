//! Messaggi: what happened to a person's access, `GET /api/messages`.

use serde::{Deserialize, Serialize};

macro_rules! acts {
    // `tt`: of a `literal` handed on, utoipa would not see the name.
    ($($(#[$meta:meta])* $variant:ident = $name:tt;)+) => {
        /// Something that was done with a person's access.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Act {
            $($(#[$meta])* #[serde(rename = $name)] $variant,)+
        }

        impl Act {
            /// Every act.
            pub const ALL: &[Act] = &[$(Act::$variant,)+];

            /// The name in messages.
            pub fn name(self) -> &'static str {
                match self { $(Act::$variant => $name,)+ }
            }

            /// The act of that name.
            pub fn from_name(name: &str) -> Option<Act> {
                Act::ALL.iter().copied().find(|act| act.name() == name)
            }
        }
    };
}

acts! {
    /// A card was registered (Registra CNS).
    CardRegistered = "card-registered";
    /// A session was opened.
    LoggedIn = "logged-in";
    /// The standard password was changed.
    PasswordChanged = "password-changed";
    /// New credentials took the place of the old (Ristampa Credenziali).
    CredentialsReprinted = "credentials-reprinted";
    /// Telephone or e-mail were changed (Profilo Utente).
    ProfileChanged = "profile-changed";
    /// The registration was taken back, and its credentials with it.
    RegistrationRevoked = "registration-revoked";
    /// The person was shut out.
    OperatorDisabled = "operator-disabled";
    /// The person was let in again.
    OperatorEnabled = "operator-enabled";
}

/// Answer of `GET /api/messages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Messages {
    /// Newest first, at most 100.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub messages: Vec<Message>,
}

/// A system message; its words are the page's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Tells it from the person's other messages.
    pub id: String,
    /// What happened.
    pub kind: Act,
    /// When.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
    /// Whether the person did it with the card (or with the password); none where neither
    /// was asked for, or where it was done by others.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub by_card: Option<bool>,
    /// Whether it was there when the person last marked all as read.
    pub read: bool,
}
