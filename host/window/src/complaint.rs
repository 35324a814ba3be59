//! What is said on standard error when there can be no window: one sentence, for `doctor` and
//! the host's log.

use std::panic::{self, PanicHookInfo};
use std::process;

/// Has the toolkit, which panics where a part of the system is missing, end like any failure:
/// with a sentence and exit code 1, so that the host reads it as "no window".
///
/// Nothing of a PIN outlives it: what the process held goes with the process.
pub fn end_plainly_on_panic() {
    panic::set_hook(Box::new(|panic| {
        eprintln!("tessera-window: {}", sentence(panic));
        process::exit(1);
    }));
}

fn sentence(panic: &PanicHookInfo) -> String {
    let payload = panic.payload_as_str().unwrap_or_default();
    let place = panic.location().map(|location| location.file());
    reason(payload, place.unwrap_or_default())
}

/// Why a library panicked with these words in a file of its own.
fn reason(words: &str, file: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    if words.contains("XKBNotFound") {
        "no window: the keyboard's tables are missing (package xkb-data)".to_owned()
    } else if file.contains("fontique") {
        "no window: no font is installed (any will do, such as package fonts-dejavu-core)"
            .to_owned()
    } else {
        format!("no window: the toolkit gave up: {line}")
    }
}

/// A library's words without the place in its sources that they name.
pub fn without_place(words: &str) -> &str {
    words
        .rsplit_once(".rs:")
        .and_then(|(_, rest)| rest.split_once(": "))
        .map_or(words, |(_, reason)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_said_in_the_library_s_own_words() {
        assert_eq!(
            reason("libX11.so.6: cannot open\nand more", "src/xlib.rs"),
            "no window: the toolkit gave up: libX11.so.6: cannot open"
        );
    }

    #[test]
    fn places_in_sources_are_left_out() {
        assert_eq!(
            without_place("event loop: os error at /x/src/mod.rs:765: not set."),
            "not set."
        );
        assert_eq!(without_place("no display"), "no display");
    }
}
