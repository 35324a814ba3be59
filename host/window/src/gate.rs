//! Which keys and clicks are meant for what is on the screen.

use std::time::{Duration, Instant};

/// How long after the window came keys are still meant for another one (contract §6); as
/// long after a new stage they are meant for the one before.
pub const FIRST_MOMENT: Duration = Duration::from_millis(300);

/// Tells the keys meant for what is on the screen from those meant for what was there before.
///
/// Whoever is typing does not stop after a moment: keys that follow a refused one as closely
/// as in a word are refused as well, or the rest of that word would be tried as a PIN.
#[derive(Debug, Default, Clone, Copy)]
pub struct Gate {
    shown: Option<Instant>,
    renewed: Option<Instant>,
    refused: Option<Instant>,
}

impl Gate {
    /// The window is on the screen since `now`; true the first time this is said.
    pub fn begin(&mut self, now: Instant) -> bool {
        let is_first = self.shown.is_none();
        self.shown.get_or_insert(now);
        is_first
    }

    /// Something else is asked since `now`, or the keyboard came back from another window.
    pub fn renew(&mut self, now: Instant) {
        self.renewed = Some(now);
    }

    /// Whether a click of `now` counts.
    pub fn admits_click(&self, now: Instant) -> bool {
        is_over(self.shown, now) && self.renewed.is_none_or(|since| is_over(Some(since), now))
    }

    /// Whether a key of `now` counts.
    pub fn admits_key(&mut self, now: Instant) -> bool {
        let is_admitted =
            self.admits_click(now) && self.refused.is_none_or(|last| is_over(Some(last), now));
        self.refused = (!is_admitted).then_some(now);
        is_admitted
    }

    /// Whether a key of `now` counts that only moves through what there is to read: in the midst of
    /// a word as well, or whoever begins too soon and presses on sees nothing move. It ends
    /// no word.
    pub fn admits_reading(&mut self, now: Instant) -> bool {
        self.admits_key(now);
        self.admits_click(now)
    }

    /// Whether an Escape of `now` counts: it spends no try, and is not to be waited for.
    pub fn admits_escape(&self, now: Instant) -> bool {
        is_over(self.shown, now)
    }
}

fn is_over(since: Option<Instant>, now: Instant) -> bool {
    since.is_some_and(|since| now.saturating_duration_since(since) >= FIRST_MOMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds, counted from some moment.
    fn at(milliseconds: u64) -> Instant {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        *START.get_or_init(Instant::now) + Duration::from_millis(milliseconds)
    }

    fn shown_at(milliseconds: u64) -> Gate {
        let mut gate = Gate::default();
        assert!(gate.begin(at(milliseconds)));
        gate
    }

    #[test]
    fn keys_do_not_count_before_the_window_is_there_and_300_ms_after() {
        assert!(!Gate::default().admits_key(at(9000)));
        assert!(!shown_at(1000).admits_key(at(1000)));
        assert!(!shown_at(1000).admits_key(at(1299)));
        assert!(shown_at(1000).admits_key(at(1300)));
    }

    #[test]
    fn the_first_moment_does_not_begin_again() {
        let mut gate = shown_at(0);
        assert!(!gate.begin(at(1000)));
        assert!(gate.admits_key(at(1000)));
    }

    #[test]
    fn a_word_begun_for_something_else_is_refused_to_its_end() {
        let mut gate = shown_at(0);
        // Typed all along, Enter at the end: the last six keys would be a PIN of five.
        for key in 0..20 {
            assert!(!gate.admits_key(at(200 + key * 150)), "{key}");
        }
        let last = 200 + 19 * 150;
        assert!(gate.admits_key(at(last + 300)));
        assert!(gate.admits_key(at(last + 310)));
    }

    #[test]
    fn another_stage_begins_a_moment_of_its_own() {
        let mut gate = shown_at(0);
        assert!(gate.admits_key(at(1000)));
        gate.renew(at(1010));
        assert!(!gate.admits_click(at(1020)));
        assert!(!gate.admits_key(at(1020)));
        assert!(!gate.admits_key(at(1315)), "as closely as in a word");
        assert!(gate.admits_key(at(1700)));
    }

    #[test]
    fn whoever_presses_on_can_read_but_not_answer() {
        let mut gate = shown_at(0);
        gate.renew(at(1000));
        assert!(!gate.admits_reading(at(1200)));
        assert!(gate.admits_reading(at(1310)));
        assert!(gate.admits_reading(at(1500)));
        assert!(!gate.admits_key(at(1700)), "as closely as in a word");
        assert!(gate.admits_key(at(2000)));
    }

    #[test]
    fn escape_waits_for_the_window_only() {
        let mut gate = shown_at(0);
        assert!(!gate.admits_escape(at(299)));
        gate.renew(at(1000));
        gate.admits_key(at(1001));
        assert!(gate.admits_escape(at(1002)));
    }
}
