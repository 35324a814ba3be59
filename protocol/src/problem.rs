//! The server's refusals: one table of codes, categories and statuses (contract §4).

use serde::{Deserialize, Serialize};

/// What a refusal is about, and so whom the person turns to (manuale §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// The certificate: ask the region or body that issued the CNS.
    Certificate,
    /// The security systems do not answer: numero verde.
    SecuritySystems,
    /// The person's place in the Sistema TS: numero verde.
    Operator,
    /// The request itself: nobody to call, something to do again.
    Request,
}

macro_rules! problem_codes {
    // `tt`: of a `literal` handed on, utoipa would not see the name.
    ($($category:ident: { $($variant:ident = $name:tt, $status:literal;)+ })+) => {
        /// Why the server refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[allow(missing_docs)] // the names are the contract's own sentences
        pub enum ProblemCode {
            $($(#[serde(rename = $name)] $variant,)+)+
        }

        impl ProblemCode {
            /// Every code, in the contract's order.
            pub const ALL: &[ProblemCode] = &[$($(ProblemCode::$variant,)+)+];

            /// The code as it travels, the last part of `type`.
            pub fn name(self) -> &'static str {
                match self { $($(ProblemCode::$variant => $name,)+)+ }
            }

            /// The HTTP status it is answered with.
            pub fn status(self) -> u16 {
                match self { $($(ProblemCode::$variant => $status,)+)+ }
            }

            /// What it is about.
            pub fn category(self) -> Category {
                match self { $($(ProblemCode::$variant)|+ => Category::$category,)+ }
            }
        }
    };
}

problem_codes! {
    Certificate: {
        CertificateMalformed = "certificate-malformed", 401;
        CertificateExpired = "certificate-expired", 401;
        CertificateNotYetValid = "certificate-not-yet-valid", 401;
        CertificateUntrusted = "certificate-untrusted", 401;
        CertificateRevoked = "certificate-revoked", 401;
        CertificateRevocationUnknown = "certificate-revocation-unknown", 401;
        CertificatePurpose = "certificate-purpose", 401;
        CertificateNotCns = "certificate-not-cns", 401;
        CertificateWeakKey = "certificate-weak-key", 401;
    }
    SecuritySystems: {
        SecuritySystemsUnavailable = "security-systems-unavailable", 503;
    }
    Operator: {
        OperatorUnknown = "operator-unknown", 403;
        OperatorDisabled = "operator-disabled", 403;
        CardNotRegistered = "card-not-registered", 403;
        CredentialsDocumentPending = "credentials-document-pending", 403;
        PasswordChangeRequired = "password-change-required", 403;
        CardRequired = "card-required", 403;
        ServiceNotEnabled = "service-not-enabled", 403;
    }
    Request: {
        TokenMalformed = "token-malformed", 400;
        TokenFormatUnsupported = "token-format-unsupported", 400;
        AlgorithmUnsupported = "algorithm-unsupported", 400;
        SignatureInvalid = "signature-invalid", 401;
        ChallengeMissing = "challenge-missing", 401;
        ChallengeExpired = "challenge-expired", 401;
        ChallengeUsed = "challenge-used", 409;
        CredentialsInvalid = "credentials-invalid", 401;
        PasswordUnacceptable = "password-unacceptable", 400;
        FieldUnacceptable = "field-unacceptable", 400;
        NotAuthenticated = "not-authenticated", 401;
        NotFound = "not-found", 404;
        MethodNotAllowed = "method-not-allowed", 405;
        OriginNotAllowed = "origin-not-allowed", 403;
        BodyTooLarge = "body-too-large", 413;
        UnsupportedMediaType = "unsupported-media-type", 415;
        TooManyRequests = "too-many-requests", 429;
    }
}

impl ProblemCode {
    /// The problem's `type` (RFC 9457 §3.1.1).
    pub fn type_urn(self) -> String {
        format!("urn:tessera:problem:{}", self.name())
    }
}

/// A refusal's body, `application/problem+json` (RFC 9457 §3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:tessera:problem:` and the code.
    #[serde(rename = "type")]
    pub type_urn: String,
    /// What happened, in the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do, in the reader's language.
    pub detail: String,
    /// Which refusal it is.
    pub code: ProblemCode,
    /// What it is about.
    pub category: Category,
    /// Whom to turn to, in the reader's language; none for `request`.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub contact: Option<String>,
    /// With `field-unacceptable`: the member of the body that `detail` speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FormField>,
}

/// A field of a form, named as in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the members'
pub enum FormField {
    TelefonoUfficio,
    Email,
    Words,
    Topic,
    Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_follow_the_category() {
        for code in ProblemCode::ALL {
            match code.category() {
                Category::Certificate => assert_eq!(code.status(), 401),
                Category::SecuritySystems => assert_eq!(code.status(), 503),
                Category::Operator => assert_eq!(code.status(), 403),
                Category::Request => assert!((400..430).contains(&code.status())),
            }
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
    }
}
