//! What the nodes on one database tell each other of challenges, once a second.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::{MissedTickBehavior, interval};

use super::rate::ChallengeRate;
use crate::{
    app::App,
    store::{Store, StoreFault},
    telemetry::METERS,
};

const EVERY: Duration = Duration::from_secs(1);
/// Of how many addresses a node tells at once. Whoever has more of them needs no second node.
const MOST: usize = 1000;

/// Runs until it is dropped; over at once where there is one node.
pub async fn keep_exchanging(app: Arc<App>) {
    if !app.store.has_nodes() {
        return;
    }
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_well = true;
    loop {
        ticks.tick().await;
        let exchanged = exchange(&app.challenge_rate, &app.store).await;
        let is_well = exchanged.is_ok();
        METERS.challenges_exchanged(is_well);
        match exchanged {
            Err(fault) if was_well => {
                tracing::warn!(%fault, "this node counts challenges by itself for now");
            }
            Ok(()) if !was_well => tracing::info!("nodes count challenges together again"),
            _ => {}
        }
        was_well = is_well;
    }
}

/// Tells what this node issued, and hears what all did.
pub async fn exchange(rate: &ChallengeRate, store: &Store) -> Result<(), StoreFault> {
    let news = rate.take_news(MOST, Instant::now());
    if !news.is_empty() {
        store.tell_challenges(&news).await?;
    }
    let then = Instant::now();
    let used = store.challenges_used().await?;
    rate.hear(&used, then);
    Ok(())
}
