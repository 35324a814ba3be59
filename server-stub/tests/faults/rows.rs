//! The rows of the table

mod clock;
mod database;
mod descriptors;
mod disk;
mod failover;
mod nodes;
mod standby;
mod trust;

use std::sync::LazyLock;

use crate::{stage::Servers, table::Tally};

/// A row: what is provoked, and how.
type Row = (&'static str, fn() -> Tally);

/// All of them, those first that last longest.
pub const ALL: &[Row] = &[
    ("clock_of_a_node_jumps", clock::jumps),
    (
        "standby_lost_and_then_the_primary",
        standby::lost_and_then_the_primary,
    ),
    ("standby_lost", standby::lost),
    ("database_slow", database::slow),
    ("database_connections_cut", database::cut),
    ("database_killed_and_restarted", database::killed),
    ("database_paused", database::paused),
    ("database_disk_full", disk::of_the_server),
    ("primary_killed_standby_promoted", failover::killed),
    ("primary_paused_standby_promoted", failover::paused),
    ("disk_full", disk::full),
    ("file_size_limit_reached", disk::limited),
    ("node_killed", nodes::killed),
    ("node_stopped", nodes::stopped),
    ("node_without_descriptors", descriptors::used_up),
    ("trust_taken_away", trust::taken_away),
    ("word_of_one_node_to_the_other", nodes::know_at_once),
];

/// The servers of rows that leave them alone.
fn shared() -> &'static Servers {
    static SHARED: LazyLock<Servers> = LazyLock::new(Servers::start);
    &SHARED
}
