//! The host's lines, read one by one.

use std::fmt;
use std::io::{self, BufRead, Read};

use protocol::window::{VIEW_LENGTH_MAX, WindowView};

/// Why the host's line could not be used.
#[derive(Debug)]
pub enum ViewError {
    /// Standard input failed.
    Input(io::Error),
    /// Longer than any view is.
    TooLong,
    /// Not a view.
    Malformed(serde_json::Error),
}

impl fmt::Display for ViewError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ViewError::Input(error) => write!(formatter, "standard input: {error}"),
            ViewError::TooLong => {
                write!(formatter, "a line is longer than {VIEW_LENGTH_MAX} bytes")
            }
            ViewError::Malformed(error) => write!(formatter, "a line is not a view: {error}"),
        }
    }
}

impl std::error::Error for ViewError {}

/// Reads the next view; none at the end of input.
pub fn read_view(input: &mut impl BufRead) -> Result<Option<WindowView>, ViewError> {
    let mut line = Vec::new();
    let mut limited = input.take(VIEW_LENGTH_MAX as u64);
    limited
        .read_until(b'\n', &mut line)
        .map_err(ViewError::Input)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => serde_json::from_slice(&line)
            .map(Some)
            .map_err(ViewError::Malformed),
        Some(_) if limited.limit() == 0 => Err(ViewError::TooLong),
        // The host died in the middle of a line: an end like any other.
        Some(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::window::Stage;

    const LINE: &[u8] =
        b"{\"lang\":\"it\",\"origin\":\"https://sistemats.it\",\"stage\":{\"name\":\"signing\"}}\n";

    #[test]
    fn views_come_line_by_line_until_the_end() {
        let mut input = &[LINE, LINE].concat()[..];
        for _ in 0..2 {
            let view = read_view(&mut input).unwrap().unwrap();
            assert_eq!(view.stage, Stage::Signing);
        }
        assert!(read_view(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_line_without_its_end_is_the_end() {
        let mut input = &LINE[..LINE.len() - 1];
        assert!(read_view(&mut input).unwrap().is_none());
    }

    #[test]
    fn what_is_not_a_view_is_refused() {
        for line in [&b"\n"[..], b"{}\n", b"\xff\n", b"null\n"] {
            assert!(matches!(
                read_view(&mut &line[..]),
                Err(ViewError::Malformed(_))
            ));
        }
    }

    #[test]
    fn an_endless_line_is_refused_without_reading_it_all() {
        let mut input = io::BufReader::new(io::repeat(b' '));
        assert!(matches!(read_view(&mut input), Err(ViewError::TooLong)));
    }
}
