//! How many files and connections the system lets this program have open.

use std::fs::File;

use futures_util::FutureExt;
use tokio::net::{TcpListener, TcpStream};

/// What is kept for all but connections: the database's files, lists, fetching, logs.
const KEPT: usize = 96;

/// A descriptor for when there is no other: whoever stands in the queue is let in by it, to be
/// told that they are not.
pub(super) struct Spare(Option<File>);

impl Spare {
    pub(super) fn new() -> Spare {
        Spare(any())
    }

    /// The first in the queue, if there is one.
    pub(super) fn accept(&mut self, listener: &TcpListener) -> Option<TcpStream> {
        drop(self.0.take());
        let (stream, _) = listener.accept().now_or_never()?.ok()?;
        Some(stream)
    }

    /// Takes it back, when whoever was let in is gone.
    pub(super) fn keep(&mut self) {
        if self.0.is_none() {
            self.0 = any();
        }
    }
}

/// Where there is no such file, there is no spare one.
fn any() -> Option<File> {
    File::open("/dev/null").ok()
}

/// Takes as many descriptors as the administrator allows (the hard limit), and says how many
/// connections that leaves room for; none where the system does not say.
#[cfg(unix)]
pub(super) fn room_for_connections() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let before = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: before.maximum,
        maximum: before.maximum,
    };
    // What is refused leaves what was there.
    let _ = setrlimit(Resource::Nofile, raised);
    let now = getrlimit(Resource::Nofile).current?;
    let now = usize::try_from(now).unwrap_or(usize::MAX);
    Some(now.saturating_sub(KEPT).max(now / 4))
}

#[cfg(not(unix))]
pub(super) fn room_for_connections() -> Option<usize> {
    None
}
