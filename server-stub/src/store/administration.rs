//! Gestione Credenziali: the operators an administrator looks after.

use super::{
    OperatorRow, Store, StoreFault,
    engine::{Row, Statement, Transaction, Turn, sql},
    events::Hand,
    operators, registrations, searched_name,
};
use crate::audit::{self, Deed, Trail};
use protocol::service::{Profile, ServiceId};

/// How many operators a search shows.
const SHOWN: usize = 50;
/// How many words of a search count.
const WORDS: usize = 6;

/// An administrator who asks, and in which session.
pub struct Administrator<'a> {
    /// SHA-256 of the session's token.
    pub session: &'a [u8; 32],
    /// Who it is.
    pub row: &'a OperatorRow,
}

/// An operator as an administrator sees them.
pub struct ManagedRow {
    /// Names them in addresses.
    pub id: Vec<u8>,
    /// Who it is.
    pub operator: OperatorRow,
    /// When their card was registered, in Unix milliseconds; none: no card is.
    pub registered_at: Option<i64>,
    /// Whether the document of that registration still waits.
    pub document_pending: bool,
    /// Whether they have standard credentials.
    pub has_credentials: bool,
}

/// What is to be done with an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Let in again.
    Enable,
    /// Shut out, every session ended.
    Disable,
    /// Take back the registration and its credentials, every session ended.
    RevokeRegistration,
}

/// What came of it.
pub enum Measured {
    /// It holds now; the operator as they are.
    Done(Box<ManagedRow>),
    /// There is no such operator among those the administrator looks after.
    NotFound,
    /// The administrator may not ask any more.
    NoAdministrator,
}

impl OperatorRow {
    /// Whether the person may open Gestione Credenziali.
    pub fn manages_credentials(&self) -> bool {
        self.operator.profile == Profile::Amministrazione
            && self
                .enabled_services()
                .contains(&ServiceId::GestioneCredenziali)
    }
}

impl ManagedRow {
    fn read(row: &Row) -> Result<ManagedRow, StoreFault> {
        Ok(ManagedRow {
            id: row.get("id")?,
            operator: OperatorRow::read(row)?,
            registered_at: row.get("registered_at")?,
            document_pending: row
                .get::<Option<bool>>("document_pending")?
                .unwrap_or(false),
            has_credentials: row.get("has_credentials")?,
        })
    }
}

/// The operators of regione $1 and ASL $2 but the administrator $3. Both are compared as
/// they stand; an administrator of no regione looks after nobody.
macro_rules! managed {
    ($condition:literal) => {
        concat!(
            "SELECT o.*, r.registered_at, r.document_pending,
                 c.codice_fiscale IS NOT NULL AS has_credentials
             FROM operators o
             LEFT JOIN registrations r ON r.codice_fiscale = o.codice_fiscale
             LEFT JOIN credentials c ON c.codice_fiscale = o.codice_fiscale
             WHERE o.regione = $1 AND o.asl = $2 AND o.codice_fiscale <> $3
                 AND o.regione <> '' AND ",
            $condition
        )
    };
}

