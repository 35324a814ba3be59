//! The server's HTTP API, typed call by call (contract §4).

use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::{JSON, Uint8Array};
use protocol::{
    Language,
    api::{
        Activation, AssistanceReport, AssistanceTaken, Challenge, History, ManagedOperator,
        Messages, Operator, OperatorSearch, OperatorsFound, ProfileChange, Registration, Reprint,
        ServiceAddress, Session,
    },
    problem::Problem,
    service::ServiceId,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::{components::Reach, refusal::Refusal, session};

/// Where the credentials document waits (contract §4).
pub const CREDENTIALS_DOCUMENT: &str = "/api/credentials-document";

/// A body that carries the card's token.
#[derive(Serialize)]
struct TokenBody {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    token: JsValue,
}

#[derive(Serialize)]
struct PasswordLogin<'a> {
    username: &'a str,
    password: &'a str,
}

#[derive(Serialize)]
struct PasswordChange<'a> {
    username: &'a str,
    current: &'a str,
    new: &'a str,
}

/// A nonce for this browser; any earlier one is void.
pub async fn ask_challenge(language: Language) -> Result<Challenge, Refusal> {
    let request = request(Method::POST, "/api/challenges", language);
    read(send(request, None::<&()>).await?).await
}

/// Registra CNS.
pub async fn register(token: JsValue, language: Language) -> Result<Registration, Refusal> {
    let request = request(Method::POST, "/api/registrations", language);
    read(send(request, Some(&TokenBody { token })).await?).await
}

/// Effettua la login.
pub async fn log_in_by_card(token: JsValue, language: Language) -> Result<Session, Refusal> {
    let request = request(Method::POST, "/api/session", language);
    read(send(request, Some(&TokenBody { token })).await?).await
}

/// Accesso con credenziali.
pub async fn log_in_by_password(
    username: &str,
    password: &str,
    language: Language,
) -> Result<Session, Refusal> {
    let request = request(Method::POST, "/api/session", language);
    read(send(request, Some(&PasswordLogin { username, password })).await?).await
}

/// Changes the password; the new one does not log in by itself.
pub async fn change_password(
    username: &str,
    current: &str,
    new: &str,
    language: Language,
) -> Result<(), Refusal> {
    let change = PasswordChange {
        username,
        current,
        new,
    };
    let request = request(Method::PUT, "/api/password", language);
    send(request, Some(&change)).await.map(drop)
}

/// Hears what time it is for the server; without an answer what was heard before holds.
pub async fn hear_the_time(language: Language) {
    let request = request(Method::GET, "/api/health/live", language);
    let _ = exchange(request, None).await;
}

/// Whether there is something at this address of the portal.
pub async fn is_there(path: &str) -> bool {
    let request = RequestBuilder::new(path).method(Method::HEAD).build();
    match request {
        Ok(request) => request.send().await.is_ok_and(|answer| answer.ok()),
        Err(_) => false,
    }
}

/// Who is logged in in this browser.
pub async fn ask_session(language: Language) -> Result<Session, Refusal> {
    let request = request(Method::GET, "/api/session", language);
    read(send(request, None::<&()>).await?).await
}

/// Esci, here or from all devices.
pub async fn log_out(reach: Reach, language: Language) -> Result<(), Refusal> {
    let request = request(Method::DELETE, "/api/session", language);
    let request = match reach {
        Reach::Here => request,
        Reach::Everywhere => request.query([("everywhere", "true")]),
    };
    send(request, None::<&()>).await.map(drop)
}

/// The PDF with the standard credentials and the Pincode, whole.
pub async fn fetch_credentials_document(language: Language) -> Result<Uint8Array, Refusal> {
    let request = request(Method::GET, CREDENTIALS_DOCUMENT, language);
    let answer = send(request, None::<&()>).await?;
    let bytes = answer
        .binary()
        .await
        .map_err(|_| Refusal::ServerUnreachable)?;
    Ok(Uint8Array::from(bytes.as_slice()))
}

/// Ristampa Credenziali: new secrets, the old ones are void.
pub async fn reprint_credentials(language: Language) -> Result<Reprint, Refusal> {
    let request = request(Method::POST, CREDENTIALS_DOCUMENT, language);
    read(send(request, None::<&()>).await?).await
}

/// Profilo Utente: changes telephone and e-mail.
pub async fn change_profile(
    change: &ProfileChange,
    language: Language,
) -> Result<Operator, Refusal> {
    let request = request(Method::PUT, "/api/profile", language);
    read(send(request, Some(change)).await?).await
}

