//! Who is logged in, as far as this page knows; the server alone decides.

mod landing;
mod lease;
mod way_back;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use protocol::{
    ProblemCode,
    api::{Operator, Session},
};

use crate::{api, i18n::Speech, refusal::Refusal};
use landing::Landing;
use lease::{Lease, Phase};

pub use lease::{clock_is_off, hear, is_hinted};
pub use way_back::{arrived, is_on_the_way, keep_return, wanted};

/// The session this page knows of.
#[derive(Debug, Clone, Copy)]
pub struct SessionState {
    open: RwSignal<Option<Session>>,
    lease: StoredValue<Option<Lease>>,
    /// The seconds left, once the person is to be warned.
    ending: RwSignal<Option<u32>>,
    /// Whether it ended without the person's doing here.
    ended: RwSignal<bool>,
    /// Whether the page lies in the browser's memory and shows nobody anything.
    veiled: RwSignal<bool>,
    /// Grows when somebody else is logged in, or for something else.
    turn: RwSignal<u32>,
    /// Grows when the server is to be asked again who is logged in.
    doubts: RwSignal<u32>,
    /// Grows when what the server was asked before may be true no more.
    age: StoredValue<u32>,
    landing: Landing,
}

impl SessionState {
    /// Knows of no session yet.
    pub fn begin() -> SessionState {
        SessionState {
            open: RwSignal::new(None),
            lease: StoredValue::new(None),
            ending: RwSignal::new(None),
            ended: RwSignal::new(false),
            veiled: RwSignal::new(false),
            turn: RwSignal::new(0),
            doubts: RwSignal::new(0),
            age: StoredValue::new(0),
            landing: Landing::nowhere(),
        }
    }

    /// The session, if one is known; whoever asks follows its changes.
    pub fn get(self) -> Option<Session> {
        if self.veiled.get() {
            return None;
        }
        self.open.get()
    }

    /// The session, if one is known, without following its changes.
    pub fn now(self) -> Option<Session> {
        untrack(|| self.get())
    }

    /// Grows when somebody else is logged in, or for something else.
    pub fn turn(self) -> u32 {
        self.turn.get()
    }

    /// The seconds left, once the person is to be warned.
    pub fn ending(self) -> Option<u32> {
        self.ending.get()
    }

    /// Whether a session ended without the person's doing here.
    pub fn has_ended(self) -> bool {
        self.ended.get()
    }

    /// It ended while the page was away.
    pub fn say_it_ended(self) {
        self.ended.set(true);
    }

    /// That it ended was said, and the person went on.
    pub fn end_was_read(self) {
        self.ended.set(false);
    }

    /// Changes when the server is to be asked again who is logged in.
    pub fn doubts(self) -> u32 {
        self.doubts.get()
    }

    /// Somebody begins to log in here.
    pub fn login_begins(self) {
        self.landing.begin();
    }

    /// Somebody logged in here.
    pub fn open(self, session: Session) {
        self.outdate();
        self.know(session, None);
    }

    fn outdate(self) {
        self.age.update_value(|age| *age += 1);
    }

    /// Where to go after the login just answered; that page need not ask who is logged in.
    pub fn after_login(self) -> String {
        let path = way_back::after_login();
        self.landing.prepare(&path);
        path
    }

    /// Whether this page is where a login leads; true once.
    pub fn take_landing(self, path: &str) -> bool {
        self.landing.take(path)
    }

    /// Somebody came to that page, whichever it is.
    pub fn came_to(self, path: &str) {
        self.landing.came_to(path);
    }

    /// The operator's data changed.
    pub fn now_is(self, operator: Operator) {
        self.open.update(|open| {
            if let Some(open) = open {
                open.operator = operator;
            }
        });
    }

    /// The person left: nothing is to be said of it.
    pub fn close(self) {
        self.outdate();
        self.let_go();
    }

    fn let_go(self) {
        lease::forget();
        self.lease.set_value(None);
        self.ending.set(None);
        self.know_nobody();
    }

    fn know_nobody(self) {
        self.landing.forget();
        if self.open.with_untracked(Option::is_some) {
            self.open.set(None);
            self.next_turn();
        }
    }

    fn next_turn(self) {
        self.turn.update(|turn| *turn += 1);
    }

    /// The session ended, by its time or by another tab.
    pub fn end(self) {
        let somebody_was = self.open.with_untracked(Option::is_some);
        self.let_go();
        if somebody_was {
            self.ended.set(true);
        }
    }

