//! A program's own chain: put on, committed, signed

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    AuditKey, Deed, End, Entry, Head, HeadsFile, HeadsFileFault, Marks, Node, Opening, PlacedEntry,
    Tail,
};
use crate::{
    clock::{self, vouched::Vouched},
    file_lock::FileLock,
};

/// Puts entries on one chain and signs where it ends.
///
/// Only this program writes this chain. It signs what it has put there itself: where the
/// database holds an end that it did not leave, it says so in the chain, so that nobody has
/// entries signed by putting them into the database without word of it.
pub struct Signer {
    node: Node,
    key: AuditKey,
    file: HeadsFile,
    account: String,
    ends: Mutex<Ends>,
    /// Held while a head is signed and written: heads stand in the order of their ends.
    signing: Mutex<()>,
    vouched: Vouched,
    /// Keeps other programs of this machine from the chain.
    _alone: FileLock,
}

struct Ends {
    /// The last end that is known to be in the database.
    committed: Placed,
    /// Ends put on it of which that is not known: their transactions are under way, or failed.
    under_way: Vec<Placed>,
    /// Ends whose statement may come to the database yet, whatever is found there meanwhile.
    late: Vec<Placed>,
    /// The last end that was signed.
    signed: Option<End>,
    /// What was put on it before this program began and was not signed: where it ends then.
    tail: Option<(End, Tail)>,
    /// Ends that were signed, to cut the chain's beginning by.
    marks: Marks,
    /// How many were put on in all.
    placed: u64,
}

/// An end that this program put on its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The end.
    end: End,
    /// As the how manieth: a database that was put back has an older end after a newer one.
    number: u64,
}

/// An entry as it is to be put on a chain.
#[derive(Debug, Clone)]
pub struct Written {
    /// The entry ([`Entry::to_json`]).
    pub entry: String,
    /// When it was written, in Unix milliseconds.
    pub at: i64,
}

impl Written {
    /// Entries that were written then.
    pub fn all_at(at: i64, entries: impl IntoIterator<Item = String>) -> Vec<Written> {
        let entries = entries.into_iter();
        entries.map(|entry| Written { entry, at }).collect()
    }
}

/// What is to be written to the database, in one transaction.
#[derive(Debug)]
pub struct Extension {
    /// The entries.
    pub rows: Vec<PlacedEntry>,
    /// Where the chain ends then.
    pub end: End,
    /// Whether the chain had not ended as this program left it.
    pub was_changed: bool,
    /// For [`Signer::committed`].
    pub placed: Placed,
}

impl Signer {
    /// Goes on with a chain that was left with that end, which somebody has looked at, and
    /// with the sound entries that come after it.
    pub fn continuing(
        opening: Opening,
        end: End,
        tail: Option<(End, Tail)>,
        signed: Option<End>,
    ) -> Signer {
        let committed = Placed { end, number: 0 };
        let keys = opening.key.public();
        let newest = opening.heads.last(&opening.node, &keys);
        let vouched = Vouched::from(newest.map(|signed| signed.head.at), clock::now());
        let marks = Marks::of(&opening.heads, &opening.node, &keys);
        Signer {
            node: opening.node,
            key: opening.key,
            file: opening.file,
            account: opening.account,
            vouched,
            signing: Mutex::new(()),
            ends: Mutex::new(Ends {
                committed,
                under_way: Vec::new(),
                late: Vec::new(),
                signed,
                tail,
                marks,
                placed: 0,
            }),
            _alone: opening.alone,
        }
    }

    /// The account of this machine that runs the program.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Where the chain ends as far as this program knows.
    pub fn end(&self) -> End {
        self.ends().committed.end
    }

    /// Whose chain it is.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The time by which entries are old, where the clock says that it is now.
    pub fn vouched(&self, now: i64) -> i64 {
        self.vouched.time(now)
    }

