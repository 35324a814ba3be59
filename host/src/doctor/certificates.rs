//! The certificates on the cards, judged as the window judges them.

use cns::{Certificate, PurposeFault, Refusal};
use protocol::CodiceFiscale;

use super::date::date;
use super::modules::{Module, Outcome};
use super::report::{Check, State};
use crate::module::messages::{Bytes, SeenCard};

const ID: &str = "certificate";

/// A certificate, and the reader its card is in.
struct Found {
    reader: String,
    certificate: Certificate,
}

/// What the certificates came to.
pub struct Certificates {
    /// The report's part on them.
    pub checks: Vec<Check>,
    /// Whether one begins later than this clock says.
    pub one_is_to_come: bool,
}

/// Judges every certificate that a module read, each once, at `now` (Unix seconds); so many
/// cards are in the readers, where the smart-card service tells.
pub fn check(modules: &[Module], cards_in_readers: Option<usize>, now: i64) -> Certificates {
    let found = found(modules);
    let one_serves = cards(modules).any(|(_, card)| serves(card, now));
    let mut read: Vec<&String> = Vec::new();
    for found in &found {
        if !read.contains(&&found.reader) {
            read.push(&found.reader);
        }
    }
    let mut checks = Vec::new();
    for reader in &read {
        let on_card = || found.iter().filter(|found| found.reader == **reader);
        let card_serves = on_card().any(|found| is_usable(&found.certificate, now));
        checks.extend(on_card().map(|found| judged(found, now, one_serves, card_serves)));
    }
    for reader in unread(modules, &read, cards_in_readers) {
        checks.push(Check::with(
            lack(one_serves),
            ID,
            format!("card in {reader}"),
            "no module reads a certificate from it",
            "install the card maker's middleware; if it is there, the card holds no \
             certificate: ask the body that issued it",
        ));
    }
    for (reader, card) in cards(modules) {
        let pin = pin_check(reader, card);
        checks.extend(pin.filter(|pin| !checks.contains(pin)));
    }
    Certificates {
        checks,
        one_is_to_come: found.iter().any(|found| {
            let judgement = found.certificate.judge(now);
            matches!(judgement, Err(Refusal::NotYetValid { .. }))
        }),
    }
}

/// Every certificate once, in the reader of the first module that read it.
fn found(modules: &[Module]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (reader, card) in cards(modules) {
        // What is no certificate cannot be shown, nor chosen.
        for certificate in certificates(card) {
            if !found
                .iter()
                .any(|known| known.certificate.der() == certificate.der())
            {
                let reader = reader.clone();
                found.push(Found {
                    reader,
                    certificate,
                });
            }
        }
    }
    found
}

/// The readers with a card that no module reads a certificate from. Two modules may name one
/// reader differently: a card is the same one where its serial number or a certificate is, and
/// where as many cards were read as there are.
fn unread<'a>(
    modules: &'a [Module],
    read: &[&String],
    cards_in_readers: Option<usize>,
) -> Vec<&'a String> {
    if cards_in_readers.is_some_and(|count| count <= read.len()) {
        return Vec::new();
    }
    let is_read = |card: &SeenCard| certificates(card).next().is_some();
    let serials: Vec<&String> = cards(modules)
        .filter(|(_, card)| is_read(card) && !card.serial.is_empty())
        .map(|(_, card)| &card.serial)
        .collect();
    let mut unread: Vec<&String> = Vec::new();
    for (reader, card) in cards(modules) {
        let is_known = is_read(card) || read.contains(&reader) || serials.contains(&&card.serial);
        if !is_known && !unread.contains(&reader) {
            unread.push(reader);
        }
    }
    unread
}

fn certificates(card: &SeenCard) -> impl Iterator<Item = Certificate> {
    let ders = card.certificates.iter();
    ders.filter_map(|Bytes(der)| Certificate::read(der).ok())
}

fn is_usable(certificate: &Certificate, now: i64) -> bool {
    certificate.judge(now).is_ok()
}

/// Whether a login can work with this card.
fn serves(card: &SeenCard, now: i64) -> bool {
    certificates(card).any(|certificate| is_usable(&certificate, now))
}

