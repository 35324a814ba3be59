//! `/api/assistance`: Assistenza Online

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use protocol::{
    ProblemCode,
    api::{AssistanceContext, AssistanceReport, AssistanceTaken, REPORT_CHARACTERS, Topic},
    service::ServiceId,
};
use serde_json::Value;

use crate::{
    app::App,
    assistance::{names_someone, one_line, printable, support_code},
    authentication, clock,
    description::refusals::refuses,
    http::cookies::Cookies,
    http::json_body::JsonBody,
    http::same_origin::SameOrigin,
    problem::{FieldFault, Refusal},
    session,
    store::{NewReport, Reported},
};

/// How often a code is drawn before something must be wrong with the drawing.
const DRAWS: usize = 5;

refuses!(
    ReportRefusals: CHANGING, BODY, SESSION;
    ServiceNotEnabled, FieldUnacceptable, TooManyRequests
);

/// Takes a problem report and answers the code that stands for it and its person.
#[utoipa::path(
    post,
    path = "",
    operation_id = "reportProblem",
    tag = "Services",
    request_body = AssistanceReport,
    security(("session" = [])),
    responses(
        (status = CREATED, description = "The report is kept", body = AssistanceTaken),
        ReportRefusals,
    ),
)]
pub async fn report(
    State(app): State<Arc<App>>,
    _: SameOrigin,
    sent: Cookies,
    body: JsonBody,
) -> Result<impl IntoResponse, Refusal> {
    let (Some(topic), Some(text)) = (body.text("topic"), body.text("text")) else {
        return Err(Refusal::new(ProblemCode::TokenMalformed));
    };
    let session = session::require(&app, &sent).await?;
    let row = &session.row.operator;
    if !row
        .enabled_services()
        .contains(&ServiceId::AssistenzaOnline)
    {
        return Err(Refusal::new(ProblemCode::ServiceNotEnabled));
    }
    let operator = &row.operator;
    let topic = Topic::from_name(topic).ok_or(Refusal::field(FieldFault::Topic))?;
    let text = printable(text).trim().to_owned();
    if !REPORT_CHARACTERS.contains(&text.chars().count()) {
        return Err(Refusal::field(FieldFault::TextLength));
    }
    if names_someone(&text, operator) {
        return Err(Refusal::field(FieldFault::TextNamesSomeone));
    }
    let part = |member: &str| {
        let given = body.object("context").and_then(|parts| parts.get(member));
        let line = one_line(given.and_then(Value::as_str).unwrap_or_default());
        // Nothing the person wrote, so nothing they could mend: it is left out.
        if names_someone(&line, operator) {
            String::new()
        } else {
            line
        }
    };
    let report = AssistanceReport {
        topic,
        text,
        context: AssistanceContext {
            browser: part("browser"),
            extension: part("extension"),
            host: part("host"),
            page: part("page"),
        },
    };
    for _ in 0..DRAWS {
        let support_code = support_code()?;
        let new = NewReport {
            support_code: &support_code,
            codice_fiscale: &operator.codice_fiscale,
            report: &report,
            now: clock::now(),
            per_hour: app.config.limits.reports_per_hour,
        };
        match app.store.report(new).await? {
            Reported::Kept => {
                let person = &operator.codice_fiscale;
                authentication::log_entry(&app, person, "a problem was reported");
                return Ok((StatusCode::CREATED, Json(AssistanceTaken { support_code })));
            }
            Reported::TooMany { retry_after } => return Err(Refusal::too_many(retry_after)),
            Reported::CodeTaken => {}
        }
    }
    Err(Refusal::new(ProblemCode::SecuritySystemsUnavailable))
}
