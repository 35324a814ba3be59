//! Entries of which nobody heard whether they hold
//!
//! A request that is given up during its commit, its client gone or the server about to stop,
//! does not take the commit back. What is left so is looked for in the database and signed:
//! neither the next entry nor the next start has to come first.

use std::{future, sync::atomic::Ordering};

use crate::{
    audit::End,
    store::{Store, StoreFault, engine::Turn},
};

impl Store {
    /// Waits until entries were left of which it is not known whether they hold.
    pub async fn audit_entries_left(&self) {
        match &self.chain {
            Some(chain) => chain.left.notified().await,
            None => future::pending().await,
        }
    }

    /// Finds out whether they do, so that they are signed.
    pub async fn settle_audit_end(&self) -> Result<(), StoreFault> {
        let Some(chain) = &self.chain else {
            return Ok(());
        };
        if !chain.signer.has_under_way() {
            return Ok(());
        }
        let mut transaction = self.engine.begin(Turn::Nobody).await?;
        let _turn = chain.turn().await;
        // Whose commit is not over yet has the chain's record, and is waited for.
        let held = chain.find_end(&mut transaction).await?;
        if held != End::EMPTY {
            // What holds on this server alone, its commit's wait for a standby having been
            // ended, is lost with it: nothing is signed that the standby does not have.
            transaction.commit().await?;
        }
        chain.signer.found(held);
        Ok(())
    }

    /// From now on nothing is audited, and so nothing that has to be is done; what was done
    /// before can be signed.
    pub(in crate::store) async fn end_audit(&self) -> Result<(), StoreFault> {
        let Some(chain) = &self.chain else {
            return Ok(());
        };
        self.engine.finish_shared().await;
        {
            let _turn = chain.turn().await;
            chain.is_over.store(true, Ordering::Relaxed);
        }
        self.settle_audit_end().await
    }
}
