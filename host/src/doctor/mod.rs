//! `tessera-host doctor`: whether a login can work on this workstation, for a technician.
//!
//! What is there is gathered as data first ([`Surroundings`], [`Devices`]) and judged then
//! ([`judge`]); the judgement is one list of checks with two forms ([`report`]). No browser
//! is started, no PIN is asked for, and of a card's holder no more is told than the
//! certificate's issuer, its validity and a masked codice fiscale.

mod browser;
mod browsers;
mod certificates;
mod clock;
mod date;
mod extension;
mod extension_policy;
mod host;
mod manifest;
mod modules;
mod policy;
mod readers;
pub mod report;
#[cfg(test)]
mod snapshots;
mod surroundings;
mod window_trial;

pub use modules::{Module, Outcome};
pub use policy::ID as POLICY;
pub use readers::Readers;
pub use surroundings::Surroundings;
pub use window_trial::WindowTrial;

use protocol::Origin;

use crate::policy::Policy;
use report::Report;

/// What is not in files: the display, the readers, the middleware.
#[derive(Debug, Clone)]
pub struct Devices {
    /// Whether a window could open.
    pub window: WindowTrial,
    /// The smart-card service and its readers.
    pub readers: Readers,
    /// The middleware.
    pub modules: Vec<Module>,
}

impl Devices {
    /// Looks at those of this workstation, each within its time; modules are those that
    /// `policy` names, and those in known places; none is tried without one.
    pub fn look(surroundings: &Surroundings, policy: Option<&Policy>) -> Devices {
        Devices {
            window: window_trial::attempt(
                surroundings.program.as_deref(),
                surroundings.has_display,
            ),
            readers: readers::look(),
            modules: modules::look(policy),
        }
    }
}

/// Looks at this workstation; for the pages of one origin, where one is named.
pub fn consult(asking: Option<Origin>) -> Report {
    let surroundings = Surroundings {
        asking,
        ..Surroundings::of_this_process()
    };
    let (_, policy) = policy::check(&surroundings);
    let devices = Devices::look(&surroundings, policy.as_ref());
    judge(&surroundings, &devices)
}

/// Judges what was found, in the order in which a login needs it.
pub fn judge(surroundings: &Surroundings, devices: &Devices) -> Report {
    let mut checks = host::check(surroundings, &devices.window);
    let (policy_checks, policy) = policy::check(surroundings);
    checks.extend(policy_checks);
    let asking = surroundings.asking.as_ref();
    checks.extend(policy::check_origin(policy.as_ref(), asking));
    checks.extend(browsers::check(surroundings));
    checks.extend(readers::check(&devices.readers));
    checks.extend(modules::check(&devices.modules));
    let cards = devices.readers.cards();
    let certificates = certificates::check(&devices.modules, cards, surroundings.now);
    checks.extend(certificates.checks);
    checks.push(clock::check(surroundings, certificates.one_is_to_come));
    Report::new(checks)
}
