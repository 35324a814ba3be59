//! The chains as auditors read them.

use super::PAGE;
use crate::{
    audit::{End, Hash, PlacedEntry},
    store::{
        Store, StoreFault,
        engine::{self, Statement, sql},
    },
};

impl Store {
    /// Whose chains there are.
    pub async fn audited_nodes(&self) -> Result<Vec<String>, StoreFault> {
        let mut nodes = Vec::new();
        let mut last = String::new();
        loop {
            // One look into the index a node, however many entries it has.
            let statement = sql("SELECT MIN(node) AS node FROM
                     (SELECT MIN(node) AS node FROM audit_chains WHERE node > $1
                      UNION ALL SELECT MIN(node) FROM audit_entries WHERE node > $1) AS next")
            .bind(&last);
            let row = self.engine.fetch_one(statement).await?;
            let Some(node) = row.get::<Option<String>>("node")? else {
                return Ok(nodes);
            };
            nodes.push(node.clone());
            last = node;
        }
    }

    /// What the database says is the end of a chain.
    pub async fn audit_record(&self, node: &str) -> Result<Option<(i64, Vec<u8>)>, StoreFault> {
        let statement = sql("SELECT sequence, hash FROM audit_chains WHERE node = $1").bind(node);
        let row = self.engine.fetch_optional(statement).await?;
        row.as_ref().map(place).transpose()
    }

    /// Some entries of a chain, those after one place and up to another, in their order; none
    /// where there are no more.
    pub async fn audit_entries(
        &self,
        node: &str,
        after: i64,
        through: i64,
    ) -> Result<Vec<PlacedEntry>, StoreFault> {
        self.audit_page(node, after, through, PAGE).await
    }

    /// The place of a chain's first entry that was written then or later.
    pub async fn audit_entry_since(&self, node: &str, at: i64) -> Result<Option<i64>, StoreFault> {
        let statement = sql("SELECT MIN(sequence) AS sequence FROM audit_entries
             WHERE node = $1 AND at >= $2")
        .bind(node)
        .bind(at);
        self.engine.fetch_one(statement).await?.get("sequence")
    }

    pub(super) async fn audit_page(
        &self,
        node: &str,
        after: i64,
        through: i64,
        limit: i64,
    ) -> Result<Vec<PlacedEntry>, StoreFault> {
        let statement = page(node, after, through, limit);
        let rows = self.engine.fetch_all(statement).await?;
        rows.iter().map(read).collect()
    }
}

/// Some entries of a chain.
pub(super) fn page(node: &str, after: i64, through: i64, limit: i64) -> Statement<'_> {
    sql("SELECT node, sequence, at, entry, previous_hash, hash
         FROM audit_entries WHERE node = $1 AND sequence > $2 AND sequence <= $3
         ORDER BY sequence LIMIT $4")
    .bind(node)
    .bind(after)
    .bind(through)
    .bind(limit)
}

/// A place in a chain, and the hash there.
pub(super) fn place(row: &engine::Row) -> Result<(i64, Vec<u8>), StoreFault> {
    Ok((row.get("sequence")?, row.get("hash")?))
}

/// The end by a chain's record, unless there are entries after it.
pub(super) fn end_of(record: Option<(i64, Vec<u8>)>, last: Option<(i64, Vec<u8>)>) -> End {
    let sequence = |place: &Option<(i64, Vec<u8>)>| place.as_ref().map(|(sequence, _)| *sequence);
    let place = if sequence(&last) > sequence(&record) {
        last
    } else {
        record
    };
    place.map_or(End::EMPTY, |(sequence, hash)| End {
        sequence,
        hash: Hash::from_slice(&hash).unwrap_or(Hash::NONE),
    })
}

/// A row as it is, whatever somebody has made of it.
pub(super) fn read(row: &engine::Row) -> Result<PlacedEntry, StoreFault> {
    // Bytes that are no text fit no hash.
    let text = |column| {
        row.get::<String>(column)
            .unwrap_or_else(|_| "\u{fffd}".to_owned())
    };
    Ok(PlacedEntry {
        node: text("node"),
        sequence: row.get("sequence")?,
        at: row.get("at")?,
        entry: text("entry"),
        previous_hash: row.get("previous_hash")?,
        hash: row.get("hash")?,
    })
}
