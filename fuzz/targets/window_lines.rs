//! What the window's process writes: its lines, one of which is the PIN.
//!
//! The first byte says in which pieces the pipe hands out the rest.
#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;
use protocol::window::{PIN_PREFIX, WindowAnswer};
use tessera_host::pin::LockedBytes;
use tessera_host::window_process::{WindowMessage, listen};
use tokio::sync::mpsc::unbounded_channel;

/// More of them only take time.
const PIECES_MAX: usize = 256;

fuzz_target!(|input: &[u8]| {
    let Some((&piece, lines)) = input.split_first() else {
        return;
    };
    let piece = usize::from(piece).max(1);
    if lines.len() / piece > PIECES_MAX {
        return;
    }
    let (sender, mut heard) = unbounded_channel();
    listen(Pieces(lines, piece), &sender);
    for line in lines_within_a_page(lines) {
        match WindowAnswer::read(line) {
            None => {}
            Some(answer) => {
                let message = heard.try_recv().ok();
                assert!(message.is_some_and(|message| says(&message, answer, line)));
            }
        }
    }
    assert!(heard.try_recv().is_err());
});

/// All that should be heard: whole lines, up to the first that outgrows the reader's page.
fn lines_within_a_page(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines
        .split_inclusive(|&byte| byte == b'\n')
        .take_while(|line| line.len() <= LockedBytes::LENGTH)
        .filter_map(|line| line.strip_suffix(b"\n"))
}

fn says(message: &WindowMessage, answer: WindowAnswer, line: &[u8]) -> bool {
    match (message, answer) {
        (WindowMessage::Ready, WindowAnswer::Ready) => true,
        (WindowMessage::Again, WindowAnswer::Again) => true,
        (WindowMessage::Cancel, WindowAnswer::Cancel) => true,
        (WindowMessage::Choose(heard), WindowAnswer::Choose(said)) => *heard == said,
        (WindowMessage::Pin(pin), WindowAnswer::Pin) => pin.expose() == &line[PIN_PREFIX.len()..],
        _ => false,
    }
}

struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}
