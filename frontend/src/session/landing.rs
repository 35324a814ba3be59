//! The page a login leads to: the login's answer has said who is logged in, so it need not ask.
//!
//! Unless something else may be true by then: somebody logged in or out in another tab while the
//! answer was under way, or went elsewhere before that page.

use leptos::prelude::*;

/// How far a login has come.
#[derive(Debug, Clone, Copy)]
pub struct Landing(StoredValue<Stage>);

#[derive(Debug, PartialEq, Eq)]
enum Stage {
    /// There is none, or its answer need not be true any more.
    Nowhere,
    /// It is under way.
    Begun,
    /// It is over, and leads to this page.
    To(String),
}

impl Landing {
    /// No login leads anywhere.
    pub fn nowhere() -> Landing {
        Landing(StoredValue::new(Stage::Nowhere))
    }

    /// A login begins.
    pub fn begin(self) {
        self.0.set_value(Stage::Begun);
    }

    /// It is over, and leads there.
    pub fn prepare(self, path: &str) {
        if self.0.with_value(|stage| *stage == Stage::Begun) {
            self.0.set_value(Stage::To(path.to_owned()));
        }
    }

    /// Somebody came to that page, whichever it is.
    pub fn came_to(self, path: &str) {
        if !self.is_at(path) {
            self.forget();
        }
    }

    /// Whether a login leads to this page; true once.
    pub fn take(self, path: &str) -> bool {
        let is_here = self.is_at(path);
        self.forget();
        is_here
    }

    /// What the login's answer says, or will say, need not be true any more.
    pub fn forget(self) {
        self.0.set_value(Stage::Nowhere);
    }

    fn is_at(self, path: &str) -> bool {
        self.0
            .with_value(|stage| matches!(stage, Stage::To(landing) if landing == path))
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// The owner is what Leptos' values live as long as.
    fn after_a_login() -> (Owner, Landing) {
        let owner = Owner::new();
        let landing = owner.with(Landing::nowhere);
        landing.begin();
        landing.prepare("/servizi");
        (owner, landing)
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_page_a_login_leads_to_knows_once() {
        let (_owner, landing) = after_a_login();
        landing.came_to("/servizi");
        assert!(landing.take("/servizi"));
        assert!(!landing.take("/servizi"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn no_other_page_does_nor_that_one_by_a_detour() {
        let (_owner, landing) = after_a_login();
        assert!(!landing.take("/servizi/messaggi"));
        let (_owner, landing) = after_a_login();
        landing.came_to("/faq");
        landing.came_to("/servizi");
        assert!(!landing.take("/servizi"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_does_not_when_another_tab_came_between() {
        let owner = Owner::new();
        let landing = owner.with(Landing::nowhere);
        landing.begin();
        landing.forget();
        landing.prepare("/servizi");
        assert!(!landing.take("/servizi"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_does_not_when_that_session_is_known_no_more() {
        let (_owner, landing) = after_a_login();
        landing.forget();
        assert!(!landing.take("/servizi"));
    }
}
