//! What the system tells the server: stop, or read the trust files again.
//!
//! Listening begins when these are made, so that a signal between the server's start and
//! its first wait is not lost (or, not listened to, the program's end).

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT; elsewhere than on Unix, Ctrl-C.
pub struct Stop {
    #[cfg(unix)]
    signals: [Signal; 2],
}

impl Stop {
    /// Begins to listen.
    pub fn listen() -> io::Result<Stop> {
        Ok(Stop {
            #[cfg(unix)]
            signals: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
            ],
        })
    }

    /// Returns when the server is told to stop.
    pub async fn wait(mut self) {
        #[cfg(unix)]
        {
            let [terminate, interrupt] = &mut self.signals;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// SIGHUP; nothing elsewhere than on Unix.
pub struct Hangup {
    #[cfg(unix)]
    signal: Signal,
}

impl Hangup {
    /// Begins to listen.
    pub fn listen() -> io::Result<Hangup> {
        Ok(Hangup {
            #[cfg(unix)]
            signal: signal(SignalKind::hangup())?,
        })
    }

    /// Returns at the next one.
    pub async fn wait(&mut self) {
        #[cfg(unix)]
        if self.signal.recv().await.is_some() {
            return;
        }
        std::future::pending().await
    }
}