impl Store {
    /// The administrator's operators of that name or codice fiscale, by name; and whether
    /// there are more than are shown.
    pub async fn find_operators(
        &self,
        administrator: &OperatorRow,
        words: &str,
    ) -> Result<(Vec<ManagedRow>, bool), StoreFault> {
        let scope = &administrator.operator;
        let folded = searched_name::fold(words);
        let patterns: Vec<String> = folded
            .split(' ')
            .map(|word| format!("%{word}%"))
            .chain(std::iter::repeat("%".to_owned()))
            .take(WORDS)
            .collect();
        let query = sql(managed!(
            "(o.codice_fiscale = $4 OR
                 (o.searched_name LIKE $5 AND o.searched_name LIKE $6
                  AND o.searched_name LIKE $7 AND o.searched_name LIKE $8
                  AND o.searched_name LIKE $9 AND o.searched_name LIKE $10))
             ORDER BY o.cognome, o.nome, o.codice_fiscale LIMIT $11"
        ))
        .bind(&scope.regione)
        .bind(&scope.asl)
        .bind(scope.codice_fiscale.as_str())
        // PostgreSQL takes no such character in a text.
        .bind(words.trim().to_uppercase().replace('\0', ""));
        let query = patterns
            .iter()
            .fold(query, |query, pattern| query.bind(pattern));
        let found = self.engine.fetch_all(query.bind(SHOWN as i64 + 1)).await?;
        let mut rows: Vec<ManagedRow> = found
            .iter()
            .map(ManagedRow::read)
            .collect::<Result<_, _>>()?;
        let more = rows.len() > SHOWN;
        rows.truncate(SHOWN);
        Ok((rows, more))
    }

    /// The operator of that id, if the administrator looks after them.
    pub async fn managed_operator(
        &self,
        administrator: &OperatorRow,
        id: &[u8],
    ) -> Result<Option<ManagedRow>, StoreFault> {
        let row = self.engine.fetch_optional(of_id(administrator, id)).await?;
        row.as_ref().map(ManagedRow::read).transpose()
    }

    /// Does something with an operator. Whether the administrator may is asked again in the
    /// same step, so that one who is shut out this moment changes nothing more.
    pub async fn measure(
        &self,
        administrator: Administrator<'_>,
        id: &[u8],
        measure: Measure,
        trail: &Trail,
        now: i64,
    ) -> Result<Measured, StoreFault> {
        let asker = &administrator.row.operator.codice_fiscale;
        let turn = Turn::Administrator(asker, id);
        let mut transaction = self.engine.begin(turn).await?;
        if !still_administers(&mut transaction, &administrator).await? {
            return Ok(Measured::NoAdministrator);
        }
        let found = of_id(administrator.row, id);
        let Some(found) = transaction.fetch_optional(found).await? else {
            return Ok(Measured::NotFound);
        };
        let found = ManagedRow::read(&found)?;
        let codice_fiscale = &found.operator.operator.codice_fiscale;
        let hand = Hand::Administrator(asker);
        let deed = match measure {
            Measure::Enable | Measure::Disable => {
                let active = measure == Measure::Enable;
                operators::set_active(&mut transaction, codice_fiscale, active, hand, now).await?;
                Some(if active {
                    Deed::OperatorEnabled
                } else {
                    Deed::OperatorDisabled
                })
            }
            Measure::RevokeRegistration => {
                let had_one =
                    registrations::revoke(&mut transaction, codice_fiscale, hand, now).await?;
                had_one.then_some(Deed::RegistrationRevoked)
            }
        };
        let row = transaction.fetch_one(of_id(administrator.row, id)).await?;
        let row = ManagedRow::read(&row)?;
        let by = audit::Author::Administrator(asker);
        let entry = |deed| trail.entry_about(deed, codice_fiscale, by).to_json();
        let entries = deed.into_iter().map(entry).collect();
        self.commit(transaction, entries, now).await?;
        Ok(Measured::Done(Box::new(row)))
    }
}

fn of_id<'q>(administrator: &'q OperatorRow, id: &'q [u8]) -> Statement<'q> {
    let scope = &administrator.operator;
    sql(managed!("o.id = $4"))
        .bind(&scope.regione)
        .bind(&scope.asl)
        .bind(scope.codice_fiscale.as_str())
        .bind(id)
}

/// Whether the session is still there, opened by card, and its person still an
/// administrator of the same regione and ASL.
async fn still_administers(
    transaction: &mut Transaction,
    asker: &Administrator<'_>,
) -> Result<bool, StoreFault> {
    let statement = sql(
        "SELECT o.* FROM sessions s JOIN operators o ON o.codice_fiscale = s.codice_fiscale
         WHERE s.token_hash = $1 AND s.certificate_fingerprint IS NOT NULL AND o.active = $2",
    )
    .bind(asker.session)
    .bind(true);
    let row = transaction.fetch_optional(statement).await?;
    let row = row.as_ref().map(OperatorRow::read).transpose()?;
    Ok(row.is_some_and(|row| {
        let (now, then) = (&row.operator, &asker.row.operator);
        row.manages_credentials()
            && now.codice_fiscale == then.codice_fiscale
            && now.regione == then.regione
            && now.asl == then.asl
    }))
}
