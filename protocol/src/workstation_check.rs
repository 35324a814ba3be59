//! What a host may tell a page of its workstation: which kinds of things were looked at, and
//! how they were found. Never what was found: no name, no path, no number.

use serde::{Deserialize, Serialize};

/// How a thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// A login can work, though not everywhere or not yet.
    Warning,
    /// A login cannot work.
    Wrong,
}

impl CheckState {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            CheckState::Ok => "ok",
            CheckState::Warning => "warning",
            CheckState::Wrong => "wrong",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<CheckState> {
        [CheckState::Ok, CheckState::Warning, CheckState::Wrong]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// One kind of check and the worst that was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkstationCheck {
    /// The kind: an `id` of `tessera-host doctor --json`. A newer host may have others.
    pub id: String,
    /// The worst of that kind.
    pub state: CheckState,
}

impl WorkstationCheck {
    /// Each kind once, in the order of its first check, with the worst state: how many there
    /// were of a kind (browsers, readers, modules) is nobody's business.
    pub fn worst_of_each<'a>(
        checks: impl IntoIterator<Item = (&'a str, CheckState)>,
    ) -> Vec<WorkstationCheck> {
        let mut worst: Vec<WorkstationCheck> = Vec::new();
        for (id, state) in checks {
            match worst.iter_mut().find(|check| check.id == id) {
                Some(check) => check.state = check.state.max(state),
                None => worst.push(WorkstationCheck {
                    id: id.to_owned(),
                    state,
                }),
            }
        }
        worst
    }
}

macro_rules! steps {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal: $ids:expr,)+) => {
        /// What a person has to have, in the order in which they can do something about it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Step {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Step {
            /// Every step, in their order.
            pub const ALL: &[Step] = &[$(Step::$variant,)+];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Step::$variant => $name,)+ }
            }

            /// The kinds of checks that belong to it.
            pub fn checks(self) -> &'static [&'static str] {
                match self { $(Step::$variant => &$ids,)+ }
            }
        }
    };
}

steps! {
    /// A browser that can start the host.
    Browser = "browser": ["browser"],
    /// The extension in it.
    Extension = "extension": [],
    /// The host and its window.
    Program = "program": ["host", "window", "native-host-manifest"],
    /// Extension and host fit together.
    Versions = "versions": ["extension"],
    /// Nobody has forbidden it.
    Policy = "policy": ["policy", "browser-policy"],
    /// The system's service for smart cards.
    Service = "service": ["pcsc-library", "pcsc-service"],
    /// A reader.
    Reader = "reader": ["reader"],
    /// A card in it that can be a CNS.
    Card = "card": ["card", "pin"],
    /// The card's own software.
    Middleware = "middleware": ["module"],
    /// The certificate on the card.
    Certificate = "certificate": ["certificate"],
    /// Date and time.
    Clock = "clock": ["clock"],
}

impl Step {
    /// The worst that was found of it; none where nothing of it was looked at.
    pub fn state(self, checks: &[WorkstationCheck]) -> Option<CheckState> {
        let is_of_this = |check: &&WorkstationCheck| self.checks().contains(&check.id.as_str());
        let found = checks.iter().filter(is_of_this);
        found.map(|check| check.state).max()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_is_told_once_with_its_worst_state() {
        let found = [
            ("module", CheckState::Ok),
            ("reader", CheckState::Warning),
            ("module", CheckState::Warning),
            ("reader", CheckState::Ok),
        ];
        let checks = WorkstationCheck::worst_of_each(found);
        assert_eq!(
            serde_json::to_value(&checks).unwrap(),
            json!([{"id": "module", "state": "warning"}, {"id": "reader", "state": "warning"}])
        );
        assert_eq!(Step::Reader.state(&checks), Some(CheckState::Warning));
        assert_eq!(Step::Clock.state(&checks), None);
    }

    #[test]
    fn a_step_is_as_its_worst_check() {
        let checks = WorkstationCheck::worst_of_each([
            ("host", CheckState::Ok),
            ("window", CheckState::Wrong),
            ("native-host-manifest", CheckState::Warning),
            ("of a newer host", CheckState::Wrong),
        ]);
        assert_eq!(Step::Program.state(&checks), Some(CheckState::Wrong));
    }

    #[test]
    fn no_kind_belongs_to_two_steps() {
        let mut kinds: Vec<&str> = Step::ALL
            .iter()
            .flat_map(|step| step.checks())
            .copied()
            .collect();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
    }

    #[test]
    fn a_state_travels_under_its_name() {
        for state in [CheckState::Ok, CheckState::Warning, CheckState::Wrong] {
            assert_eq!(CheckState::from_name(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        assert_eq!(CheckState::from_name("fine"), None);
    }
}
