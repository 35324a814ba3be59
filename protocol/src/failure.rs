//! What can go wrong between page, extension and host: one table of codes.
//!
//! The names are Web eID's under our prefix, with those added that a person needs told
//! apart (contract §2). `extension/failures.js` carries the same table; a test compares them.

use serde::{Deserialize, Serialize};

macro_rules! failure_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// Why an `authenticate` or `status` did not succeed, before any server is asked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum FailureCode {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl FailureCode {
            /// Every code.
            pub const ALL: &[FailureCode] = &[$(FailureCode::$variant,)+];

            /// The code as it travels in messages.
            pub fn name(self) -> &'static str {
                match self { $(FailureCode::$variant => $name,)+ }
            }
        }
    };
}

failure_codes! {
    /// The extension or host did not answer within its own few seconds.
    ActionTimeout = "ERR_TESSERA_ACTION_TIMEOUT",
    /// The person did not finish in time.
    UserTimeout = "ERR_TESSERA_USER_TIMEOUT",
    /// Extension and host are of versions that do not work together.
    VersionMismatch = "ERR_TESSERA_VERSION_MISMATCH",
    /// A version could not be read.
    VersionInvalid = "ERR_TESSERA_VERSION_INVALID",
    /// No extension answers on this page.
    ExtensionUnavailable = "ERR_TESSERA_EXTENSION_UNAVAILABLE",
    /// The extension finds no host on this workstation.
    NativeUnavailable = "ERR_TESSERA_NATIVE_UNAVAILABLE",
    /// None of the others.
    UnknownError = "ERR_TESSERA_UNKNOWN_ERROR",
    /// The page is not in a secure context.
    ContextInsecure = "ERR_TESSERA_CONTEXT_INSECURE",
    /// The person closed the window or pressed Escape.
    UserCancelled = "ERR_TESSERA_USER_CANCELLED",
    /// The host refused a command's arguments.
    NativeInvalidArgument = "ERR_TESSERA_NATIVE_INVALID_ARGUMENT",
    /// The host ended without an answer, or its answer was unreadable.
    NativeFatal = "ERR_TESSERA_NATIVE_FATAL",
    /// Another request is under way.
    ActionPending = "ERR_TESSERA_ACTION_PENDING",
    /// The page left out a member of its request.
    MissingParameter = "ERR_TESSERA_MISSING_PARAMETER",
    /// The request did not follow an act of the person on that page.
    UserActionRequired = "ERR_TESSERA_USER_ACTION_REQUIRED",
    /// No reader was connected in time.
    ReaderAbsent = "ERR_TESSERA_READER_ABSENT",
    /// No card was put in in time.
    CardAbsent = "ERR_TESSERA_CARD_ABSENT",
    /// The PIN was wrong and the person did not try again.
    PinIncorrect = "ERR_TESSERA_PIN_INCORRECT",
    /// The card's PIN is locked; only its PUK helps.
    PinLocked = "ERR_TESSERA_PIN_LOCKED",
    /// The card was taken out while it was needed.
    CardRemoved = "ERR_TESSERA_CARD_REMOVED",
    /// The card holds no usable CNS certificate.
    NoCertificate = "ERR_TESSERA_NO_CERTIFICATE",
    /// The card's middleware failed.
    ModuleFailed = "ERR_TESSERA_MODULE_FAILED",
    /// The host's window could not be opened or ended by itself.
    WindowUnavailable = "ERR_TESSERA_WINDOW_UNAVAILABLE",
    /// The workstation's policy does not let this origin ask.
    OriginNotAllowed = "ERR_TESSERA_ORIGIN_NOT_ALLOWED",
}

impl FailureCode {
    /// The code of that name; an unknown name is `UnknownError`.
    pub fn from_name(name: &str) -> FailureCode {
        FailureCode::ALL
            .iter()
            .copied()
            .find(|code| code.name() == name)
            .unwrap_or(FailureCode::UnknownError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_written_is_the_name_read() {
        for code in FailureCode::ALL {
            assert_eq!(FailureCode::from_name(code.name()), *code);
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
        assert_eq!(FailureCode::from_name("x"), FailureCode::UnknownError);
    }

    #[test]
    fn the_extension_carries_the_same_table() {
        let script = include_str!("../../extension/failures.js");
        let mut in_script: Vec<&str> = script
            .split('"')
            .filter(|word| word.starts_with("ERR_TESSERA_"))
            .collect();
        let mut here: Vec<&str> = FailureCode::ALL.iter().map(|code| code.name()).collect();
        in_script.sort_unstable();
        in_script.dedup();
        here.sort_unstable();
        assert_eq!(in_script, here);
    }
}
