//! The PKCS#11 modules: which are there, which answer, and what they see.

use std::io;
use std::path::PathBuf;

use super::report::{Check, State};
use crate::module::examination::{Examination, examine};
use crate::module::messages::{CardReading, Slot};
use crate::module::middleware::choose;
use crate::policy::Policy;
use crate::trusted_path::{Distrust, Keeper};

const ID: &str = "module";

/// Whose a module is to be that is not believed.
const KEEP: &str = if cfg!(windows) {
    "install it anew as administrator, where only administrators write; icacls shows who may; \
     what the person's own policy names may be the person's"
} else {
    "let root own it and nobody else write it (chmod go-w), its folders too; what the \
     person's own policy names may be the person's"
};

/// A module that the policy names or that stands in a known place.
#[derive(Debug, Clone)]
pub struct Module {
    /// Its file.
    pub path: PathBuf,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The policy names it, and it is not there.
    Absent,
    /// Somebody else can change it: it is not loaded.
    Distrusted(String),
    /// It could not be loaded, crashed or did not answer.
    Fails(String),
    /// Nothing is loaded while there is a policy that cannot be used.
    NotTried,
    /// It answered.
    Answers(Examination),
}

/// Has each module look once, one after the other: two on one card stand in each other's way.
///
/// Without a `policy`, since the one that is there cannot be used, none is loaded.
pub fn look(policy: Option<&Policy>) -> Vec<Module> {
    let named = policy.map_or((&[][..], Keeper::Root), |policy| {
        (policy.modules(), policy.keeper())
    });
    let choice = choose(named.0, named.1);
    let chosen = choice.chosen.into_iter().map(|path| {
        let outcome = match policy.map(|_| examine(&path)) {
            None => Outcome::NotTried,
            Some(Ok(examination)) => Outcome::Answers(examination),
            Some(Err(fault)) => Outcome::Fails(fault.to_string()),
        };
        Module { path, outcome }
    });
    left_out(choice.left_out)
        .into_iter()
        .chain(chosen)
        .collect()
}

fn left_out(modules: Vec<(PathBuf, Distrust)>) -> Vec<Module> {
    let told = |(path, distrust)| {
        let outcome = match &distrust {
            // A folder on the way, or the file itself: it is not there.
            Distrust::Unreadable { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Outcome::Absent
            }
            distrust => Outcome::Distrusted(distrust.to_string()),
        };
        Module { path, outcome }
    };
    modules.into_iter().map(told).collect()
}

/// Judges the modules.
pub fn check(modules: &[Module]) -> Vec<Check> {
    if modules.is_empty() {
        return vec![Check::wrong(
            ID,
            "middleware",
            "no PKCS#11 module is installed in a known place or named by the policy",
            match cfg!(target_os = "linux") {
                true => "install the card maker's middleware, or OpenSC (package opensc-pkcs11)",
                false => "install the card maker's middleware of 64 bits, or OpenSC",
            },
        )];
    }
    let one_answers = modules
        .iter()
        .any(|module| matches!(module.outcome, Outcome::Answers(_)));
    let lack = match one_answers {
        true => State::Warning,
        false => State::Wrong,
    };
    modules.iter().map(|module| told(module, lack)).collect()
}

fn told(module: &Module, lack: State) -> Check {
    let path = module.path.display();
    match &module.outcome {
        Outcome::Absent => Check::with(
            lack,
            ID,
            path,
            "named by the policy, but not there",
            "install that middleware, or take it out of the policy",
        ),
        Outcome::Distrusted(why) => Check::with(lack, ID, path, format!("not loaded: {why}"), KEEP),
        Outcome::Fails(why) => Check::with(
            lack,
            ID,
            path,
            why,
            "reinstall or update this middleware; a login goes on without it",
        ),
        Outcome::NotTried => Check::warning(
            ID,
            path,
            "not tried, since the policy cannot be used",
            "mend the policy, then ask the doctor again",
        ),
        Outcome::Answers(examination) => {
            let library = &examination.library;
            // Some name themselves twice.
            let names = match library.description.starts_with(&library.manufacturer) {
                true => library.description.clone(),
                false => format!("{}, {}", library.manufacturer, library.description),
            };
            let found = format!("{names} {}; sees {}", library.version, seen(examination));
            Check::ok(ID, path, found)
        }
    }
}

