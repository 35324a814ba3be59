//! How many files and connections the system lets this program have open.

/// What is kept for all but connections: the database's files, lists, fetching, logs.
const KEPT: usize = 96;

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
