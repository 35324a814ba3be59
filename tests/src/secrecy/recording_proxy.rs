//! A listener on the line between browser and server: passes every byte on, keeps every byte.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// A proxy on a port of its own.
pub struct RecordingProxy {
    listener: TcpListener,
    record: Arc<Mutex<Vec<u8>>>,
}

impl RecordingProxy {
    /// Takes a port; nobody is served yet.
    pub fn new() -> io::Result<RecordingProxy> {
        Ok(RecordingProxy {
            listener: TcpListener::bind("127.0.0.1:0")?,
            record: Arc::default(),
        })
    }

    /// The port browsers are to use.
    pub fn port(&self) -> io::Result<u16> {
        Ok(self.listener.local_addr()?.port())
    }

    /// Passes everything on to the server at this port, from now on.
    pub fn pass_on_to(&self, server: u16) -> io::Result<()> {
        let listener = self.listener.try_clone()?;
        let record = Arc::clone(&self.record);
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                // A server that is down shows as a closed connection, as it does without us.
                let _ = connect(browser, server, &record);
            }
        });
        Ok(())
    }

    /// Everything that was said, in both directions.
    pub fn record(&self) -> Vec<u8> {
        self.record
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn connect(browser: TcpStream, server: u16, record: &Arc<Mutex<Vec<u8>>>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server))?;
    for (from, to) in [
        (browser.try_clone()?, server.try_clone()?),
        (server, browser),
    ] {
        let record = Arc::clone(record);
        thread::spawn(move || {
            let _ = pass_on(from, to, &record);
        });
    }
    Ok(())
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, record: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut piece = [0; 64 * 1024];
    loop {
        let length = from.read(&mut piece)?;
        if length == 0 {
            return to.shutdown(Shutdown::Write);
        }
        let piece = &mut piece[..length];
        hide_compression(piece);
        record
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(piece);
        to.write_all(piece)?;
    }
}

/// Compressed answers could not be searched: the browser's wish for them gets another name
/// of the same length.
fn hide_compression(piece: &mut [u8]) {
    const WISH: &[u8] = b"accept-encoding:";
    let found = piece
        .windows(WISH.len())
        .position(|window| window.eq_ignore_ascii_case(WISH));
    if let Some(place) = found {
        piece[place] = b'x';
    }
}
