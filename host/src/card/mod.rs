//! The card side: everything that calls middleware, on a thread of its own.
//!
//! It is spoken to by messages only ([`Request`], [`Event`]): vendors' modules can take
//! seconds, hang or crash, and nobody else is to wait for them.

mod direct_call;
mod mechanism;
pub mod module;
mod padding;
mod reset;
mod signing;
mod watch;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use protocol::{Algorithm, ChallengeNonce, Origin};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::pin::Pin;
use module::Module;
use watch::Watch;

/// How often readers and cards are looked for.
const POLL: Duration = Duration::from_millis(400);

/// What the card side is asked.
pub enum Request {
    /// Log in, sign the challenge with this certificate's key, log out.
    Sign {
        /// The certificate, DER, as [`Event::Certificates`] gave it.
        certificate: Vec<u8>,
        /// Who asks.
        origin: Origin,
        /// What is to be signed.
        challenge_nonce: ChallengeNonce,
        /// The PIN; none where it is typed on the reader's own keys.
        pin: Option<Pin>,
    },
}

/// What the card side tells.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// No reader is connected.
    NoReader,
    /// No card is in a reader.
    NoCard,
    /// A card came, or another: it is being read.
    Reading,
    /// All cards were read; these are the certificates on them.
    Certificates(Vec<CardCertificate>),
    /// Signed; the card is logged out again, and was reset unless the log says otherwise.
    Signed {
        /// With which algorithm.
        algorithm: Algorithm,
        /// The signature as the token carries it.
        signature: Vec<u8>,
    },
    /// The card did not sign.
    NotSigned(SignFault),
    /// No module can be used at all; for a technician.
    Unusable(String),
}

/// A certificate on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardCertificate {
    /// DER.
    pub der: Vec<u8>,
    /// Whether the PIN is typed on the reader's own keys.
    pub pin_pad: bool,
    /// The card's serial number, as its middleware tells it; empty where it does not.
    pub serial: String,
    /// Tries left before the PIN is locked, where the card tells.
    pub tries_left: Option<u8>,
}

/// Why the card did not sign.
#[derive(Debug, PartialEq, Eq)]
pub enum SignFault {
    /// The PIN was wrong.
    PinIncorrect {
        /// Tries left, where the card tells.
        tries_left: Option<u8>,
    },
    /// Too short or too long for this card; no try was spent.
    PinLength,
    /// The PIN is locked.
    PinLocked,
    /// The card has no PIN yet.
    PinNotInitialised,
    /// The card asks for a new PIN before it signs again.
    PinExpired,
    /// The person gave up, on the reader's keys.
    Cancelled,
    /// The card was taken out, or is another one now.
    Removed,
    /// The middleware failed; for a technician, never a secret.
    Failed(String),
}

/// The async side's end of the card side.
pub struct Card {
    requests: Sender<Request>,
    events: UnboundedReceiver<Event>,
}

impl Card {
    /// Starts looking for cards with these modules, in their order.
    pub fn start(modules: Vec<PathBuf>) -> Card {
        let (requests, incoming) = channel();
        let (outgoing, events) = unbounded_channel();
        thread::spawn(move || serve(&modules, &incoming, &outgoing));
        Card { requests, events }
    }

    /// Asks for something.
    pub fn request(&self, request: Request) {
        // The thread has ended only after telling so, or by a panic that ends its events.
        let _ = self.requests.send(request);
    }

    /// The next event; none when the card side has ended.
    pub async fn event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Has all sessions closed and the readers let go, as far as there is time for it.
    ///
    /// A module that hangs, or is still signing, keeps its thread: then only the end of the
    /// process frees it, and the card is not reset from here. pcscd does that when its
    /// client dies with the connection open, 0.1 to 0.6 seconds later as measured.
    pub async fn release(self, within: Duration) {
        drop(self.requests);
        let mut events = self.events;
        let ended = async { while events.recv().await.is_some() {} };
        let _ = tokio::time::timeout(within, ended).await;
    }
}

fn serve(paths: &[PathBuf], requests: &Receiver<Request>, events: &UnboundedSender<Event>) {
    let mut faults = Vec::new();
    let mut modules = Vec::new();
    for path in paths {
        match Module::load(path) {
            Ok(module) => modules.push(module),
            Err(error) => faults.push(format!("{}: {error}", path.display())),
        }
    }
    for fault in &faults {
        eprintln!("tessera-host: a PKCS#11 module could not be loaded: {fault}");
    }
    if modules.is_empty() {
        let reason = match paths.len() {
            0 => "no PKCS#11 module is installed".to_owned(),
            count => format!("none of {count} PKCS#11 modules could be loaded"),
        };
        let _ = events.send(Event::Unusable(reason));
        return;
    }
    let mut watch = Watch::new(modules);
    // The first look follows at once, the others at their time or after a request.
    let mut pause = Duration::ZERO;
    loop {
        let mut tell = |event| {
            let _ = events.send(event);
        };
        match requests.recv_timeout(pause) {
            Ok(Request::Sign {
                certificate,
                origin,
                challenge_nonce,
                pin,
            }) => tell(
                match watch.sign(&certificate, &origin, &challenge_nonce, pin) {
                    Ok((algorithm, signature)) => Event::Signed {
                        algorithm,
                        signature,
                    },
                    Err(fault) => Event::NotSigned(fault),
                },
            ),
            Err(RecvTimeoutError::Timeout) => watch.look(&mut tell),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        pause = POLL;
    }
    watch.finalise();
}
