//! The metrics as Prometheus reads them.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_util::MetricKindMask;
use tokio::time::interval;

use super::{METERS, catalogue, standing};
use crate::app::App;

/// A login is to take at most 50 ms and takes some: finest there.
const REQUEST_BUCKETS: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];
const DATABASE_BUCKETS: [f64; 12] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.25, 1.0, 5.0,
];
/// A responder answers in tenths of a second, a large list comes in minutes.
const FETCH_BUCKETS: [f64; 11] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 120.0];

/// What was measured is gathered so often; until then each measurement lies in memory.
const GATHER_EVERY: Duration = Duration::from_secs(5);
/// A list that is no more is shown for so long.
const FORGET_AFTER: Duration = Duration::from_secs(600);

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Begins to measure; before anything turns a meter.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    let full = |name: &str| Matcher::Full(name.to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(full(catalogue::REQUEST_SECONDS), &REQUEST_BUCKETS)?
        .set_buckets_for_metric(full(catalogue::STATEMENT_SECONDS), &DATABASE_BUCKETS)?
        .set_buckets_for_metric(full(catalogue::PROBE_SECONDS), &DATABASE_BUCKETS)?
        .set_buckets_for_metric(full(catalogue::TRUST_FETCH_SECONDS), &FETCH_BUCKETS)?
        .idle_timeout(MetricKindMask::GAUGE, Some(FORGET_AFTER))
        .install_recorder()?;
    catalogue::describe();
    std::sync::LazyLock::force(&METERS);
    Ok(handle)
}

/// Gathers what was measured, for as long as it is polled: whether or not anybody asks.
pub async fn gather(handle: PrometheusHandle) {
    let mut ticks = interval(GATHER_EVERY);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

/// Everything, as it is now.
pub async fn answer(app: Arc<App>, handle: PrometheusHandle) -> Response {
    let ready = app.readiness().await.is_ok();
    // Looks at files, and waits for whoever composes trust.
    let text = tokio::task::spawn_blocking(move || {
        standing::measure(&app, ready);
        handle.render()
    });
    let headers: [(HeaderName, HeaderValue); 1] = [(header::CONTENT_TYPE, TEXT)];
    match text.await {
        Ok(text) => (headers, text).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "measuring was cut short");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
