//! Plays a situation with the real host, window and middleware.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

use protocol::Language;

use super::{CardOf, Deed, End, Modules, Seen, Situation, asker::Asker, words::in_language};
use crate::{
    Outcome,
    card::{Card, Script},
    chain::Chain,
    desk::{PIN, expect_nothing_left},
    middleware::opensc,
    people::{ANNA_VERDI, Issuer, LUCA_BIANCHI},
    pin_window::{PinWindow, wait_until_no_window},
    plain_host::HostSetup,
    product,
    reader::{InsertedCard, Reader},
    screen::WindowWatch,
    waiting::{holds_within, wait_until},
    workstation::Workstation,
};

/// How long pcscd may take to reset a card whose client has died.
const RESET_BY_PCSCD: Duration = Duration::from_secs(2);

/// How long a module that misbehaves may keep the person waiting: ten seconds, and one in
/// which it still gave signs of life or we looked away.
const SOON: Duration = Duration::from_secs(11);

/// A situation that is under way.
struct Play<'p, 'a> {
    name: &'static str,
    language: Language,
    workstation: &'p mut Workstation,
    issuer: &'p Issuer,
    setup: HostSetup,
    cards: Vec<(CardOf, Place)>,
    asker: Asker<'a>,
    windows: WindowWatch,
}

/// Where a card is.
enum Place {
    Reader(InsertedCard),
    Hand(Box<Card>),
}

impl Situation {
    /// Plays it in this language and checks all that it promises.
    pub fn play(
        &self,
        workstation: &mut Workstation,
        issuer: &Issuer,
        language: Language,
    ) -> Outcome<()> {
        let setup = self.modules.set_up(workstation)?;
        let asker = Asker::Pipes(None);
        self.play_for(asker, workstation, issuer, setup, language)?;
        Ok(())
    }

    /// The same for a page in the browser, in Italian: it has registered the person, or tells
    /// why not and offers to try again.
    pub fn play_in_browser(&self, chain: &mut Chain) -> Outcome<()> {
        if self.modules != Modules::OpenSc {
            return Err("a browser's host has the workstation's own middleware".into());
        }
        let setup = self.modules.set_up(&chain.workstation)?;
        let portal = chain.portal(&[LUCA_BIANCHI, ANNA_VERDI])?;
        let asker = Asker::Page {
            browser: &chain.browser,
            portal: &portal,
            has_tab: false,
        };
        let (workstation, issuer) = (&mut chain.workstation, &chain.issuer);
        let mut asker = self.play_for(asker, workstation, issuer, setup, Language::It)?;
        if let End::Failure(_) = self.end {
            chain.expect_nothing_opened()?;
        }
        asker.close_tab()
    }

    fn play_for<'a>(
        &self,
        asker: Asker<'a>,
        workstation: &mut Workstation,
        issuer: &Issuer,
        setup: HostSetup,
        language: Language,
    ) -> Outcome<Asker<'a>> {
        let windows = workstation.screen()?.watch_windows()?;
        let mut play = Play {
            name: self.name,
            language,
            workstation,
            issuer,
            setup,
            cards: Vec::new(),
            asker,
            windows,
        };
        for (number, deed) in self.deeds.iter().enumerate() {
            play.carry_out(number, deed)
                .map_err(|failure| play.explain(number, deed, &*failure))?;
        }
        play.finish(self)
    }
}

impl Modules {
    /// Puts them where the host finds them; what its process then needs besides.
    pub fn set_up(self, workstation: &Workstation) -> Outcome<HostSetup> {
        let (quirk, hidden, mode) = match self {
            Modules::OpenSc => {
                workstation.name_modules(&[])?;
                return Ok(HostSetup::default());
            }
            Modules::None => {
                workstation.name_modules(&[])?;
                return Ok(HostSetup {
                    hidden: Some(opensc()),
                    ..HostSetup::default()
                });
            }
            Modules::Quirky(quirk) => (quirk, None, 0o644),
            Modules::QuirkyAlone(quirk) => (quirk, Some(opensc()), 0o644),
            Modules::WritableByAnybody(quirk) => (quirk, None, 0o666),
        };
        // Where only this person writes, so that the host believes it.
        let place = |name: &str| workstation.folder().join("home").join(name);
        let (module, behind) = (place("quirky_module.so"), place("opensc-pkcs11.so"));
        fs::copy(product::quirky_module()?, &module)?;
        fs::set_permissions(&module, fs::Permissions::from_mode(mode))?;
        fs::copy(opensc(), &behind)?;
        workstation.name_modules(&[module])?;
        let variable = |name: &str, value: String| (name.to_owned(), value);
        Ok(HostSetup {
            variables: vec![
                variable("QUIRK", quirk.to_owned()),
                variable("QUIRKY_BEHIND", in_words(&behind)),
                variable("QUIRKY_PIN", PIN.to_owned()),
            ],
            hidden,
        })
    }
}