    /// Does something with what was signed.
    pub fn with_marks<T>(&self, work: impl FnOnce(&mut Marks) -> T) -> T {
        work(&mut self.ends().marks)
    }

    /// The key, for what else is signed.
    pub fn key(&self) -> &AuditKey {
        &self.key
    }

    /// Puts entries on the end that the database holds, and that nobody else can move until the
    /// transaction is over.
    pub fn extend(&self, held: End, now: i64, entries: Vec<Written>) -> Extension {
        let mut ends = self.ends();
        let left = ends.committed.end;
        let is_ours = held == left || ends.put().any(|placed| placed.end == held);
        let tail = ends.tail.filter(|(end, _)| *end == held);
        let was_changed = !is_ours && tail.is_none();
        let found = (!is_ours).then(|| {
            let deed = match &tail {
                Some((_, tail)) => Deed::FoundUnsigned(tail),
                None => Deed::ChainFoundChanged { left, found: held },
            };
            let entry = Entry::of_server(deed).to_json();
            Written { entry, at: now }
        });
        let mut end = held;
        let rows = found
            .into_iter()
            .chain(entries)
            .map(|entry| end.append(&self.node, entry.at, entry.entry))
            .collect();
        ends.placed += 1;
        let number = ends.placed;
        let placed = Placed { end, number };
        ends.under_way.push(placed);
        Extension {
            rows,
            end,
            was_changed,
            placed,
        }
    }

    /// The transaction that put this end there is over, and holds.
    pub fn committed(&self, placed: Placed) {
        self.ends().hold(placed);
    }

    /// The transaction that was to put this end there was undone.
    pub fn undone(&self, placed: Placed) {
        self.ends().under_way.retain(|other| *other != placed);
    }

    /// The statement that was to put this end there was given up, and commits by itself: it may
    /// come late, until a later end holds.
    pub fn may_come_late(&self, placed: Placed) {
        self.ends().late.push(placed);
    }

    /// Whether it is not known of this end whether it holds.
    pub fn is_under_way(&self, placed: Placed) -> bool {
        self.ends().under_way.contains(&placed)
    }

    /// Whether entries were put on of which it is not known whether they hold.
    pub fn has_under_way(&self) -> bool {
        !self.ends().under_way.is_empty()
    }

    /// The database holds this end, and nobody is about to move it: so of what was under way all
    /// up to there holds, and the rest is nowhere, but for what may come late. An end that this
    /// program did not leave stays unsigned, until the next entry tells of it.
    pub fn found(&self, held: End) {
        let mut ends = self.ends();
        let ours = ends.put().rfind(|placed| placed.end == held).copied();
        if let Some(placed) = ours {
            ends.hold(placed);
        }
        ends.under_way.clear();
    }

    /// Signs the end, if it is another than the one signed last; true when a torn line of
    /// the file had to be taken away first.
    ///
    /// Of a chain without an entry too: so its first ones, if a crash keeps them from being
    /// signed, are told from those of a chain whose heads were removed.
    pub fn sign_end(&self, now: i64) -> Result<bool, HeadsFileFault> {
        let _one = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
        let (end, signed) = {
            let ends = self.ends();
            (ends.committed.end, ends.signed)
        };
        if signed == Some(end) {
            return Ok(false);
        }
        let head = Head::of(&self.node, end, now).sign(&self.key);
        let torn = self.file.append(&[head])?;
        let mut ends = self.ends();
        ends.signed = Some(end);
        ends.marks.add(end, now);
        Ok(torn)
    }

