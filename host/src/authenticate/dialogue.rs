//! What is decided between person and card: which stage follows which, and how it ends.
//!
//! No I/O and no clock: events in, views and steps out.

use std::time::Duration;

use protocol::command::{Authenticate, HostError};
use protocol::page_message::ProgressState;
use protocol::window::{FailedReason, PinProblem, Stage, Tries, WindowView};
use protocol::{Algorithm, FailureCode, Token};

use super::certificate_list::Offer;
use crate::card::{CardCertificate, Event, SignFault};
use crate::pin::Pin;
use crate::window_process::WindowMessage;
use crate::wrong_pins::{CardKey, PERHAPS_LAST_FROM, PinVerdict, Tally};

/// Where this version of the host is published (`appVersion`, contract §1).
const APP_VERSION: &str = concat!(
    "https://sistemats.it/tessera/releases/",
    env!("CARGO_PKG_VERSION")
);

/// How long the person may do nothing. With the time a failure stands it ends before the
/// two minutes after which the extension gives up (`USER_TIME`, `extension/background.js`),
/// so that the page hears what was waited for and not only that the time was over.
const PATIENCE_WITH_PERSON: Duration = Duration::from_secs(100);
/// How long a card may take to be read, or to sign.
const PATIENCE_WITH_CARD: Duration = Duration::from_secs(60);
/// How long a failure stands in the window before the page is told.
const PATIENCE_WITH_FAILURE: Duration = Duration::from_secs(10);
/// How long it stands where the next module goes on: as long as its sentences take to read.
const PATIENCE_WITH_MENDED_FAILURE: Duration = Duration::from_secs(5);

/// What is to be done next.
pub enum Step {
    /// Nothing but show the view.
    Wait,
    /// Have the card sign.
    Sign {
        /// With this certificate's key (DER).
        certificate: Vec<u8>,
        /// None where it is typed on the reader.
        pin: Option<Pin>,
    },
    /// Answer the page; the window closes.
    End(Result<Token, HostError>),
}

/// One authentication, from the request to its answer.
pub struct Dialogue {
    request: Authenticate,
    now: i64,
    stage: Stage,
    offers: Vec<Offer>,
    chosen: Option<usize>,
    /// The answer that goes with [`Stage::Failed`].
    failure: Option<HostError>,
    card_was_read: bool,
    pin_was_wrong: bool,
    /// Wrong PINs since the last right one, of this login and those before.
    tally: Tally,
    /// What a card said to a PIN and nobody has written down yet.
    verdict: Option<(CardKey, PinVerdict)>,
    /// What was wrong with the last PIN, until the next try or the card is taken out.
    problem: Option<(CardKey, PinProblem)>,
    /// The card is signing; what it shows meanwhile counts when it has done.
    signing: bool,
    seen_meanwhile: Vec<Event>,
    /// The middleware failed with the card, and the person is to read that before the next
    /// module asks for the PIN again.
    failure_is_read: bool,
    /// What the next module has shown meanwhile.
    after_failure: Option<Event>,
}

impl Dialogue {
    /// Begins at `now` (Unix seconds), at which certificates are judged; nothing is known
    /// of reader and card.
    pub fn new(request: Authenticate, now: i64) -> Dialogue {
        Dialogue {
            request,
            now,
            stage: Stage::ReadingCard,
            offers: Vec::new(),
            chosen: None,
            failure: None,
            card_was_read: false,
            pin_was_wrong: false,
            tally: Tally::default(),
            verdict: None,
            problem: None,
            signing: false,
            seen_meanwhile: Vec::new(),
            failure_is_read: false,
            after_failure: None,
        }
    }

    /// Recalls the PINs that were wrong in logins before; to be told before the
    /// certificates that it is for.
    pub fn recall(&mut self, tally: Tally) {
        self.tally = tally;
    }

    /// What a card has just said to a PIN, to be kept for the next login; told once.
    pub fn take_verdict(&mut self) -> Option<(CardKey, PinVerdict)> {
        self.verdict.take()
    }

    /// The whole picture.
    pub fn view(&self) -> WindowView {
        WindowView {
            lang: self.request.language,
            origin: self.request.origin.as_str().to_owned(),
            stage: self.stage.clone(),
            certificates: self.offers.iter().map(|offer| offer.view.clone()).collect(),
            chosen: self.chosen,
        }
    }

    /// Whether the stage is worth opening the window with; reading a card is over in a
    /// moment, mostly.
    pub fn is_settled(&self) -> bool {
        self.stage != Stage::ReadingCard
    }

