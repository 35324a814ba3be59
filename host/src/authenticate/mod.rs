//! One authentication: window and card side by side, the browser heard all the while.

mod certificate_list;
mod dialogue;

use std::io::Write;
use std::time::Duration;

use protocol::command::{Authenticate, Command, HostError, HostMessage, Progress};
use protocol::window::WindowView;
use protocol::{FailureCode, Origin, Token};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::card::{Card, Event, Request};
use crate::clock::now;
use crate::frames::{Incoming, write_message};
use crate::module::middleware;
use crate::policy::Policy;
use crate::window_process::{Window, WindowMessage};
use crate::wrong_pins::WrongPins;
use dialogue::{Dialogue, Step};

/// How long the window waits for a card to be read, to open with the PIN at once.
const FIRST_VIEW_PATIENCE: Duration = Duration::from_secs(1);

/// How long window and card have to end. A browser kills a host that lives two seconds
/// after it has been left.
const RELEASE_PATIENCE: Duration = Duration::from_millis(1500);

/// How long the person can see that it went well, while the card is let go.
const DONE_SHOWN: Duration = Duration::from_secs(1);
const _: () = assert!(DONE_SHOWN.as_millis() < RELEASE_PATIENCE.as_millis());

/// More frames than this during a command are no mistake but a flood.
const EXTRA_FRAMES_MAX: usize = 8;

/// Serves one `authenticate`.
///
/// The origin is judged before a window opens or a module is loaded.
pub async fn authenticate(
    request: Authenticate,
    incoming: &mut mpsc::Receiver<Incoming>,
    output: &mut impl Write,
) {
    let opened = match permit(&request) {
        Ok(policy) => open(&policy),
        Err(refusal) => Err(refusal),
    };
    let (mut window, mut card) = match opened {
        Ok(both) => both,
        Err(error) => {
            let _ = write_message(output, &HostMessage::Error { error });
            return;
        }
    };
    let ending = lead(request, incoming, output, &mut window, &mut card).await;
    // The card was logged out and reset before its signature was told: the page need not
    // wait until the middleware has ended as well.
    let is_heard = ending
        .as_ref()
        .is_some_and(|ending| write_message(output, &ending.answer).is_ok());
    let closed = Instant::now() + RELEASE_PATIENCE;
    let last_view = ending
        .and_then(|ending| ending.last_view)
        .filter(|_| is_heard);
    tokio::join!(card.release(RELEASE_PATIENCE), async move {
        if let Some(view) = last_view {
            window.show(&view);
            stand(&mut window, incoming).await;
        }
        let left = closed.saturating_duration_since(Instant::now());
        window.close(left).await;
    });
}

/// Lets the last view be seen: for its time, or until the person or the browser has enough.
async fn stand(window: &mut Window, incoming: &mut mpsc::Receiver<Incoming>) {
    let done = sleep_until(Instant::now() + DONE_SHOWN);
    tokio::pin!(done);
    loop {
        tokio::select! {
            () = &mut done => return,
            // Nothing more can be asked of this process: whatever comes, it ends.
            _ = incoming.recv() => return,
            message = window.message() => match message {
                None | Some(WindowMessage::Cancel) => return,
                Some(_) => {}
            },
        }
    }
}

/// How a dialogue ended.
struct Ending {
    answer: HostMessage,
    /// What is worth a last look, once the page has its answer.
    last_view: Option<WindowView>,
}

fn permit(request: &Authenticate) -> Result<Policy, HostError> {
    let policy = Policy::load().map_err(|fault| {
        // The page need not know where on this workstation the file is.
        log!("tessera-host: {fault}");
        HostError {
            code: FailureCode::UnknownError,
            message: "the workstation's policy cannot be used; the host's log says why".to_owned(),
        }
    })?;
    if policy.allows(&request.origin) {
        return Ok(policy);
    }
    Err(not_allowed(&request.origin))
}

/// What a page hears that the policy does not let ask.
pub fn not_allowed(origin: &Origin) -> HostError {
    HostError {
        code: FailureCode::OriginNotAllowed,
        message: format!("{origin} may not ask on this workstation"),
    }
}

fn open(policy: &Policy) -> Result<(Window, Card), HostError> {
    let window = Window::open().map_err(|error| HostError {
        code: FailureCode::WindowUnavailable,
        message: format!("the host's window could not be started: {}", error.kind()),
    })?;
    let modules = middleware::choose(policy.modules(), policy.keeper());
    for (path, distrust) in modules.left_out {
        log!("tessera-host: {} is left out: {distrust}", path.display());
    }
    Ok((window, Card::start(modules.chosen)))
}

