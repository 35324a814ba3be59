//! What the check came to, step by step: what the page sees itself, and what the host found.

use protocol::{CheckState, FailureCode, WorkstationCheck, workstation_check::Step};

use super::system::{Browser, System};
use crate::card::{Failure, Outdated, Workstation};

/// What the check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    states: Vec<(Step, Option<CheckState>)>,
    /// Why extension or host did not answer.
    pub failure: Option<FailureCode>,
    /// Which of the two is to be updated.
    pub outdated: Option<Outdated>,
    /// Whether the host looked at reader and card.
    pub is_complete: bool,
    /// Both versions, where both answered: the extension's and the host's.
    pub versions: [Option<String>; 2],
}

impl Findings {
    /// Puts together what was answered with what the page sees itself.
    pub fn new(
        answer: Result<Workstation, Failure>,
        system: System,
        clock_is_off: bool,
    ) -> Findings {
        let (failure, outdated) = match &answer {
            Ok(_) => (None, None),
            Err(failure) => (Some(failure.code), failure.outdated),
        };
        let answer = answer.ok();
        let checks = answer.as_ref().and_then(|answer| answer.checks.as_deref());
        let state = |step| {
            let seen = match step {
                Step::Browser => Some(match system.browser {
                    Browser::Chromium | Browser::Firefox => CheckState::Ok,
                    Browser::Other => CheckState::Wrong,
                }),
                Step::Clock => clock_is_off.then_some(CheckState::Wrong),
                step => seen(step, failure),
            };
            seen.max(found(step, checks))
        };
        Findings {
            states: Step::ALL.iter().map(|step| (*step, state(*step))).collect(),
            failure,
            outdated,
            is_complete: checks.is_some_and(|checks| Step::Middleware.state(checks).is_some()),
            versions: answer.map_or([None, None], |answer| [answer.extension, answer.native_app]),
        }
    }

    /// How a step was found; none where nobody looked.
    pub fn of(&self, step: Step) -> Option<CheckState> {
        let found = self.states.iter().find(|(known, _)| *known == step);
        found.and_then(|(_, state)| *state)
    }

    /// The worst of all steps.
    pub fn worst(&self) -> CheckState {
        let states = self.states.iter().filter_map(|(_, state)| *state);
        states.max().unwrap_or(CheckState::Ok)
    }

    /// The first step with something to be done about.
    pub fn first_to_do(&self) -> Option<Step> {
        let worst = self.worst();
        let is_worst = |(_, state): &&(Step, Option<CheckState>)| *state == Some(worst);
        let first = self.states.iter().find(is_worst);
        first
            .map(|(step, _)| *step)
            .filter(|_| worst != CheckState::Ok)
    }
}

fn found(step: Step, checks: Option<&[WorkstationCheck]>) -> Option<CheckState> {
    step.state(checks?)
}

/// What an answer of extension and host, or its failure, says of a step by itself.
fn seen(step: Step, failure: Option<FailureCode>) -> Option<CheckState> {
    use CheckState::{Ok, Wrong};
    use FailureCode::*;
    let Some(code) = failure else {
        let answered = matches!(step, Step::Extension | Step::Program | Step::Versions);
        return answered.then_some(Ok);
    };
    match (step, code) {
        // Whoever said anything else was the extension.
        (Step::Extension, ExtensionUnavailable) => Some(Wrong),
        (Step::Extension, ContextInsecure | UnknownError | ActionTimeout) => None,
        (Step::Extension, _) => Some(Ok),
        (Step::Program, NativeUnavailable | NativeFatal) => Some(Wrong),
        (Step::Program, VersionMismatch | VersionInvalid) => Some(Ok),
        (Step::Versions, VersionMismatch | VersionInvalid) => Some(Wrong),
        (Step::Policy, OriginNotAllowed) => Some(Wrong),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const HERE: System = System {
        browser: Browser::Chromium,
        has_package: None,
    };

    fn answered(checks: &[(&str, CheckState)]) -> Findings {
        let checks = WorkstationCheck::worst_of_each(checks.iter().copied());
        let workstation = Workstation {
            extension: Some("0.1.0".to_owned()),
            native_app: Some("0.1.0".to_owned()),
            checks: Some(checks),
        };
        Findings::new(Ok(workstation), HERE, false)
    }

    fn failed(code: FailureCode) -> Findings {
        Findings::new(Err(code.into()), HERE, false)
    }

    fn states(findings: &Findings, steps: &[Step]) -> Vec<Option<CheckState>> {
        steps.iter().map(|step| findings.of(*step)).collect()
    }

    const ENTRANCE: [Step; 4] = [Step::Extension, Step::Program, Step::Versions, Step::Policy];

    #[wasm_bindgen_test(unsupported = test)]
    fn a_failure_says_how_far_it_came() {
        use CheckState::{Ok, Wrong};
        for (code, expected) in [
            (
                FailureCode::ExtensionUnavailable,
                [Some(Wrong), None, None, None],
            ),
            (
                FailureCode::NativeUnavailable,
                [Some(Ok), Some(Wrong), None, None],
            ),
            (
                FailureCode::VersionMismatch,
                [Some(Ok), Some(Ok), Some(Wrong), None],
            ),
            (
                FailureCode::OriginNotAllowed,
                [Some(Ok), None, None, Some(Wrong)],
            ),
            (FailureCode::ActionTimeout, [None; 4]),
        ] {
            assert_eq!(states(&failed(code), &ENTRANCE), expected, "{code:?}");
        }
        let lacking = failed(FailureCode::NativeUnavailable);
        assert_eq!(lacking.first_to_do(), Some(Step::Program));
        assert_eq!(lacking.of(Step::Reader), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_the_host_found_counts_beside_what_the_page_sees() {
        use CheckState::{Ok, Warning, Wrong};
        let findings = answered(&[
            ("window", Wrong),
            ("reader", Warning),
            ("module", Ok),
            ("clock", Ok),
        ]);
        let steps = [Step::Extension, Step::Program, Step::Reader, Step::Card];
        assert_eq!(
            states(&findings, &steps),
            [Some(Ok), Some(Wrong), Some(Warning), None]
        );
        assert!(findings.is_complete);
        assert_eq!(findings.worst(), Wrong);
        assert_eq!(findings.first_to_do(), Some(Step::Program));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_policy_that_cannot_be_used_is_all_the_host_tells() {
        let findings = answered(&[("policy", CheckState::Wrong)]);
        assert!(!findings.is_complete);
        assert_eq!(findings.first_to_do(), Some(Step::Policy));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_earlier_host_leaves_the_rest_open() {
        let workstation = Workstation {
            extension: None,
            native_app: None,
            checks: None,
        };
        let findings = Findings::new(Ok(workstation), HERE, false);
        assert_eq!(findings.worst(), CheckState::Ok);
        assert_eq!(findings.first_to_do(), None);
        assert!(!findings.is_complete);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn browser_and_clock_are_the_pages_to_see() {
        let elsewhere = System {
            browser: Browser::Other,
            ..HERE
        };
        let findings = Findings::new(
            Err(FailureCode::ExtensionUnavailable.into()),
            elsewhere,
            true,
        );
        for step in [Step::Browser, Step::Clock] {
            assert_eq!(findings.of(step), Some(CheckState::Wrong));
        }
        assert_eq!(findings.first_to_do(), Some(Step::Browser));
    }
}