    /// The step as the page is told it; none for those it need not know.
    pub fn progress(&self) -> Option<ProgressState> {
        match self.stage {
            // What to do about the service the window says; the page knows no such state.
            Stage::WaitingForReader | Stage::WaitingForService => {
                Some(ProgressState::WaitingForReader)
            }
            Stage::WaitingForCard => Some(ProgressState::WaitingForCard),
            Stage::ChoosingCertificate => Some(ProgressState::ChoosingCertificate),
            Stage::WaitingForPin { .. }
            | Stage::WaitingForPinPad { .. }
            | Stage::BeforePinPad { .. } => Some(ProgressState::WaitingForPin),
            Stage::Signing => Some(ProgressState::Signing),
            Stage::ReadingCard | Stage::Done | Stage::Failed { .. } => None,
        }
    }

    /// How long this stage may last without anything happening; what the card shows may
    /// shorten it.
    pub fn patience(&self) -> Duration {
        match self.stage {
            Stage::Failed { .. } if self.after_failure.is_some() => PATIENCE_WITH_MENDED_FAILURE,
            Stage::Failed { .. } => PATIENCE_WITH_FAILURE,
            Stage::ReadingCard | Stage::Signing => PATIENCE_WITH_CARD,
            _ => PATIENCE_WITH_PERSON,
        }
    }

    /// The patience is at its end.
    pub fn time_over(&mut self) -> Step {
        if let Some(event) = self.after_failure.take() {
            self.failure_is_read = false;
            return self.card_changed(event);
        }
        if let Some(failure) = self.failure.take() {
            return Step::End(Err(failure));
        }
        if matches!(self.stage, Stage::ReadingCard | Stage::Signing) {
            let message = "the card's middleware did not answer in time";
            return self.fail(
                FailedReason::ModuleFailed,
                FailureCode::ModuleFailed,
                message,
            );
        }
        let (code, message) = match self.stage {
            Stage::WaitingForReader => (FailureCode::ReaderAbsent, "no reader was connected"),
            Stage::WaitingForService => (
                FailureCode::ModuleFailed,
                "the smart-card service was not running",
            ),
            Stage::WaitingForCard if self.card_was_read => {
                (FailureCode::CardRemoved, "the card was not put back in")
            }
            Stage::WaitingForCard => (FailureCode::CardAbsent, "no card was put in"),
            _ if self.pin_was_wrong => (
                FailureCode::PinIncorrect,
                "the PIN was wrong and not tried again",
            ),
            _ => (
                FailureCode::UserTimeout,
                "the person did not finish in time",
            ),
        };
        self.fail(FailedReason::TimedOut, code, message)
    }

    /// The person did something.
    pub fn person_acted(&mut self, message: WindowMessage) -> Step {
        match (message, &self.stage) {
            (WindowMessage::Cancel, _) => Step::End(Err(self.cancelled())),
            (
                WindowMessage::Choose(number),
                Stage::ChoosingCertificate | Stage::WaitingForPin { .. },
            ) if self.offers.get(number).is_some_and(Offer::is_usable) => self.choose(number),
            (WindowMessage::Pin(pin), Stage::WaitingForPin { .. }) => {
                self.stage = Stage::Signing;
                self.sign(Some(pin))
            }
            (WindowMessage::Again, &Stage::BeforePinPad { tries, .. }) => {
                self.ask_on_pin_pad(tries)
            }
            _ => Step::Wait,
        }
    }

    /// The window ended by itself.
    pub fn window_ended(&mut self) -> Step {
        let failure = self.failure.take().unwrap_or_else(|| {
            let message = "the host's window ended without an answer";
            host_error(FailureCode::WindowUnavailable, message)
        });
        Step::End(Err(failure))
    }

    /// The card side has ended without being told to.
    pub fn card_side_ended(&mut self) -> Step {
        self.signing = false;
        match self.failure {
            Some(_) => Step::Wait,
            None => self.module_failed("the card's middleware ended"),
        }
    }

