//! One request: the host's views in, the person's answers out, the PIN field in between.

use std::io::{self, Write};

use protocol::window::{Stage, WindowView};

use crate::picture::Picture;
use crate::pin_line::Fit;
use crate::typing::Typing;

/// What is going on, apart from any toolkit.
///
/// Each view can be answered once: a double click or a key held down does not choose twice.
pub struct Session<W> {
    output: W,
    typing: Typing,
    view: Option<WindowView>,
    is_answered: bool,
}

/// A new picture, and whether it is another one than before.
pub struct Change {
    /// What to show now.
    pub picture: Picture,
    /// Whether the keyboard goes back where the stage begins; not so when the same is said again
    /// while the person is typing.
    pub is_new: bool,
}

impl<W: Write> Session<W> {
    /// Nothing shown yet; answers go to `output`, which must not keep copies.
    pub fn new(output: W) -> io::Result<Session<W>> {
        Ok(Session {
            output,
            typing: Typing::new()?,
            view: None,
            is_answered: false,
        })
    }

    /// Takes the host's next view; the PIN field is empty again unless nothing happened to it.
    pub fn show(&mut self, view: WindowView) -> Change {
        let is_new = self.is_answered
            || !self
                .view
                .as_ref()
                .is_some_and(|before| is_same(before, &view));
        if is_new {
            match view.stage {
                Stage::WaitingForPin { .. } => self.typing.open(),
                _ => self.typing.close(),
            }
        }
        self.is_answered = false;
        let picture = Picture::of(&view);
        self.view = Some(view);
        Change { picture, is_new }
    }

    /// How many characters are typed, and whether they can be a PIN.
    pub fn typed(&self) -> (usize, Fit) {
        (self.typing.length(), self.typing.fit())
    }

    /// A key that wrote `text` into the PIN field.
    pub fn character(&mut self, text: &str) {
        self.typing.character(text);
    }

    /// Takes the last character back.
    pub fn backspace(&mut self) {
        self.typing.backspace();
    }

    /// Answers with the PIN, if what is typed can be one; or, where the reader is to ask for it,
    /// with that.
    pub fn submit(&mut self) -> io::Result<()> {
        let offers_reader = self
            .view
            .as_ref()
            .is_some_and(|view| matches!(view.stage, Stage::BeforePinPad { .. }));
        if offers_reader {
            if self.is_answered {
                return Ok(());
            }
            self.is_answered = true;
            return self.say("again\n");
        }
        self.is_answered |= self.typing.is_submittable();
        self.typing.submit(&mut self.output)
    }

    /// Answers with a certificate, if that one can be chosen now.
    pub fn choose(&mut self, index: usize) -> io::Result<()> {
        let Some(view) = &self.view else {
            return Ok(());
        };
        let is_choosable = view.stage == Stage::ChoosingCertificate
            && view
                .certificates
                .get(index)
                .is_some_and(|certificate| certificate.refusal.is_none());
        if self.is_answered || !is_choosable {
            return Ok(());
        }
        self.is_answered = true;
        self.say(&format!("choose {index}\n"))
    }

    /// Tells that what was asked for first is on the screen.
    pub fn ready(&mut self) -> io::Result<()> {
        self.say("ready\n")
    }

    /// Tells that the person does not want to go on; forgets what was typed.
    pub fn cancel(&mut self) -> io::Result<()> {
        self.typing.close();
        self.say("cancel\n")
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        self.output.write_all(line.as_bytes())
    }
}

