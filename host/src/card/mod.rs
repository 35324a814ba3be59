//! The card side: looks out for cards through the modules' processes, on a thread of its own.
//!
//! It is spoken to by messages only ([`Request`], [`Event`]). Each module is a process
//! ([`crate::module`]) that may take seconds, hang or crash: [`lookout`] asks them in turn and
//! leaves out the one that is lost, [`panorama`] makes one picture of what they show.

mod lookout;
mod panorama;
mod watched_module;

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use protocol::{Algorithm, ChallengeNonce, Origin};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub use crate::module::messages::SignFault;
use crate::pin::Pin;
use lookout::{Input, Lookout};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The service through which readers are reached does not run.
    NoService,
    /// No reader is connected.
    NoReader,
    /// No card is in a reader.
    NoCard,
    /// A card came, or another: it is being read.
    Reading,
    /// All cards were read; these are the certificates on them.
    Certificates(Vec<CardCertificate>),
    /// No module can read any card that is there.
    UnknownCard {
        /// Whether one says of itself that it is a CNS.
        is_cns: bool,
    },
    /// Signed; the card is logged out again, and was reset unless the log says otherwise.
    Signed {
        /// With which algorithm.
        algorithm: Algorithm,
        /// The signature as the token carries it.
        signature: Vec<u8>,
    },
    /// The card did not sign.
    NotSigned(SignFault),
    /// There is no module to look through.
    NoModule,
    /// No module is left that could be used, or none for the card that is there; for a
    /// technician.
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

/// The async side's end of the card side.
pub struct Card {
    inputs: Sender<Input>,
    events: UnboundedReceiver<Event>,
}

impl Card {
    /// Starts looking for cards with these modules, in their order.
    pub fn start(modules: Vec<PathBuf>) -> Card {
        let (inputs, incoming) = channel();
        let (outgoing, events) = unbounded_channel();
        let heard = inputs.clone();
        thread::spawn(move || Lookout::new(modules, heard, outgoing).keep(&incoming));
        Card { inputs, events }
    }

    /// Asks for something.
    pub fn request(&self, request: Request) {
        // The thread has ended only after telling so, or by a panic that ends its events.
        let _ = self.inputs.send(Input::Request(request));
    }

    /// The next event; none when the card side has ended.
    pub async fn event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Has the modules let go of readers and cards and end; those that do not within this
    /// time are killed. The card of one that was killed is reset by pcscd, 0.1 to 0.6 seconds
    /// later as measured.
    pub async fn release(mut self, within: Duration) {
        let _ = self.inputs.send(Input::Release(within));
        while self.events.recv().await.is_some() {}
    }
}
