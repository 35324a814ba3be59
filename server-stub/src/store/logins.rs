//! Logins: what one is decided on, and the one commit by which it holds.

mod in_one_message;

use protocol::{CodiceFiscale, ProblemCode, api::Act};

use super::{
    OperatorRow, SpentChallenge, Store, StoreFault,
    engine::{Row, Statement, Transaction, Turn, breaks, sql},
    events::{self, Hand},
};
use crate::audit::{Deed, Trail};

/// Who wants to log in, and what the portal holds of them.
pub struct LoginSubject {
    /// The person.
    pub operator: OperatorRow,
    /// The registered certificate's fingerprint; none: no registration.
    pub certificate_fingerprint: Option<Vec<u8>>,
    /// Whether the document of that registration still waits.
    pub document_pending: bool,
}

/// A login by a card that was judged good.
pub struct CardLogin<'a> {
    /// Whose card it is.
    pub who: &'a CodiceFiscale,
    /// SHA-256 of its certificate's DER.
    pub fingerprint: &'a [u8; 32],
    /// The challenge it signed.
    pub challenge: SpentChallenge,
    /// The session to be opened.
    pub session: NewSession<'a>,
}

/// What came of it.
pub enum CardLoggedIn {
    /// The challenge is spent, and the session open.
    Opened(OperatorRow),
    /// Neither: the person is not, or was not in that moment, to be let in by this card, or the
    /// challenge was spent before. None: there is no such person.
    Unopened(Option<LoginSubject>),
}

/// A session to be opened.
pub struct NewSession<'a> {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Now, in Unix milliseconds.
    pub now: i64,
    /// The browser's earlier session, which ends.
    pub instead_of: Option<[u8; 32]>,
    /// From where, on what evidence.
    pub trail: &'a Trail,
}

/// Asks for what a login by card is decided on.
fn subject(codice_fiscale: &CodiceFiscale) -> Statement<'_> {
    sql("SELECT o.*, r.certificate_fingerprint, r.document_pending
         FROM operators o LEFT JOIN registrations r ON r.codice_fiscale = o.codice_fiscale
         WHERE o.codice_fiscale = $1")
    .bind(codice_fiscale.as_str())
}

impl LoginSubject {
    fn read(row: &Row) -> Result<LoginSubject, StoreFault> {
        let document_pending = row.get::<Option<bool>>("document_pending")?;
        Ok(LoginSubject {
            operator: OperatorRow::read(row)?,
            certificate_fingerprint: row.get("certificate_fingerprint")?,
            document_pending: document_pending.unwrap_or(false),
        })
    }

    /// Why a card with this certificate opens no session, if it does not (contract §4, "The
    /// order").
    pub fn refusal(&self, fingerprint: &[u8; 32]) -> Option<ProblemCode> {
        if !self.operator.active {
            return Some(ProblemCode::OperatorDisabled);
        }
        if self.certificate_fingerprint.as_deref() != Some(fingerprint) {
            return Some(ProblemCode::CardNotRegistered);
        }
        self.document_pending
            .then_some(ProblemCode::CredentialsDocumentPending)
    }
}

impl Store {
    /// Spends the challenge and opens the session, both or neither.
    pub async fn log_in_by_card(&self, login: &CardLogin<'_>) -> Result<CardLoggedIn, StoreFault> {
        let unheard = match self.log_in_by_one_message(login).await {
            Ok(Some(operator)) => return Ok(CardLoggedIn::Opened(operator)),
            Ok(None) => None,
            // The connection led nowhere any more: most often nobody has heard it.
            Err(StoreFault::Engine(fault)) if breaks(&fault) => Some(fault),
            Err(fault) => return Err(fault),
        };
        let before = match self.engine.has_one_writer() {
            true => None,
            // Who is not to be let in waits for nobody's turn.
            false => match self.login_subject(login.who).await? {
                Some(subject) if subject.refusal(login.fingerprint).is_none() => Some(subject),
                refused => return Ok(CardLoggedIn::Unopened(refused)),
            },
        };
        let done = self.log_in_by_steps(login, before).await?;
        match (unheard, &done) {
            // It may have been heard, and has spent the challenge.
            (Some(fault), CardLoggedIn::Unopened(Some(subject)))
                if subject.refusal(login.fingerprint).is_none() =>
            {
                Err(fault.into())
            }
            _ => Ok(done),
        }
    }