/// Carries events to the dialogue and its steps out, until there is an answer; `None`
/// when the browser wants none any more.
async fn lead(
    request: Authenticate,
    incoming: &mut mpsc::Receiver<Incoming>,
    output: &mut impl Write,
    window: &mut Window,
    card: &mut Card,
) -> Option<Ending> {
    let (origin, challenge_nonce) = (request.origin.clone(), request.challenge_nonce.clone());
    let wants_progress = request.progress;
    let mut dialogue = Dialogue::new(request, now());
    let mut wrong_pins = WrongPins::of_this_person();
    let mut shown: Option<WindowView> = None;
    let mut told = None;
    let mut card_lives = true;
    let mut extra_frames = 0;
    let first_view = Instant::now() + FIRST_VIEW_PATIENCE;
    let mut deadline = Instant::now() + dialogue.patience();
    loop {
        let step = tokio::select! {
            biased;
            frame = incoming.recv() => {
                if is_end(frame.as_ref()) {
                    return None;
                }
                extra_frames += 1;
                if extra_frames > EXTRA_FRAMES_MAX {
                    return None;
                }
                let error = refuse_extra(frame);
                if write_message(output, &HostMessage::Error { error }).is_err() {
                    return None;
                }
                continue;
            }
            message = window.message() => match message {
                Some(message) => dialogue.person_acted(message),
                None => dialogue.window_ended(),
            },
            event = card.event(), if card_lives => match event {
                Some(event) => {
                    // Another host may have counted since.
                    if matches!(event, Event::Certificates(_))
                        && let Some(tally) = wrong_pins.read()
                    {
                        dialogue.recall(tally);
                    }
                    dialogue.card_changed(event)
                }
                None => {
                    card_lives = false;
                    dialogue.card_side_ended()
                }
            },
            () = sleep_until(first_view), if shown.is_none() => {
                let view = dialogue.view();
                window.show(&view);
                shown = Some(view);
                continue;
            }
            () = sleep_until(deadline) => dialogue.time_over(),
        };
        if let Some((card, verdict)) = dialogue.take_verdict() {
            wrong_pins.record(&card, verdict);
        }
        let view = dialogue.view();
        let step = match step {
            Step::End(outcome) => return Some(end(outcome, view)),
            step => step,
        };
        let worth_showing = shown.is_some() || dialogue.is_settled();
        if worth_showing && shown.as_ref() != Some(&view) {
            window.show(&view);
            shown = Some(view);
            deadline = Instant::now() + dialogue.patience();
        }
        deadline = deadline.min(Instant::now() + dialogue.patience());
        if wants_progress
            && let Some(state) = dialogue.progress()
            && told != Some(state)
        {
            told = Some(state);
            let progress = Progress { state };
            if write_message(output, &HostMessage::Progress { progress }).is_err() {
                return None;
            }
        }
        if let Step::Sign { certificate, pin } = step {
            card.request(Request::Sign {
                certificate,
                origin: origin.clone(),
                challenge_nonce: challenge_nonce.clone(),
                pin,
            });
        }
    }
}

fn end(outcome: Result<Token, HostError>, view: WindowView) -> Ending {
    match outcome {
        Ok(token) => Ending {
            answer: HostMessage::Token(token),
            last_view: Some(view),
        },
        Err(error) => Ending {
            answer: HostMessage::Error { error },
            last_view: None,
        },
    }
}

/// Whether the browser has gone, or wants to.
fn is_end(frame: Option<&Incoming>) -> bool {
    match frame {
        None | Some(Incoming::Ended) => true,
        Some(Incoming::Frame(body)) => Command::read(body.as_bytes()) == Ok(Command::Quit),
        Some(Incoming::NotUtf8 | Incoming::TooLong) => false,
    }
}

/// One command a process: what comes during it is refused, and it goes on.
fn refuse_extra(frame: Option<Incoming>) -> HostError {
    match frame {
        Some(Incoming::Frame(body)) if Command::read(body.as_bytes()).is_ok() => HostError {
            code: FailureCode::ActionPending,
            message: "a host serves one command; another is under way".to_owned(),
        },
        _ => HostError {
            code: FailureCode::NativeInvalidArgument,
            message: "this is no command, and another is under way".to_owned(),
        },
    }
}
