//! A chain's beginning, removed in time

use super::{
    Chain, PAGE,
    reading::{page, read},
};
use crate::{
    audit::{Approach, Cut, Deed, End, Entry, Fault, Known, PlacedEntry, Removal, Written},
    clock::DAY,
    store::{
        Store, StoreFault,
        engine::{Turn, sql},
    },
};

/// What came of an attempt to remove old entries.
#[derive(Debug, PartialEq, Eq)]
pub enum AuditCut {
    /// So many were removed.
    Removed(u64),
    /// They are not as they were signed, and stay.
    Refused(Vec<Fault>),
}

/// Days of a month, at least.
const MONTH: i64 = 31;

impl Store {
    /// Removes the chain's entries that are older than so many months, some of them at a time.
    pub async fn cut_old_audit(&self, months: u32, now: i64) -> Result<AuditCut, StoreFault> {
        let time = self.chain()?.signer.vouched(now);
        let before = time.saturating_sub(i64::from(months) * MONTH * DAY);
        self.cut_audit(before, now).await
    }

    /// Removes the chain's oldest entries, those before a time, some of them at a time, and
    /// only if they are as they were signed. A signed record of it stays in the chain.
    pub async fn cut_audit(&self, before: i64, now: i64) -> Result<AuditCut, StoreFault> {
        let chain = self.chain()?;
        let node = chain.signer.node();
        let oldest = self.audit_page(node.as_str(), 0, i64::MAX, 1).await?;
        let Some(first) = oldest.first().filter(|row| row.at < before) else {
            return Ok(AuditCut::Removed(0));
        };
        if let Err(faults) = self.come_near(chain, first).await? {
            return Ok(AuditCut::Refused(faults));
        }
        // Looked for before others are kept waiting: only this program cuts its chain.
        let cut = match first.sequence {
            1 => None,
            _ => self.newest_cut(node.as_str()).await?,
        };
        let mut transaction = self.engine.begin(Turn::Nobody).await?;
        let turn = chain.turn().await;
        // On this connection: others may all be waiting for the turn.
        let statement = page(node.as_str(), 0, i64::MAX, PAGE);
        let rows = transaction.fetch_all(statement).await?;
        let rows: Vec<PlacedEntry> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let keys = chain.signer.key().public();
        let removal = chain.signer.with_marks(|marks| {
            let known = Known {
                marks,
                cut: cut.as_deref(),
                keys: &keys,
            };
            Removal::of(&rows, before, &known)
        });
        let removal = match removal {
            Ok(Some(removal)) => removal,
            Ok(None) => return Ok(AuditCut::Removed(0)),
            Err(faults) => return Ok(AuditCut::Refused(faults)),
        };
        let Removal {
            through,
            hash,
            until,
        } = removal;
        let cut = Cut::sign(chain.signer.key(), node, through, hash, until, now);
        let entry = Entry::of_server(Deed::EntriesRemoved(&cut));
        let entries = Written::all_at(now, [entry.to_json()]);
        let put = turn.put(&mut transaction, entries, now).await?;
        let statement = sql("UPDATE audit_chains SET first_sequence = $2 WHERE node = $1")
            .bind(node.as_str())
            .bind(through + 1);
        transaction.execute(statement).await?;
        let statement = sql("DELETE FROM audit_entries WHERE node = $1 AND sequence <= $2")
            .bind(node.as_str())
            .bind(through);
        let removed = transaction.execute(statement).await?;
        transaction.commit().await?;
        put.holds();
        chain
            .signer
            .with_marks(|marks| marks.forget_through(through));
        Ok(AuditCut::Removed(removed))
    }

    /// The newest record of a cut, which accounts for where the chain begins. It is near the
    /// end while cuts are made all along; else it is read for from the end.
    async fn newest_cut(&self, node: &str) -> Result<Option<String>, StoreFault> {
        let statement = sql("SELECT entry FROM audit_entries
             WHERE node = $1 AND entry LIKE '{\"act\":\"entries-removed\",%'
             ORDER BY sequence DESC LIMIT 1")
        .bind(node);
        let row = self.engine.fetch_optional(statement).await?;
        row.map(|row| row.get("entry")).transpose()
    }

    /// Sees to it that what is removed at once holds a place that is as it was signed: after
    /// heads were lost, the next one may be far away.
    async fn come_near(
        &self,
        chain: &Chain,
        first: &PlacedEntry,
    ) -> Result<Result<(), Vec<Fault>>, StoreFault> {
        let next = chain.signer.with_marks(|marks| marks.next(first.sequence));
        let Some(mark) = next.filter(|mark| mark.sequence >= first.sequence + PAGE) else {
            return Ok(Ok(()));
        };
        let found = self.approach(chain, first, mark).await?;
        Ok(found.map(|found| chain.signer.with_marks(|marks| marks.add_found(found))))
    }

    async fn approach(
        &self,
        chain: &Chain,
        first: &PlacedEntry,
        mark: End,
    ) -> Result<Result<Vec<End>, Vec<Fault>>, StoreFault> {
        let node = chain.signer.node().as_str();
        let mut approach = Approach::default();
        let mut after = first.sequence - 1;
        loop {
            let rows = self.audit_page(node, after, mark.sequence, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.sequence;
            rows.iter().for_each(|row| approach.take_row(row));
        }
        Ok(approach.arrive(mark))
    }
}
