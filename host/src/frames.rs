//! Frames between browser and host: a length in native byte order, then JSON (contract §3).

use std::io::{Read, Write};
use std::thread;

use native_messaging::host::{NmError, decode_message_opt, encode_message, send_frame};
use protocol::command::HostMessage;
use tokio::sync::mpsc;

/// The longest frame the host reads, in bytes.
pub const FRAME_LENGTH_MAX: usize = 8 * 1024;

/// What the browser's side of the pipe brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A frame's body; it is UTF-8, nothing else is known of it.
    Frame(String),
    /// A body that is not UTF-8; the frames after it can still be read.
    NotUtf8,
    /// A frame that claims more than [`FRAME_LENGTH_MAX`]; nothing after it can be read.
    TooLong,
    /// The end of input, also in the middle of a frame.
    Ended,
}

/// Reads one frame; never allocates more than [`FRAME_LENGTH_MAX`], whatever is claimed.
pub fn read_frame(reader: &mut impl Read) -> Incoming {
    match decode_message_opt(reader, FRAME_LENGTH_MAX) {
        Ok(Some(body)) => Incoming::Frame(body),
        Err(NmError::IncomingNotUtf8(_)) => Incoming::NotUtf8,
        Err(NmError::IncomingTooLarge { .. }) => Incoming::TooLong,
        Ok(None) | Err(_) => Incoming::Ended,
    }
}

/// Reads on a thread of its own, so that the end of input is heard whatever else goes on.
///
/// The channel ends after [`Incoming::Ended`]. It holds few frames: a host serves one
/// command, and a sender of many waits in the pipe.
pub fn listen(mut reader: impl Read + Send + 'static) -> mpsc::Receiver<Incoming> {
    let (sender, receiver) = mpsc::channel(4);
    thread::spawn(move || {
        loop {
            let incoming = read_frame(&mut reader);
            let desynchronised = incoming == Incoming::TooLong;
            let ended = incoming == Incoming::Ended;
            if sender.blocking_send(incoming).is_err() || ended {
                return;
            }
            if desynchronised {
                // What follows is the middle of a frame: only its end still says something.
                let _ = std::io::copy(&mut reader, &mut std::io::sink());
                let _ = sender.blocking_send(Incoming::Ended);
                return;
            }
        }
    });
    receiver
}

/// Writes one message, whole and at once.
///
/// Fails when the browser has gone. Our messages are far below the browsers' limit of
/// 1 MiB; one above it fails too, and nothing of it is written.
pub fn write_message(writer: &mut impl Write, message: &HostMessage) -> Result<(), NmError> {
    send_frame(writer, &encode_message(message)?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn frame(body: &[u8]) -> Vec<u8> {
        let mut frame = (body.len() as u32).to_ne_bytes().to_vec();
        frame.extend_from_slice(body);
        frame
    }

    #[test]
    fn frames_are_read_one_after_another_until_the_end() {
        let mut input = frame(b"{\"a\":1}");
        input.extend(frame("è\n\r\0".as_bytes()));
        let mut reader = Cursor::new(input);
        assert_eq!(
            read_frame(&mut reader),
            Incoming::Frame("{\"a\":1}".to_owned())
        );
        assert_eq!(
            read_frame(&mut reader),
            Incoming::Frame("è\n\r\0".to_owned())
        );
        assert_eq!(read_frame(&mut reader), Incoming::Ended);
    }

    #[test]
    fn the_limit_is_8_kib_and_not_a_byte_more() {
        let longest = "x".repeat(FRAME_LENGTH_MAX);
        assert_eq!(
            read_frame(&mut Cursor::new(frame(longest.as_bytes()))),
            Incoming::Frame(longest)
        );
        let too_long = vec![b'x'; FRAME_LENGTH_MAX + 1];
        assert_eq!(
            read_frame(&mut Cursor::new(frame(&too_long))),
            Incoming::TooLong
        );
    }

    #[test]
    fn a_length_of_4_gib_is_refused_without_reading_on() {
        let mut reader = Cursor::new(u32::MAX.to_ne_bytes().to_vec());
        assert_eq!(read_frame(&mut reader), Incoming::TooLong);
    }

    #[test]
    fn an_end_inside_a_frame_is_the_end() {
        for length in 0..10 {
            let mut input = frame(b"abcdef");
            input.truncate(length);
            assert_eq!(read_frame(&mut Cursor::new(input)), Incoming::Ended);
        }
    }

    #[test]
    fn after_bad_utf8_the_next_frame_is_still_read() {
        let mut input = frame(b"\xff\xfe");
        input.extend(frame(b"{}"));
        let mut reader = Cursor::new(input);
        assert_eq!(read_frame(&mut reader), Incoming::NotUtf8);
        assert_eq!(read_frame(&mut reader), Incoming::Frame("{}".to_owned()));
    }

    #[test]
    fn after_a_frame_too_long_only_the_end_is_told() {
        let mut input = u32::MAX.to_ne_bytes().to_vec();
        input.extend(frame(b"{\"command\":\"quit\",\"arguments\":{}}"));
        let mut receiver = listen(Cursor::new(input));
        assert_eq!(receiver.blocking_recv(), Some(Incoming::TooLong));
        assert_eq!(receiver.blocking_recv(), Some(Incoming::Ended));
        assert_eq!(receiver.blocking_recv(), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_in_the_reader_comes_to_an_end(
            input in prop::collection::vec(any::<u8>(), 0..4096)
        ) {
            let length = input.len();
            let mut reader = Cursor::new(input);
            // Every turn but the last takes at least a length's four bytes.
            for turn in 0.. {
                prop_assert!(turn <= length / 4 + 1);
                match read_frame(&mut reader) {
                    Incoming::Ended | Incoming::TooLong => break,
                    Incoming::Frame(body) => prop_assert!(body.len() <= FRAME_LENGTH_MAX),
                    Incoming::NotUtf8 => {}
                }
            }
        }

        #[test]
        fn a_frame_written_is_the_frame_read(body in "\\PC{0,200}") {
            let mut reader = Cursor::new(frame(body.as_bytes()));
            prop_assert_eq!(read_frame(&mut reader), Incoming::Frame(body));
        }
    }
}
