//! What is done between requests: trust kept current, old rows forgotten, other nodes heard.

mod audit;

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use crate::{
    app::App,
    challenge::{forgetting::Forgetting, nodes},
    clock::{self, DAY},
    config::Config,
    signals::Hangup,
    store::Lifetimes,
    telemetry::METERS,
    trust::LOOK_EVERY,
};

const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>, hangup: Hangup) {
    let trust = look_at_trust(Arc::clone(&app));
    let hangups = obey_hangups(Arc::clone(&app), hangup);
    let fetches = Arc::clone(&app.trust).keep_current();
    let log = audit::keep(Arc::clone(&app));
    let challenges = nodes::keep_exchanging(Arc::clone(&app));
    let rows = forget(app);
    tokio::join!(trust, hangups, fetches, log, challenges, rows);
}

async fn look_at_trust(app: Arc<App>) {
    // They were read a moment ago, at the start.
    let mut ticks = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        refresh(&app, false).await;
    }
}

/// SIGHUP: the trust files at once, and what is fetched as soon as can be.
async fn obey_hangups(app: Arc<App>, mut hangup: Hangup) {
    loop {
        hangup.wait().await;
        refresh(&app, true).await;
        app.trust.hurry();
    }
}

/// Reading a large revocation list takes a tenth of a second: not between requests.
async fn refresh(app: &Arc<App>, at_once: bool) {
    let app = Arc::clone(app);
    if let Err(fault) = tokio::task::spawn_blocking(move || app.trust.refresh(at_once)).await {
        tracing::error!(%fault, "reading trust was cut short");
    }
}

async fn forget(app: Arc<App>) {
    let mut ticks = interval(FORGET_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let nonces = Forgetting::begin(app.config.limits.challenge_seconds, clock::now());
    loop {
        ticks.tick().await;
        let now = clock::now();
        app.challenge_rate.forget_idle(Instant::now().into_std());
        let lifetimes = Lifetimes::of(&app.config);
        let mut forgotten = app.store.forget_what_expired(now, &lifetimes).await;
        if let (Ok(()), Some(time)) = (&forgotten, nonces.time(now)) {
            forgotten = app.store.forget_spent_challenges(time).await;
        }
        METERS.housekeeping_ran(forgotten.is_ok(), now);
        if let Err(fault) = forgotten {
            tracing::error!(%fault, "old rows stay");
        } else if app.config.admin.is_some()
            && let Ok(count) = app.store.count_sessions().await
        {
            METERS.sessions_counted(count);
        }
    }
}

impl Lifetimes {
    /// As the configuration says.
    pub fn of(config: &Config) -> Lifetimes {
        Lifetimes {
            session_idle: config.session.idle_millis(),
            session: config.session.absolute_millis(),
            event: i64::from(config.retention.events_days) * DAY,
            report: i64::from(config.retention.reports_days) * DAY,
        }
    }
}
