//! The way to the person's card: the page's talk with the extension (contract §2).
//!
//! Clocks as in web-eid.js: an answer that the request was heard within a second, a
//! hand-shake within five, two minutes for the person.

use std::{cell::RefCell, rc::Rc, task::Poll};

use js_sys::{Object, Reflect};
use leptos::prelude::window;
use protocol::{
    ChallengeNonce, FailureCode, Language,
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

/// The versions on this workstation, as web-eid.js names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The extension's.
    pub extension: Option<String>,
    /// The host's.
    pub native_app: Option<String>,
}

/// Asks the extension which versions stand on this workstation.
pub async fn ask_status() -> Result<Versions, FailureCode> {
    let mut talk = Talk::begin("status")?;
    talk.say(&PageRequest::Status {
        library_version: version(),
    })?;
    talk.hear_ack().await?;
    let found = talk
        .hear_outcome(HANDSHAKE_MS, FailureCode::ActionTimeout, |_| {})
        .await?;
    Ok(Versions {
        extension: text(&found, "extension"),
        native_app: text(&found, "nativeApp"),
    })
}

/// The versions of extension and host on this workstation.
pub async fn versions() -> Result<(String, String), FailureCode> {
    let found = ask_status().await?;
    Ok((
        found.extension.unwrap_or_default(),
        found.native_app.unwrap_or_default(),
    ))
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
    talk.hear_outcome(patience, FailureCode::UserTimeout, on_progress)
        .await
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
    Failure(FailureCode),
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
    async fn hear_ack(&mut self) -> Result<(), FailureCode> {
        let deadline = std::pin::pin!(browser::sleep(ACK_MS));
        match self.next_before(deadline).await {
            Some(Answer::Ack) => Ok(()),
            Some(Answer::Failure(code)) => Err(code),
            // A success or a step before the ack breaks the order of the talk.
            Some(_) => Err(FailureCode::VersionMismatch),
            None => Err(FailureCode::ExtensionUnavailable),
        }
    }

    /// Waits for success or failure; `late` when neither came in time.
    async fn hear_outcome(
        &mut self,
        milliseconds: i32,
        late: FailureCode,
        mut on_progress: impl FnMut(ProgressState),
    ) -> Result<JsValue, FailureCode> {
        let mut deadline = std::pin::pin!(browser::sleep(milliseconds));
        loop {
            match self.next_before(deadline.as_mut()).await {
                Some(Answer::Success(value)) => return Ok(value),
                Some(Answer::Failure(code)) => return Err(code),
                Some(Answer::Progress(state)) => on_progress(state),
                Some(Answer::Ack) => {}
                None => return Err(late),
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
            Answer::Failure(FailureCode::from_name(&code))
        }
    })
}

/// A member of an object that is text.
fn text(object: &JsValue, member: &str) -> Option<String> {
    Reflect::get(object, &member.into()).ok()?.as_string()
}

fn own_origin() -> String {
    window().location().origin().unwrap_or_default()
}
