//! Who is logged in, as far as this page knows; the server alone decides.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use protocol::{ProblemCode, api::Session, page_address};

use crate::{api, browser, i18n::Speech, refusal::Refusal};

/// Remembers that somebody was logged in, so that a page for everyone asks the server
/// only when it is worth it. No more than a hint: it opens nothing.
const HINT: &str = "tessera.session";
/// Where a visitor wanted to go when a login was needed first.
const RETURN: &str = "tessera.return";

/// The session this page knows of.
#[derive(Debug, Clone, Copy)]
pub struct SessionState(RwSignal<Option<Session>>);

impl SessionState {
    /// Knows of no session yet.
    pub fn begin() -> SessionState {
        SessionState(RwSignal::new(None))
    }

    /// The session, if one is known; whoever asks follows its changes.
    pub fn get(self) -> Option<Session> {
        self.0.get()
    }

    /// Somebody logged in.
    pub fn open(self, session: Session) {
        browser::remember(HINT, "open");
        self.0.set(Some(session));
    }

    /// Nobody is logged in any more.
    pub fn close(self) {
        browser::forget(HINT);
        if self.0.with_untracked(Option::is_some) {
            self.0.set(None);
        }
    }

    /// Hears that another tab logged out, and follows.
    pub fn follow_other_tabs(self) {
        // Lives as long as the page, so its handle is not kept.
        window_event_listener(leptos::ev::storage, move |event| {
            if event.key().as_deref() == Some(HINT) && event.new_value().is_none() {
                self.close();
            }
        });
    }

    /// Asks the server who is logged in, if it looks as if somebody were.
    pub async fn recall(self, speech: Speech) {
        if browser::remembered(HINT).is_some() {
            let _ = self.ask(speech).await;
        }
    }

    /// Asks the server who is logged in.
    pub async fn ask(self, speech: Speech) -> Result<(), Refusal> {
        match api::ask_session(speech.language_now()).await {
            Ok(session) => {
                self.open(session);
                Ok(())
            }
            Err(refusal) => {
                if refusal.is(ProblemCode::NotAuthenticated) {
                    self.close();
                }
                Err(refusal)
            }
        }
    }
}

/// The session of this part of the page.
pub fn session() -> SessionState {
    expect_context()
}

/// Keeps where the visitor wanted to go, for after the login.
pub fn keep_return(path: &str) {
    browser::keep_in_tab(RETURN, path);
}

/// Where to go after a login: the page that needed it, else the services.
pub fn after_login() -> String {
    browser::take_from_tab(RETURN)
        .filter(|path| needs_session(path))
        .unwrap_or_else(|| "/servizi".to_owned())
}

/// Whether a visitor came here because another page needs a login.
pub fn is_on_the_way() -> bool {
    browser::kept_in_tab(RETURN).is_some_and(|path| needs_session(&path))
}

/// Whether a page stands at this path that needs a session: nothing else is returned to,
/// whatever was written into the tab's storage.
fn needs_session(path: &str) -> bool {
    page_address::exists(path) && (path == "/servizi" || path.starts_with("/servizi/"))
}

/// Goes somewhere and leaves no trace in the history of where one was.
pub fn replace_page(navigate: &impl Fn(&str, NavigateOptions), path: &str) {
    let options = NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    navigate(path, options);
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_the_portals_guarded_pages_are_returned_to() {
        for path in ["/servizi", "/servizi/gestione-ts"] {
            assert!(needs_session(path), "{path}");
        }
        for path in [
            "https://evil.example/servizi",
            "//evil.example/servizi/cms",
            "/servizi/../x",
            "/",
            "/api/session",
        ] {
            assert!(!needs_session(path), "{path}");
        }
    }
}
