//! The way to the person's card: the page's talk with the extension (contract §2).
//!
//! Clocks as in web-eid.js: an answer that the request was heard within a second, a
//! hand-shake within five, two minutes for the person.

use std::{cell::RefCell, rc::Rc, task::Poll};

use leptos::prelude::window;
use protocol::{
    ChallengeNonce, FailureCode, Language,
    page_message::{AuthenticateOptions, PageAnswer, PageRequest, ProgressState},
};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::MessageEvent;

use crate::browser;

/// How long the extension may take to say that it heard, in milliseconds.
pub const ACK_MS: i32 = 1_000;
/// How long extension and host may take to greet each other, in milliseconds.
pub const HANDSHAKE_MS: i32 = 5_000;
/// How long the person may take, in milliseconds.
pub const PERSON_MS: u32 = 120_000;

/// Asks the extension which versions stand on this workstation.
pub async fn ask_status() -> Result<Value, FailureCode> {
    let mut talk = Talk::begin("status")?;
    talk.say(&PageRequest::Status {
        library_version: version(),
    })?;
    talk.hear_ack().await?;
    talk.hear_outcome(HANDSHAKE_MS, FailureCode::ActionTimeout, |_| {})
        .await
}

/// The versions of extension and host on this workstation.
pub async fn versions() -> Result<(String, String), FailureCode> {
    let found = ask_status().await?;
    let version = |member: &str| {
        let version = found.get(member).and_then(Value::as_str);
        version.unwrap_or_default().to_owned()
    };
    Ok((version("extension"), version("nativeApp")))
}

/// Lets the person sign the nonce with their card; yields the token as it came.
///
/// `on_progress` hears each step. Ask on the person's click: the extension refuses a
/// page that asks by itself.
pub async fn authenticate(
    challenge_nonce: ChallengeNonce,
    language: Language,
    on_progress: impl FnMut(ProgressState),
) -> Result<Value, FailureCode> {
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

/// Answers that arrived and who waits for them.
#[derive(Default)]
struct Inbox {
    answers: std::collections::VecDeque<PageAnswer>,
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
        let text = serde_json::to_string(request).map_err(|_| FailureCode::UnknownError)?;
        let message = js_sys::JSON::parse(&text).map_err(|_| FailureCode::UnknownError)?;
        window()
            .post_message(&message, &own_origin())
            .map_err(|_| FailureCode::UnknownError)
    }

    /// Waits until the extension has heard the request.
    async fn hear_ack(&mut self) -> Result<(), FailureCode> {
        let deadline = std::pin::pin!(browser::sleep(ACK_MS));
        match self.next_before(deadline).await {
            Some(PageAnswer::Ack) => Ok(()),
            Some(PageAnswer::Failure(failure)) => Err(failure.code),
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
    ) -> Result<Value, FailureCode> {
        let mut deadline = std::pin::pin!(browser::sleep(milliseconds));
        loop {
            match self.next_before(deadline.as_mut()).await {
                Some(PageAnswer::Success(value)) => return Ok(value),
                Some(PageAnswer::Failure(failure)) => return Err(failure.code),
                Some(PageAnswer::Progress(state)) => on_progress(state),
                Some(PageAnswer::Ack) => {}
                None => return Err(late),
            }
        }
    }

    /// The next answer, or none once the deadline has passed.
    async fn next_before(
        &self,
        mut deadline: std::pin::Pin<&mut impl Future<Output = ()>>,
    ) -> Option<PageAnswer> {
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
fn read_answer(action: &str, event: &MessageEvent) -> Option<PageAnswer> {
    let from_this_window = event
        .source()
        .is_some_and(|source| JsValue::from(source) == JsValue::from(window()));
    if !from_this_window || event.origin() != own_origin() {
        return None;
    }
    let text = js_sys::JSON::stringify(&event.data()).ok()?.as_string()?;
    PageAnswer::read(action, &serde_json::from_str(&text).ok()?)
}

fn own_origin() -> String {
    window().location().origin().unwrap_or_default()
}
