//! The window's process: `tessera-window`, which stands beside the host's own program.
//!
//! What the two say to each other is in [`protocol::window`].

use std::io::{self, ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use protocol::window::{PIN_PREFIX, WindowAnswer, WindowView};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::pin::{LockedBytes, Pin};

/// The window's program, in the same folder as the host's.
pub(crate) const PROGRAM: &str = if cfg!(windows) {
    "tessera-window.exe"
} else {
    "tessera-window"
};

/// What the person did in the window.
pub enum WindowMessage {
    /// Nothing yet: the window stands.
    Ready,
    /// Chose a certificate, counted from 0.
    Choose(usize),
    /// Typed a PIN.
    Pin(Pin),
    /// Lets the reader ask for the PIN.
    Again,
    /// Closed the window, or pressed Escape.
    Cancel,
}

/// The window, open until it is closed or dropped.
pub struct Window {
    process: Child,
    views: mpsc::Sender<String>,
    messages: UnboundedReceiver<WindowMessage>,
}

impl Window {
    /// Starts the window; it shows itself with the first view.
    ///
    /// Fails when the program is not there or cannot be started. One that cannot show a
    /// window ends at once, which [`Window::message`] tells.
    pub fn open() -> io::Result<Window> {
        // Beside ourselves and nowhere else: a search path is somebody else's to change.
        let program = std::env::current_exe()?.with_file_name(PROGRAM);
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        let (views, lines) = mpsc::channel::<String>();
        // Threads, so that a window that hangs keeps nobody waiting.
        thread::spawn(move || {
            for line in lines {
                if input.write_all(line.as_bytes()).is_err() {
                    return;
                }
            }
        });
        let (sender, messages) = unbounded_channel();
        thread::spawn(move || listen(output, &sender));
        Ok(Window {
            process,
            views,
            messages,
        })
    }

    /// Has the window show this.
    pub fn show(&self, view: &WindowView) {
        // A view is plain data and always becomes JSON; a window that has ended says so
        // by the end of its messages.
        if let Ok(mut line) = serde_json::to_string(view) {
            line.push('\n');
            let _ = self.views.send(line);
        }
    }

    /// What the person does next; none when the window has ended.
    pub async fn message(&mut self) -> Option<WindowMessage> {
        self.messages.recv().await
    }

    /// Closes the window: at once, or by force when it does not follow in time.
    pub async fn close(mut self, within: Duration) {
        drop(std::mem::replace(&mut self.views, mpsc::channel().0));
        let ended = async { while self.messages.recv().await.is_some() {} };
        let _ = tokio::time::timeout(within, ended).await;
    }
}

/// Nothing keeps the window when the host has done with it.
impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads the window's lines in a locked page, from which a PIN goes into its own.
///
/// Ends with the output, or with a line that outgrows the page.
pub fn listen(mut output: impl Read, messages: &UnboundedSender<WindowMessage>) {
    let mut page = LockedBytes::new();
    let buffer = page.as_mut_slice();
    let mut filled = 0;
    loop {
        match output.read(&mut buffer[filled..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // A line longer than the page, an error, the end: nothing more to be heard.
            Ok(0) | Err(_) => return,
            Ok(count) => filled += count,
        }
        while let Some(end) = buffer[..filled].iter().position(|&byte| byte == b'\n') {
            if let Some(message) = read_line(&buffer[..end])
                && messages.send(message).is_err()
            {
                return;
            }
            buffer.copy_within(end + 1..filled, 0);
            buffer[filled - end - 1..filled].fill(0);
            filled -= end + 1;
        }
    }
}

fn read_line(line: &[u8]) -> Option<WindowMessage> {
    Some(match WindowAnswer::read(line)? {
        WindowAnswer::Ready => WindowMessage::Ready,
        WindowAnswer::Choose(number) => WindowMessage::Choose(number),
        WindowAnswer::Again => WindowMessage::Again,
        WindowAnswer::Cancel => WindowMessage::Cancel,
        WindowAnswer::Pin => WindowMessage::Pin(Pin::new(&line[PIN_PREFIX.len()..])?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes out in pieces of the given length.
    struct Pieces(Vec<u8>, usize);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    fn heard(lines: &[u8], piece: usize) -> Vec<String> {
        let (sender, mut receiver) = unbounded_channel();
        listen(Pieces(lines.to_vec(), piece), &sender);
        drop(sender);
        std::iter::from_fn(|| receiver.blocking_recv())
            .map(|message| match message {
                WindowMessage::Ready => "ready".to_owned(),
                WindowMessage::Choose(number) => format!("choose {number}"),
                WindowMessage::Again => "again".to_owned(),
                WindowMessage::Cancel => "cancel".to_owned(),
                WindowMessage::Pin(pin) => {
                    format!("pin of {}", String::from_utf8_lossy(pin.expose()))
                }
            })
            .collect()
    }

    #[test]
    fn lines_are_heard_however_the_pipe_cuts_them() {
        let lines = b"ready\nchoose 2\npin 12345\nnonsense\npin 876 54\nagain\ncancel\n";
        let expected = [
            "ready",
            "choose 2",
            "pin of 12345",
            "pin of 876 54",
            "again",
            "cancel",
        ];
        for piece in [1, 2, 3, 7, 4096] {
            assert_eq!(heard(lines, piece), expected);
        }
    }

    #[test]
    fn a_line_without_an_end_is_not_heard() {
        assert_eq!(heard(b"ready\npin 12345", 4096), ["ready"]);
        assert_eq!(heard(&[b'x'; 3 * LockedBytes::LENGTH], 4096), [""; 0]);
    }
}
