//! How long the database's statements take, as sqlx tells it, and the store itself where it
//! asks SQLite without sqlx.
//!
//! sqlx writes an event a statement, whose making costs more than the rest of the metrics
//! together: so of sixteen statements one is told. What is told is measured and dropped.

use std::cell::Cell;

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    subscriber::Interest,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, Filter},
};

use super::METERS;
use crate::store::{STATEMENT as OUR_STATEMENT, WAITED};

const STATEMENT: &str = "sqlx::query";
const ACQUIRED: &str = "sqlx::pool::acquire";
const ONE_IN: u32 = 16;

/// Measures what is told.
pub(super) struct Statements;

/// Lets one statement in sixteen through, and every long wait for a connection.
pub(super) struct Sampled;

impl Statements {
    pub(super) fn sampled<S>() -> impl Layer<S>
    where
        S: Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
    {
        Statements.with_filter(Sampled)
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if matches!(event.metadata().target(), ACQUIRED | WAITED) {
            METERS.slow_waits.increment(1);
            return;
        }
        let mut elapsed = Elapsed(None);
        event.record(&mut elapsed);
        if let Some(seconds) = elapsed.0 {
            METERS.statement_seconds.record(seconds);
        }
    }
}

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static IS_SAMPLED: Cell<bool> = const { Cell::new(false) };
}

impl<S> Filter<S> for Sampled {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        match metadata.target() {
            // It is asked first whether to make the event: that is where it is decided.
            STATEMENT | OUR_STATEMENT if !metadata.is_event() => {
                let count = COUNT.get().wrapping_add(1);
                COUNT.set(count);
                IS_SAMPLED.set(count.is_multiple_of(ONE_IN));
                IS_SAMPLED.get()
            }
            STATEMENT | OUR_STATEMENT => IS_SAMPLED.get(),
            ACQUIRED | WAITED => true,
            _ => false,
        }
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match metadata.target() {
            STATEMENT | OUR_STATEMENT if *metadata.level() <= LevelFilter::DEBUG => {
                Interest::sometimes()
            }
            ACQUIRED | WAITED if *metadata.level() <= LevelFilter::WARN => Interest::always(),
            _ => Interest::never(),
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }
}

struct Elapsed(Option<f64>);

impl Visit for Elapsed {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.0 = Some(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