impl<'a> Play<'_, 'a> {
    fn carry_out(&mut self, number: usize, deed: &Deed) -> Outcome<()> {
        match *deed {
            Deed::Insert(card, script) => {
                let reader = self.workstation.middleware().first_reader();
                self.insert(reader, card, script)?;
            }
            Deed::InsertBeside(card, script) => {
                let reader = self.workstation.middleware().second_reader();
                self.insert(reader, card, script)?;
            }
            Deed::Remove(card) => self.remove(card)?,
            Deed::Held(card) => self.inserted(card)?.wait_until_held()?,
            Deed::GoOn(card) => self.inserted(card)?.go_on(),
            Deed::Out(card) => {
                self.inserted(card)?.wait_until_out()?;
                self.remove(card)?;
            }
            Deed::Verified(card, count) => {
                let card = self.inserted(card)?;
                wait_until("PIN at the card", || card.verifications() == count)?;
            }
            Deed::Signed(card, count) => {
                let card = self.inserted(card)?;
                wait_until("signature", || card.signatures() == count)?;
            }
            Deed::Ask => self
                .asker
                .ask(self.workstation, &self.setup, self.language)?,
            Deed::AskFrom(origin) => {
                let (setup, language) = (&self.setup, self.language);
                self.asker
                    .ask_as(origin, self.workstation, setup, language)?;
            }
            Deed::Progress(state) => self.asker.wait_for_progress(state)?,
            Deed::Answered(code) => {
                self.asker.expect_failure(&[code])?;
                self.expect_ended()?;
            }
            Deed::AnsweredOneOf(codes) => {
                self.asker.expect_failure(codes)?;
                self.expect_ended()?;
            }
            Deed::Granted(person) => {
                self.asker.expect_token_of(&person)?;
                self.expect_ended()?;
            }
            Deed::Unanswered => {
                self.asker.expect_no_answer()?;
                self.expect_ended()?;
            }
            Deed::GrantedNow(person) => self.asker.expect_token_of(&person)?,
            Deed::ReadsSoon(text) => {
                let waited = self.read(number, text)?;
                if waited > SOON {
                    return Err(format!("only after {waited:?}").into());
                }
            }
            Deed::Reads(text) => drop(self.read(number, text)?),
            Deed::ReadsNowhere(text) => {
                let text = in_language(text, self.language).unwrap_or(text);
                let said = PinWindow::wait(self.workstation)?.text()?;
                if said.contains(text) {
                    return Err(format!("the window says:\n{said}").into());
                }
            }
            Deed::Choose(text) => PinWindow::wait(self.workstation)?.choose(text)?,
            Deed::Type(pin) => PinWindow::wait(self.workstation)?.type_pin(pin)?,
            Deed::Enter(pin) => PinWindow::wait(self.workstation)?.enter_pin(pin)?,
            Deed::Confirm => PinWindow::wait(self.workstation)?.confirm()?,
            Deed::Press("Escape") => PinWindow::wait(self.workstation)?.escape()?,
            Deed::Press(key) => PinWindow::wait(self.workstation)?.press(key)?,
            Deed::NoWindowCame => {
                if self.windows.saw_one()? {
                    return Err("a window came".into());
                }
            }
            Deed::ClosePort => self.asker.host()?.close_port(),
            Deed::StopWorker => self.asker.browser()?.stop_service_worker()?,
            Deed::CloseTab => self.asker.close_tab()?,
            Deed::Ended => self.expect_ended()?,
            Deed::Kill(victim) => victim.kill(),
            Deed::Stop(victim) => victim.stop(),
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
    fn finish(mut self, situation: &Situation) -> Outcome<Asker<'a>> {
        match situation.end {
            End::Token(person) => self.asker.expect_token_of(&person)?,
            End::Failure(code) => self.asker.expect_failure(&[code])?,
            End::NoAnswer => self.asker.expect_no_answer()?,
        }
        wait_until_no_window(self.workstation)?;
        self.expect_ended()?;
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
        for card in situation.cards.iter().map(|(card, _)| *card) {
            if self.inserted(card).is_ok() {
                self.remove(card)?;
            }
        }
        Ok(self.asker)
    }

    /// The window says this; a picture of it is kept. Answers how long it took to.
    fn read(&mut self, number: usize, text: &'static str) -> Outcome<Duration> {
        let asked = Instant::now();
        let text = in_language(text, self.language)
            .ok_or_else(|| format!("what is \"{text}\" in {:?}?", self.language))?;
        let mut window = PinWindow::wait(self.workstation)?;
        window.wait_for_text(text)?;
        let waited = asked.elapsed();
        let folder = product::pictures_of_situations();
        fs::create_dir_all(&folder)?;
        let picture = format!("{}-{number}-{}.png", self.name, self.language.code());
        // One that has gone meanwhile has said it all the same.
        let _ = window.photograph(&folder.join(picture));
        Ok(waited)
    }

    /// Nothing is left of the last request.
    fn expect_ended(&mut self) -> Outcome<()> {
        self.asker.wait_until_ended(self.workstation)?;
        expect_nothing_left(self.workstation)
    }

    fn remove(&mut self, card: CardOf) -> Outcome<()> {
        let place = self.cards.iter().position(|(known, _)| *known == card);
        let place = place.map(|place| self.cards.swap_remove(place).1);
        let Some(Place::Reader(inserted)) = place else {
            return Err("the card is in no reader".into());
        };
        let left = self.cards_in_readers();
        let taken = self.workstation.middleware().take_out(inserted, left)?;
        self.cards.push((card, Place::Hand(Box::new(taken))));
        Ok(())
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

    fn cards_in_readers(&self) -> usize {
        let is_in = |(_, place): &&(CardOf, Place)| match place {
            Place::Reader(card) => card.is_in(),
            Place::Hand(_) => false,
        };
        self.cards.iter().filter(is_in).count()
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
        format!(
            "deed {number}, {deed:?}: {failure}\nthe window: {}\nthe host: {}",
            names.join(" | "),
            self.asker.log()
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