    /// Leaves out of the file, if it is large, what later heads say too.
    pub fn thin_heads(&self, now: i64) -> Result<(), HeadsFileFault> {
        self.file.thin(now)
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ends {
    /// What was put on the chain, and may be there.
    fn put(&self) -> impl DoubleEndedIterator<Item = &Placed> {
        self.late.iter().chain(&self.under_way)
    }

    fn hold(&mut self, placed: Placed) {
        if placed.number > self.committed.number {
            self.committed = placed;
            self.tail = None;
            // What was put on before it is in it, or is nowhere.
            self.under_way.retain(|other| other.number > placed.number);
            self.late.retain(|other| other.number > placed.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{
        Fault, FaultKind, Outcome, ReadHeads, Report, Verification, key::tests::new_key,
    };

    /// A database that holds one chain, a folder for its heads, and the program that writes it.
    struct Scene {
        rows: Vec<PlacedEntry>,
        end: End,
        file: HeadsFile,
        signer: Signer,
        _folder: tempfile::TempDir,
    }

    impl Scene {
        fn new() -> Scene {
            let folder = tempfile::tempdir().unwrap();
            let file = HeadsFile::at(&folder.path().join("heads.jsonl"));
            let opening = Opening {
                node: Node::parse("node-1").unwrap(),
                key: new_key(),
                file: file.clone(),
                heads: ReadHeads::default(),
                account: String::new(),
                alone: FileLock::take(tempfile::tempfile().unwrap()).unwrap(),
            };
            let signer = Signer::continuing(opening, End::EMPTY, None, None);
            Scene {
                rows: Vec::new(),
                end: End::EMPTY,
                file,
                signer,
                _folder: folder,
            }
        }

        fn extend(&self) -> Extension {
            let entry = r#"{"act":"logged-in","by":"card"}"#.to_owned();
            self.signer.extend(self.end, 0, Written::all_at(0, [entry]))
        }

        fn hold(&mut self, extension: Extension) -> Placed {
            self.rows.extend(extension.rows);
            self.end = extension.end;
            extension.placed
        }

        fn log_in(&mut self) -> bool {
            let extension = self.extend();
            let was_changed = extension.was_changed;
            let placed = self.hold(extension);
            self.signer.committed(placed);
            was_changed
        }

        fn verify(&self) -> Report {
            let mut verification = Verification::new(self.signer.key().public());
            verification.take_heads("heads.jsonl", &self.file.read().unwrap(), None);
            verification.take_record("node-1", self.end.sequence, &self.end.hash.0);
            for row in &self.rows {
                verification.take_row(row);
            }
            verification.finish()
        }

        fn signed(&self) -> Vec<i64> {
            let read = self.file.read().unwrap();
            let heads = read.heads.iter();
            heads.map(|(_, head)| head.head.sequence).collect()
        }
    }

    #[test]
    fn an_end_is_signed_once_and_only_when_it_holds() {
        let mut scene = Scene::new();
        scene.signer.sign_end(1).unwrap();
        scene.log_in();
        let under_way = scene.extend();
        scene.signer.sign_end(2).unwrap();
        scene.signer.sign_end(3).unwrap();
        assert_eq!(scene.signed(), [0, 1]);
        let placed = scene.hold(under_way);
        scene.signer.committed(placed);
        scene.signer.sign_end(4).unwrap();
        assert_eq!(scene.signed(), [0, 1, 2]);
        assert_eq!(scene.verify().outcome(), Outcome::Whole);
    }

    #[test]
    fn it_does_not_matter_who_learns_first_that_a_transaction_holds() {
        let mut scene = Scene::new();
        let first = scene.extend();
        let first = scene.hold(first);
        let second = scene.extend();
        assert!(!second.was_changed);
        let second = scene.hold(second);
        scene.signer.committed(second);
        scene.signer.committed(first);
        scene.signer.sign_end(1).unwrap();
        assert_eq!(scene.signed(), [2]);
        assert!(!scene.log_in());
        // One that came to nothing leaves no gap.
        drop(scene.extend());
        assert!(!scene.log_in());
        assert_eq!(scene.verify().faults, []);
    }

    #[test]
    fn what_holds_without_word_of_it_is_signed_once_it_was_found() {
        let mut scene = Scene::new();
        scene.log_in();
        let given_up = scene.extend();
        scene.hold(given_up);
        drop(scene.extend());
        scene.signer.sign_end(1).unwrap();
        assert_eq!(scene.signed(), [1]);
        scene.signer.found(scene.end);
        assert!(!scene.signer.has_under_way());
        scene.signer.sign_end(2).unwrap();
        assert_eq!(scene.signed(), [1, 2]);
        // One that came to nothing, and one that was taken back.
        drop(scene.extend());
        scene.signer.found(scene.end);
        let taken_back = scene.extend();
        scene.signer.undone(taken_back.placed);
        assert!(!scene.signer.has_under_way());
        scene.signer.sign_end(3).unwrap();
        assert!(!scene.log_in());
        scene.signer.sign_end(4).unwrap();
        assert_eq!(scene.signed(), [1, 2, 3]);
        assert_eq!(scene.verify().outcome(), Outcome::Whole);
    }

    #[test]
    fn what_comes_late_is_ours_until_a_later_one_holds() {
        let mut scene = Scene::new();
        scene.log_in();
        let late = scene.extend();
        scene.signer.may_come_late(late.placed);
        // It is not there yet.
        scene.signer.found(scene.end);
        assert!(!scene.signer.has_under_way());
        scene.hold(late);
        assert!(!scene.log_in(), "nobody changed anything");
        scene.signer.sign_end(1).unwrap();
        assert_eq!(scene.verify().outcome(), Outcome::Whole);
        // An end that a later one has passed is no more ours than another's.
        let earlier = (scene.rows.clone(), scene.end);
        let passed = scene.extend();
        scene.signer.may_come_late(passed.placed);
        scene.signer.found(scene.end);
        // Twice: one entry is as the other.
        scene.log_in();
        scene.log_in();
        (scene.rows, scene.end) = earlier;
        scene.hold(passed);
        assert!(scene.log_in());
    }

    #[test]
    fn what_another_put_there_is_not_signed_for_being_found() {
        let mut scene = Scene::new();
        scene.log_in();
        drop(scene.extend());
        let node = scene.signer.node().clone();
        let forged = scene.end.append(&node, 0, "{}".to_owned());
        scene.rows.push(forged);
        scene.signer.found(scene.end);
        scene.signer.sign_end(1).unwrap();
        assert_eq!(scene.signed(), [1]);
        assert!(scene.log_in());
    }

    #[test]
    fn what_another_put_on_the_chain_is_signed_only_with_word_of_it() {
        let mut scene = Scene::new();
        scene.log_in();
        scene.signer.sign_end(1).unwrap();
        let node = scene.signer.node().clone();
        let forged = scene.end.append(&node, 0, "{}".to_owned());
        scene.rows.push(forged);
        scene.signer.sign_end(2).unwrap();
        assert_eq!(
            scene.signed(),
            [1],
            "nobody has it signed by putting it there"
        );
        assert!(scene.log_in());
        assert!(!scene.log_in());
        scene.signer.sign_end(3).unwrap();
        let expected = Fault {
            node: Some("node-1".to_owned()),
            kind: FaultKind::FoundChanged { entry: 3 },
        };
        assert_eq!(scene.verify().faults, [expected]);
    }

    #[test]
    fn a_database_that_is_put_back_goes_on_and_is_told() {
        let mut scene = Scene::new();
        scene.log_in();
        scene.log_in();
        let earlier = (scene.rows.clone(), scene.end);
        scene.log_in();
        scene.signer.sign_end(1).unwrap();
        (scene.rows, scene.end) = earlier;
        assert!(scene.log_in());
        assert!(!scene.log_in());
        scene.signer.sign_end(2).unwrap();
        assert_eq!(scene.signed(), [3, 5]);
        let told: Vec<_> = scene.verify().faults;
        let told: Vec<_> = told.into_iter().map(|fault| fault.kind).collect();
        let expected = [
            FaultKind::Rewritten { first: 1, head: 3 },
            FaultKind::FoundChanged { entry: 3 },
        ];
        assert_eq!(told, expected);
    }
}