fn seen(examination: &Examination) -> String {
    let cards: Vec<String> = examination
        .slots
        .iter()
        .filter_map(|slot| Some(format!("{} in {}", card(slot)?, slot.reader)))
        .collect();
    match (examination.slots.is_empty(), cards.is_empty()) {
        (true, _) => "no reader".to_owned(),
        (false, true) => "no card".to_owned(),
        (false, false) => cards.join(", "),
    }
}

fn card(slot: &Slot) -> Option<String> {
    let card = slot.card.as_ref()?;
    Some(match (card.reading, card.certificates.len()) {
        (CardReading::Failed | CardReading::ToBeRepeated, _) => "a card it cannot read".to_owned(),
        (_, 0) => "a card without certificates".to_owned(),
        (_, 1) => "a card with 1 certificate".to_owned(),
        (_, count) => format!("a card with {count} certificates"),
    })
}

#[cfg(test)]
pub mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::module::messages::{Bytes, Library, SeenCard};

    /// A module that answers, with these certificates on a card in this reader.
    pub fn answering(reader: &str, certificates: &[&[u8]]) -> Module {
        let card = SeenCard {
            serial: "6101000000000001".to_owned(),
            is_cns: false,
            pin_pad: false,
            tries_left: None,
            reading: CardReading::Done,
            certificates: certificates.iter().map(|der| Bytes(der.to_vec())).collect(),
        };
        Module {
            path: PathBuf::from("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"),
            outcome: Outcome::Answers(Examination {
                library: Library {
                    manufacturer: "OpenSC Project".to_owned(),
                    description: "OpenSC smartcard framework".to_owned(),
                    version: "0.23".to_owned(),
                },
                slots: vec![Slot {
                    reader: reader.to_owned(),
                    card: Some(card),
                }],
            }),
        }
    }

    fn with(outcome: Outcome) -> Module {
        Module {
            path: PathBuf::from("/opt/module.so"),
            outcome,
        }
    }

    fn states(modules: &[Module]) -> Vec<State> {
        check(modules).iter().map(|check| check.state).collect()
    }

    #[test]
    fn without_a_module_no_login_works() {
        assert_eq!(states(&[]), [State::Wrong]);
    }

    #[test]
    fn a_module_that_fails_is_a_hint_where_another_answers() {
        let fails = with(Outcome::Fails("it did not answer for 8 seconds".to_owned()));
        let absent = with(Outcome::Absent);
        let both = [fails.clone(), absent.clone()];
        assert_eq!(states(&both), [State::Wrong, State::Wrong]);
        let three = [fails, absent, answering("A", &[])];
        assert_eq!(states(&three), [State::Warning, State::Warning, State::Ok]);
    }

    #[test]
    fn a_module_others_can_write_is_not_loaded_and_missed_only_where_no_other_answers() {
        let distrusted = with(Outcome::Distrusted("can be written by others".to_owned()));
        assert_eq!(states(std::slice::from_ref(&distrusted)), [State::Wrong]);
        let modules = [distrusted, answering("A", &[])];
        assert_eq!(states(&modules), [State::Warning, State::Ok]);
    }

    #[test]
    fn what_the_policy_names_is_looked_at_and_nothing_untrusted_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("open.so");
        fs::write(&open, "").unwrap();
        fs::set_permissions(&open, PermissionsExt::from_mode(0o666)).unwrap();
        let gone = folder.path().join("gone/module.so");
        let file = folder.path().join("policy.toml");
        fs::write(&file, format!("modules = [{open:?}, {gone:?}]")).unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        let policy = Policy::read(&file, Keeper::Person).unwrap().unwrap();
        let found = left_out(choose(policy.modules(), policy.keeper()).left_out);
        let outcome = |path| {
            let found = found.iter().find(|module| module.path == path);
            &found.unwrap().outcome
        };
        assert!(matches!(outcome(open), Outcome::Distrusted(_)));
        assert_eq!(*outcome(gone), Outcome::Absent);
    }

    #[test]
    fn while_the_policy_cannot_be_used_nothing_is_tried() {
        assert_eq!(states(&[with(Outcome::NotTried)]), [State::Warning]);
        for module in look(None) {
            assert!(matches!(
                module.outcome,
                Outcome::NotTried | Outcome::Distrusted(_)
            ));
        }
    }

    #[test]
    fn a_module_is_told_in_its_own_words_with_what_it_sees() {
        let check = &check(&[answering("Reader 00", &[b"one", b"two"])])[0];
        assert_eq!(
            check.found,
            "OpenSC Project, OpenSC smartcard framework 0.23; sees a card with 2 certificates \
             in Reader 00"
        );
    }
}
