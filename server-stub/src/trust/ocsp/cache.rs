//! What responders said, for as long as it says something.

use std::collections::HashMap;

use verifier::{OcspAnswer, OcspStatus};

/// Cards that log in within the time an answer holds, on the largest installation.
const ANSWERS_MAX: usize = 10_000;

/// How long a good answer is kept, in seconds, were its nextUpdate months away: what was
/// revoked meanwhile must come to light.
const GOOD_MAX: i64 = 24 * 3600;

/// Answers by the SHA-256 of the certificate they are about; in memory only.
#[derive(Default)]
pub(super) struct Cache(HashMap<[u8; 32], Kept>);

/// An answer, and since when it is kept, Unix time.
#[derive(Debug, Clone, Copy)]
struct Kept {
    answer: OcspAnswer,
    since: i64,
}

impl Cache {
    /// That a certificate is good is kept while it may be believed. That one is revoked is
    /// kept longer, as a stale list is: it still revokes, and a responder that falls silent
    /// must not let the card in again.
    pub(super) fn get(&mut self, certificate: &[u8; 32], now: i64) -> Option<OcspAnswer> {
        let kept = *self.0.get(certificate)?;
        if kept.says_nothing(now) {
            self.0.remove(certificate);
            return None;
        }
        Some(kept.answer)
    }

    /// Keeps an answer in the place of the one before, unless that one outweighs it; whichever
    /// of the two counts. What says nothing is not kept: a card that a responder does not know
    /// yet may be known to it in a minute.
    pub(super) fn put(
        &mut self,
        certificate: [u8; 32],
        answer: OcspAnswer,
        now: i64,
    ) -> OcspAnswer {
        let before = self.get(&certificate, now);
        if let Some(before) = before.filter(|before| outweighs(before, &answer)) {
            return before;
        }
        let kept = Kept { answer, since: now };
        if kept.says_nothing(now) {
            return answer;
        }
        if before.is_none() && self.0.len() >= ANSWERS_MAX {
            self.make_room(now);
        }
        self.0.insert(certificate, kept);
        answer
    }

    /// Drops what is over, and if nothing is, what is over soonest, good ones first.
    fn make_room(&mut self, now: i64) {
        self.0.retain(|_, kept| !kept.says_nothing(now));
        if self.0.len() < ANSWERS_MAX {
            return;
        }
        let soonest = self.0.iter().min_by_key(|(_, Kept { answer, .. })| {
            (answer.status() != OcspStatus::Good, answer.keep_until())
        });
        if let Some(certificate) = soonest.map(|(certificate, _)| *certificate) {
            self.0.remove(&certificate);
        }
    }
}

impl Kept {
    fn says_nothing(&self, now: i64) -> bool {
        match self.answer.status() {
            OcspStatus::Good => {
                let until = self.since.saturating_add(GOOD_MAX);
                self.answer.keep_until().min(until) < now
            }
            OcspStatus::Revoked(_) => false,
            OcspStatus::Unknown => true,
        }
    }
}

