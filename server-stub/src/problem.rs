//! Refusals: the one place where a cause becomes an answer (RFC 9457, contract §4).

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::{
    Language, ProblemCode,
    problem::{FormField, Problem},
};

use crate::{
    credentials::HashingFault,
    credentials::document::DocumentFault,
    seal::NoRandomness,
    store::StoreFault,
    telemetry::{METERS, request::AnsweredCode},
    texts::Texts,
};

/// When to try again where a step of our own failed: a database server that is restarted, or
/// another that takes its place, is back about then.
const RETRY_AFTER_SECONDS: u64 = 5;

/// A refusal on its way out; [`in_words`] gives it words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which it is.
    pub code: ProblemCode,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
    /// What is wrong in a form.
    pub field: Option<FieldFault>,
}

/// What is wrong in a form; each has its own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFault {
    /// No telephone number.
    Telephone,
    /// No e-mail address.
    Email,
    /// Nothing to search by.
    Words,
    /// No topic of the form.
    Topic,
    /// A report too short or too long.
    TextLength,
    /// A report that names a person.
    TextNamesSomeone,
}

impl FieldFault {
    /// Every fault.
    pub const ALL: [FieldFault; 6] = [
        FieldFault::Telephone,
        FieldFault::Email,
        FieldFault::Words,
        FieldFault::Topic,
        FieldFault::TextLength,
        FieldFault::TextNamesSomeone,
    ];

    /// The member of the body it is in.
    pub fn field(self) -> FormField {
        match self {
            FieldFault::Telephone => FormField::TelefonoUfficio,
            FieldFault::Email => FormField::Email,
            FieldFault::Words => FormField::Words,
            FieldFault::Topic => FormField::Topic,
            FieldFault::TextLength | FieldFault::TextNamesSomeone => FormField::Text,
        }
    }
}

impl Refusal {
    /// A refusal with this code.
    pub fn new(code: ProblemCode) -> Refusal {
        Refusal {
            code,
            retry_after: (code.status() == 503).then_some(RETRY_AFTER_SECONDS),
            field: None,
        }
    }

    /// A form that cannot be taken as it is.
    pub fn field(fault: FieldFault) -> Refusal {
        Refusal {
            field: Some(fault),
            ..Refusal::new(ProblemCode::FieldUnacceptable)
        }
    }

    /// Too many requests; `millis` until the next is taken.
    pub fn too_many(millis: i64) -> Refusal {
        Refusal {
            retry_after: Some(millis.max(1).unsigned_abs().div_ceil(1000)),
            ..Refusal::new(ProblemCode::TooManyRequests)
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A step of our own failed: the person learns only that, the log learns why.
fn unavailable(cause: &dyn std::error::Error) -> Refusal {
    tracing::error!(%cause, "a step of our own failed");
    Refusal::new(ProblemCode::SecuritySystemsUnavailable)
}

impl From<StoreFault> for Refusal {
    fn from(fault: StoreFault) -> Refusal {
        METERS.database_failed();
        unavailable(&fault)
    }
}

impl From<NoRandomness> for Refusal {
    fn from(fault: NoRandomness) -> Refusal {
        unavailable(&fault)
    }
}

impl From<HashingFault> for Refusal {
    fn from(fault: HashingFault) -> Refusal {
        unavailable(&fault)
    }
}

impl From<DocumentFault> for Refusal {
    fn from(fault: DocumentFault) -> Refusal {
        unavailable(&fault)
    }
}

/// Writes a refusal in the language that the reader accepts (`Accept-Language`); other answers
/// stay as they are.
pub async fn in_words<A: Future<Output = Response>>(
    request: Request,
    answer: impl FnOnce(Request) -> A,
) -> Response {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let mut response = answer(request).await;
    put_into_words(&mut response, accepted.as_ref());
    response
}

fn put_into_words(response: &mut Response, accepted: Option<&HeaderValue>) {
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else {
        return;
    };
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let language = Language::from_accept_language(accepted);
    METERS.refused(refusal.code);
    let problem = write(&refusal, language);
    response.extensions_mut().insert(AnsweredCode(refusal.code));
    let headers = response.headers_mut();
    // The empty body's own length would stay otherwise.
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.code()),
    );
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    if let Some(seconds) = refusal.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    *response.body_mut() = Body::from(serde_json::to_vec(&problem).unwrap_or_default());
}

/// A whole HTTP answer for whoever cannot even be asked what they want.
pub fn overloaded() -> Vec<u8> {
    let refusal = Refusal::new(ProblemCode::SecuritySystemsUnavailable);
    let problem = serde_json::to_vec(&write(&refusal, Language::It)).unwrap_or_default();
    let mut answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\n\
         content-language: it\r\ncache-control: no-store\r\nretry-after: 5\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n",
        problem.len()
    )
    .into_bytes();
    answer.extend(problem);
    answer
}

fn write(refusal: &Refusal, language: Language) -> Problem {
    let code = refusal.code;
    let texts = Texts::of(language);
    let text = texts.problem(code);
    let detail = refusal
        .field
        .map_or(text.detail, |fault| texts.field(fault));
    Problem {
        type_urn: code.type_urn(),
        title: text.title.to_owned(),
        status: code.status(),
        detail: detail.to_owned(),
        code,
        category: code.category(),
        contact: texts.contact(code.category()).map(str::to_owned),
        field: refusal.field.map(FieldFault::field),
    }
}
