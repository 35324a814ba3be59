//! What the nodes on one database tell each other of challenges. SQLite has one node.
//!
//! Every time is the database's: what a node's own clock says plays no part.

use std::{fmt::Write, time::Duration};

use super::{
    Store, StoreFault,
    engine::{Engine, sql},
};
use crate::challenge::rate::{AddressKey, Used};

/// How many addresses are read at the most, those first that used the most.
const MOST: i64 = 10_000;

/// When a statement came, in Unix microseconds.
macro_rules! now {
    () => {
        "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT)"
    };
}

/// A second before: what is told was used since the nodes last exchanged, and what came back
/// meanwhile did.
macro_rules! lately {
    () => {
        concat!("(", now!(), " - 1000000)")
    };
}

/// The latest there may be, ten minutes ahead: as much as ten nodes can issue too early. What is
/// later was written before the server's clock was set back, and counts for nothing.
macro_rules! latest {
    () => {
        concat!("(", now!(), " + 600000000)")
    };
}

impl Store {
    /// Whether other nodes may work on this database.
    pub fn has_nodes(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Adds what this node issued. In the order of the addresses, so that no two nodes wait for
    /// each other.
    pub async fn tell_challenges(&self, news: &[Used]) -> Result<(), StoreFault> {
        let statement = sql(concat!(
            "INSERT INTO challenge_counts (address, back_at)
             SELECT decode(key, 'hex'), ",
            lately!(),
            " + CAST(value AS BIGINT)
             FROM json_each_text(CAST($1 AS JSON)) ORDER BY key
             ON CONFLICT (address) DO UPDATE SET back_at = LEAST(",
            latest!(),
            ", excluded.back_at + GREATEST(0, CASE
                 WHEN challenge_counts.back_at <= ",
            latest!(),
            " THEN challenge_counts.back_at - ",
            lately!(),
            " END))",
        ));
        let statement = statement.bind(json(news));
        self.engine.execute(statement).await.map(drop)
    }

    /// What addresses used on all nodes and have not back yet.
    pub async fn challenges_used(&self) -> Result<Vec<Used>, StoreFault> {
        let statement = sql(concat!(
            "SELECT address, back_at - ",
            now!(),
            " AS time FROM challenge_counts
             WHERE back_at > ",
            now!(),
            " AND back_at <= ",
            latest!(),
            " ORDER BY back_at DESC LIMIT $1",
        ));
        let rows = self.engine.fetch_all(statement.bind(MOST)).await?;
        rows.iter()
            .map(|row| {
                let address: Vec<u8> = row.get("address")?;
                let address = address.try_into();
                let time: i64 = row.get("time")?;
                Ok(Used {
                    address: AddressKey(address.map_err(|_| StoreFault::Unreadable("address"))?),
                    time: Duration::from_micros(u64::try_from(time).unwrap_or_default()),
                })
            })
            .collect()
    }

    pub(super) async fn forget_challenge_counts(&self) -> Result<(), StoreFault> {
        if !self.has_nodes() {
            return Ok(());
        }
        let condition = concat!("back_at < ", lately!(), " OR back_at > ", latest!());
        self.engine
            .forget("challenge_counts", "address", condition, &[])
            .await
    }
}

/// An object of microseconds by address, in hexadecimal.
fn json(news: &[Used]) -> String {
    let mut text = String::from("{");
    for (place, Used { address, time }) in news.iter().enumerate() {
        text.push_str(if place == 0 { "\"" } else { ",\"" });
        for byte in address.0 {
            let _ = write!(text, "{byte:02x}");
        }
        let _ = write!(text, "\":{}", time.as_micros());
    }
    text + "}"
}
