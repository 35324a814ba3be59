//! What fails in this server itself while trust is kept up to date.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Which part fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Where {
    /// The folder of kept lists cannot be written.
    State,
    /// The machine's TLS store.
    Tls,
    /// The task that fetches the trusted list ended.
    TrustedListTask,
    /// The task that fetches revocation lists ended.
    RevocationListTask,
}

/// What fails now. While something does, lack of evidence is not the card's issuer's fault.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<BTreeMap<Where, String>>);

impl Trouble {
    /// Remembers it; whether it is news.
    pub(super) fn set(&self, at: Where, told: String) -> bool {
        let before = self.lock().insert(at, told.clone());
        before.is_none_or(|before| before != told)
    }

    pub(super) fn over(&self, at: Where) {
        self.lock().remove(&at);
    }

    /// The first of what fails.
    pub(super) fn told(&self) -> Option<String> {
        self.lock().values().next().cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Where, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
