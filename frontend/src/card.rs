//! The way to the person's card: the page's talk with the extension (contract §2).
//!
//! Clocks as in web-eid.js: an answer that the request was heard within a second, a
//! hand-shake within five, two minutes for the person.

use std::{cell::RefCell, rc::Rc, task::Poll};

use js_sys::{Array, Object, Reflect};
use leptos::prelude::window;
use protocol::{
    ChallengeNonce, CheckState, FailureCode, Language, WorkstationCheck,
    page_message::{AnswerKind, AuthenticateOptions, PageRequest, ProgressState},
};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::MessageEvent;

use crate::browser;

/// How long the extension may take to say that it heard, in milliseconds.
pub const ACK_MS: i32 = 1_000;
/// How long extension and host may take to greet each other, in milliseconds.
pub const HANDSHAKE_MS: i32 = 5_000;
/// How long the person may take, in milliseconds.
pub const PERSON_MS: u32 = 120_000;

/// How long the host may look at the workstation, in milliseconds.
pub const LOOKING_MS: i32 = 30_000;

/// What extension and host say of this workstation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workstation {
    /// The extension's version.
    pub extension: Option<String>,
    /// The host's.
    pub native_app: Option<String>,
    /// What was found; none from an extension or a host that knows no checks yet.
    pub checks: Option<Vec<WorkstationCheck>>,
}

/// Why a request failed, and which of the two is to be updated where that is why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Its code.
    pub code: FailureCode,
    /// The older of extension and host.
    pub outdated: Option<Outdated>,
}

/// Which of the two is too old for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each says it itself
pub enum Outdated {
    Extension,
    Host,
}

impl From<FailureCode> for Failure {
    fn from(code: FailureCode) -> Failure {
        Failure {
            code,
            outdated: None,
        }
    }
}

impl From<Failure> for FailureCode {
    fn from(failure: Failure) -> FailureCode {
        failure.code
    }
}

/// Has the host look what this workstation has and lacks. Ask on the person's click, as with
/// [`authenticate`].
pub async fn check_workstation() -> Result<Workstation, Failure> {
    // The extension's and the host's own clocks come first.
    let found = ask_status(true, LOOKING_MS + 2 * HANDSHAKE_MS).await?;
    Ok(Workstation {
        extension: text(&found, "extension"),
        native_app: text(&found, "nativeApp"),
        checks: read_checks(&found),
    })
}

/// The versions of extension and host on this workstation.
pub async fn versions() -> Result<(String, String), FailureCode> {
    let found = ask_status(false, HANDSHAKE_MS).await?;
    let version = |member| text(&found, member).unwrap_or_default();
    Ok((version("extension"), version("nativeApp")))
}

async fn ask_status(checks: bool, patience: i32) -> Result<JsValue, Failure> {
    let mut talk = Talk::begin("status")?;
    talk.say(&PageRequest::Status {
        library_version: version(),
        checks,
    })?;
    talk.hear_ack().await?;
    talk.hear_outcome(patience, FailureCode::ActionTimeout, |_| {})
        .await
}

/// Of the checks those that can be read.
fn read_checks(found: &JsValue) -> Option<Vec<WorkstationCheck>> {
    let checks = Reflect::get(found, &"checks".into()).ok()?;
    let checks = checks.dyn_ref::<Array>()?;
    let read = |check: JsValue| {
        Some(WorkstationCheck {
            id: text(&check, "id")?,
            state: CheckState::from_name(&text(&check, "state")?)?,
        })
    };
    Some(checks.iter().filter_map(read).collect())
}

/// Lets the person sign the nonce with their card; yields the token as it came.
///
/// `on_progress` hears each step. Ask on the person's click: the extension refuses a
/// page that asks by itself.
pub async fn authenticate(
    challenge_nonce: ChallengeNonce,
    language: Language,
    on_progress: impl FnMut(ProgressState),
) -> Result<JsValue, FailureCode> {
    let mut talk = Talk::begin("authenticate")?;
    talk.say(&PageRequest::Authenticate {
        challenge_nonce,
        library_version: version(),
        options: AuthenticateOptions {
            lang: language,
            user_interaction_timeout: PERSON_MS,
        },
    })?;
    talk.hear_ack().await?;
    // The extension keeps the person's clock; ours is for an extension that fell silent.
    let patience = PERSON_MS as i32 + 2 * HANDSHAKE_MS;
    let outcome = talk.hear_outcome(patience, FailureCode::UserTimeout, on_progress);
    Ok(outcome.await?)
}

fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What the extension answers.
#[derive(Debug)]
enum Answer {
    /// The request was heard.
    Ack,
    /// A step of `authenticate`.
    Progress(ProgressState),
    /// The versions, or the token: handed on as they came.
    Success(JsValue),
    /// It failed.
    Failure(Failure),
}

/// Answers that arrived and who waits for them.
#[derive(Default)]
struct Inbox {
    answers: std::collections::VecDeque<Answer>,
    waiting: Option<std::task::Waker>,
}

