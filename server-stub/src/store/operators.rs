//! The Sistema TS data bank: who may use the portal.

use super::{
    Store, StoreFault,
    engine::{Row, Transaction, Turn, sql},
    events::{self, Hand},
    window::Window,
};
use crate::{
    audit::{Deed, Trail},
    clock::HOUR,
};
use protocol::{
    CodiceFiscale,
    api::{Act, Operator, ProfileChange},
    service::{Profile, ServiceId},
};

/// How often a person may change their own data in an hour.
const CHANGES_PER_HOUR: i64 = 20;

/// What came of a change to a person's own data.
#[derive(Debug, PartialEq, Eq)]
pub enum ProfileChanged {
    /// It holds now.
    Done,
    /// The session ended meanwhile.
    NoSession,
    /// Too many were made; after this many milliseconds one may be made again.
    TooMany {
        /// Milliseconds.
        retry_after: i64,
    },
}

/// An operator with what is not said to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorRow {
    /// Who it is.
    pub operator: Operator,
    /// The services the file names; none: the profile's default.
    pub services: Vec<ServiceId>,
    /// Whether the person may use the portal now.
    pub active: bool,
}

impl OperatorRow {
    /// What the operator is enabled for, in the order of the manual's menu.
    pub fn enabled_services(&self) -> Vec<ServiceId> {
        let named = match self.services.as_slice() {
            [] => ServiceId::defaults(self.operator.profile),
            named => named,
        };
        ServiceId::ALL
            .iter()
            .copied()
            .filter(|service| service.is_for_everyone() || named.contains(service))
            .collect()
    }
}

impl Row {
    /// The codice fiscale of a row that has one.
    pub(super) fn codice_fiscale(&self) -> Result<CodiceFiscale, StoreFault> {
        CodiceFiscale::parse(self.get("codice_fiscale")?)
            .map_err(|_| StoreFault::Unreadable("codice fiscale"))
    }
}

impl OperatorRow {
    pub(super) fn read(row: &Row) -> Result<OperatorRow, StoreFault> {
        Ok(OperatorRow {
            operator: Operator {
                codice_fiscale: row.codice_fiscale()?,
                cognome: row.get("cognome")?,
                nome: row.get("nome")?,
                profile: Profile::from_name(row.get("profile")?)
                    .ok_or(StoreFault::Unreadable("profile"))?,
                telefono_ufficio: row.get("telefono_ufficio")?,
                email: row.get("email")?,
                regione: row.get("regione")?,
                asl: row.get("asl")?,
            },
            services: row
                .get::<&str>("services")?
                .split(';')
                .filter_map(ServiceId::from_id)
                .collect(),
            active: row.get("active")?,
        })
    }
}

impl Store {
    /// The operator of that codice fiscale.
    pub async fn operator(
        &self,
        codice_fiscale: &CodiceFiscale,
    ) -> Result<Option<OperatorRow>, StoreFault> {
        let statement =
            sql("SELECT * FROM operators WHERE codice_fiscale = $1").bind(codice_fiscale.as_str());
        let row = self.engine.fetch_optional(statement).await?;
        row.as_ref().map(OperatorRow::read).transpose()
    }

    /// Shuts an operator out at once; false where there is none of that codice fiscale.
    pub async fn disable_operator(
        &self,
        codice_fiscale: &CodiceFiscale,
        now: i64,
    ) -> Result<bool, StoreFault> {
        if self.operator(codice_fiscale).await?.is_none() {
            return Ok(false);
        }
        let mut transaction = self.engine.begin(Turn::Person(codice_fiscale)).await?;
        set_active(&mut transaction, codice_fiscale, false, Hand::Command, now).await?;
        let entry = self.entry_of_command(Deed::OperatorDisabled, Some(codice_fiscale))?;
        self.commit(transaction, vec![entry], now).await?;
        Ok(true)
    }

    /// Changes what a person may change of their own data.
    ///
    /// Each change is an event, and only so many events are shown: who came in with
    /// another's password must not push the message of it out of sight.
    pub async fn change_profile(
        &self,
        codice_fiscale: &CodiceFiscale,
        own_session: &[u8; 32],
        change: &ProfileChange,
        trail: &Trail,
        now: i64,
    ) -> Result<ProfileChanged, StoreFault> {
        let mut transaction = self.engine.begin(Turn::Person(codice_fiscale)).await?;
        let statement = sql("SELECT s.certificate_fingerprint FROM sessions s
             JOIN operators o ON o.codice_fiscale = s.codice_fiscale
             WHERE s.token_hash = $1 AND s.codice_fiscale = $2 AND o.active = $3")
        .bind(own_session)
        .bind(codice_fiscale.as_str())
        .bind(true);
        let session = transaction.fetch_optional(statement).await?;
        let Some(session) = session else {
            return Ok(ProfileChanged::NoSession);
        };
        let fingerprint: Option<Vec<u8>> = session.get("certificate_fingerprint")?;
        let statement = sql("UPDATE operators SET telefono_ufficio = $2, email = $3
             WHERE codice_fiscale = $1 AND (telefono_ufficio <> $2 OR email <> $3)")
        .bind(codice_fiscale.as_str())
        .bind(&change.telefono_ufficio)
        .bind(&change.email);
        let done = transaction.execute(statement).await?;
        let mut entries = Vec::new();
        if done == 1 {
            let act = Act::ProfileChanged;
            let window = Window::before(now, HOUR);
            let (made, oldest) =
                events::count(&mut transaction, codice_fiscale, act, window.since).await?;
            if made >= CHANGES_PER_HOUR {
                let retry_after = window.until_gone(oldest.unwrap_or(now));
                return Ok(ProfileChanged::TooMany { retry_after });
            }
            let by_card = Some(fingerprint.is_some());
            let hand = Hand::Oneself { by_card };
            events::record(&mut transaction, codice_fiscale, act, hand, now).await?;
            entries.push(trail.entry(Deed::ProfileChanged).to_json());
        }
        self.commit(transaction, entries, now).await?;
        Ok(ProfileChanged::Done)
    }
}

/// Lets a person in or shuts them out, every session ended; what held before is no event.
pub(super) async fn set_active(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
    active: bool,
    hand: Hand<'_>,
    now: i64,
) -> Result<(), StoreFault> {
    let statement =
        sql("UPDATE operators SET active = $2 WHERE codice_fiscale = $1 AND active <> $2")
            .bind(codice_fiscale.as_str())
            .bind(active);
    let done = transaction.execute(statement).await?;
    if !active {
        end_sessions(transaction, codice_fiscale).await?;
    }
    if done == 1 {
        let act = if active {
            Act::OperatorEnabled
        } else {
            Act::OperatorDisabled
        };
        events::record(transaction, codice_fiscale, act, hand, now).await?;
    }
    Ok(())
}

/// Ends every session of a person.
pub(super) async fn end_sessions(
    transaction: &mut Transaction,
    codice_fiscale: &CodiceFiscale,
) -> Result<(), StoreFault> {
    let statement =
        sql("DELETE FROM sessions WHERE codice_fiscale = $1").bind(codice_fiscale.as_str());
    transaction.execute(statement).await?;
    Ok(())
}
