//! Plays a situation with the real host, window and middleware.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use protocol::Language;

use super::{CardOf, Deed, End, Modules, Seen, Situation};
use crate::{
    Outcome,
    card::{Card, Script},
    desk::expect_nothing_left,
    people::{Issuer, Person},
    pin_window::{PinWindow, wait_until_no_window},
    plain_host::{HostSetup, PlainHost},
    product,
    reader::{InsertedCard, Reader},
    waiting::{holds_within, wait_until},
    workstation::Workstation,
};

/// Where Debian puts OpenSC's module.
const OPENSC: &str = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";

/// How long pcscd may take to reset a card whose client has died.
const RESET_BY_PCSCD: Duration = Duration::from_secs(2);

/// How long a module that misbehaves may keep the person waiting: ten seconds, and one in
/// which it still gave signs of life or we looked away.
const SOON: Duration = Duration::from_secs(11);

/// A situation that is under way.
struct Play<'a> {
    workstation: &'a mut Workstation,
    issuer: &'a Issuer,
    setup: HostSetup,
    cards: Vec<(CardOf, Place)>,
    host: Option<PlainHost>,
}

/// Where a card is.
enum Place {
    Reader(InsertedCard),
    Hand(Box<Card>),
}

impl Situation {
    /// Plays it and checks all that it promises.
    pub fn play(&self, workstation: &mut Workstation, issuer: &Issuer) -> Outcome<()> {
        let setup = self.modules.set_up(workstation)?;
        let mut play = Play {
            workstation,
            issuer,
            setup,
            cards: Vec::new(),
            host: None,
        };
        for (number, deed) in self.deeds.iter().enumerate() {
            play.carry_out(deed)
                .map_err(|failure| play.explain(number, deed, &*failure))?;
        }
        play.finish(self)
    }
}

impl Modules {
    fn set_up(self, workstation: &Workstation) -> Outcome<HostSetup> {
        let (quirk, hidden) = match self {
            Modules::OpenSc => {
                workstation.name_modules(&[])?;
                return Ok(HostSetup::default());
            }
            Modules::None => {
                workstation.name_modules(&[])?;
                return Ok(HostSetup {
                    hidden: Some(OPENSC),
                    ..HostSetup::default()
                });
            }
            Modules::Quirky(quirk) => (quirk, None),
            Modules::QuirkyAlone(quirk) => (quirk, Some(OPENSC)),
        };
        // Where only this person writes, so that the host believes it.
        let place = |name: &str| workstation.folder().join("home").join(name);
        let (module, behind) = (place("quirky_module.so"), place("opensc-pkcs11.so"));
        fs::copy(product::quirky_module()?, &module)?;
        fs::copy(OPENSC, &behind)?;
        workstation.name_modules(&[module])?;
        let variable = |name: &str, value: String| (name.to_owned(), value);
        Ok(HostSetup {
            variables: vec![
                variable("QUIRK", quirk.to_owned()),
                variable("QUIRKY_BEHIND", in_words(&behind)),
            ],
            hidden,
        })
    }
}

