//! `/api/session`: Effettua la login, Accesso con credenziali, Esci

use std::sync::Arc;

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::{StatusCode, Uri},
    response::{AppendHeaders, IntoResponse, Response},
};
use protocol::{ProblemCode, api::Session};
use serde_json::Value;

use crate::{
    app::App,
    audit::{Attempt, Trail},
    authentication,
    challenge::Challenge,
    clock,
    credentials::issuing::DocumentKey,
    description::{bodies::Login, refusals::refuses},
    http::address::ClientAddress,
    http::cookies::{self, Cookies, Jar},
    http::json_body::JsonBody,
    http::same_origin::SameOrigin,
    problem::Refusal,
    session::{self, SessionToken},
    store::{CardLoggedIn, CardLogin, NewSession, OperatorRow, StoreFault, in_time},
    telemetry::METERS,
};

refuses!(
    OpenRefusals: CHANGING, BODY, CARD, PASSWORD; CardNotRegistered, PasswordChangeRequired
);

/// Opens a session, by card or by password.
#[utoipa::path(
    post,
    path = "",
    operation_id = "openSession",
    tag = "Access",
    request_body = Login,
    security((), ("challenge" = [])),
    responses(
        (
            status = CREATED,
            description = "Who is logged in",
            body = Session,
            headers(("Set-Cookie" = String, description = "The session")),
        ),
        OpenRefusals,
    ),
)]
pub async fn open(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    address: ClientAddress,
    mut trail: Trail,
    body: JsonBody,
) -> Result<Response, Refusal> {
    let opened = if let Some(token) = body.token() {
        let opened = open_by_card(&app, &sent, token, &mut trail).await;
        METERS.login_by_card(opened.as_ref().err().map(|refusal| refusal.code));
        opened
    } else {
        match (body.text("username"), body.text("password")) {
            (Some(username), Some(password)) => {
                let given = (username, password);
                let opened = open_by_password(&app, &sent, address, given, &mut trail).await;
                METERS.login_by_password(opened.as_ref().err().map(|refusal| refusal.code));
                opened
            }
            _ => Err(Refusal::new(ProblemCode::TokenMalformed)),
        }
    };
    app.audited(Attempt::Login, &trail, opened).await
}

refuses!(ReadRefusals: SESSION);

/// Who is logged in.
#[utoipa::path(
    get,
    path = "",
    operation_id = "readSession",
    tag = "Access",
    security(("session" = [])),
    responses(
        (status = OK, description = "Who is logged in", body = Session),
        ReadRefusals,
    ),
)]
pub async fn read(State(app): State<Arc<App>>, sent: Cookies) -> Result<Json<Session>, Refusal> {
    let open = session::require(&app, &sent).await?;
    let limits = &app.config.session;
    let expires_at = session::expires_at(open.row.opened_at, open.row.last_seen_at, limits);
    Ok(Json(session::describe(open.row.operator, expires_at)))
}

refuses!(EndRefusals: CHANGING, SESSION; TokenMalformed);

/// Ends the session, if there is one; with `?everywhere=true` all of its person's.
///
/// Whoever comes next to this browser must not open the document the person has had: its key
/// goes with the session. A document they have not had yet, or another's, stays.
#[utoipa::path(
    delete,
    path = "",
    operation_id = "endSession",
    tag = "Access",
    params((
        "everywhere" = Option<bool>,
        Query,
        description = "Whether the person's sessions in all browsers end; needs a session"
    )),
    security((), ("session" = [])),
    responses(
        (
            status = NO_CONTENT,
            description = "There is no session any more",
            headers(("Set-Cookie" = String, description = "Taken away")),
        ),
        EndRefusals,
    ),
)]
pub async fn end(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    OriginalUri(uri): OriginalUri,
    sent: Cookies,
    mut trail: Trail,
) -> Result<impl IntoResponse, Refusal> {
    // Without a session nobody says whose the others are: that they ended would be a lie.
    let everywhere = match is_everywhere(&uri)? {
        true => Some(session::require(&app, &sent).await?),
        false => None,
    };
    let mut over = vec![Jar::Session];
    if let Some(token_hash) = session::token_hash(&sent) {
        if let Some(key) = DocumentKey::sent(&app, &sent)
            && app.store.document_was_read_by(&token_hash, &key.id).await?
        {
            over.push(Jar::Document);
        }
        if let Some(open) = everywhere {
            let codice_fiscale = &open.row.operator.operator.codice_fiscale;
            trail.session(&open);
            app.store
                .end_every_session(codice_fiscale, &trail, clock::now())
                .await?;
            authentication::log_entry(&app, codice_fiscale, "every session was ended");
        } else {
            app.store.end_session(&token_hash).await?;
        }
    }
    let https = app.config.origin.is_https();
    let cleared = over
        .into_iter()
        .flat_map(move |jar| cookies::clear(https, jar));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cleared)))
}

