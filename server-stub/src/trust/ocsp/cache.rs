//! What responders said, for as long as it says something.

use std::collections::HashMap;

use verifier::{OcspAnswer, OcspStatus};

/// Cards that log in within the time an answer holds, on the largest installation.
const ANSWERS_MAX: usize = 10_000;

/// Answers by the SHA-256 of the certificate they are about; in memory only.
#[derive(Default)]
pub(super) struct Cache(HashMap<[u8; 32], OcspAnswer>);

impl Cache {
    /// That a certificate is good is kept while it may be believed. That one is revoked is
    /// kept longer, as a stale list is: it still revokes, and a responder that falls silent
    /// must not let the card in again.
    pub(super) fn get(&mut self, certificate: &[u8; 32], now: i64) -> Option<OcspAnswer> {
        let answer = *self.0.get(certificate)?;
        if says_nothing(&answer, now) {
            self.0.remove(certificate);
            return None;
        }
        Some(answer)
    }

    /// Keeps an answer in the place of the one before, unless that one revoked for good. What
    /// says nothing is not kept: a card that a responder does not know yet may be known to it
    /// in a minute.
    pub(super) fn put(&mut self, certificate: [u8; 32], answer: OcspAnswer, now: i64) {
        if says_nothing(&answer, now) {
            return;
        }
        match self.0.get(&certificate).map(OcspAnswer::status) {
            Some(OcspStatus::Revoked(revocation)) if !revocation.on_hold => return,
            None if self.0.len() >= ANSWERS_MAX => self.make_room(now),
            _ => {}
        }
        self.0.insert(certificate, answer);
    }

    /// Drops what is over, and if nothing is, what is over soonest, good ones first.
    fn make_room(&mut self, now: i64) {
        self.0.retain(|_, answer| !says_nothing(answer, now));
        if self.0.len() < ANSWERS_MAX {
            return;
        }
        let soonest = self
            .0
            .iter()
            .min_by_key(|(_, answer)| (answer.status() != OcspStatus::Good, answer.keep_until()));
        if let Some(certificate) = soonest.map(|(certificate, _)| *certificate) {
            self.0.remove(&certificate);
        }
    }
}

fn says_nothing(answer: &OcspAnswer, now: i64) -> bool {
    match answer.status() {
        OcspStatus::Good => answer.keep_until() < now,
        OcspStatus::Revoked(_) => false,
        OcspStatus::Unknown => true,
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
            let answer = pki::Answer {
                this_update: NOW - 10,
                next_update: Some(until),
                produced_at: NOW - 10,
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
        cache.put([1; 32], good, NOW);
        cache.put([2; 32], revoked, NOW);
        assert_eq!(cache.get(&[1; 32], NOW + 100), Some(good));
        assert_eq!(cache.get(&[1; 32], NOW + 101), None);
        assert_eq!(cache.get(&[2; 32], NOW + 1_000_000), Some(revoked));
    }

    #[test]
    fn a_hold_can_be_taken_back_and_a_revocation_for_good_cannot() {
        let responder = Responder::new();
        let good = responder.says(pki::Answer::default(), NOW + 100);
        for (reason, kept_is_good) in [(Some(CrlReason::CertificateHold), true), (None, false)] {
            let revoked = responder.says(pki::Answer::revoked(NOW - 50, reason), NOW + 100);
            let mut cache = Cache::default();
            cache.put([1; 32], revoked, NOW);
            cache.put([1; 32], good, NOW);
            let kept = if kept_is_good { good } else { revoked };
            assert_eq!(cache.get(&[1; 32], NOW), Some(kept));
        }
    }

    #[test]
    fn unknown_is_not_kept() {
        let responder = Responder::new();
        let mut cache = Cache::default();
        let unknown = responder.says(pki::Answer::unknown(), NOW + 100);
        cache.put([1; 32], unknown, NOW);
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
