//! The audit log's chains. An entry is written in the transaction of the deed it tells.

mod left;
mod opening;
mod reading;
mod removal;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use protocol::CodiceFiscale;
use tokio::{
    sync::{Mutex, MutexGuard, Notify},
    time::{Instant, timeout_at},
};

use super::{
    Store, StoreFault,
    engine::{Own, Runs, Transaction, Turn, sql},
};
use crate::audit::{
    self, Author, Deed, End, Entry, Extension, Fault, FaultKind, HeadsFileFault, Placed,
    PlacedEntry, Signer, Written,
};

use reading::{end_of, place};
pub use removal::AuditCut;

/// How many entries are read, or removed, at a time.
const PAGE: i64 = 5_000;

/// The chain this program writes.
pub(super) struct Chain {
    signer: Signer,
    /// Held from putting on an entry until it is known to hold: the next goes on from there.
    turn: Mutex<()>,
    /// Whether nobody is to put entries on any more.
    is_over: AtomicBool,
    /// Told when entries were left of which it is not known whether they hold.
    left: Notify,
}

/// Held by whoever puts entries on the chain.
pub(super) struct ChainTurn<'a> {
    chain: &'a Chain,
    _turn: MutexGuard<'a, ()>,
}

/// Entries that were put on the chain, whose transaction is under way.
///
/// Dropped, as when a request is given up during its commit, it leaves open whether they hold.
pub(super) struct Put<'a> {
    turn: ChainTurn<'a>,
    placed: Placed,
    /// Whether what puts them there is a transaction by itself, which may be on its way still when
    /// it is given up.
    commits_itself: bool,
}

impl Drop for Put<'_> {
    fn drop(&mut self) {
        let chain = self.turn.chain;
        if chain.signer.is_under_way(self.placed) {
            if self.commits_itself {
                chain.signer.may_come_late(self.placed);
            }
            chain.left.notify_one();
        }
    }
}

impl Store {
    pub(super) fn chain(&self) -> Result<&Arc<Chain>, StoreFault> {
        self.chain.as_ref().ok_or(StoreFault::NotAudited)
    }

    /// What a command did.
    pub(super) fn entry_of_command(
        &self,
        deed: Deed<'_>,
        who: Option<&CodiceFiscale>,
    ) -> Result<String, StoreFault> {
        let entry = Entry {
            deed,
            who,
            by: Author::Command(self.chain()?.signer.account()),
            from: None,
            evidence: None,
        };
        Ok(entry.to_json())
    }

    /// Makes a change hold, together with the entries that tell of it.
    pub(super) async fn commit(
        &self,
        transaction: Transaction,
        entries: Vec<String>,
        now: i64,
    ) -> Result<(), StoreFault> {
        if entries.is_empty() {
            return transaction.commit().await;
        }
        let entries = Written::all_at(now, entries);
        transaction
            .commit_audited(self.chain()?, entries, now)
            .await
    }

    /// As [`Store::commit`], for what was changed on a connection of a command's own.
    pub(super) async fn commit_own(
        &self,
        own: &mut Own,
        entries: Vec<String>,
        now: i64,
    ) -> Result<(), StoreFault> {
        let entries = Written::all_at(now, entries);
        let put = self.chain()?.put(own, entries, now).await?;
        own.commit().await?;
        put.holds();
        Ok(())
    }

    /// Writes an entry of what changes nothing else.
    pub async fn audit(&self, entry: &Entry<'_>, now: i64) -> Result<(), StoreFault> {
        let transaction = self.engine.begin_shared(Turn::Nobody).await?;
        self.commit(transaction, vec![entry.to_json()], now).await
    }

    /// Takes as long as [`Store::audit`], and writes nothing of it: waits for the chain's turn,
    /// and for the commit of something else.
    pub async fn audit_in_vain(&self, now: i64) -> Result<(), StoreFault> {
        drop(self.chain()?.turn().await);
        self.takes_writes(now).await
    }