/// Whether all sessions are meant: a word that is neither is no order.
fn is_everywhere(uri: &Uri) -> Result<bool, Refusal> {
    let query = uri.query().unwrap_or_default();
    let mut said = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "everywhere")
        .map(|(_, value)| value);
    match (said.next().as_deref(), said.next()) {
        (None | Some("false"), None) => Ok(false),
        (Some("true"), None) => Ok(true),
        _ => Err(Refusal::new(ProblemCode::TokenMalformed)),
    }
}

async fn open_by_card(
    app: &App,
    sent: &Cookies,
    token: &Value,
    trail: &mut Trail,
) -> Result<Response, Refusal> {
    let challenge = authentication::challenge(app, sent, trail)?;
    let place = in_time(app.under_way.begin(challenge.hash())).await?;
    let now = clock::now();
    if place.may_be_spent || !challenge.is_alive(now) {
        challenge.require_good(&app.store, now).await?;
    }
    if place.was_judged {
        // That one's browser went away, or the database failed, before it was spent.
        challenge.spend(&app.store, now).await?;
        return Err(Refusal::new(ProblemCode::ChallengeUsed));
    }
    place.is_judged();
    match log_in_by(app, sent, token, &challenge, trail).await {
        Ok(opened) => Ok(opened),
        Err(NoSession::Failed(fault)) => Err(fault.into()),
        Err(NoSession::Refused(refusal)) => {
            if let Err(spent) = challenge.spend(&app.store, clock::now()).await {
                trail.was_judged_in_vain();
                return Err(spent);
            }
            Err(refusal)
        }
    }
}

/// Why no session was opened.
enum NoSession {
    /// The challenge is not spent yet: the reason is told once it is.
    Refused(Refusal),
    /// The database failed, and nobody knows how far it came.
    Failed(StoreFault),
}

impl From<Refusal> for NoSession {
    fn from(refusal: Refusal) -> NoSession {
        NoSession::Refused(refusal)
    }
}

impl From<StoreFault> for NoSession {
    fn from(fault: StoreFault) -> NoSession {
        NoSession::Failed(fault)
    }
}

/// Judges the token and opens the session; the challenge is spent in the same step.
async fn log_in_by(
    app: &App,
    sent: &Cookies,
    token: &Value,
    challenge: &Challenge,
    trail: &mut Trail,
) -> Result<Response, NoSession> {
    let identity = authentication::by_challenge(app, challenge, token, trail).await?;
    let fingerprint = &identity.certificate_fingerprint;
    let token = SessionToken::draw().map_err(Refusal::from)?;
    let login = CardLogin {
        who: &identity.codice_fiscale,
        fingerprint,
        challenge: challenge.spending(),
        session: new_session(sent, &token, trail),
    };
    let subject = match app.store.log_in_by_card(&login).await? {
        CardLoggedIn::Opened(operator) => {
            return Ok(opened(app, operator, &token, login.session.now));
        }
        CardLoggedIn::Unopened(subject) => subject,
    };
    let code = match subject {
        None => ProblemCode::OperatorUnknown,
        // Nothing speaks against it any more, or the challenge was spent.
        Some(subject) => subject
            .refusal(fingerprint)
            .unwrap_or(ProblemCode::CardNotRegistered),
    };
    Err(Refusal::new(code).into())
}

async fn open_by_password(
    app: &App,
    sent: &Cookies,
    address: ClientAddress,
    (username, password): (&str, &str),
    trail: &mut Trail,
) -> Result<Response, Refusal> {
    let row = authentication::by_password(app, address, username, password, trail).await?;
    if row.first_password {
        return Err(Refusal::new(ProblemCode::PasswordChangeRequired));
    }
    let token = SessionToken::draw()?;
    let new = new_session(sent, &token, trail);
    let now = new.now;
    let who = &row.operator.operator.codice_fiscale;
    let store = &app.store;
    if !store
        .log_in_by_password(who, &row.password_hash, &new)
        .await?
    {
        // The password was changed in this very moment.
        return Err(Refusal::new(ProblemCode::CredentialsInvalid));
    }
    Ok(opened(app, row.operator, &token, now))
}

fn new_session<'a>(sent: &Cookies, token: &SessionToken, trail: &'a Trail) -> NewSession<'a> {
    NewSession {
        token_hash: token.hash(),
        now: clock::now(),
        instead_of: session::token_hash(sent),
        trail,
    }
}

/// The answer of a session that was opened now.
fn opened(app: &App, operator: OperatorRow, token: &SessionToken, now: i64) -> Response {
    let codice_fiscale = &operator.operator.codice_fiscale;
    authentication::log_entry(app, codice_fiscale, "a session was opened");
    let expires_at = session::expires_at(now, now, &app.config.session);
    (
        StatusCode::CREATED,
        // No Max-Age: on a shared workstation the cookie ends with the browser.
        cookies::set(
            app.config.origin.is_https(),
            Jar::Session,
            token.as_str(),
            None,
        ),
        Json(session::describe(operator, expires_at)),
    )
        .into_response()
}
