//! One look through one module, for whoever wants to know what it is good for.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::messages::{CardReading, Library, Order, Report, Slot};
use super::process::{Heard, ModuleProcess};

/// How long a module may give no sign of life (as at a login).
const SILENCE_MAX: Duration = Duration::from_secs(7);
/// How long all of it may take.
const LOOK_MAX: Duration = Duration::from_secs(45);

/// What a module said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// What it calls itself.
    pub library: Library,
    /// The readers and cards it sees.
    pub slots: Vec<Slot>,
}

/// Why a module said nothing of use.
#[derive(Debug, thiserror::Error)]
pub enum ExaminationFault {
    /// Its process cannot be started.
    #[error("its process cannot start: {0}")]
    Process(io::Error),
    /// It is no module, or does not start.
    #[error("it could not be loaded: {0}")]
    NotLoaded(String),
    /// Its process ended in the middle.
    #[error("it ended its process{}", .0.as_ref().map(|how| format!(" ({how})")).unwrap_or_default())]
    Ended(Option<String>),
    /// It does not answer.
    #[error("it did not answer for {} seconds", SILENCE_MAX.as_secs())]
    Silent,
}

/// Loads the module at `path`, which [`choose`](super::middleware::choose) has looked at, in a
/// process of its own, and has it look once; nothing of it is left running.
pub fn examine(path: &Path) -> Result<Examination, ExaminationFault> {
    let (sender, heard) = channel();
    let mut process = ModuleProcess::start(path, move |heard| {
        let _ = sender.send(heard);
    })
    .map_err(ExaminationFault::Process)?;
    let examined = ask(&mut process, &heard);
    let ended = matches!(examined, Err(ExaminationFault::Ended(_)));
    match process.kill() {
        Ok(status) if ended => Err(ExaminationFault::Ended(Some(status.to_string()))),
        _ => examined,
    }
}

fn ask(
    process: &mut ModuleProcess,
    heard: &Receiver<Heard>,
) -> Result<Examination, ExaminationFault> {
    let deadline = Instant::now() + LOOK_MAX;
    let library = match next(heard, deadline)? {
        Report::Loaded(library) => library,
        Report::NotLoaded(reason) => return Err(ExaminationFault::NotLoaded(reason)),
        _ => return Err(ExaminationFault::Ended(None)),
    };
    look(process)?;
    let slots = loop {
        match next(heard, deadline)? {
            Report::Seen(slots) if slots.iter().any(is_to_be_repeated) => look(process)?,
            Report::Seen(slots) => break slots,
            // That the service does not run is not the module's fault.
            Report::NoService => break Vec::new(),
            // A reader came in this moment; what it sees of the others is told all the same.
            Report::Outdated => look(process)?,
            _ => {}
        }
    };
    // In peace, as far as it goes by itself; what it has said stands.
    if process.order(&Order::End, None).is_ok() {
        while next(heard, deadline).is_ok() {}
    }
    Ok(Examination { library, slots })
}

fn look(process: &mut ModuleProcess) -> Result<(), ExaminationFault> {
    let pass_over = Vec::new();
    let order = process.order(&Order::Look { pass_over }, None);
    order.map_err(|_| ExaminationFault::Ended(None))
}

/// What it tells next; that its card is talked to is heard and not told.
fn next(heard: &Receiver<Heard>, deadline: Instant) -> Result<Report, ExaminationFault> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match heard.recv_timeout(left.min(SILENCE_MAX)) {
            Ok(Heard::Report(Report::Traffic)) => {}
            Ok(Heard::Report(report)) => return Ok(report),
            Ok(Heard::Junk(_) | Heard::Ended) | Err(RecvTimeoutError::Disconnected) => {
                return Err(ExaminationFault::Ended(None));
            }
            Err(RecvTimeoutError::Timeout) => return Err(ExaminationFault::Silent),
        }
    }
}

fn is_to_be_repeated(slot: &Slot) -> bool {
    let reading = slot.card.as_ref().map(|card| card.reading);
    reading == Some(CardReading::ToBeRepeated)
}