    fn know(self, session: Session, opened: Option<f64>) {
        let lease = Lease::until(&session.expires_at, opened);
        match lease {
            Some(lease) => lease.remember(),
            None => lease::hint(),
        }
        self.lease.set_value(lease);
        self.ended.set(false);
        let is_the_same = self.open.with_untracked(|open| {
            open.as_ref().is_some_and(|open| {
                open.operator.codice_fiscale == session.operator.codice_fiscale
                    && open.services == session.services
            })
        });
        self.open.set(Some(session));
        if !is_the_same {
            self.next_turn();
        }
        self.look();
    }

    /// Asks the server who is logged in, if it looks as if somebody were.
    pub async fn recall(self, speech: Speech) {
        if is_hinted() {
            let _ = self.ask(speech).await;
        }
    }

    /// Asks the server who is logged in.
    ///
    /// An answer that was overtaken, by a login here or by what another tab did, may be true no
    /// more, and is asked for again.
    pub async fn ask(self, speech: Speech) -> Result<(), Refusal> {
        let answer = loop {
            let age = self.age.get_value();
            let answer = api::ask_session(speech.language_now()).await;
            if self.age.get_value() == age {
                break answer;
            }
        };
        match answer {
            Ok(session) => {
                let opened = self.lease().map(|lease| lease.opened);
                self.know(session, opened);
                Ok(())
            }
            Err(refusal) => {
                if refusal.is(ProblemCode::NotAuthenticated) {
                    self.end();
                }
                Err(refusal)
            }
        }
    }

    /// Asks the server to keep the session alive; false where it lasts no longer for that.
    pub async fn stay(self, speech: Speech) -> Result<bool, Refusal> {
        const MORE: f64 = 5_000.0;
        let ends = || self.lease().map_or(0.0, |lease| lease.ends);
        let before = ends();
        self.ask(speech).await?;
        Ok(ends() > before + MORE)
    }

    /// Minds the session's end and what other tabs do, as long as the page lives.
    pub fn mind(self, speech: Speech) {
        set_interval(
            move || {
                self.look();
                if self.ending.get_untracked().is_some() && self.may_be_longer() {
                    spawn_local(async move {
                        let _ = self.ask(speech).await;
                    });
                }
            },
            std::time::Duration::from_secs(1),
        );
        window_event_listener(leptos::ev::storage, move |event| {
            if lease::is_about(event.key().as_deref()) {
                self.look_at_other_tabs(speech);
            }
        });
        // A page that is left may be kept as it was and shown at "back" (bfcache).
        window_event_listener(leptos::ev::pagehide, move |event| {
            if event.persisted() {
                self.veiled.set(true);
                self.next_turn();
            }
        });
        window_event_listener(leptos::ev::pageshow, move |event| {
            if event.persisted() {
                self.know_nobody();
                self.veiled.set(false);
                self.doubt(speech);
            }
        });
    }

    /// What is known of the session's time: another tab may have been told a later end.
    fn lease(self) -> Option<Lease> {
        Lease::remembered().or(self.lease.get_value())
    }

    /// Sees how near the end is.
    fn look(self) {
        if self.open.with_untracked(Option::is_none) {
            return;
        }
        let left = match self.lease().map(|lease| lease.phase(js_sys::Date::now())) {
            None | Some(Phase::Quiet) => None,
            Some(Phase::Ending(seconds)) => Some(seconds),
            Some(Phase::Over) => return self.end(),
        };
        if self.ending.get_untracked() != left {
            self.ending.set(left);
        }
    }

    /// Whether some other call of this page may have kept the session alive longer than known.
    fn may_be_longer(self) -> bool {
        self.lease
            .get_value()
            .is_some_and(|lease| lease.may_be_longer())
    }

    fn look_at_other_tabs(self, speech: Speech) {
        if !is_hinted() {
            self.outdate();
            return self.end();
        }
        let opened = |lease: Option<Lease>| lease.map(|lease| lease.opened);
        let somebody_is = self.open.with_untracked(Option::is_some);
        if somebody_is && opened(Lease::remembered()) == opened(self.lease.get_value()) {
            return self.look();
        }
        // Somebody logged in there, and maybe somebody else.
        self.know_nobody();
        self.doubt(speech);
    }

    fn doubt(self, speech: Speech) {
        self.outdate();
        self.doubts.update(|doubts| *doubts += 1);
        spawn_local(self.recall(speech));
    }
}

/// The session of this part of the page.
pub fn session() -> SessionState {
    expect_context()
}

/// Goes somewhere and leaves no trace in the history of where one was.
pub fn replace_page(navigate: &impl Fn(&str, NavigateOptions), path: &str) {
    let options = NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    navigate(path, options);
}