/// Whether a word goes on counting after another one came: a revocation for good always, and
/// a hold until somebody says something newer. A responder that lags behind, or an answer
/// that is replayed, must not lift it.
fn outweighs(before: &OcspAnswer, after: &OcspAnswer) -> bool {
    match (before.status(), after.status()) {
        (_, OcspStatus::Unknown) => false,
        (OcspStatus::Revoked(told), _) if !told.on_hold => true,
        (_, OcspStatus::Revoked(told)) if !told.on_hold => false,
        (OcspStatus::Revoked(_), _) => before.this_update() >= after.this_update(),
        (OcspStatus::Good | OcspStatus::Unknown, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use pki::{Authority, CrlReason, Holder, Key};
    use verifier::{Anchor, Question, Trust};

    use super::*;

    const NOW: i64 = 1_795_000_000;

    struct Responder {
        authority: Authority,
        question: Question,
        serial: Vec<u8>,
    }

    impl Responder {
        fn new() -> Responder {
            let authority = Authority::new("Prova", Key::p256());
            let anchor = Arc::new(Anchor::from_der(authority.certificate()).unwrap());
            let card = authority.issue(&Holder::default(), Key::p256());
            let trust = Trust::new(vec![anchor], Vec::new());
            Responder {
                question: trust.question(card.certificate(), NOW).unwrap(),
                serial: card.serial(),
                authority,
            }
        }

        fn says(&self, answer: pki::Answer, until: i64) -> OcspAnswer {
            self.says_as_of(NOW - 10, answer, until)
        }

        fn says_as_of(&self, this_update: i64, answer: pki::Answer, until: i64) -> OcspAnswer {
            let answer = pki::Answer {
                this_update,
                next_update: Some(until),
                produced_at: this_update,
                ..answer
            };
            let der = self.authority.ocsp_answer(&self.serial, &answer);
            let age = Duration::from_secs(1_000_000);
            self.question.read_answer(&der, None, NOW, age).unwrap()
        }
    }

    #[test]
    fn good_is_kept_to_its_end_and_revoked_beyond() {
        let responder = Responder::new();
        let good = responder.says(pki::Answer::default(), NOW + 100);
        let revoked = responder.says(pki::Answer::revoked(NOW - 50, None), NOW + 100);
        let mut cache = Cache::default();
        assert_eq!(cache.put([1; 32], good, NOW), good);
        assert_eq!(cache.put([2; 32], revoked, NOW), revoked);
        assert_eq!(cache.get(&[1; 32], NOW + 100), Some(good));
        assert_eq!(cache.get(&[1; 32], NOW + 101), None);
        assert_eq!(cache.get(&[2; 32], NOW + 1_000_000), Some(revoked));
    }

    #[test]
    fn good_is_kept_for_a_day_at_most() {
        let responder = Responder::new();
        let good = responder.says(pki::Answer::default(), NOW + 900_000);
        let mut cache = Cache::default();
        cache.put([1; 32], good, NOW);
        assert_eq!(cache.get(&[1; 32], NOW + GOOD_MAX), Some(good));
        assert_eq!(cache.get(&[1; 32], NOW + GOOD_MAX + 1), None);
    }

    /// What counts, and is kept, of two answers that come one after the other.
    fn last(before: OcspAnswer, after: OcspAnswer) -> OcspAnswer {
        let mut cache = Cache::default();
        cache.put([1; 32], before, NOW);
        let counts = cache.put([1; 32], after, NOW);
        assert_eq!(cache.get(&[1; 32], NOW), Some(counts));
        counts
    }

    #[test]
    fn a_revocation_for_good_cannot_be_taken_back() {
        let responder = Responder::new();
        let good = responder.says(pki::Answer::default(), NOW + 100);
        let hold = pki::Answer::revoked(NOW - 50, Some(CrlReason::CertificateHold));
        let hold = responder.says(hold, NOW + 100);
        let revoked = pki::Answer::revoked(NOW - 50, None);
        let revoked = responder.says_as_of(NOW - 20, revoked, NOW + 100);
        for other in [good, hold] {
            assert_eq!(last(revoked, other), revoked);
            assert_eq!(last(other, revoked), revoked);
        }
    }

    #[test]
    fn a_hold_can_be_taken_back_by_a_newer_word_only() {
        let responder = Responder::new();
        let hold = || pki::Answer::revoked(NOW - 50, Some(CrlReason::CertificateHold));
        let held = responder.says(hold(), NOW - 1);
        for (age, is_newer) in [(9, true), (10, false), (11, false)] {
            for answer in [pki::Answer::default(), hold()] {
                let after = responder.says_as_of(NOW - age, answer, NOW + 100);
                let counts = if is_newer { after } else { held };
                assert_eq!(last(held, after), counts);
            }
        }
        // A hold that comes after a good answer is heard in any case.
        let good = responder.says(pki::Answer::default(), NOW + 100);
        let older = responder.says_as_of(NOW - 20, hold(), NOW + 100);
        assert_eq!(last(good, older), older);
    }

    #[test]
    fn unknown_is_not_kept() {
        let responder = Responder::new();
        let mut cache = Cache::default();
        let unknown = responder.says(pki::Answer::unknown(), NOW + 100);
        assert_eq!(cache.put([1; 32], unknown, NOW), unknown);
        assert_eq!(cache.get(&[1; 32], NOW), None);
    }

    #[test]
    fn it_does_not_grow_without_end_and_forgets_good_ones_first() {
        let responder = Responder::new();
        let mut cache = Cache::default();
        let revoked = responder.says(pki::Answer::revoked(NOW - 50, None), NOW + 1);
        cache.put([0xff; 32], revoked, NOW);
        let good = responder.says(pki::Answer::default(), NOW + 100);
        for number in 0..ANSWERS_MAX as u64 + 10 {
            let mut certificate = [0; 32];
            certificate[..8].copy_from_slice(&number.to_be_bytes());
            cache.put(certificate, good, NOW);
        }
        assert_eq!(cache.0.len(), ANSWERS_MAX);
        assert_eq!(cache.get(&[0xff; 32], NOW), Some(revoked));
    }
}