    /// What a login by card is decided on.
    pub async fn login_subject(
        &self,
        codice_fiscale: &CodiceFiscale,
    ) -> Result<Option<LoginSubject>, StoreFault> {
        let row = self.engine.look_up(subject(codice_fiscale)).await?;
        row.as_ref().map(LoginSubject::read).transpose()
    }

    /// Opens it in one transaction, which reads the person first where nobody has read them yet.
    ///
    /// That is SQLite's: there the pages are at hand, while a connection that only reads loses its
    /// own with every commit of another.
    async fn log_in_by_steps(
        &self,
        login: &CardLogin<'_>,
        before: Option<LoginSubject>,
    ) -> Result<CardLoggedIn, StoreFault> {
        let turn = Turn::Person(login.who);
        let mut transaction = self.engine.begin_shared(turn).await?;
        let was_read_before = before.is_some();
        let person = match before {
            Some(person) => person,
            None => match transaction.fetch_optional(subject(login.who)).await? {
                Some(row) => LoginSubject::read(&row)?,
                None => return Ok(CardLoggedIn::Unopened(None)),
            },
        };
        if person.refusal(login.fingerprint).is_some() {
            return Ok(CardLoggedIn::Unopened(Some(person)));
        }
        let new = &login.session;
        let insert = sql(
            "INSERT INTO sessions (token_hash, codice_fiscale, certificate_fingerprint,
                 opened_at, last_seen_at)
             SELECT $1, o.codice_fiscale, r.certificate_fingerprint, $3, $3
             FROM operators o JOIN registrations r ON r.codice_fiscale = o.codice_fiscale
             WHERE o.codice_fiscale = $2 AND o.active = $4 AND r.document_pending <> $4
                 AND r.certificate_fingerprint = $5",
        )
        .bind(&new.token_hash)
        .bind(login.who.as_str())
        .bind(new.now)
        .bind(true)
        .bind(login.fingerprint);
        if transaction.execute(login.challenge.insert()).await? != 1
            || transaction.execute(insert).await? != 1
        {
            drop(transaction);
            // As they are now: a disabling, say, was waited for.
            let person = match was_read_before {
                true => self.login_subject(login.who).await?,
                false => Some(person),
            };
            return Ok(CardLoggedIn::Unopened(person));
        }
        self.session_was_opened(transaction, login.who, true, new)
            .await?;
        Ok(CardLoggedIn::Opened(person.operator))
    }

    /// Opens a session by a password's hash, not of a first password; false when that no longer
    /// holds.
    pub async fn log_in_by_password(
        &self,
        who: &CodiceFiscale,
        password_hash: &str,
        new: &NewSession<'_>,
    ) -> Result<bool, StoreFault> {
        let mut transaction = self.engine.begin_shared(Turn::Person(who)).await?;
        let insert = sql(
            "INSERT INTO sessions (token_hash, codice_fiscale, certificate_fingerprint,
                 opened_at, last_seen_at)
             SELECT $1, o.codice_fiscale, NULL, $3, $3
             FROM operators o JOIN registrations r ON r.codice_fiscale = o.codice_fiscale
             JOIN credentials c ON c.codice_fiscale = o.codice_fiscale
             WHERE o.codice_fiscale = $2 AND o.active = $4 AND r.document_pending <> $4
                 AND c.first_password <> $4 AND c.password_hash = $5",
        )
        .bind(&new.token_hash)
        .bind(who.as_str())
        .bind(new.now)
        .bind(true)
        .bind(password_hash);
        if transaction.execute(insert).await? != 1 {
            return Ok(false);
        }
        self.session_was_opened(transaction, who, false, new)
            .await?;
        Ok(true)
    }

    /// Writes down that it was, ends the browser's earlier one, and makes all of it hold.
    async fn session_was_opened(
        &self,
        mut transaction: Transaction,
        who: &CodiceFiscale,
        by_card: bool,
        new: &NewSession<'_>,
    ) -> Result<(), StoreFault> {
        let by_card = Some(by_card);
        let hand = Hand::Oneself { by_card };
        events::record(&mut transaction, who, Act::LoggedIn, hand, new.now).await?;
        if let Some(earlier) = new.instead_of {
            transaction
                .execute(sql("DELETE FROM sessions WHERE token_hash = $1").bind(&earlier))
                .await?;
        }
        self.commit(transaction, vec![new.entry()], new.now).await
    }
}

impl NewSession<'_> {
    fn entry(&self) -> String {
        self.trail.entry(Deed::LoggedIn).to_json()
    }
}
