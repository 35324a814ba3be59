//! The API described for programs: OpenAPI 3.1, made from the handlers (contract §4).
//!
//! Each handler says what it is, beside its code; the refusals come from the one table of codes
//! ([`refusals`]). Here is added what holds for every call, and what is this installation's own:
//! its origin and the names of its cookies.

pub mod bodies;
pub mod refusals;

use axum::{Extension, body::Bytes, http::header, response::IntoResponse};
use protocol::{ProblemCode, problem::Problem};
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder},
};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::{config::Config, http::cookies::Jar};

/// What stands above all operations.
const ABOUT: &str = "Registra CNS, Effettua la login and what follows, as the portal's own pages \
    call it.\n\n\
    A refusal is a problem (RFC 9457): `code` says which, `title`, `detail` and `contact` say it \
    to a person in the language of `Accept-Language` (it, de, en; Italian when absent). Calls that \
    change something need the portal's own `Origin` header, as browsers send it. Bodies are JSON \
    objects of at most 65,536 bytes; unknown members are ignored. Times are RFC 3339 in UTC. \
    `HEAD` is answered wherever `GET` is.";

/// The description, ready to be sent.
#[derive(Clone)]
pub struct Description(Bytes);

impl Description {
    /// Puts what the handlers say together with what holds for all of them.
    pub fn new(of_handlers: OpenApi, config: &Config) -> Description {
        let document = complete(of_handlers, config);
        Description(document.to_string().into())
    }
}

/// This description.
#[utoipa::path(
    get,
    path = "",
    operation_id = "describeApi",
    tag = "Operation",
    responses((status = OK, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub async fn read(Extension(description): Extension<Description>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], description.0)
}

/// The handlers of one path: their descriptions say only what they do, the router where.
pub fn at<S>(
    path: &str,
    (schemas, mut paths, methods): UtoipaMethodRouter<S>,
) -> UtoipaMethodRouter<S> {
    paths.paths = std::mem::take(&mut paths.paths)
        .into_values()
        .map(|item| (path.to_owned(), item))
        .collect();
    (schemas, paths, methods)
}

/// What a router begins with: the parts that no single handler describes.
pub fn begin() -> OpenApi {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Tessera")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .license(Some(
                    LicenseBuilder::new()
                        .name("EUPL-1.2")
                        .identifier(Some("EUPL-1.2"))
                        .build(),
                ))
                .build(),
        )
        .components(Some(
            ComponentsBuilder::new().schemas_from_iter(schemas).build(),
        ))
        .build()
}

fn complete(of_handlers: OpenApi, config: &Config) -> Value {
    let mut document = serde_json::to_value(of_handlers).unwrap_or_default();
    document["servers"] = json!([{ "url": config.origin.as_str() }]);
    let https = config.origin.is_https();
    let cookie = |jar: Jar, about: &str| {
        let name = jar.name(https);
        json!({ "type": "apiKey", "in": "cookie", "name": name, "description": about })
    };
    let components = &mut document["components"];
    components["securitySchemes"] = json!({
        "session": cookie(Jar::Session, "Set by `POST /api/session`."),
        "challenge": cookie(
            Jar::Challenge,
            "The challenge that a token answers, good once; set by `POST /api/challenges`.",
        ),
        "document": cookie(
            Jar::Document,
            "The key to the credentials document, set where it was made.",
        ),
    });
    components["parameters"] = json!({
        "Origin": {
            "name": "Origin",
            "in": "header",
            "required": true,
            "description": "The portal's own: no other page may change anything.",
            "schema": { "type": "string", "const": config.origin.as_str() },
        },
        "Accept-Language": {
            "name": "Accept-Language",
            "in": "header",
            "description": "In which language a person is told of a refusal.",
            "schema": { "type": "string" },
            "example": "de-IT, en;q=0.5",
        },
    });
    components["headers"] = headers();
    components["responses"] = json!({ "MethodNotAllowed": method_not_allowed() });
    for operation in operations(&mut document) {
        complete_operation(operation);
    }
    document
}

/// Every operation of a document.
fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut();
    let items = paths.into_iter().flat_map(Map::values_mut);
    items
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
        .filter(|operation| operation.is_object())
}

fn complete_operation(operation: &mut Value) {
    let responses = &mut operation["responses"];
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        add_headers(status, response);
    }
    let changes = responses["403"]["content"][refusals::MEDIA_TYPE]
        .to_string()
        .contains(ProblemCode::OriginNotAllowed.name());
    responses["405"] = json!({ "$ref": "#/components/responses/MethodNotAllowed" });
    let mut parameters = vec![json!({ "$ref": "#/components/parameters/Accept-Language" })];
    if changes {
        parameters.push(json!({ "$ref": "#/components/parameters/Origin" }));
    }
    if let Some(own) = operation["parameters"].as_array_mut() {
        parameters.append(own);
    }
    operation["parameters"] = parameters.into();
}

/// The headers of an answer that follow from what it is.
fn add_headers(status: &str, response: &mut Value) {
    // A handler's own are always there; utoipa has no word for it.
    for (_, own) in response["headers"].as_object_mut().into_iter().flatten() {
        own["required"] = true.into();
    }
    let refused = response["content"].get(refusals::MEDIA_TYPE).is_some();
    let mut names = vec!["Cache-Control"];
    names.extend(refused.then_some("Content-Language"));
    match status {
        "405" => names.push("Allow"),
        "429" | "503" => names.push("Retry-After"),
        _ => {}
    }
    for name in names {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

fn headers() -> Value {
    json!({
        "Cache-Control": {
            "required": true,
            "description": "Nothing of the API is kept.",
            "schema": { "type": "string", "const": "no-store" },
        },
        "Content-Language": {
            "required": true,
            "description": "The language of the words.",
            "schema": { "type": "string", "enum": ["it", "de", "en"] },
        },
        "Allow": {
            "required": true,
            "description": "The methods of this path.",
            "schema": { "type": "string" },
        },
        "Retry-After": {
            "required": true,
            "description": "In how many seconds to try again.",
            "schema": { "type": "integer", "minimum": 1 },
        },
    })
}

/// What another method at a path is answered with.
fn method_not_allowed() -> Value {
    let mut response = refusals::response(&[ProblemCode::MethodNotAllowed]);
    add_headers("405", &mut response);
    response
}
