//! A card reader for virtual cards: the `vpcd` driver of pcscd.
//!
//! The driver listens on a TCP port inside pcscd; the card connects to it. Inserting a card
//! is connecting, taking it out is closing the connection. Each message is a length of two
//! bytes, big-endian, and a payload; a payload of one byte from the reader is a control.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    os::linux::net::TcpStreamExt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::card::Card;

const POWER_OFF: [u8; 1] = [0x00];
const POWER_ON: [u8; 1] = [0x01];
const RESET: [u8; 1] = [0x02];
const GET_ATR: [u8; 1] = [0x04];

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
        self.insert_slow(card, Duration::ZERO)
    }

    /// Puts in a card that takes this long for every command.
    pub fn insert_slow(&self, card: Card, per_command: Duration) -> io::Result<InsertedCard> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        let card = Arc::new(Mutex::new(card));
        let answering = {
            let (stream, card) = (stream.try_clone()?, Arc::clone(&card));
            thread::Builder::new()
                .name("virtual card".into())
                .spawn(move || answer_commands(stream, &card, per_command))?
        };
        Ok(InsertedCard {
            card,
            stream,
            answering: Some(answering),
        })
    }
}

/// A card in a reader.
pub struct InsertedCard {
    card: Arc<Mutex<Card>>,
    stream: TcpStream,
    answering: Option<JoinHandle<()>>,
}

impl InsertedCard {
    /// See [`Card::is_logged_in`].
    pub fn is_logged_in(&self) -> bool {
        lock(&self.card).is_logged_in()
    }

    /// See [`Card::signatures`].
    pub fn signatures(&self) -> u32 {
        lock(&self.card).signatures()
    }

    /// See [`Card::verifications`].
    pub fn verifications(&self) -> u32 {
        lock(&self.card).verifications()
    }

    /// See [`Card::pin_tries_left`].
    pub fn pin_tries_left(&self) -> u8 {
        lock(&self.card).pin_tries_left()
    }

    /// Takes the card out, even in the middle of a command. It loses its power.
    pub fn remove(mut self) -> Card {
        self.pull();
        let card = Arc::clone(&self.card);
        drop(self);
        match Arc::try_unwrap(card) {
            Ok(card) => card.into_inner().unwrap_or_else(PoisonError::into_inner),
            Err(_) => unreachable!("the answering thread has ended and we were dropped"),
        }
    }

    fn pull(&mut self) {
        // Already closed by the reader is as good.
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(answering) = self.answering.take() {
            let _ = answering.join();
        }
        lock(&self.card).reset();
    }
}

impl Drop for InsertedCard {
    fn drop(&mut self) {
        self.pull();
    }
}

fn lock(card: &Mutex<Card>) -> MutexGuard<'_, Card> {
    card.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends when either side closes the connection.
fn answer_commands(mut stream: TcpStream, card: &Mutex<Card>, per_command: Duration) {
    while let Ok(message) = receive(&mut stream) {
        let answer = if message == GET_ATR {
            Some(lock(card).atr().to_vec())
        } else if [POWER_OFF, POWER_ON, RESET]
            .iter()
            .any(|control| message == control)
        {
            lock(card).reset();
            None
        } else {
            thread::sleep(per_command);
            Some(lock(card).transmit(&message))
        };
        if answer.is_some_and(|answer| send(&mut stream, &answer).is_err()) {
            return;
        }
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