/// Whether a view only repeats the one before, so that what is being typed may stay.
fn is_same(before: &WindowView, now: &WindowView) -> bool {
    let is_problem = matches!(
        now.stage,
        Stage::WaitingForPin {
            problem: Some(_),
            ..
        } | Stage::BeforePinPad { .. }
    );
    before == now && !is_problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Language;
    use protocol::window::{CertificateRefusal, CertificateView, PinProblem, Tries};

    fn certificate(refusal: Option<CertificateRefusal>) -> CertificateView {
        CertificateView {
            name: "Maria Rossi".into(),
            codice_fiscale: "RSSMRA80A41H501Y".into(),
            issuer: "Regione Lazio".into(),
            expires: "2028-12-31".into(),
            refusal,
        }
    }

    fn view(stage: Stage) -> WindowView {
        WindowView {
            lang: Language::It,
            origin: "https://sistemats.it".into(),
            stage,
            certificates: vec![
                certificate(Some(CertificateRefusal::Expired)),
                certificate(None),
            ],
            chosen: Some(1),
        }
    }

    fn pin(problem: Option<PinProblem>) -> WindowView {
        view(Stage::WaitingForPin {
            problem,
            tries: Tries::Told(2),
        })
    }

    fn session() -> Session<Vec<u8>> {
        Session::new(Vec::new()).unwrap()
    }

    fn press(session: &mut Session<Vec<u8>>, keys: &str) {
        for key in keys.chars() {
            session.character(&key.to_string());
        }
    }

    #[test]
    fn a_pin_typed_and_confirmed_is_the_answer() {
        let mut session = session();
        session.show(pin(None));
        press(&mut session, "12345");
        assert_eq!(session.typed(), (5, Fit::Right));
        session.submit().unwrap();
        assert_eq!(session.output, b"pin 12345\n");
        assert_eq!(session.typed(), (0, Fit::TooShort));
    }

    #[test]
    fn a_problem_and_another_stage_empty_the_field() {
        for next in [pin(Some(PinProblem::Incorrect)), view(Stage::Signing)] {
            let mut session = session();
            session.show(pin(None));
            press(&mut session, "12345");
            assert!(session.show(next).is_new);
            assert_eq!(session.typed(), (0, Fit::TooShort));
        }
    }

    #[test]
    fn the_same_problem_twice_empties_the_field_twice() {
        let mut session = session();
        for _ in 0..2 {
            session.show(pin(Some(PinProblem::Incorrect)));
            assert_eq!(session.typed(), (0, Fit::TooShort));
            press(&mut session, "12345");
        }
    }

    #[test]
    fn another_certificate_or_origin_empties_the_field() {
        for change in [
            |view: &mut WindowView| view.chosen = Some(0),
            |view: &mut WindowView| view.origin = "https://www.sistemats.it".into(),
        ] {
            let mut session = session();
            session.show(pin(None));
            press(&mut session, "12345");
            let mut next = pin(None);
            change(&mut next);
            session.show(next);
            assert_eq!(session.typed(), (0, Fit::TooShort));
        }
    }

    #[test]
    fn the_same_view_again_leaves_what_is_being_typed() {
        let mut session = session();
        session.show(pin(None));
        press(&mut session, "123");
        assert!(!session.show(pin(None)).is_new);
        assert_eq!(session.typed(), (3, Fit::TooShort));
    }

    #[test]
    fn the_field_opens_again_when_the_host_asks_again() {
        let mut session = session();
        session.show(pin(None));
        press(&mut session, "12345");
        session.submit().unwrap();
        session.show(pin(None));
        press(&mut session, "67890");
        session.submit().unwrap();
        assert_eq!(session.output, b"pin 12345\npin 67890\n");
    }

    #[test]
    fn keys_outside_the_pin_stage_never_become_a_pin() {
        for stage in [
            Stage::WaitingForPinPad {
                tries: Tries::Unknown,
            },
            Stage::Signing,
            Stage::ChoosingCertificate,
        ] {
            let mut session = session();
            session.show(view(stage));
            press(&mut session, "12345");
            session.submit().unwrap();
            assert_eq!(session.output, b"");
        }
    }

    #[test]
    fn the_reader_is_asked_once_each_time_it_is_offered() {
        let mut session = session();
        let offered = || {
            view(Stage::BeforePinPad {
                problem: Some(PinProblem::Incorrect),
                tries: Tries::Unknown,
            })
        };
        session.show(offered());
        press(&mut session, "12345");
        session.submit().unwrap();
        session.submit().unwrap();
        assert_eq!(session.output, b"again\n");
        session.show(view(Stage::WaitingForPinPad {
            tries: Tries::Unknown,
        }));
        session.submit().unwrap();
        assert_eq!(session.output, b"again\n");
        assert!(session.show(offered()).is_new);
        session.submit().unwrap();
        assert_eq!(session.output, b"again\nagain\n");
    }

    #[test]
    fn a_usable_certificate_is_chosen_once() {
        let mut session = session();
        session.show(view(Stage::ChoosingCertificate));
        session.choose(1).unwrap();
        session.choose(1).unwrap();
        assert_eq!(session.output, b"choose 1\n");
    }

    #[test]
    fn a_refused_or_absent_certificate_cannot_be_chosen() {
        let mut session = session();
        session.show(view(Stage::ChoosingCertificate));
        session.choose(0).unwrap();
        session.choose(2).unwrap();
        assert_eq!(session.output, b"");
    }

    #[test]
    fn nothing_can_be_chosen_outside_its_stage() {
        let mut session = session();
        session.choose(1).unwrap();
        session.show(pin(None));
        session.choose(1).unwrap();
        assert_eq!(session.output, b"");
    }

    #[test]
    fn cancelling_forgets_what_was_typed() {
        let mut session = session();
        session.show(pin(None));
        press(&mut session, "12345");
        session.cancel().unwrap();
        session.submit().unwrap();
        assert_eq!(session.output, b"cancel\n");
    }
}