    /// Something happened to reader or card.
    pub fn card_changed(&mut self, event: Event) -> Step {
        match event {
            Event::Signed {
                algorithm,
                signature,
            } => self.signed(algorithm, signature),
            Event::NotSigned(fault) => {
                self.signing = false;
                let mut step = self.not_signed(fault);
                for event in std::mem::take(&mut self.seen_meanwhile) {
                    if matches!(step, Step::Wait) {
                        step = self.card_changed(event);
                    }
                }
                step
            }
            Event::NoModule => self.fail(
                FailedReason::NoMiddleware,
                FailureCode::ModuleFailed,
                "no PKCS#11 module is installed that may be used",
            ),
            // The module that failed a moment ago is the one that could have told more.
            Event::Unusable(_) if self.failure_is_read => {
                self.after_failure = None;
                Step::Wait
            }
            Event::Unusable(reason) => self.module_failed(&reason),
            seen if self.signing => {
                self.seen_meanwhile.push(seen);
                Step::Wait
            }
            seen @ (Event::Reading | Event::Certificates(_) | Event::UnknownCard { .. })
                if self.failure_is_read =>
            {
                self.after_failure = Some(seen);
                Step::Wait
            }
            Event::Reading => self.without_card(Stage::ReadingCard),
            Event::Certificates(certificates) => self.offer(certificates),
            Event::UnknownCard { is_cns } => self.cannot_read(is_cns),
            // That a card was pulled out in the wrong moment stays on the screen, with
            // what to do: put it back in.
            Event::NoCard | Event::NoReader if self.stage == removed() => Step::Wait,
            Event::NoCard => {
                self.problem = None;
                self.without_card(Stage::WaitingForCard)
            }
            Event::NoReader => {
                self.problem = None;
                self.without_card(Stage::WaitingForReader)
            }
            // Also where it looked as if the card had been pulled out: it was not.
            Event::NoService => {
                self.problem = None;
                self.without_card(Stage::WaitingForService)
            }
        }
    }

    fn without_card(&mut self, stage: Stage) -> Step {
        self.stage = stage;
        self.failure_is_read = false;
        self.after_failure = None;
        self.offers.clear();
        self.chosen = None;
        self.failure = None;
        Step::Wait
    }

    fn offer(&mut self, certificates: Vec<CardCertificate>) -> Step {
        self.failure = None;
        self.chosen = None;
        self.card_was_read = true;
        self.offers = certificates
            .into_iter()
            .filter_map(|found| Offer::new(found, self.now))
            .collect();
        let usable: Vec<usize> = (0..self.offers.len())
            .filter(|&number| self.offers[number].is_usable())
            .collect();
        match usable[..] {
            [] => self.fail(
                FailedReason::NoCertificate,
                FailureCode::NoCertificate,
                "the card holds no usable CNS certificate",
            ),
            [only] => self.choose(only),
            _ => {
                self.stage = Stage::ChoosingCertificate;
                Step::Wait
            }
        }
    }

    /// What is on the card nobody knows; whether it could serve, its kind tells.
    fn cannot_read(&mut self, is_cns: bool) -> Step {
        self.offers.clear();
        self.chosen = None;
        self.card_was_read = true;
        let (code, message) = match is_cns {
            true => (
                FailureCode::ModuleFailed,
                "no installed PKCS#11 module can read this CNS",
            ),
            false => (
                FailureCode::NoCertificate,
                "no installed PKCS#11 module knows the card",
            ),
        };
        self.fail(FailedReason::CardUnknown, code, message)
    }

    fn choose(&mut self, number: usize) -> Step {
        self.chosen = Some(number);
        self.ask_pin()
    }

    /// Asks for the PIN of the chosen certificate's card, with all that is known of it.
    fn ask_pin(&mut self) -> Step {
        let Some(offer) = self.chosen_offer() else {
            return Step::Wait;
        };
        let tries = self.tries(offer);
        let problem = self
            .problem
            .and_then(|(card, problem)| (card == offer.card).then_some(problem));
        let pin_pad = offer.pin_pad;
        self.failure = None;
        if !pin_pad {
            self.stage = Stage::WaitingForPin { problem, tries };
            return Step::Wait;
        }
        // A reader asks by itself but once, and never for what may be the last try: the
        // person looks at its keys then, and not at what the window says.
        if self.pin_was_wrong || problem.is_some() || tries.may_be_last() {
            self.stage = Stage::BeforePinPad { problem, tries };
            return Step::Wait;
        }
        self.ask_on_pin_pad(tries)
    }

    fn ask_on_pin_pad(&mut self, tries: Tries) -> Step {
        self.stage = Stage::WaitingForPinPad { tries };
        self.sign(None)
    }

    /// What the card tells goes before our own count, which other programs do not add to.
    fn tries(&self, offer: &Offer) -> Tries {
        match offer.tries_left {
            Some(tries) => Tries::Told(tries),
            None if self.tally.count(&offer.card) >= PERHAPS_LAST_FROM => Tries::PerhapsLast,
            None => Tries::Unknown,
        }
    }

    fn chosen_offer(&self) -> Option<&Offer> {
        self.offers.get(self.chosen?)
    }

