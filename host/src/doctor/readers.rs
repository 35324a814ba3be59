//! The smart-card service, its readers and the cards in them.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::report::{Check, State};
use crate::atr::{self, Aptitude};
use crate::pcsc::{Connection, Content, Library, PcscFault};

/// How long the service may take to answer; it does so in milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the smart-card service tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// The PC/SC library is not there.
    NoLibrary,
    /// The service does not run.
    NoService,
    /// The service, or a library that lacks something, refuses: for this reason.
    Refuses(String),
    /// The service does not answer.
    Hangs,
    /// The readers, by name, and what is in them.
    Found(Vec<(String, Content)>),
}

impl Readers {
    /// How many cards are in the readers; none where the service does not tell.
    pub fn cards(&self) -> Option<usize> {
        match self {
            Readers::Found(readers) => {
                let is_card = |(_, content): &&(_, Content)| matches!(content, Content::Card(_));
                Some(readers.iter().filter(is_card).count())
            }
            _ => None,
        }
    }
}

/// Asks the smart-card service.
pub fn look() -> Readers {
    within(PATIENCE, || {
        let Ok(library) = Library::open() else {
            return Readers::NoLibrary;
        };
        match ask(&library) {
            Ok(readers) => Readers::Found(readers),
            Err(PcscFault::NoReaders) => Readers::Found(Vec::new()),
            Err(PcscFault::NoService) => Readers::NoService,
            Err(fault) => Readers::Refuses(fault.to_string()),
        }
    })
}

/// A service that is stuck cannot be interrupted: its thread ends with the process.
fn within(patience: Duration, look: impl FnOnce() -> Readers + Send + 'static) -> Readers {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let _ = sender.send(look());
    });
    match receiver.recv_timeout(patience) {
        Ok(readers) => readers,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Readers::Hangs,
    }
}

fn ask(library: &Library) -> Result<Vec<(String, Content)>, PcscFault> {
    let service = Connection::begin(library)?;
    service
        .readers()?
        .into_iter()
        .map(|name| {
            let content = service.content(&name)?;
            Ok((name.to_string_lossy().into_owned(), content))
        })
        .collect()
}

/// What the service is called and what helps it, as systems differ.
struct Words {
    service: &'static str,
    no_library: (&'static str, &'static str),
    no_service: (&'static str, &'static str),
    refuses: &'static str,
    hangs: &'static str,
    no_reader: &'static str,
}

const WORDS: Words = if cfg!(windows) {
    Words {
        service: "smart-card service (SCardSvr)",
        no_library: ("winscard.dll is not there", "repair Windows: sfc /scannow"),
        no_service: (
            "is not running; Windows starts it with the first reader",
            "plug the reader in; if it is, as administrator: sc config SCardSvr start= auto, \
             then: sc start SCardSvr",
        ),
        refuses: "ask in the person's own session, on the screen: a remote desktop has the \
                  readers of the machine it is shown on, if it is let have them",
        hangs: "as administrator: sc stop SCardSvr, then: sc start SCardSvr",
        no_reader: "plug the reader in; if it is, install its maker's driver",
    }
} else if cfg!(target_os = "macos") {
    Words {
        service: "smart-card service (CryptoTokenKit)",
        no_library: ("PCSC.framework is not there", "repair macOS"),
        no_service: (
            "is not running",
            "plug the reader in again, or start the Mac anew",
        ),
        refuses: "ask in the person's own session, on the screen",
        hangs: "plug the reader in again, or start the Mac anew",
        no_reader: "plug the reader in; if it is, install its maker's driver",
    }
} else {
    Words {
        service: "smart-card service (pcscd)",
        no_library: (
            "libpcsclite.so.1 is not installed",
            "install the packages libpcsclite1 and pcscd",
        ),
        no_service: (
            "is not running",
            "install the package pcscd; then: systemctl enable --now pcscd.socket",
        ),
        refuses: "ask in the person's own service, on the screen; if it refuses there too, let \
                  polkit allow them org.debian.pcsc-lite.access_pcsc",
        hangs: "systemctl restart pcscd.service",
        no_reader: "plug the reader in; if it is, install its maker's driver (most need only the \
                    package libccid)",
    }
};

/// Judges what the service told.
pub fn check(readers: &Readers) -> Vec<Check> {
    const LIBRARY: &str = "pcsc-library";
    const SERVICE: &str = "pcsc-service";
    let library = |found| Check::ok(LIBRARY, "PC/SC library", found);
    let service = |found: &str, remedy| {
        vec![
            library("there"),
            Check::wrong(SERVICE, WORDS.service, found, remedy),
        ]
    };
    match readers {
        Readers::NoLibrary => {
            let (found, remedy) = WORDS.no_library;
            vec![Check::wrong(LIBRARY, "PC/SC library", found, remedy)]
        }
        Readers::NoService => service(WORDS.no_service.0, WORDS.no_service.1),
        Readers::Refuses(reason) => service(reason, WORDS.refuses),
        Readers::Hangs => service("does not answer", WORDS.hangs),
        Readers::Found(readers) => {
            let mut checks = vec![
                library("there"),
                Check::ok(SERVICE, WORDS.service, "answers"),
            ];
            checks.extend(reader_checks(readers));
            checks
        }
    }
}

