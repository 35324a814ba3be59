//! A card reader for virtual cards: the `vpcd` driver of pcscd.
//!
//! The driver listens on a TCP port inside pcscd; the card connects to it. Inserting a card
//! is connecting, taking it out is closing the connection. Each message is a length of two
//! bytes, big-endian, and a payload; a payload of one byte from the reader is a control.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    os::linux::net::TcpStreamExt,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    card::{Act, Card, Play, Script},
    waiting::{TimedOut, holds_within, wait_until},
};

const POWER_OFF: &[u8] = &[0x00];
const POWER_ON: &[u8] = &[0x01];
const RESET: &[u8] = &[0x02];
const GET_ATR: &[u8] = &[0x04];

/// `PCSCLITE_STATUS_POLL_RATE`.
const BETWEEN_LOOKS_OF_PCSCD: Duration = Duration::from_millis(400);

/// The port of the driver's first reader (Debian's `/etc/reader.conf.d/vpcd`); its second
/// listens on the next one.
pub const FIRST_READER_PORT: u16 = 0x8C7B;

/// A reader of the driver.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    address: SocketAddr,
}

impl Reader {
    /// The driver's first reader on this machine.
    pub fn first() -> Reader {
        Reader::at_port(FIRST_READER_PORT)
    }

    /// The driver's second reader on this machine.
    pub fn second() -> Reader {
        Reader::at_port(FIRST_READER_PORT + 1)
    }