    fn sign(&mut self, pin: Option<Pin>) -> Step {
        let Some(offer) = self.chosen_offer() else {
            return Step::Wait;
        };
        let certificate = offer.der.clone();
        self.signing = true;
        self.problem = None;
        self.judge_pin(PinVerdict::Wrong);
        Step::Sign { certificate, pin }
    }

    fn signed(&mut self, algorithm: Algorithm, signature: Vec<u8>) -> Step {
        let Some(offer) = self.chosen_offer() else {
            return self.module_failed("a signature came that was not asked for");
        };
        let unverified_certificate = offer.der.clone();
        self.judge_pin(PinVerdict::Right);
        self.stage = Stage::Done;
        Step::End(Ok(Token {
            unverified_certificate,
            algorithm,
            signature,
            app_version: APP_VERSION.to_owned(),
        }))
    }

    fn not_signed(&mut self, fault: SignFault) -> Step {
        match fault {
            // Counted when it was given to the card.
            SignFault::PinIncorrect { .. } | SignFault::LoginFailed(_) => {}
            SignFault::PinLocked => self.judge_pin(PinVerdict::Locked),
            _ => self.judge_pin(PinVerdict::NotTried),
        }
        match fault {
            SignFault::PinIncorrect { tries_left } => {
                self.pin_was_wrong = true;
                // What was told before the try is told no more.
                if let Some(offer) = self.chosen.and_then(|number| self.offers.get_mut(number)) {
                    offer.tries_left = tries_left;
                }
                self.refuse_pin(PinProblem::Incorrect)
            }
            SignFault::PinLength => self.refuse_pin(PinProblem::Length),
            SignFault::PinLocked => self.fail(
                FailedReason::PinLocked,
                FailureCode::PinLocked,
                "the card's PIN is locked",
            ),
            // To the page it is the same: the card's PIN cannot be used.
            SignFault::PinNotInitialised => self.fail(
                FailedReason::PinNotInitialised,
                FailureCode::PinLocked,
                "the card has no PIN yet",
            ),
            SignFault::PinExpired => self.fail(
                FailedReason::PinExpired,
                FailureCode::PinLocked,
                "the card asks for a new PIN first",
            ),
            SignFault::Cancelled => Step::End(Err(self.cancelled())),
            SignFault::Removed => self.fail(
                FailedReason::CardRemoved,
                FailureCode::CardRemoved,
                "the card was taken out while it was needed",
            ),
            SignFault::LoginFailed(reason) | SignFault::Failed(reason) => {
                let step = self.module_failed(&reason);
                self.failure_is_read = true;
                step
            }
        }
    }

    fn judge_pin(&mut self, verdict: PinVerdict) {
        if let Some(card) = self.chosen_offer().map(|offer| offer.card) {
            self.tally.record(&card, verdict);
            self.verdict = Some((card, verdict));
        }
    }

    /// Says what was wrong with the PIN, and leaves the next try to the person.
    fn refuse_pin(&mut self, problem: PinProblem) -> Step {
        let Some(offer) = self.chosen_offer() else {
            return Step::Wait;
        };
        let (card, pin_pad) = (offer.card, offer.pin_pad);
        self.problem = Some((card, problem));
        if pin_pad {
            self.pin_was_wrong = true;
            // Its time ran out while the reader still waited.
            if !matches!(self.stage, Stage::WaitingForPinPad { .. }) {
                let message = "the PIN typed on the reader was refused";
                return Step::End(Err(host_error(FailureCode::PinIncorrect, message)));
            }
        }
        self.ask_pin()
    }

    fn cancelled(&mut self) -> HostError {
        if let Some(failure) = self.failure.take() {
            return failure;
        }
        match self.pin_was_wrong {
            true => host_error(
                FailureCode::PinIncorrect,
                "the PIN was wrong and not tried again",
            ),
            false => host_error(FailureCode::UserCancelled, "the person cancelled"),
        }
    }

    fn module_failed(&mut self, reason: &str) -> Step {
        self.fail(
            FailedReason::ModuleFailed,
            FailureCode::ModuleFailed,
            reason,
        )
    }

    /// Shows the failure; the answer follows when the window is closed or the time over.
    fn fail(&mut self, reason: FailedReason, code: FailureCode, message: &str) -> Step {
        self.failure_is_read = false;
        self.after_failure = None;
        self.stage = Stage::Failed { reason };
        self.failure = Some(host_error(code, message));
        Step::Wait
    }
}

fn removed() -> Stage {
    Stage::Failed {
        reason: FailedReason::CardRemoved,
    }
}

fn host_error(code: FailureCode, message: &str) -> HostError {
    HostError {
        code,
        message: message.to_owned(),
    }
}

#[cfg(test)]
#[path = "dialogue_tests.rs"]
mod tests;