fn cards(modules: &[Module]) -> impl Iterator<Item = (&String, &SeenCard)> {
    modules
        .iter()
        .filter_map(|module| match &module.outcome {
            Outcome::Answers(examination) => Some(&examination.slots),
            _ => None,
        })
        .flatten()
        .filter_map(|slot| Some((&slot.reader, slot.card.as_ref()?)))
}

/// What is wrong with one card matters less where another can be used.
fn lack(one_serves: bool) -> State {
    match one_serves {
        true => State::Warning,
        false => State::Wrong,
    }
}

fn judged(found: &Found, now: i64, one_serves: bool, card_serves: bool) -> Check {
    let certificate = &found.certificate;
    let subject = format!("certificate in {}", found.reader);
    let holder = match certificate.codice_fiscale() {
        Some(codice_fiscale) => masked(&codice_fiscale),
        None => "no codice fiscale".to_owned(),
    };
    let about = format!(
        "{}, {holder}, valid until {}",
        certificate.issuer_name(),
        certificate.not_after_date()
    );
    let Err(refusal) = certificate.judge(now) else {
        return Check::ok(ID, subject, format!("CNS of {about}"));
    };
    let (why, remedy) = told(&refusal);
    let found = format!("{about}; refused: {why}");
    match &refusal {
        // A card often holds another one, for documents or for something else.
        Refusal::Purpose(_) | Refusal::NotCns(_) if card_serves => Check::ok(
            ID,
            subject,
            format!("{about}; not the one for logins ({why})"),
        ),
        _ => Check::with(lack(one_serves), ID, subject, found, remedy),
    }
}

fn told(refusal: &Refusal) -> (String, &'static str) {
    const RENEW: &str = "ask the body that issued the card for a new one";
    match refusal {
        Refusal::Expired { not_after } => (format!("it expired on {}", date(*not_after)), RENEW),
        Refusal::NotYetValid { not_before } => (
            format!("it is valid only from {}", date(*not_before)),
            "check the clock",
        ),
        Refusal::Purpose(PurposeFault::NonRepudiation) => (
            "it is for signing documents".to_owned(),
            "use a card that holds a CNS certificate for authentication",
        ),
        Refusal::Purpose(fault) => (
            fault.to_string(),
            "use a card that holds a CNS certificate for authentication",
        ),
        Refusal::NotCns(fault) => (
            format!("it is none of a CNS: {fault}"),
            "use a CNS; a CIE or a card for something else does not serve",
        ),
        Refusal::WeakKey(fault) => (format!("it is too weak: {fault}"), RENEW),
    }
}

/// What the card tells about its PIN, where it can be believed: a token's flags know of the
/// last try only.
fn pin_check(reader: &str, card: &SeenCard) -> Option<Check> {
    (card.tries_left == Some(1)).then(|| {
        Check::warning(
            "pin",
            format!("PIN of the card in {reader}"),
            "1 try left before it is locked",
            "type it with care; the right one brings all tries back",
        )
    })
}

/// All but the first three characters and the last are hidden.
fn masked(codice_fiscale: &CodiceFiscale) -> String {
    let all = codice_fiscale.as_str();
    let hidden = "*".repeat(all.len() - 4);
    format!("{}{hidden}{}", &all[..3], &all[all.len() - 1..])
}

#[cfg(test)]
mod tests {
    use pki::{Authority, Holder, Key};

    use super::super::modules::tests::answering;
    use super::*;

    /// Within the validity of the certificates that `pki` makes.
    fn good_time(der: &[u8]) -> i64 {
        Certificate::read(der).unwrap().not_before() + 1
    }

