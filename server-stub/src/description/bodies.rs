//! Bodies that are read member by member, and so are no types of their own elsewhere.
#![allow(dead_code)] // described, never made

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOfBuilder},
};

/// A Web eID authentication token; unknown members are ignored.
#[derive(ToSchema)]
#[schema(as = Token)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The certificate's DER in base64.
    #[schema(
        content_encoding = "base64",
        pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
    )]
    unverified_certificate: String,
    /// How the signature was made: RS, PS or ES with 256, 384 or 512.
    #[schema(example = "ES256", pattern = "^(RS|PS|ES)(256|384|512)$")]
    algorithm: String,
    /// The signature of both hashes in base64; of ECDSA, `r ‖ s`.
    #[schema(
        content_encoding = "base64",
        pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
    )]
    signature: String,
    /// `web-eid:1`, or with a minor version.
    #[schema(example = "web-eid:1.0", pattern = r"^web-eid:1(\.[0-9]+)?$")]
    format: String,
    /// The address of the release of the program that made it.
    #[schema(example = "https://tessera.example/releases/0.1.0")]
    app_version: String,
}

/// Body of a call by card.
#[derive(ToSchema)]
pub struct ByCard {
    /// Made for the challenge that this browser's cookie holds.
    #[schema(value_type = Token)]
    token: Token,
}

/// Body of a login by password.
#[derive(ToSchema)]
pub struct ByPassword {
    /// The codice fiscale, in either case.
    username: String,
    /// The standard password.
    #[schema(format = Password)]
    password: String,
}

/// Body of `POST /api/session`: by card, else by password. Both may be there; the derive's
/// `oneOf` would refuse that.
pub enum Login {}

impl PartialSchema for Login {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(ByCard::name()))
            .item(Ref::from_schema_name(ByPassword::name()))
            .description(Some("By card (Effettua la login), else by password."))
            .into()
    }
}

impl ToSchema for Login {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ByCard::name().into_owned(), ByCard::schema()));
        schemas.push((ByPassword::name().into_owned(), ByPassword::schema()));
        ByCard::schemas(schemas);
        ByPassword::schemas(schemas);
    }
}

/// Body of `PUT /api/password`.
#[derive(ToSchema)]
pub struct NewPassword {
    /// The codice fiscale, in either case.
    username: String,
    /// The password so far, the first one included.
    #[schema(format = Password)]
    current: String,
    /// The one from now on: 12 characters at least, hard to guess, without the user id.
    #[schema(format = Password)]
    new: String,
}

/// Answer of the health calls.
#[derive(ToSchema)]
pub struct Health {
    /// Which it is.
    #[schema(example = "ready")]
    status: String,
}

/// The credentials document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Pdf(Vec<u8>);
