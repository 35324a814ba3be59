//! Until when a session lasts, as all tabs of this browser know it.
//!
//! Reckoned on this computer's clock, whatever it shows: the server's answers say how far
//! the two are apart.

use std::cell::Cell;

use crate::browser;

/// Remembers that somebody is logged in and until when. No more than a hint: it opens
/// nothing, but every tab hears of its changes.
const HINT: &str = "tessera.session";

/// How long before its end a person is warned, in milliseconds (WCAG 2.2.1).
const WARNING: f64 = 120_000.0;

/// How much later than the server's the end is here, in milliseconds: a page that asked in
/// the last moment would keep the session alive.
const GRACE: f64 = 2_000.0;

thread_local! {
    /// How far the server's clock is ahead of this computer's, in milliseconds.
    static AHEAD: Cell<f64> = const { Cell::new(0.0) };
    /// When the server last answered anything.
    static HEARD: Cell<f64> = const { Cell::new(0.0) };
}

/// Notes that the server answered, and its time (`Date`, RFC 9110 §6.6.1).
pub fn hear(date: Option<String>) {
    let now = js_sys::Date::now();
    HEARD.set(now);
    let at = date.map_or(f64::NAN, |date| js_sys::Date::parse(&date));
    if at.is_finite() {
        AHEAD.set(at - now);
    }
}

/// Whether this computer's clock is further from the server's than an answer may take: then
/// good certificates look expired, or not yet valid.
pub fn clock_is_off() -> bool {
    const BEARABLE_MS: f64 = 5.0 * 60.0 * 1000.0;
    AHEAD.get().abs() > BEARABLE_MS
}

/// What is known of a session's time; Unix milliseconds on this computer's clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lease {
    /// When its login was: tells one session from the next.
    pub opened: f64,
    /// When the server last told its end.
    pub told: f64,
    /// Its end.
    pub ends: f64,
}

/// How near its end a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Far enough.
    Quiet,
    /// So many seconds are left: the person is to be warned.
    Ending(u32),
    /// It is over.
    Over,
}

impl Lease {
    /// The lease of a session that the server says ends then (RFC 3339); none where the two
    /// clocks do not fit together.
    pub fn until(expires_at: &str, opened: Option<f64>) -> Option<Lease> {
        let told = js_sys::Date::now();
        let ends = js_sys::Date::parse(expires_at) - AHEAD.get();
        (ends > told).then_some(Lease {
            opened: opened.unwrap_or(told),
            told,
            ends,
        })
    }

    /// How near its end it is. Where sessions are short, the warning comes at half time.
    pub fn phase(&self, now: f64) -> Phase {
        let left = self.ends - now;
        let warning = WARNING.min((self.ends - self.told) / 2.0);
        if left <= -GRACE {
            Phase::Over
        } else if left <= warning {
            // Never negative, and a few minutes at most.
            Phase::Ending((left.max(0.0) / 1000.0).ceil() as u32)
        } else {
            Phase::Quiet
        }
    }

    /// Whether the server was asked for something later, so that the end may be later too;
    /// says so once.
    pub fn may_be_longer(&self) -> bool {
        HEARD.replace(0.0) > self.told + 1000.0
    }

    /// The lease some tab of this browser last remembered.
    pub fn remembered() -> Option<Lease> {
        browser::remembered(HINT).as_deref().and_then(Lease::read)
    }

    /// Tells every tab.
    pub fn remember(self) {
        let Lease { opened, told, ends } = self;
        // Whole numbers: a program that writes fractions is much larger.
        let [opened, told, ends] = [opened, told, ends].map(|at| at as u64);
        browser::remember(HINT, &format!("{opened} {told} {ends}"));
    }

    fn read(text: &str) -> Option<Lease> {
        let mut numbers = text.splitn(3, ' ').map(js_sys::Number::parse_float);
        let mut next = || numbers.next().filter(|number| number.is_finite());
        Some(Lease {
            opened: next()?,
            told: next()?,
            ends: next()?,
        })
    }
}

/// Tells every tab that somebody is logged in, for who knows how long.
pub fn hint() {
    browser::remember(HINT, "open");
}

/// Whether somebody seems to be logged in.
pub fn is_hinted() -> bool {
    browser::remembered(HINT).is_some()
}

/// Tells every tab that nobody is logged in any more.
pub fn forget() {
    browser::forget(HINT);
}

/// Whether a change of the browser's storage is one of ours; a storage that was emptied
/// names no key.
pub fn is_about(key: Option<&str>) -> bool {
    key.is_none_or(|key| key == HINT)
}

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used)] // how a test fails
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const MINUTE: f64 = 60_000.0;

    fn lease(minutes: f64) -> Lease {
        Lease {
            opened: 0.0,
            told: 0.0,
            ends: minutes * MINUTE,
        }
    }

    #[wasm_bindgen_test]
    fn the_warning_comes_two_minutes_before_the_end() {
        let half_an_hour = lease(30.0);
        assert_eq!(half_an_hour.phase(27.9 * MINUTE), Phase::Quiet);
        assert_eq!(half_an_hour.phase(28.0 * MINUTE), Phase::Ending(120));
        assert_eq!(half_an_hour.phase(30.0 * MINUTE - 1.0), Phase::Ending(1));
        assert_eq!(half_an_hour.phase(30.0 * MINUTE + 1.0), Phase::Ending(0));
        assert_eq!(half_an_hour.phase(30.1 * MINUTE), Phase::Over);
    }

    #[wasm_bindgen_test]
    fn a_short_session_is_not_warned_of_from_its_first_moment() {
        assert_eq!(lease(1.0).phase(20_000.0), Phase::Quiet);
        assert_eq!(lease(1.0).phase(30_000.0), Phase::Ending(30));
    }

    #[wasm_bindgen_test]
    fn another_clock_on_this_computer_changes_nothing() {
        let ahead = js_sys::Date::now() + 60.0 * MINUTE;
        let as_date = |at: f64| js_sys::Date::new(&at.into());
        hear(Some(as_date(ahead).to_utc_string().into()));
        let expires_at = as_date(ahead + 30.0 * MINUTE).to_iso_string();
        let lease = Lease::until(&String::from(expires_at), None).unwrap();
        hear(Some(as_date(js_sys::Date::now()).to_utc_string().into()));
        let lasts = lease.ends - js_sys::Date::now();
        assert!((29.9 * MINUTE..30.1 * MINUTE).contains(&lasts), "{lasts}");
    }

    #[wasm_bindgen_test]
    fn what_others_wrote_into_the_storage_is_no_lease() {
        for text in ["", "open", "1 2", "1 2 x", "NaN 1 2"] {
            assert_eq!(Lease::read(text), None, "{text}");
        }
        assert_eq!(Lease::read("0 0 1800000"), Some(lease(30.0)));
    }
}
