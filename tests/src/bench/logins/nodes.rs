//! What several nodes on one PostgreSQL can do, and where the database is the limit.
//!
//! Nodes, database and load share this machine's processors, so that the clock cannot tell what
//! more machines would do. What a login costs all nodes together, and the database, can: of nodes
//! that have a core each, so many cores are the capacity. By the clock a node is below it where a
//! commit takes long: its logins commit one after the other, since its chain of the audit log is one
//! (`ARCHITECTURE.md`), and nodes beside it do not wait for that.

use super::{
    super::row::{Row, median},
    site::Site,
};
use crate::{Outcome, people::Issuer};

/// A large region's; what a login costs hardly grows with them, as the figures of `logins` show.
const OPERATORS: u32 = 100_000;
const REGISTRATIONS: u32 = 20_000;
/// All run all the time, so that none is new when it is measured; those not asked have next to
/// nothing to do.
const NODES: usize = 4;
/// How many are asked, turn by turn and back again, so that whatever else this machine does
/// meanwhile it does to all.
const ORDER: [usize; 12] = [1, 2, 4, 4, 2, 1, 1, 2, 4, 4, 2, 1];
const LOGINS_A_TURN: u64 = 1_500;
/// Until then nodes still open connections to the database, and meet cards for the first time.
const FIRST: u64 = 4_000;

/// What was seen at so many nodes, turn by turn.
#[derive(Default)]
struct Seen {
    servers: Vec<f64>,
    database: Vec<f64>,
    /// Logins a second of the clock.
    rate: Vec<f64>,
    /// How many cores nodes, database and load kept busy.
    cores: Vec<f64>,
}

/// The middle of it.
struct At {
    nodes: f64,
    server: f64,
    database: f64,
    rate: f64,
    cores: f64,
}

impl At {
    /// Logins a second, if each node has a core.
    fn capacity(&self) -> f64 {
        self.nodes * 1e6 / self.server
    }
}

/// Measures one, two and four of them.
pub fn measure() -> Outcome<Vec<Row>> {
    let mut site = Site::on_postgres(&Issuer::new(), OPERATORS, REGISTRATIONS)?;
    site.start_nodes(NODES)?;
    site.log_in_at(NODES, FIRST)?;
    let mut seen = [1, 2, 4].map(|nodes| (nodes, Seen::default()));
    for nodes in ORDER {
        let (cost, report) = site.log_in_at(nodes, LOGINS_A_TURN)?;
        let rate = report.done() as f64 / report.time.as_secs_f64();
        for (_, seen) in seen.iter_mut().filter(|(of, _)| *of == nodes) {
            seen.servers.push(cost.server);
            seen.database.push(cost.database);
            seen.rate.push(rate);
            let all = cost.server + cost.database + cost.load;
            seen.cores.push(rate * all / 1e6);
        }
    }
    let [one, two, four] = seen.map(|(nodes, seen)| At {
        nodes: nodes as f64,
        server: median(seen.servers),
        database: median(seen.database),
        rate: median(seen.rate),
        cores: median(seen.cores),
    });
    let scaled = |figure, at: &At| {
        Row::of(figure, at.capacity(), "logins")
            .beside(at.nodes * one.capacity())
            .at_least_times(0.8)
            .limited_by("what a login costs its node")
    };
    Ok(vec![
        scaled(
            "2 nodes of a core each on PostgreSQL: logins a second of their CPU, beside twice one node's",
            &two,
        ),
        scaled("4 nodes: the same, beside four times one node's", &four),
        Row::of(
            "4 nodes: the database's CPU a login, beside one node's",
            four.database,
            "µs",
        )
        .beside(one.database),
        Row::of(
            "a core of the database: logins a second of its CPU, beside a node's",
            1e6 / four.database,
            "logins",
        )
        .beside(1e6 / four.server),
        Row::of(
            "2 nodes by the clock, sharing this machine: logins a second, beside one node's",
            two.rate,
            "logins",
        )
        .beside(one.rate),
        Row::of("4 nodes by the clock: the same", four.rate, "logins").beside(one.rate),
        Row::of(
            "4 nodes by the clock: cores busy with nodes, database and load, beside one node's",
            four.cores,
            "cores",
        )
        .beside(one.cores),
    ])
}
