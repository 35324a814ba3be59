//! Certificates whose issuer's signature has been verified.

use std::collections::HashSet;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many a generation has; at least as many are remembered as came last, at most twice as
/// many, which take some megabytes.
const GENERATION: usize = 32_768;

/// What a snapshot of trust has found of certificates.
///
/// Only signatures that stand are remembered, by the SHA-256 of all of the certificate: so
/// nobody is believed for looking like somebody else, and nobody fills this whom no authority
/// gave a certificate. All else is judged anew each time: validity, purpose, revocation, and
/// whether the anchor is valid.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Generations>);

/// A certificate by its SHA-256, and the place of the anchor that signed it.
type Signed = ([u8; 32], usize);

#[derive(Debug, Default)]
struct Generations {
    young: HashSet<Signed>,
    old: HashSet<Signed>,
}

impl Known {
    /// Whether the anchor at this place is known to have signed the certificate.
    pub(crate) fn holds(&self, fingerprint: &[u8; 32], place: usize) -> bool {
        let signed = (*fingerprint, place);
        let mut generations = self.generations();
        if generations.young.contains(&signed) {
            return true;
        }
        let is_old = generations.old.contains(&signed);
        if is_old {
            generations.add(signed);
        }
        is_old
    }

    /// Remembers that it has.
    pub(crate) fn add(&self, fingerprint: &[u8; 32], place: usize) {
        self.generations().add((*fingerprint, place));
    }

    /// Whoever panicked here left a set that is whole.
    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn add(&mut self, signed: Signed) {
        if self.young.len() >= GENERATION {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(signed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(number: usize) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        bytes
    }

    #[test]
    fn what_is_known_is_known_of_that_anchor() {
        let known = Known::default();
        known.add(&fingerprint(1), 0);
        assert!(known.holds(&fingerprint(1), 0));
        assert!(!known.holds(&fingerprint(1), 1));
        assert!(!known.holds(&fingerprint(2), 0));
    }

    #[test]
    fn whoever_came_lately_is_known_and_the_rest_is_forgotten() {
        let known = Known::default();
        for number in 0..3 * GENERATION {
            known.add(&fingerprint(number), 0);
            // One who comes again and again stays.
            assert!(known.holds(&fingerprint(0), 0));
        }
        for number in 2 * GENERATION..3 * GENERATION {
            assert!(known.holds(&fingerprint(number), 0));
        }
        assert!(!known.holds(&fingerprint(1), 0));
        let generations = known.generations();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
    }
}
