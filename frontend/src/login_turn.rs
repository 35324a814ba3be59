//! One login at a time over all of the portal's tabs.
//!
//! The nonce lives in a cookie that all tabs share, so a second login would void the
//! first one's (contract §4). The browser's own locks keep the turn, and give it back
//! even when a tab crashes (Web Locks API).

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use protocol::FailureCode;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::browser;

/// The lock's name, the same in every tab.
pub const LOCK: &str = "tessera.login";

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        callback: &Function,
    ) -> Result<Promise, JsValue>;
}

/// The turn to log in; others get theirs when it is dropped.
pub struct LoginTurn(Function);

impl LoginTurn {
    /// Takes the turn, unless another tab has it (`ActionPending`).
    pub async fn take() -> Result<LoginTurn, FailureCode> {
        if !window().is_secure_context() {
            return Err(FailureCode::ContextInsecure);
        }
        let locks = Reflect::get(&window().navigator(), &"locks".into())
            .ok()
            .filter(|locks| locks.is_object())
            .ok_or(FailureCode::UnknownError)?
            .unchecked_into::<LockManager>();
        let options = Object::new();
        let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);

        let (answer, answered) = browser::promise();
        let (held, release) = browser::promise();
        // The lock is held as long as the promise its callback returns is open.
        let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let granted = !lock.is_null();
            let _ = answered.call1(&JsValue::NULL, &granted.into());
            if granted {
                held.into()
            } else {
                JsValue::UNDEFINED
            }
        });
        let request = locks
            .request(LOCK, &options, callback.unchecked_ref())
            .map_err(|_| FailureCode::UnknownError)?;
        // A refused request never calls back: its own promise then ends the waiting.
        let either = Promise::race(&Array::of2(&answer, &request));
        match JsFuture::from(either).await {
            Ok(granted) if granted.is_truthy() => Ok(LoginTurn(release)),
            Ok(_) => Err(FailureCode::ActionPending),
            Err(_) => Err(FailureCode::UnknownError),
        }
    }
}

impl Drop for LoginTurn {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}
