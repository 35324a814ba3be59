//! How an operation may refuse: sets of codes, and the answers they come to by status.

use std::collections::BTreeMap;

use protocol::{
    ProblemCode::{self, *},
    problem::Problem,
};
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Response},
};

/// The media type of a refusal (RFC 9457 §3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Of a call that changes something.
pub const CHANGING: &[ProblemCode] = &[OriginNotAllowed];

/// Of a body that is read.
pub const BODY: &[ProblemCode] = &[UnsupportedMediaType, BodyTooLarge, TokenMalformed];

/// Of work that needs the database or another step of our own.
pub const OWN_STEP: &[ProblemCode] = &[SecuritySystemsUnavailable];

/// Of a call that needs a session.
pub const SESSION: &[ProblemCode] = &[NotAuthenticated, SecuritySystemsUnavailable];

/// Of a call that needs the session of somebody who opens Gestione Credenziali.
pub const ADMINISTRATOR: &[ProblemCode] = &[
    NotAuthenticated,
    CardRequired,
    ServiceNotEnabled,
    SecuritySystemsUnavailable,
];

/// Of a token that is judged, and of the person behind it.
pub const CARD: &[ProblemCode] = &[
    ChallengeMissing,
    ChallengeExpired,
    ChallengeUsed,
    TokenMalformed,
    TokenFormatUnsupported,
    AlgorithmUnsupported,
    CertificateMalformed,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateUntrusted,
    CertificateRevoked,
    CertificateRevocationUnknown,
    CertificatePurpose,
    CertificateNotCns,
    CertificateWeakKey,
    SignatureInvalid,
    OperatorUnknown,
    OperatorDisabled,
    SecuritySystemsUnavailable,
];

/// Of user id and password, and of the person behind them.
pub const PASSWORD: &[ProblemCode] = &[
    TooManyRequests,
    CredentialsInvalid,
    OperatorDisabled,
    CredentialsDocumentPending,
    SecuritySystemsUnavailable,
];

/// Names how a handler may refuse: sets of this page, then codes of its own.
///
/// What it defines stands among the `responses` of the handler's description.
macro_rules! refuses {
    ($name:ident: $($set:ident),* $(; $($code:ident),+)?) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                $crate::description::refusals::by_status(&[
                    $($crate::description::refusals::$set,)*
                    &[$($(protocol::ProblemCode::$code),+)?],
                ])
            }
        }
    };
}
pub(crate) use refuses;

/// The answers of these codes, one a status.
pub fn by_status(sets: &[&[ProblemCode]]) -> BTreeMap<String, RefOr<Response>> {
    let mut statuses: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in ProblemCode::ALL {
        if sets.iter().any(|set| set.contains(code)) {
            statuses.entry(code.status()).or_default().push(*code);
        }
    }
    statuses
        .into_iter()
        .filter_map(|(status, codes)| {
            let response: Response = serde_json::from_value(response(&codes)).ok()?;
            Some((status.to_string(), RefOr::T(response)))
        })
        .collect()
}

/// The answer of codes of one status: a problem, and which.
pub fn response(codes: &[ProblemCode]) -> Value {
    let names: Vec<&str> = codes.iter().map(|code| code.name()).collect();
    json!({
        "description": format!("`{}`", names.join("`, `")),
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "allOf": [
                        { "$ref": format!("#/components/schemas/{}", Problem::name()) },
                        {
                            "type": "object",
                            "properties": {
                                "status": { "type": "integer", "enum": statuses(codes) },
                                "code": { "type": "string", "enum": names },
                            },
                        },
                    ],
                },
            },
        },
    })
}

fn statuses(codes: &[ProblemCode]) -> Vec<u16> {
    let mut statuses: Vec<u16> = codes.iter().map(|code| code.status()).collect();
    statuses.dedup();
    statuses
}