fn reader_checks(readers: &[(String, Content)]) -> Vec<Check> {
    if readers.is_empty() {
        return vec![Check::warning(
            "reader",
            "readers",
            "none is connected",
            WORDS.no_reader,
        )];
    }
    let has_card = readers
        .iter()
        .any(|(_, content)| matches!(content, Content::Card(_)));
    // What is wrong in one reader is no more than a hint where another holds a card.
    let lack = match has_card {
        true => State::Warning,
        false => State::Wrong,
    };
    readers
        .iter()
        .map(|(name, content)| match content {
            Content::Empty if has_card => Check::ok("reader", name, "empty"),
            Content::Empty => Check::warning(
                "reader",
                name,
                "empty",
                "put a card in, so that the doctor can look at it",
            ),
            Content::Mute => Check::with(
                lack,
                "card",
                name,
                "a card that does not answer",
                "put it in the other way round; if that does not help, clean its contacts or \
                 try another reader",
            ),
            Content::Card(atr) => card_check(name, atr),
        })
        .collect()
}

fn card_check(reader: &str, answer: &[u8]) -> Check {
    let kind = atr::name(answer);
    let found = format!("{} (ATR {})", kind.name, atr::in_hex(answer));
    let warning = |remedy| Check::warning("card", reader, &found, remedy);
    match kind.aptitude {
        Aptitude::Cns => Check::ok("card", reader, found),
        Aptitude::NeedsVendorsModule => warning(
            "OpenSC does not read it: install its maker's middleware, which the Sistema TS \
             names by the code printed on the card",
        ),
        Aptitude::Contactless => {
            warning("put it into a reader with contacts; without them few programs read a CNS")
        }
        Aptitude::Other => warning("put a CNS in; this card is not made for the login"),
        Aptitude::Unknown => warning(
            "if it is a CNS, install its maker's middleware; if a module reads it \
             nevertheless, all is well",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn states(readers: &Readers) -> Vec<(&'static str, State)> {
        let told = |check: Check| (check.id, check.state);
        check(readers).into_iter().map(told).collect()
    }

    #[test]
    fn a_service_that_is_stuck_keeps_nobody_waiting() {
        let begin = Instant::now();
        let readers = within(Duration::from_millis(50), || {
            thread::sleep(Duration::from_secs(60));
            Readers::NoLibrary
        });
        assert_eq!(readers, Readers::Hangs);
        assert!(begin.elapsed() < Duration::from_secs(30));
        assert_eq!(states(&readers)[1], ("pcsc-service", State::Wrong));
    }

    #[test]
    fn a_service_that_is_not_there_and_one_that_refuses_have_different_remedies() {
        let remedy = |readers| check(&readers)[1].remedy.clone().unwrap();
        assert!(remedy(Readers::NoService).contains("install the package pcscd"));
        let refused = Readers::Refuses("PC/SC error 0x8010006a".to_owned());
        assert!(remedy(refused).contains("polkit"));
    }

    #[test]
    fn an_empty_reader_matters_only_where_no_card_is() {
        let empty = ("A".to_owned(), Content::Empty);
        let readers = Readers::Found(vec![empty.clone()]);
        assert_eq!(states(&readers)[2], ("reader", State::Warning));
        let atr = b"\x3b\xff\x18\x00\x00\x81\x31\xfe\x45\x00\x6b\x11\x05\x07\x00\x01\x11\x01CNS\
                    \x11\x31\x80\x7b";
        let card = ("B".to_owned(), Content::Card(atr.to_vec()));
        let readers = Readers::Found(vec![empty, card]);
        assert_eq!(
            states(&readers)[2..],
            [("reader", State::Ok), ("card", State::Ok)]
        );
    }

    #[test]
    fn a_mute_card_matters_only_where_no_other_is() {
        let mute = ("A".to_owned(), Content::Mute);
        let readers = Readers::Found(vec![mute.clone()]);
        assert_eq!(states(&readers)[2], ("card", State::Wrong));
        assert_eq!(readers.cards(), Some(0));
        let card = ("B".to_owned(), Content::Card(vec![0x3b, 0x00]));
        let readers = Readers::Found(vec![mute, card]);
        assert_eq!(states(&readers)[2], ("card", State::Warning));
        assert_eq!(readers.cards(), Some(1));
        assert_eq!(Readers::Hangs.cards(), None);
    }

    #[test]
    fn an_unknown_card_is_told_with_its_atr() {
        let readers = Readers::Found(vec![("A".to_owned(), Content::Card(vec![0x3b, 0x00]))]);
        let card = &check(&readers)[2];
        assert_eq!(card.found, "unknown card (ATR 3B 00)");
        assert_eq!(card.state, State::Warning);
    }
}
