//! Logging in with a card in software: the server's own challenge, truly signed.

use axum::{
    body::{Bytes, to_bytes},
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use end_to_end::Outcome;
use protocol::{
    ChallengeNonce, Origin,
    api::{Challenge, Session},
    problem::Problem,
};
use serde::Deserialize;
use serde_json::json;

use super::{Front, Inner};
use crate::{cards::Operator, pages};

/// Who wants to enter.
#[derive(Deserialize)]
pub struct Who {
    codice_fiscale: String,
}

/// Opens a session for one of the operators, and goes to the services.
pub async fn enter(
    State(front): State<Front>,
    Query(who): Query<Who>,
    headers: HeaderMap,
) -> Response {
    let front = &front.0;
    let from = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    if from != Some(front.origin.as_bytes()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(operator) = front.cards.of(&who.codice_fiscale) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match front.enter(operator).await {
        Ok(Ok(cookies)) => {
            let mut answer = StatusCode::SEE_OTHER.into_response();
            let place = HeaderValue::from_static("/servizi");
            answer.headers_mut().insert(header::LOCATION, place);
            for cookie in cookies {
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
            answer
        }
        Ok(Err(problem)) => told(front, &format!("{} {}", problem.title, problem.detail)),
        Err(failure) => told(front, &format!("The server could not be asked: {failure}.")),
    }
}

fn told(front: &Inner, refusal: &str) -> Response {
    let page = pages::who_may_log_in(&front.cards, Some(refusal));
    (StatusCode::BAD_GATEWAY, Html(page)).into_response()
}

impl Inner {
    /// The session's cookies, or why there is none.
    async fn enter(&self, operator: &Operator) -> Outcome<Result<Vec<HeaderValue>, Problem>> {
        let challenge = self.call("/api/challenges", &[], Bytes::new()).await?;
        let mut cookies = cookies_of(&challenge);
        let body = to_bytes(challenge.into_body(), usize::MAX).await?;
        let nonce: ChallengeNonce = serde_json::from_slice::<Challenge>(&body)?.nonce;
        let token = operator.card().token(&Origin::parse(&self.origin)?, &nonce);
        let token = serde_json::to_vec(&json!({ "token": token }))?;
        let answer = self.call("/api/session", &cookies, token.into()).await?;
        let (status, more) = (answer.status(), cookies_of(&answer));
        let body = to_bytes(answer.into_body(), usize::MAX).await?;
        if !status.is_success() {
            return Ok(Err(serde_json::from_slice(&body)?));
        }
        serde_json::from_slice::<Session>(&body)?;
        cookies.extend(more);
        Ok(Ok(cookies))
    }

    /// A call as a page makes it.
    async fn call(&self, place: &str, cookies: &[HeaderValue], body: Bytes) -> Outcome<Response> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_str(&self.origin)?);
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        if !body.is_empty() {
            let kind = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, kind);
        }
        let pairs: Vec<&str> = cookies
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        if !pairs.is_empty() {
            let cookies = HeaderValue::from_str(&pairs.join("; "))?;
            headers.insert(header::COOKIE, cookies);
        }
        self.send(Method::POST, place, headers, body).await
    }
}

fn cookies_of(answer: &Response) -> Vec<HeaderValue> {
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    cookies.into_iter().cloned().collect()
}
