//! How far a long command is: a bar on a terminal, a line now and then elsewhere.

use std::{
    fmt::Display,
    io::{IsTerminal, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Rows between two lines where there is no terminal.
const A_LINE_EVERY: usize = 100_000;
/// How often what takes its time shows that it lives.
const LIVELY: Duration = Duration::from_millis(200);

/// What is shown.
pub(super) struct Progress {
    /// None where stderr is no terminal.
    bar: Option<ProgressBar>,
    next_line: usize,
}

impl Progress {
    /// Over so many bytes of a file.
    pub(super) fn of_bytes(bytes: u64) -> Progress {
        Progress::new(
            bytes,
            "{bar:40} {percent:>3} %  {msg}  {elapsed_precise}, {eta} to go",
        )
    }

    /// Over nobody knows how many rows.
    pub(super) fn of_rows() -> Progress {
        Progress::new(0, "{spinner} {msg}  {elapsed_precise}")
    }

    fn new(length: u64, template: &str) -> Progress {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(template);
            ProgressBar::new(length)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Progress {
            bar,
            next_line: A_LINE_EVERY,
        }
    }

    /// So far, with so many rows.
    pub(super) fn advance(&mut self, position: u64, rows: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{rows} rows"));
            bar.set_position(position);
        } else if rows >= self.next_line {
            eprintln!("{rows} rows");
            self.next_line = rows - rows % A_LINE_EVERY + A_LINE_EVERY;
        }
    }

    /// Something else is done now, nobody knows for how long.
    pub(super) fn enter(&mut self, what: &'static str) {
        if let Some(bar) = &self.bar {
            let style = ProgressStyle::with_template("{spinner} {msg}  {elapsed_precise}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_message(what);
            bar.enable_steady_tick(LIVELY);
        }
    }

    /// A line beside it.
    pub(super) fn tell(&self, line: &dyn Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }

    /// Nothing more is shown.
    pub(super) fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