impl Play<'_> {
    fn carry_out(&mut self, deed: &Deed) -> Outcome<()> {
        match *deed {
            Deed::Insert(card, script) => {
                let reader = self.workstation.middleware().first_reader();
                self.insert(reader, card, script)?;
            }
            Deed::InsertBeside(card, script) => {
                let reader = self.workstation.middleware().second_reader();
                self.insert(reader, card, script)?;
            }
            Deed::Remove(card) => {
                let taken = self.take(card)?.ok_or("the card is nowhere")?;
                self.cards.push((card, Place::Hand(Box::new(taken))));
                self.wait_until_noticed()?;
            }
            Deed::Held(card) => self.inserted(card)?.wait_until_held()?,
            Deed::GoOn(card) => self.inserted(card)?.go_on(),
            Deed::Out(card) => {
                self.inserted(card)?.wait_until_out()?;
                self.carry_out(&Deed::Remove(card))?;
            }
            Deed::Verified(card, count) => {
                let card = self.inserted(card)?;
                wait_until("PIN at the card", || card.verifications() == count)?;
            }
            Deed::Signed(card, count) => {
                let card = self.inserted(card)?;
                wait_until("signature", || card.signatures() == count)?;
            }
            Deed::Ask => {
                let host = PlainHost::start(self.workstation, &self.setup)?;
                self.host.insert(host).ask(Language::It)?;
            }
            Deed::AskFrom(origin) => {
                let host = PlainHost::start(self.workstation, &self.setup)?;
                self.host.insert(host).ask_as(origin, Language::It)?;
            }
            Deed::Progress(state) => self.host()?.wait_for_progress(state)?,
            Deed::Answered(code) => {
                self.host()?.expect_failure(code.name())?;
                self.host()?.wait_until_ended()?;
                expect_nothing_left(self.workstation)?;
            }
            Deed::Granted(person) => {
                self.expect_token_of(&person)?;
                self.host()?.wait_until_ended()?;
                expect_nothing_left(self.workstation)?;
            }
            Deed::GrantedNow(person) => self.expect_token_of(&person)?,
            Deed::ReadsSoon(text) => {
                let asked = Instant::now();
                PinWindow::wait(self.workstation)?.wait_for_text(text)?;
                if asked.elapsed() > SOON {
                    return Err(format!("only after {:?}", asked.elapsed()).into());
                }
            }
            Deed::Reads(text) => PinWindow::wait(self.workstation)?.wait_for_text(text)?,
            Deed::ReadsNowhere(text) => {
                let said = PinWindow::wait(self.workstation)?.text()?;
                if said.contains(text) {
                    return Err(format!("the window says:\n{said}").into());
                }
            }
            Deed::Choose(text) => PinWindow::wait(self.workstation)?.choose(text)?,
            Deed::Type(pin) => PinWindow::wait(self.workstation)?.type_pin(pin)?,
            Deed::Enter(pin) => PinWindow::wait(self.workstation)?.enter_pin(pin)?,
            Deed::Press("Escape") => PinWindow::wait(self.workstation)?.escape()?,
            Deed::Press(key) => PinWindow::wait(self.workstation)?.press(key)?,
            Deed::ClosePort => self.host()?.close_port(),
            Deed::Ended => self.host()?.wait_until_ended()?,
            Deed::Kill(victim) => victim.kill(),
            Deed::Stop(victim) => victim.stop(),
            Deed::Dismiss => self.dismiss()?,
            Deed::LoggedOut(card) => {
                let card = self.inserted(card)?;
                if !holds_within(RESET_BY_PCSCD, || !card.is_logged_in()) {
                    return Err("the card is still logged in".into());
                }
            }
            Deed::KillPcscd => self.workstation.middleware_mut().kill(),
            Deed::StartPcscd => self.workstation.middleware_mut().resume()?,
            Deed::UnplugReaders => self.workstation.middleware_mut().disconnect_readers()?,
            Deed::PlugReaders => self.workstation.middleware_mut().connect_readers()?,
        }
        Ok(())
    }

    /// Checks how it ended and what is left.
    fn finish(mut self, situation: &Situation) -> Outcome<()> {
        match situation.end {
            End::Token(person) => self.expect_token_of(&person)?,
            End::Failure(code) => self.host()?.expect_failure(code.name())?,
            End::NoAnswer => {}
        }
        wait_until_no_window(self.workstation)?;
        self.host()?.wait_until_ended()?;
        expect_nothing_left(self.workstation)?;
        // Where the module was left in the middle, pcscd resets the card.
        let patience = match (situation.modules, situation.end) {
            (Modules::OpenSc, End::Token(_) | End::Failure(_)) => Duration::ZERO,
            _ => RESET_BY_PCSCD,
        };
        for (card, place) in &self.cards {
            let expected = situation.cards.iter().find(|(named, _)| named == card);
            let (_, expected) = expected.ok_or("a card of which the row says nothing")?;
            place.expect(expected, patience)?;
        }
        self.cards.clear();
        self.wait_until_noticed()?;
        Ok(())
    }

    fn dismiss(&mut self) -> Outcome<()> {
        let ended = |play: &mut Self| play.host().is_ok_and(PlainHost::has_ended);
        for _ in 0..50 {
            if holds_within(Duration::from_millis(400), || ended(self)) {
                return expect_nothing_left(self.workstation);
            }
            if let Some(mut window) = PinWindow::standing(self.workstation) {
                window.press("Escape")?;
            }
        }
        Err("the host does not end".into())
    }

    fn expect_token_of(&mut self, person: &Person) -> Outcome<()> {
        let named = self.host()?.expect_token()?;
        match named == person.codice_fiscale {
            true => Ok(()),
            false => Err(format!("a token of {named}").into()),
        }
    }

    fn insert(&mut self, reader: Reader, card: CardOf, script: Script) -> Outcome<()> {
        let issued = match self.take(card)? {
            Some(taken) => taken,
            None => card.issue(self.issuer)?,
        };
        let inserted = reader.insert_noticed(issued, script)?;
        self.cards.push((card, Place::Reader(inserted)));
        Ok(())
    }

    /// Waits until pcscd knows which cards are in its readers.
    fn wait_until_noticed(&self) -> Outcome<()> {
        let is_in = |(_, place): &&(CardOf, Place)| match place {
            Place::Reader(card) => card.is_in(),
            Place::Hand(_) => false,
        };
        let count = self.cards.iter().filter(is_in).count();
        Ok(self.workstation.middleware().wait_for_cards(count)?)
    }

    /// Takes a card from where it is; none for one that was not issued yet.
    fn take(&mut self, card: CardOf) -> Outcome<Option<Card>> {
        let place = self.cards.iter().position(|(known, _)| *known == card);
        Ok(place.map(|place| match self.cards.swap_remove(place).1 {
            Place::Reader(inserted) => inserted.remove(),
            Place::Hand(card) => *card,
        }))
    }

    fn inserted(&self, card: CardOf) -> Outcome<&InsertedCard> {
        let found = self.cards.iter().find_map(|(known, place)| match place {
            Place::Reader(inserted) if *known == card => Some(inserted),
            _ => None,
        });
        found.ok_or_else(|| "the card is in no reader".into())
    }

    fn host(&mut self) -> Outcome<&mut PlainHost> {
        self.host.as_mut().ok_or_else(|| "nobody asked yet".into())
    }

    /// What went wrong, where, and what there is to see of it.
    fn explain(
        &mut self,
        number: usize,
        deed: &Deed,
        failure: &(dyn std::error::Error + Send + Sync),
    ) -> crate::Failure {
        let shown = self.workstation.desktop().window_nodes();
        let names: Vec<String> = shown
            .unwrap_or_default()
            .into_iter()
            .flat_map(|node| [node.name, node.description])
            .filter(|text| !text.is_empty())
            .collect();
        let log = self.host.as_ref().map(PlainHost::log).unwrap_or_default();
        format!(
            "deed {number}, {deed:?}: {failure}\nthe window: {}\nthe host: {log}",
            names.join(" | ")
        )
        .into()
    }
}

impl Place {
    fn expect(&self, expected: &Seen, patience: Duration) -> Outcome<()> {
        if let Place::Reader(card) = self
            && !holds_within(patience, || !card.is_logged_in())
        {
            return Err("the card is still logged in".into());
        }
        let (seen, other_keyset) = match self {
            Place::Reader(card) => (
                Seen::of(
                    card.verifications(),
                    card.pin_tries_left(),
                    card.signatures(),
                ),
                card.signature_keyset_uses(),
            ),
            Place::Hand(card) => (
                Seen::of(
                    card.verifications(),
                    card.pin_tries_left(),
                    card.signatures(),
                ),
                card.signature_keyset_uses(),
            ),
        };
        if seen != *expected {
            return Err(format!("the card has seen {seen:?} instead of {expected:?}").into());
        }
        match other_keyset {
            0 => Ok(()),
            _ => Err("the keys for signing documents were touched".into()),
        }
    }
}

fn in_words(path: &Path) -> String {
    path.display().to_string()
}