/// Messaggi.
pub async fn messages(language: Language) -> Result<Messages, Refusal> {
    let request = request(Method::GET, "/api/messages", language);
    read(send(request, None::<&()>).await?).await
}

/// All messages are read.
pub async fn read_messages(language: Language) -> Result<(), Refusal> {
    let request = request(Method::POST, "/api/messages/read", language);
    send(request, None::<&()>).await.map(drop)
}

/// Gestione Credenziali: finds operators of one's own regione and ASL.
pub async fn search_operators(
    search: &OperatorSearch,
    language: Language,
) -> Result<OperatorsFound, Refusal> {
    let request = request(Method::POST, "/api/operators/search", language);
    read(send(request, Some(search)).await?).await
}

/// Gestione Credenziali: what was done with an operator's access.
pub async fn operator_history(id: &str, language: Language) -> Result<History, Refusal> {
    let path = format!("/api/operators/{id}/history");
    let request = request(Method::GET, &path, language);
    read(send(request, None::<&()>).await?).await
}

/// Gestione Credenziali: lets an operator in, or shuts them out.
pub async fn let_operator_in(
    id: &str,
    active: bool,
    language: Language,
) -> Result<ManagedOperator, Refusal> {
    let path = format!("/api/operators/{id}/active");
    let request = request(Method::PUT, &path, language);
    read(send(request, Some(&Activation { active })).await?).await
}

/// Gestione Credenziali: takes an operator's registration back, credentials included.
pub async fn revoke_registration(id: &str, language: Language) -> Result<ManagedOperator, Refusal> {
    let path = format!("/api/operators/{id}/registration");
    let request = request(Method::DELETE, &path, language);
    read(send(request, None::<&()>).await?).await
}

/// Assistenza Online.
pub async fn ask_assistance(
    report: &AssistanceReport,
    language: Language,
) -> Result<AssistanceTaken, Refusal> {
    let request = request(Method::POST, "/api/assistance", language);
    read(send(request, Some(report)).await?).await
}

/// Where a service is that is no part of access.
pub async fn service_address(id: ServiceId, language: Language) -> Result<ServiceAddress, Refusal> {
    let path = format!("/api/services/{}", id.id());
    let request = request(Method::GET, &path, language);
    read(send(request, None::<&()>).await?).await
}

fn request(method: Method, path: &str, language: Language) -> RequestBuilder {
    RequestBuilder::new(path)
        .method(method)
        // The portal's language, which may not be the browser's.
        .header("Accept-Language", language.code())
        .header("Accept", "application/json, application/problem+json, */*")
}

/// Sends a request; every answer but a success is a refusal.
async fn send<B: Serialize>(
    request: RequestBuilder,
    body: Option<&B>,
) -> Result<Response, Refusal> {
    let body = match body {
        Some(body) => Some(to_json(body).ok_or(Refusal::AnswerUnreadable)?),
        None => None,
    };
    exchange(request, body).await
}

/// Kept apart from `send`, so that it is compiled once and not for each body.
async fn exchange(request: RequestBuilder, body: Option<JsValue>) -> Result<Response, Refusal> {
    let request = match body {
        Some(body) => request
            .header("Content-Type", "application/json")
            .body(body),
        None => request.build(),
    };
    let request = request.map_err(|_| Refusal::AnswerUnreadable)?;
    let answer = request
        .send()
        .await
        .map_err(|_| Refusal::ServerUnreachable)?;
    session::hear(answer.headers().get("Date"));
    if answer.ok() {
        return Ok(answer);
    }
    Err(match read::<Problem>(answer).await {
        Ok(problem) => Refusal::Problem(Box::new(problem)),
        Err(refusal) => refusal,
    })
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Refusal> {
    let value = value_of(answer).await?;
    serde_wasm_bindgen::from_value(value).map_err(|_| Refusal::AnswerUnreadable)
}

/// The browser reads the JSON itself, which keeps a second reader out of the download.
async fn value_of(answer: Response) -> Result<JsValue, Refusal> {
    let text = answer.text().await.map_err(|_| Refusal::AnswerUnreadable)?;
    JSON::parse(&text).map_err(|_| Refusal::AnswerUnreadable)
}

fn to_json<B: Serialize>(body: &B) -> Option<JsValue> {
    let value = body.serialize(&Serializer::json_compatible()).ok()?;
    JSON::stringify(&value).ok().map(JsValue::from)
}
