//! Logs: lines on standard error, for programs or for people.

use std::{io, panic};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, Registry, filter::Targets, fmt, layer::SubscriberExt};

use super::{
    json::{JsonLine, JsonMembers},
    statements::Statements,
};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogConfig {
    /// For whom.
    pub format: LogFormat,
    /// From which level on.
    pub level: LevelFilter,
}

/// For whom the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For programs: an object of JSON a line.
    Json,
    /// For people.
    Text,
}

impl LogConfig {
    /// For somebody who typed a command and waits for its end.
    pub const AT_A_TERMINAL: LogConfig = LogConfig {
        format: LogFormat::Text,
        level: LevelFilter::INFO,
    };
}

/// Begins to write the log, and where `with_metrics` to time the database's statements.
///
/// Standard error and no file: systemd's journal, or whoever runs the program, keeps,
/// rotates and forwards it.
pub fn start(config: LogConfig, with_metrics: bool) {
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.format {
        LogFormat::Json => Box::new(
            fmt::layer()
                .with_writer(io::stderr)
                .event_format(JsonLine)
                .fmt_fields(JsonMembers)
                .with_filter(targets(config.level)),
        ),
        LogFormat::Text => Box::new(
            fmt::layer()
                .with_writer(io::stderr)
                .with_ansi(false)
                .with_filter(targets(config.level)),
        ),
    };
    let statements = with_metrics.then(Statements::sampled);
    let subscriber = tracing_subscriber::registry().with(lines).with(statements);
    // Set once a process; a second start keeps the first.
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        log_panics();
    }
}

/// The level is for this program. Libraries say what is wrong and nothing below that: a
/// library's notes on a connection could hold what nobody may read here.
fn targets(level: LevelFilter) -> Targets {
    Targets::new()
        .with_target("server_stub", level)
        .with_default(level.min(LevelFilter::WARN))
}

/// A fault of the program's own is a line like any other, with its request.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        let told = panic.payload_as_str().unwrap_or_default();
        tracing::error!(at, told, "the program has a fault: report it");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_say_what_is_wrong_and_no_more() {
        for level in [LevelFilter::TRACE, LevelFilter::DEBUG, LevelFilter::INFO] {
            let targets = targets(level);
            let would = |target, level: LevelFilter| {
                targets.would_enable(target, &level.into_level().unwrap())
            };
            assert!(would("server_stub::judgement", level));
            assert!(would("sqlx::query", LevelFilter::WARN));
            assert!(!would("sqlx::query", LevelFilter::INFO));
            assert!(!would("hyper::proto", LevelFilter::DEBUG));
        }
        assert!(!targets(LevelFilter::ERROR).would_enable("sqlx", &tracing::Level::WARN));
    }
}