    /// Leaves out of the heads' file, if it is large, what later heads say too. Waits for the
    /// disk.
    pub fn thin_audit_heads(&self, now: i64) -> Result<(), HeadsFileFault> {
        match &self.chain {
            Some(chain) => chain.signer.thin_heads(now),
            None => Ok(()),
        }
    }

    /// Signs the end of the chain, if it is another than the one signed last. Waits for the
    /// disk; true when a torn line of the file was taken away.
    pub fn sign_audit_end(&self, now: i64) -> Result<bool, HeadsFileFault> {
        match &self.chain {
            Some(chain) => chain.signer.sign_end(now),
            None => Ok(false),
        }
    }
}

impl Chain {
    /// Waits until nobody else puts entries on the chain. Who needs a connection for it has it
    /// already: others may all be waiting for the turn.
    async fn turn(&self) -> ChainTurn<'_> {
        ChainTurn {
            chain: self,
            _turn: self.turn.lock().await,
        }
    }

    /// Writes entries on the end of the chain; nobody else does until it is known whether they
    /// hold.
    pub(super) async fn put(
        &self,
        transaction: &mut impl Runs,
        entries: Vec<Written>,
        now: i64,
    ) -> Result<Put<'_>, StoreFault> {
        self.turn().await.put(transaction, entries, now).await
    }

    /// Has an entry put on by a statement that is a transaction by itself, and is told where the
    /// chain is to end before it, and the entry. None: it has changed nothing. Until then the
    /// chain's turn is waited for.
    pub(super) async fn put_by<T>(
        &self,
        entry: Written,
        now: i64,
        until: Instant,
        statement: impl AsyncFnOnce(End, &PlacedEntry) -> Result<Option<T>, StoreFault>,
    ) -> Result<Option<T>, StoreFault> {
        let turn = timeout_at(until, self.turn()).await;
        let turn = turn.map_err(|_| StoreFault::Silent)?;
        turn.require_open()?;
        let end = self.signer.end();
        let extension = self.signer.extend(end, now, vec![entry]);
        let placed = extension.placed;
        // Where it is not heard whether it holds, that is found out.
        let put = Put {
            turn,
            placed,
            commits_itself: true,
        };
        let done = match &*extension.rows {
            [row] => statement(end, row).await?,
            _ => None,
        };
        match done {
            Some(_) => put.holds(),
            None => self.signer.undone(placed),
        }
        Ok(done)
    }

    async fn extend(
        &self,
        transaction: &mut impl Runs,
        entries: Vec<Written>,
        now: i64,
    ) -> Result<Extension, StoreFault> {
        let end = self.signer.end();
        let extension = self.signer.extend(end, now, entries.clone());
        let is_put = self.put_from(transaction, end, &extension).await;
        if !matches!(is_put, Ok(true)) {
            // Without its statements it is nowhere, whatever becomes of the transaction.
            self.signer.undone(extension.placed);
        }
        if is_put? {
            return Ok(extension);
        }
        // The last transaction's word was not heard, or somebody has meddled.
        let found = self.find_end(transaction).await?;
        let extension = self.signer.extend(found, now, entries);
        if extension.was_changed {
            let node = self.signer.node();
            audit::report(&[Fault {
                node: Some(node.to_string()),
                kind: FaultKind::FoundChanged {
                    entry: found.sequence + 1,
                },
            }]);
        }
        let is_put = self.put_anew(transaction, &extension).await;
        if is_put.is_err() {
            self.signer.undone(extension.placed);
        }
        is_put.map(|()| extension)
    }

    /// Puts entries on where this program left the chain; false: it is elsewhere.
    async fn put_from(
        &self,
        transaction: &mut impl Runs,
        end: End,
        extension: &Extension,
    ) -> Result<bool, StoreFault> {
        if !self.moves(transaction, end, extension).await? {
            return Ok(false);
        }
        self.insert(transaction, &extension.rows).await?;
        Ok(true)
    }

    /// Puts entries on where the chain was found.
    async fn put_anew(
        &self,
        transaction: &mut impl Runs,
        extension: &Extension,
    ) -> Result<(), StoreFault> {
        self.set(transaction, extension.end).await?;
        self.insert(transaction, &extension.rows).await
    }

    async fn insert(
        &self,
        transaction: &mut impl Runs,
        rows: &[PlacedEntry],
    ) -> Result<(), StoreFault> {
        for row in rows {
            let statement = sql("INSERT INTO audit_entries
                     (node, sequence, at, entry, previous_hash, hash)
                 VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(&row.node)
            .bind(row.sequence)
            .bind(row.at)
            .bind(&row.entry)
            .bind(&row.previous_hash[..])
            .bind(&row.hash[..]);
            transaction.execute(statement).await?;
        }
        Ok(())
    }

    /// Moves the chain's record on, if it is where this program left it.
    async fn moves(
        &self,
        transaction: &mut impl Runs,
        from: End,
        extension: &Extension,
    ) -> Result<bool, StoreFault> {
        if from == End::EMPTY {
            return Ok(false);
        }
        let statement = sql("UPDATE audit_chains SET sequence = $4, hash = $5
             WHERE node = $1 AND sequence = $2 AND hash = $3")
        .bind(self.signer.node().as_str())
        .bind(from.sequence)
        .bind(&from.hash.0)
        .bind(extension.end.sequence)
        .bind(&extension.end.hash.0);
        Ok(transaction.execute(statement).await? == 1)
    }

    /// Where the chain ends, which nobody else moves until the transaction is over.
    async fn find_end(&self, transaction: &mut impl Runs) -> Result<End, StoreFault> {
        let node = self.signer.node().as_str();
        // Takes the row on either engine, or its place: another may be about to make it.
        let statement = sql(
            "INSERT INTO audit_chains (node, sequence, hash, first_sequence)
             VALUES ($1, $2, $3, 1)
             ON CONFLICT (node) DO UPDATE SET sequence = audit_chains.sequence",
        )
        .bind(node)
        .bind(End::EMPTY.sequence)
        .bind(&End::EMPTY.hash.0);
        transaction.execute(statement).await?;
        let statement = sql("SELECT sequence, hash FROM audit_chains WHERE node = $1").bind(node);
        let record = transaction.fetch_optional(statement).await?;
        let statement = sql("SELECT sequence, hash FROM audit_entries WHERE node = $1
             ORDER BY sequence DESC LIMIT 1")
        .bind(node);
        let last = transaction.fetch_optional(statement).await?;
        let record = record.as_ref().map(place).transpose()?;
        Ok(end_of(record, last.as_ref().map(place).transpose()?))
    }

    async fn set(&self, transaction: &mut impl Runs, end: End) -> Result<(), StoreFault> {
        let statement = sql(
            "INSERT INTO audit_chains (node, sequence, hash, first_sequence)
             VALUES ($1, $2, $3, 1)
             ON CONFLICT (node) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash",
        )
        .bind(self.signer.node().as_str())
        .bind(end.sequence)
        .bind(&end.hash.0);
        transaction.execute(statement).await.map(drop)
    }
}

impl<'a> ChainTurn<'a> {
    fn require_open(&self) -> Result<(), StoreFault> {
        if self.chain.is_over.load(Ordering::Relaxed) {
            return Err(StoreFault::Closing);
        }
        Ok(())
    }

    /// Writes entries on the end of the chain.
    pub(super) async fn put(
        self,
        transaction: &mut impl Runs,
        entries: Vec<Written>,
        now: i64,
    ) -> Result<Put<'a>, StoreFault> {
        self.require_open()?;
        let extension = self.chain.extend(transaction, entries, now).await?;
        Ok(Put {
            turn: self,
            placed: extension.placed,
            commits_itself: false,
        })
    }
}

impl Put<'_> {
    /// The transaction is over, and holds.
    pub(super) fn holds(self) {
        self.turn.chain.signer.committed(self.placed);
    }
}