    fn certificate() -> Vec<u8> {
        let authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::p256());
        let issued = authority.issue(&Holder::default(), Key::rsa(0));
        issued.certificate().to_vec()
    }

    fn cie() -> Vec<u8> {
        let authority = Authority::new("Ministero dell'Interno", Key::p256());
        let key = Key::rsa(1);
        let mut body = authority.body(&Holder::default(), &key);
        pki::extension::set(
            &mut body,
            pki::extension::policies(false, &[pki::extension::CIE_POLICY]),
        );
        authority.sign(&body)
    }

    fn states(modules: &[Module], now: i64) -> Vec<State> {
        let checks = check(modules, None, now).checks;
        checks.iter().map(|check| check.state).collect()
    }

    #[test]
    fn a_cns_is_told_without_its_holder() {
        let der = certificate();
        let modules = [answering("Reader", &[&der]), answering("Reader", &[&der])];
        let certificates = check(&modules, None, good_time(&der));
        let [check] = &certificates.checks[..] else {
            panic!("{:?}", certificates.checks);
        };
        assert_eq!(check.state, State::Ok);
        let holder = Holder::default();
        let codice_fiscale = &holder.codice_fiscale;
        assert!(check.found.contains(&format!(
            "{}************{}, valid until ",
            &codice_fiscale[..3],
            &codice_fiscale[15..]
        )));
        let names = [holder.cognome, holder.nome].map(Option::unwrap);
        for personal in names.iter().chain([codice_fiscale]) {
            assert!(!check.found.contains(personal), "{}", check.found);
        }
        assert!(!certificates.one_is_to_come);
    }

    #[test]
    fn a_certificate_out_of_its_time_is_wrong_and_hints_at_the_clock() {
        let der = certificate();
        let parsed = Certificate::read(&der).unwrap();
        let modules = [answering("Reader", &[&der])];
        let expired = check(&modules, None, parsed.not_after() + 1);
        assert_eq!(expired.checks[0].state, State::Wrong);
        let day = parsed.not_after_date();
        assert!(
            expired.checks[0]
                .found
                .ends_with(&format!("it expired on {day}"))
        );
        assert!(!expired.one_is_to_come);
        let early = check(&modules, None, parsed.not_before() - 1);
        assert!(early.checks[0].found.contains("it is valid only from"));
        assert!(early.one_is_to_come);
    }

    #[test]
    fn another_certificate_on_a_card_that_serves_is_no_fault() {
        let (cns, cie) = (certificate(), cie());
        let now = good_time(&cns).max(good_time(&cie));
        let one_card = [answering("Reader", &[&cie, &cns])];
        assert_eq!(states(&one_card, now), [State::Ok, State::Ok]);
        let two_cards = [answering("A", &[&cie]), answering("B", &[&cns])];
        assert_eq!(states(&two_cards, now), [State::Warning, State::Ok]);
        assert_eq!(states(&[answering("A", &[&cie])], now), [State::Wrong]);
    }

    #[test]
    fn a_card_nobody_reads_a_certificate_from_is_wrong() {
        let certificates = check(&[answering("Reader", &[b"no certificate"])], Some(1), 0);
        assert_eq!(certificates.checks[0].state, State::Wrong);
        assert_eq!(certificates.checks[0].subject, "card in Reader");
    }

    /// The same with another serial number.
    fn with_serial(mut module: Module, serial: &str) -> Module {
        let Outcome::Answers(examination) = &mut module.outcome else {
            unreachable!("it answers");
        };
        examination.slots[0].card.as_mut().unwrap().serial = serial.to_owned();
        module
    }

    #[test]
    fn a_card_that_two_modules_name_differently_is_one_card() {
        let der = certificate();
        let now = good_time(&der);
        // Both read it; one does not, but tells its serial number; one does not know it.
        for other in [
            answering("Slot 1", &[&der]),
            answering("Slot 1", &[]),
            with_serial(answering("Slot 1", &[]), ""),
        ] {
            let modules = [answering("Reader", &[&der]), other];
            let checks = check(&modules, Some(1), now).checks;
            assert_eq!(checks.len(), 1, "{checks:?}");
            assert_eq!(checks[0].state, State::Ok);
        }
        // With two cards in the readers, it is another one.
        let unknown = with_serial(answering("Slot 1", &[]), "");
        let modules = [answering("Reader", &[&der]), unknown];
        let checks = check(&modules, Some(2), now).checks;
        assert_eq!(checks[1].subject, "card in Slot 1");
        assert_eq!(checks[1].state, State::Warning);
    }

    #[test]
    fn a_pin_with_one_try_left_is_told() {
        let der = certificate();
        let state = |tries_left| {
            let mut module = answering("Reader", &[&der]);
            let Outcome::Answers(examination) = &mut module.outcome else {
                unreachable!("it answers");
            };
            examination.slots[0].card.as_mut().unwrap().tries_left = tries_left;
            states(&[module], good_time(&der)).get(1).copied()
        };
        assert_eq!(state(Some(1)), Some(State::Warning));
        assert_eq!(state(None), None);
    }
}
