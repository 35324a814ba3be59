//! What a program finds at the end of its chain when it starts, and how it goes on from there.

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::{Mutex, Notify};

use super::{
    Chain, PAGE,
    reading::{end_of, place},
};
use crate::{
    audit::{self, End, Fault, FaultKind, Node, Opening, PlacedEntry, Signer, Tail, Verification},
    clock,
    store::{
        Store, StoreFault,
        engine::{Turn, sql},
    },
};

/// How many entries after the last signed one are looked at when a program starts: more than
/// are made in the ten seconds that a crash may take along.
const TAIL: usize = 100_000;

impl Store {
    /// From now on all that is done is audited, on this chain.
    ///
    /// What is wrong with its end is told, here and in the chain, and nothing else: a server
    /// that did not start would be the smaller evil for nobody.
    pub async fn auditing(mut self, opening: Opening) -> Result<Store, StoreFault> {
        let found = self.audit_end(&opening.node).await?;
        let signed = last_signed(&opening);
        let (faults, end, tail) = self.look_at_tail(&opening, found, signed).await?;
        audit::report(&faults);
        self.chain = Some(Arc::new(Chain {
            signer: Signer::continuing(opening, end, tail, signed),
            turn: Mutex::new(()),
            is_over: AtomicBool::new(false),
            left: Notify::new(),
        }));
        if tail.is_some()
            && let Err(fault) = self.tell_of_tail(clock::now()).await
        {
            tracing::error!(%fault, "the audit log's last entries stay unsigned for now");
        }
        if let Err(fault) = self.sign_audit_end(clock::now()) {
            tracing::error!(%fault, "the audit log's end is not signed");
        }
        Ok(self)
    }

    /// Writes down which entries were not signed; then they are, together with that.
    async fn tell_of_tail(&self, now: i64) -> Result<(), StoreFault> {
        let transaction = self.engine.begin(Turn::Nobody).await?;
        transaction
            .commit_audited(self.chain()?, Vec::new(), now)
            .await
    }

    /// Where a chain ends in the database: by its record or, where somebody has meddled, by
    /// its last entry.
    async fn audit_end(&self, node: &Node) -> Result<End, StoreFault> {
        let record = self.audit_record(node.as_str()).await?;
        let statement = sql("SELECT sequence, hash FROM audit_entries WHERE node = $1
             ORDER BY sequence DESC LIMIT 1")
        .bind(node.as_str());
        let last = self.engine.fetch_optional(statement).await?;
        Ok(end_of(record, last.as_ref().map(place).transpose()?))
    }

    /// What is wrong with the end of a chain, where this program left it, and the sound
    /// entries after that, up to where it ends.
    async fn look_at_tail(
        &self,
        opening: &Opening,
        found: End,
        signed: Option<End>,
    ) -> Result<(Vec<Fault>, End, Option<(End, Tail)>), StoreFault> {
        let node = opening.node.as_str();
        if found == End::EMPTY && signed.is_none() {
            return Ok((Vec::new(), found, None));
        }
        let left = signed.unwrap_or(End::EMPTY);
        let from = left.sequence.saturating_sub(1).max(0);
        let (rows, are_all) = self.audit_tail(node, from, left).await?;
        let mut verification = Verification::of_end(opening.key.public());
        verification.take_heads("audit.heads", &opening.heads, Some(&opening.node));
        if let Some((sequence, hash)) = self.audit_record(node).await? {
            verification.take_record(node, sequence, &hash);
        }
        rows.iter().for_each(|row| verification.take_row(row));
        let mut faults = verification.finish().of_content();
        if signed.is_none() || !are_all {
            let kind = FaultKind::Unsigned {
                first: from + 1,
                last: found.sequence,
            };
            faults = vec![Fault {
                node: Some(node.to_owned()),
                kind,
            }];
        }
        let tail = Tail::after(left.sequence, &rows).filter(|_| faults.is_empty());
        if let Some(Tail { first, last, .. }) = tail {
            tracing::warn!(
                first,
                last,
                "audit entries were not signed, as after a crash"
            );
        }
        if let Some(Tail { first, last, .. }) = tail.filter(|tail| !tail.may_be_of_a_crash()) {
            // The one that will tell of it.
            let entry = last + 1;
            let kind = FaultKind::FoundUnsigned { entry, first, last };
            let node = Some(node.to_owned());
            faults.push(Fault { node, kind });
        }
        Ok((faults, left, tail.map(|tail| (found, tail))))
    }

    /// The entries from a place on, and whether they are all: of more than a crash leaves it is
    /// enough to know that.
    async fn audit_tail(
        &self,
        node: &str,
        from: i64,
        left: End,
    ) -> Result<(Vec<PlacedEntry>, bool), StoreFault> {
        let (mut rows, mut after) = (Vec::new(), from);
        loop {
            let mut page = self.audit_page(node, after, i64::MAX, PAGE).await?;
            let is_last = (page.len() as i64) < PAGE;
            after = page.last().map_or(after, |row| row.sequence);
            rows.append(&mut page);
            let tail = Tail::after(left.sequence, &rows);
            let is_long = tail.is_some_and(|tail| !tail.may_be_of_a_crash());
            if is_last || is_long || rows.len() >= TAIL {
                return Ok((rows, is_last));
            }
        }
    }
}

/// The last end that was signed with this key.
fn last_signed(opening: &Opening) -> Option<End> {
    let last = opening.heads.last(&opening.node, &opening.key.public());
    last.map(|signed| End {
        sequence: signed.head.sequence,
        hash: signed.head.hash,
    })
}
