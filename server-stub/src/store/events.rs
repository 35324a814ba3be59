//! What was done with a person's access: their messages, an administrator's history.

use super::{
    Store, StoreFault,
    engine::{Row, Transaction, Turn, sql},
};
use protocol::{
    CodiceFiscale,
    api::{Act, Actor},
};

/// How many of a person's events are shown.
const SHOWN: i64 = 100;

/// Who did something.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hand<'a> {
    /// The person, by card, by password, or asked for neither.
    Oneself { by_card: Option<bool> },
    /// An administrator in Gestione Credenziali, who has a card.
    Administrator(&'a CodiceFiscale),
    /// The server's command.
    Command,
    /// A file of operators.
    Import,
}

impl Hand<'_> {
    pub(super) fn actor(self) -> Actor {
        match self {
            Hand::Oneself { .. } => Actor::Oneself,
            Hand::Administrator(_) | Hand::Command => Actor::Administrator,
            Hand::Import => Actor::Import,
        }
    }
}

/// An event as it is kept.
pub struct EventRow {
    /// Its number.
    pub id: i64,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// What.
    pub act: Act,
    /// Who did it.
    pub by: Actor,
    /// Whether they did it by card; none where neither card nor password was asked for.
    pub by_card: Option<bool>,
    /// Whether the person marked it as read.
    pub seen: bool,
}

impl EventRow {
    fn read(row: &Row) -> Result<EventRow, StoreFault> {
        Ok(EventRow {
            id: row.get("id")?,
            at: row.get("at")?,
            act: Act::from_name(row.get("act")?).ok_or(StoreFault::Unreadable("act"))?,
            by: Actor::from_name(row.get("actor")?).ok_or(StoreFault::Unreadable("actor"))?,
            by_card: row.get("by_card")?,
            seen: row.get("seen")?,
        })
    }
}

impl Store {
    /// The person's latest events, newest first.
    pub async fn events(
        &self,
        codice_fiscale: &CodiceFiscale,
    ) -> Result<Vec<EventRow>, StoreFault> {
        let statement = sql("SELECT id, at, act, actor, by_card, seen FROM events
             WHERE codice_fiscale = $1 ORDER BY id DESC LIMIT $2")
        .bind(codice_fiscale.as_str())
        .bind(SHOWN);
        let rows = self.engine.fetch_all(statement).await?;
        rows.iter().map(EventRow::read).collect()
    }

    /// The person has read what there is.
    pub async fn events_were_seen(&self, codice_fiscale: &CodiceFiscale) -> Result<(), StoreFault> {
        let mut transaction = self.engine.begin(Turn::Person(codice_fiscale)).await?;
        let statement = sql("UPDATE events SET seen = $2 WHERE codice_fiscale = $1 AND seen <> $2")
            .bind(codice_fiscale.as_str())
            .bind(true);
        transaction.execute(statement).await?;
        transaction.commit().await
    }

    pub(super) async fn forget_events(&self, before: i64) -> Result<(), StoreFault> {
        self.engine
            .forget("events", "id", "at <= $1", &[before])
            .await
    }
}

/// How often this was done with the person's access since then, and when first.
pub(super) async fn count(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    act: Act,
    since: i64,
) -> Result<(i64, Option<i64>), StoreFault> {
    let statement = sql("SELECT COUNT(*), MIN(at) FROM events
         WHERE codice_fiscale = $1 AND act = $2 AND at > $3")
    .bind(codice_fiscale.as_str())
    .bind(act.name())
    .bind(since);
    let row = transaction.fetch_one(statement).await?;
    Ok((row.at(0)?, row.at(1)?))
}

/// Writes down what was done, in the transaction that does it.
pub(super) async fn record(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    act: Act,
    hand: Hand<'_>,
    now: i64,
) -> Result<(), StoreFault> {
    let (administrator, by_card) = match hand {
        Hand::Oneself { by_card } => (None, by_card),
        Hand::Administrator(administrator) => (Some(administrator.as_str()), Some(true)),
        Hand::Command | Hand::Import => (None, None),
    };
    let statement = sql(
        "INSERT INTO events (codice_fiscale, at, act, actor, administrator, by_card, seen)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(codice_fiscale.as_str())
    .bind(now)
    .bind(act.name())
    .bind(hand.actor().name())
    .bind(administrator)
    .bind(by_card)
    .bind(false);
    transaction.execute(statement).await?;
    Ok(())
}
