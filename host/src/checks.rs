//! `status` with checks: what the doctor finds, for a page (contract §3).
//!
//! A page that may ask learns which kinds of things lack, and nothing of what they are: the
//! doctor's words name files, readers and cards, and stay here.

use std::thread;
use std::time::Duration;

use protocol::command::{HostError, HostMessage};
use protocol::{CheckState, FailureCode, Origin, WorkstationCheck};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::authenticate::not_allowed;
use crate::doctor;
use crate::frames::Incoming;
use crate::policy::Policy;

/// How long looking may take. The doctor's own parts end sooner, each by itself; this is for a
/// workstation on which several are stuck. The extension waits longer (`extension/host.js`).
const PATIENCE: Duration = Duration::from_secs(25);

/// Looks at the workstation for a page of `origin`; none when the browser has gone meanwhile.
///
/// No window opens and no PIN is asked for. What still looks when this returns ends with the
/// process.
pub async fn look(origin: Origin, incoming: &mut mpsc::Receiver<Incoming>) -> Option<HostMessage> {
    match Policy::load() {
        Err(fault) => {
            log!("tessera-host: {fault}");
            // Whether this origin may ask cannot be known; that the policy cannot be used it
            // would learn from `authenticate` as well.
            return Some(told(vec![WorkstationCheck {
                id: doctor::POLICY.to_owned(),
                state: CheckState::Wrong,
            }]));
        }
        Ok(policy) if !policy.allows(&origin) => {
            let error = not_allowed(&origin);
            return Some(HostMessage::Error { error });
        }
        Ok(_) => {}
    }
    let (sender, report) = oneshot::channel();
    thread::spawn(move || {
        let report = doctor::consult(Some(origin));
        // Nobody may be waiting any more.
        let _ = sender.send(report.kinds());
    });
    tokio::select! {
        found = timeout(PATIENCE, report) => Some(match found {
            Ok(Ok(checks)) => told(checks),
            Ok(Err(_)) => failed(FailureCode::NativeFatal, "looking at the workstation broke off"),
            Err(_) => failed(
                FailureCode::ActionTimeout,
                "something on this workstation does not answer; tessera-host doctor says what",
            ),
        }),
        // Nothing more can be asked of this process: whatever comes, it ends.
        _ = incoming.recv() => None,
    }
}

fn told(checks: Vec<WorkstationCheck>) -> HostMessage {
    HostMessage::Checks {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        checks,
    }
}

fn failed(code: FailureCode, message: &str) -> HostMessage {
    HostMessage::Error {
        error: HostError {
            code,
            message: message.to_owned(),
        },
    }
}