/// One request and the answers to it; hears the page's messages until it is dropped.
struct Talk {
    inbox: Rc<RefCell<Inbox>>,
    listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Talk {
    /// Begins to hear the answers to `action`.
    fn begin(action: &'static str) -> Result<Talk, FailureCode> {
        if !window().is_secure_context() {
            return Err(FailureCode::ContextInsecure);
        }
        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let listener = Closure::new({
            let inbox = Rc::clone(&inbox);
            move |event: MessageEvent| {
                let Some(answer) = read_answer(action, &event) else {
                    return;
                };
                let mut inbox = inbox.borrow_mut();
                inbox.answers.push_back(answer);
                if let Some(waker) = inbox.waiting.take() {
                    waker.wake();
                }
            }
        });
        window()
            .add_event_listener_with_callback("message", listener.as_ref().unchecked_ref())
            .map_err(|_| FailureCode::UnknownError)?;
        Ok(Talk { inbox, listener })
    }

    fn say(&self, request: &PageRequest) -> Result<(), FailureCode> {
        let message = request
            .serialize(&Serializer::json_compatible())
            .map_err(|_| FailureCode::UnknownError)?;
        window()
            .post_message(&message, &own_origin())
            .map_err(|_| FailureCode::UnknownError)
    }

    /// Waits until the extension has heard the request.
    async fn hear_ack(&mut self) -> Result<(), Failure> {
        let deadline = std::pin::pin!(browser::sleep(ACK_MS));
        match self.next_before(deadline).await {
            Some(Answer::Ack) => Ok(()),
            Some(Answer::Failure(failure)) => Err(failure),
            // A success or a step before the ack breaks the order of the talk.
            Some(_) => Err(FailureCode::VersionMismatch.into()),
            None => Err(FailureCode::ExtensionUnavailable.into()),
        }
    }

    /// Waits for success or failure; `late` when neither came in time.
    async fn hear_outcome(
        &mut self,
        milliseconds: i32,
        late: FailureCode,
        mut on_progress: impl FnMut(ProgressState),
    ) -> Result<JsValue, Failure> {
        let mut deadline = std::pin::pin!(browser::sleep(milliseconds));
        loop {
            match self.next_before(deadline.as_mut()).await {
                Some(Answer::Success(value)) => return Ok(value),
                Some(Answer::Failure(failure)) => return Err(failure),
                Some(Answer::Progress(state)) => on_progress(state),
                Some(Answer::Ack) => {}
                None => return Err(late.into()),
            }
        }
    }

    /// The next answer, or none once the deadline has passed.
    async fn next_before(
        &self,
        mut deadline: std::pin::Pin<&mut impl Future<Output = ()>>,
    ) -> Option<Answer> {
        std::future::poll_fn(|context| {
            let mut inbox = self.inbox.borrow_mut();
            if let Some(answer) = inbox.answers.pop_front() {
                return Poll::Ready(Some(answer));
            }
            inbox.waiting = Some(context.waker().clone());
            deadline.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = window()
            .remove_event_listener_with_callback("message", self.listener.as_ref().unchecked_ref());
    }
}

/// The answer in a message, if this very page's window sent it and it is one.
fn read_answer(action: &str, event: &MessageEvent) -> Option<Answer> {
    let from_this_window = event
        .source()
        .is_some_and(|source| JsValue::from(source) == JsValue::from(window()));
    if !from_this_window || event.origin() != own_origin() {
        return None;
    }
    let message = event.data();
    Some(match AnswerKind::of(action, &text(&message, "action")?)? {
        AnswerKind::Ack => Answer::Ack,
        AnswerKind::Progress => {
            Answer::Progress(ProgressState::from_name(&text(&message, "state")?)?)
        }
        AnswerKind::Success => {
            let members = Object::assign(&Object::new(), message.dyn_ref()?);
            let _ = Reflect::delete_property(&members, &"action".into());
            Answer::Success(members.into())
        }
        AnswerKind::Failure => {
            let error = Reflect::get(&message, &"error".into()).ok()?;
            if error.is_undefined() {
                return None;
            }
            // A failure whose code we do not know is still a failure.
            let code = text(&error, "code").unwrap_or_default();
            Answer::Failure(Failure {
                code: FailureCode::from_name(&code),
                outdated: outdated(&error),
            })
        }
    })
}

/// Which of the two web-eid.js's `requiresUpdate` names.
fn outdated(error: &JsValue) -> Option<Outdated> {
    let wanted = Reflect::get(error, &"requiresUpdate".into()).ok()?;
    let is = |member: &str| Reflect::get(&wanted, &member.into()).is_ok_and(|it| it == true);
    if is("extension") {
        Some(Outdated::Extension)
    } else {
        is("nativeApp").then_some(Outdated::Host)
    }
}

/// A member of an object that is text.
fn text(object: &JsValue, member: &str) -> Option<String> {
    Reflect::get(object, &member.into()).ok()?.as_string()
}

fn own_origin() -> String {
    window().location().origin().unwrap_or_default()
}
