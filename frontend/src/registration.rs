//! The registration just confirmed, handed from the smart-card page to its own page.

use leptos::prelude::*;
use protocol::api::Registration;

/// The registration this page's life has seen; a reload forgets it, the server does not.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmedRegistration(RwSignal<Option<Registration>>);

impl ConfirmedRegistration {
    /// None so far.
    pub fn begin() -> ConfirmedRegistration {
        ConfirmedRegistration(RwSignal::new(None))
    }

    /// A card was registered.
    pub fn set(self, registration: Registration) {
        self.0.set(Some(registration));
    }

    /// Whoever comes next is not to see it.
    pub fn clear(self) {
        if self.0.with_untracked(Option::is_some) {
            self.0.set(None);
        }
    }

    /// The registration, if one was seen; whoever asks follows its changes.
    pub fn get(self) -> Option<Registration> {
        self.0.get()
    }
}
