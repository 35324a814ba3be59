//! The audit log between requests: its end signed, its beginning removed in time, and who is
//! trusted written down.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::{
    app::App,
    audit::{self, Deed, Entry, Hash},
    clock,
    store::AuditCut,
    telemetry::METERS,
    trust::LOOK_EVERY,
};

/// How often the end is signed, while there is anything to sign.
const SIGN_EVERY: Duration = Duration::from_secs(1);
const CUT_EVERY: Duration = Duration::from_secs(60);
/// How often the heads' file is made small again: to write it anew takes a while.
const THIN_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often it is written down how many refusals were not.
const COUNT_EVERY: Duration = Duration::from_secs(60);

/// Runs until it is dropped.
pub(super) async fn keep(app: Arc<App>) {
    tokio::join!(
        sign(&app),
        settle(&app),
        thin(&app),
        cut(&app),
        count_unwritten(&app),
        watch_anchors(&app)
    );
}

async fn sign(app: &Arc<App>) {
    let mut ticks = interval(SIGN_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        ticks.tick().await;
        let app = Arc::clone(app);
        // It waits for the disk.
        let signed = tokio::task::spawn_blocking(move || app.store.sign_audit_end(clock::now()));
        let signed = signed.await;
        METERS.audit_signed(matches!(signed, Ok(Ok(_))));
        match signed {
            Ok(Ok(torn)) => {
                if torn {
                    tracing::warn!("audit.heads: a torn last line was taken away");
                }
                failed = false;
            }
            // Once, not each second.
            Ok(Err(fault)) if !failed => {
                tracing::error!(%fault, "audit.heads: the audit log's end is not signed");
                failed = true;
            }
            Ok(Err(_)) => {}
            Err(fault) => tracing::error!(%fault, "signing the audit log was cut short"),
        }
    }
}

/// Finds out of entries that a request left whether they hold: then they are signed too.
async fn settle(app: &Arc<App>) {
    loop {
        app.store.audit_entries_left().await;
        let mut failed = false;
        while let Err(fault) = app.store.settle_audit_end().await {
            // Once, not each second.
            if !failed {
                tracing::warn!(%fault, "the audit log's last entries are not signed yet");
            }
            failed = true;
            sleep(SIGN_EVERY).await;
        }
    }
}

async fn thin(app: &Arc<App>) {
    let mut ticks = interval(THIN_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let app = Arc::clone(app);
        let thinned = tokio::task::spawn_blocking(move || app.store.thin_audit_heads(clock::now()));
        match thinned.await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::error!(%fault, "audit.heads: the file stays as large"),
            Err(fault) => tracing::error!(%fault, "making audit.heads small was cut short"),
        }
    }
}

async fn count_unwritten(app: &Arc<App>) {
    let mut ticks = interval(COUNT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.audit_unwritten().await;
    }
}

async fn cut(app: &Arc<App>) {
    let mut told = Vec::new();
    let mut ticks = interval(CUT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock::now();
        let months = app.config.audit.months;
        match app.store.cut_old_audit(months, now).await {
            Ok(AuditCut::Removed(0)) => {}
            Ok(AuditCut::Removed(removed)) => {
                tracing::info!(removed, "old audit entries were removed");
            }
            // Once, not each minute.
            Ok(AuditCut::Refused(faults)) if faults == told => {}
            Ok(AuditCut::Refused(faults)) => {
                tracing::error!("old audit entries stay: they are not as they were signed");
                audit::report(&faults);
                told = faults;
            }
            Err(fault) => tracing::error!(%fault, "old audit entries stay"),
        }
    }
}

/// Writes down who is trusted: all at the start, and then who is added or removed.
async fn watch_anchors(app: &Arc<App>) {
    let mut known = BTreeSet::new();
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let trust = app.trust.snapshot();
        let anchors: BTreeSet<Hash> = trust
            .anchors()
            .iter()
            .map(|anchor| Hash(anchor.fingerprint()))
            .collect();
        if anchors == known {
            continue;
        }
        let added: Vec<Hash> = anchors.difference(&known).copied().collect();
        let removed: Vec<Hash> = known.difference(&anchors).copied().collect();
        let entry = Entry::of_server(Deed::AnchorsChanged {
            added: &added,
            removed: &removed,
        });
        match app.store.audit(&entry, clock::now()).await {
            Ok(()) => known = anchors,
            Err(fault) => tracing::error!(%fault, "who is trusted now is not audited yet"),
        }
    }
}