    /// The reader that listens on this port of this machine.
    pub fn at_port(port: u16) -> Reader {
        Reader {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }

    /// Puts a card in. It stays until [`InsertedCard::remove`] or the end of its owner.
    pub fn insert(&self, card: Card) -> io::Result<InsertedCard> {
        self.insert_with(card, &[])
    }

    /// Puts a card in and waits until pcscd has seen it, and again where it does not.
    ///
    /// pcscd looks at its readers a few times a second: a card put in between two looks it
    /// takes for the one before, and a person too would take it out and put it in again.
    pub fn insert_noticed(&self, card: Card, script: Script) -> io::Result<InsertedCard> {
        let mut card = card;
        for _ in 0..5 {
            let inserted = self.insert_with(card, script)?;
            let has_power = || lock(&inserted.inside.state).has_power;
            if holds_within(3 * BETWEEN_LOOKS_OF_PCSCD, has_power) {
                return Ok(inserted);
            }
            card = inserted.remove();
            thread::sleep(2 * BETWEEN_LOOKS_OF_PCSCD);
        }
        Err(io::Error::other("pcscd does not see the card"))
    }

    /// Puts a card in that plays a script as long as it is in.
    pub fn insert_with(&self, card: Card, script: Script) -> io::Result<InsertedCard> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        let inside = Arc::new(Inside {
            card: Mutex::new(card),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let answering = {
            let (stream, inside) = (stream.try_clone()?, Arc::clone(&inside));
            thread::Builder::new()
                .name("virtual card".into())
                .spawn(move || inside.answer_commands(stream, script))?
        };
        Ok(InsertedCard {
            reader: *self,
            inside,
            stream,
            answering: Some(answering),
        })
    }
}

/// A card in a reader.
pub struct InsertedCard {
    reader: Reader,
    inside: Arc<Inside>,
    stream: TcpStream,
    answering: Option<JoinHandle<()>>,
}

/// What the card's owner and the thread that answers for it share.
struct Inside {
    card: Mutex<Card>,
    state: Mutex<State>,
    changed: Condvar,
}

/// How it stands with the card in the reader.
#[derive(Default)]
struct State {
    /// pcscd has seen it and given it power.
    has_power: bool,
    /// A command waits, see [`Act::Hold`].
    is_held: bool,
    /// Nothing is held any more: the test has let it go on, or the card was taken out.
    goes_on: bool,
}

impl InsertedCard {
    /// See [`Card::is_logged_in`].
    pub fn is_logged_in(&self) -> bool {
        lock(&self.inside.card).is_logged_in()
    }

    /// See [`Card::signatures`].
    pub fn signatures(&self) -> u32 {
        lock(&self.inside.card).signatures()
    }

    /// See [`Card::signature_keyset_uses`].
    pub fn signature_keyset_uses(&self) -> u32 {
        lock(&self.inside.card).signature_keyset_uses()
    }

    /// See [`Card::verifications`].
    pub fn verifications(&self) -> u32 {
        lock(&self.inside.card).verifications()
    }

    /// See [`Card::pin_tries_left`].
    pub fn pin_tries_left(&self) -> u8 {
        lock(&self.inside.card).pin_tries_left()
    }

    /// Waits until its script keeps a command waiting ([`Act::Hold`]).
    pub fn wait_until_held(&self) -> Result<(), TimedOut> {
        wait_until("command that the card holds", || {
            lock(&self.inside.state).is_held
        })
    }

    /// Lets the command that it holds go on, and every later one.
    pub fn go_on(&self) {
        lock(&self.inside.state).goes_on = true;
        self.inside.changed.notify_all();
    }

    /// Whether it is in a reader: not taken out, and the reader not gone.
    pub fn is_in(&self) -> bool {
        let answering = self.answering.as_ref();
        answering.is_some_and(|answering| !answering.is_finished())
    }

    /// The reader it was put into.
    pub fn reader(&self) -> Reader {
        self.reader
    }

    /// Waits until its script has taken it out ([`Act::Remove`]).
    pub fn wait_until_out(&self) -> Result<(), TimedOut> {
        wait_until("card taken out by its script", || !self.is_in())
    }

    /// Takes the card out, even in the middle of a command. It loses its power.
    pub fn remove(mut self) -> Card {
        self.pull();
        let inside = Arc::clone(&self.inside);
        drop(self);
        match Arc::try_unwrap(inside) {
            Ok(inside) => inside
                .card
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
            Err(_) => unreachable!("the answering thread has ended and we were dropped"),
        }
    }

    fn pull(&mut self) {
        // Already closed by the reader is as good.
        let _ = self.stream.shutdown(Shutdown::Both);
        self.go_on();
        if let Some(answering) = self.answering.take() {
            let _ = answering.join();
        }
        lock(&self.inside.card).reset();
    }
}

impl Drop for InsertedCard {
    fn drop(&mut self) {
        self.pull();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inside {
    /// Ends when either side closes the connection, or the script takes the card out.
    fn answer_commands(&self, mut stream: TcpStream, script: Script) {
        let mut play = Play::new(script);
        while let Ok(message) = receive(&mut stream) {
            let answer = match &message[..] {
                // Asked at each of pcscd's looks, too.
                GET_ATR => Some(lock(&self.card).atr().to_vec()),
                POWER_OFF | POWER_ON | RESET => {
                    if self.carry_out(&play.at_reset()).is_none() {
                        break;
                    }
                    lock(&self.card).reset();
                    lock(&self.state).has_power |= message == POWER_ON;
                    continue;
                }
                command => self.transmit(command, &play.at_command(command)),
            };
            if answer.is_none_or(|answer| send(&mut stream, &answer).is_err()) {
                break;
            }
        }
        // Already closed by the reader is as good.
        let _ = stream.shutdown(Shutdown::Both);
        lock(&self.card).reset();
    }

    /// None where the card is taken out instead.
    fn transmit(&self, command: &[u8], acts: &[Act]) -> Option<Vec<u8>> {
        self.carry_out(acts)?;
        let refusal = acts.iter().find_map(|act| match act {
            Act::Refuse(status) => Some(status.to_be_bytes().to_vec()),
            _ => None,
        });
        let answer = refusal.unwrap_or_else(|| lock(&self.card).transmit(command));
        match answer[..] {
            [0x63, 0xC0..=0xCF] if acts.contains(&Act::HideTries) => Some(vec![0x63, 0x00]),
            _ => Some(answer),
        }
    }

    /// Does what comes before the answer; none where the card is taken out.
    fn carry_out(&self, acts: &[Act]) -> Option<()> {
        for act in acts {
            match act {
                Act::Take(time) => thread::sleep(*time),
                Act::Remove => return None,
                Act::Hold => self.hold(),
                Act::Refuse(_) | Act::HideTries => {}
            }
        }
        Some(())
    }

    fn hold(&self) {
        let mut state = lock(&self.state);
        while !state.goes_on {
            state.is_held = true;
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.is_held = false;
    }
}

fn receive(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    // A delayed acknowledgement costs 40 ms an APDU; the kernel forgets the wish at each read.
    stream.set_quickack(true)?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    Ok(message)
}

fn send(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = (message.len() as u16).to_be_bytes();
    stream.write_all(&[&length[..], message].concat())
}
