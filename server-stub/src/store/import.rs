//! The data bank's file taken in: staged beside the tables, then merged in one step.
//!
//! People go on logging in meanwhile. What is staged, and what of it would change anything,
//! is found out without a lock; the one transaction at the end touches these operators alone.
//! So an operator whom the file does not change keeps what was changed of them since the
//! staging, as if that had happened after the import.

use protocol::api::Act;

use super::{
    OperatorRow, Store, StoreFault,
    engine::{Own, Statement, Value, sql},
    events::Hand,
    searched_name,
};
use crate::{
    audit::{Deed, Hash},
    file_lock::FileLock,
    seal::random,
};

/// An operator of the file, and where they stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedRow {
    /// The line, from 1.
    pub line: u64,
    /// The operator.
    pub operator: OperatorRow,
}

/// An import under way. Dropped, it changes nothing.
pub struct Import<'s> {
    /// What takes it in; none for one that comes to nothing.
    store: Option<&'s Store>,
    own: Own,
    staged: u64,
    _lock: Option<FileLock>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Operators in the file.
    pub operators: u64,
    /// Of these, not known before.
    pub new: u64,
    /// Of these, known with other data.
    pub changed: u64,
}

const COLUMNS: [&str; 13] = [
    "line",
    "codice_fiscale",
    "cognome",
    "nome",
    "profile",
    "telefono_ufficio",
    "email",
    "regione",
    "asl",
    "services",
    "active",
    "searched_name",
    "id",
];

/// What an operator is compared by: all that a file says.
macro_rules! said {
    ($of:literal) => {
        concat!(
            "(",
            $of,
            ".cognome, ",
            $of,
            ".nome, ",
            $of,
            ".profile, ",
            $of,
            ".telefono_ufficio, ",
            $of,
            ".email, ",
            $of,
            ".regione, ",
            $of,
            ".asl, ",
            $of,
            ".services, ",
            $of,
            ".active, ",
            $of,
            ".searched_name)"
        )
    };
}

impl Store {
    /// Begins to take in a file of operators.
    pub async fn begin_import(&self) -> Result<Import<'_>, StoreFault> {
        let own = self.engine.own_import().await?;
        let (own, lock) = own.ok_or(StoreFault::ImportUnderWay)?;
        Import::on(Some(self), own, lock).await
    }

    /// Takes in a few operators at once, as a file of them would be.
    pub async fn import_operators(
        &self,
        rows: &[OperatorRow],
        file: Hash,
        now: i64,
    ) -> Result<Imported, StoreFault> {
        let mut import = self.begin_import().await?;
        let rows = (1..).zip(rows.iter().cloned());
        let rows: Vec<_> = rows
            .map(|(line, operator)| StagedRow { line, operator })
            .collect();
        import.stage(&rows).await?;
        import.merge(file, now).await
    }
}

impl<'s> Import<'s> {
    /// One that comes to nothing: only repeated rows are looked for.
    pub async fn rehearse() -> Result<Import<'s>, StoreFault> {
        Import::on(None, Own::nowhere().await?, None).await
    }

    async fn on(
        store: Option<&'s Store>,
        mut own: Own,
        lock: Option<FileLock>,
    ) -> Result<Import<'s>, StoreFault> {
        let text = own.text_type();
        let columns = COLUMNS.map(|column| match column {
            "line" => format!("{column} BIGINT NOT NULL"),
            "active" => format!("{column} BOOLEAN NOT NULL"),
            "id" => format!("{column} BYTEA NOT NULL"),
            _ => format!("{column} {text} NOT NULL"),
        });
        // Put together of this program's own words alone.
        let table = format!("CREATE TEMP TABLE staged ({})", columns.join(", "));
        own.execute(sql(sqlx::AssertSqlSafe(table))).await?;
        Ok(Import {
            store,
            own,
            staged: 0,
            _lock: lock,
        })
    }

    /// Puts rows of the file aside.
    pub async fn stage(&mut self, rows: &[StagedRow]) -> Result<(), StoreFault> {
        let values = rows.iter().map(values).collect::<Result<Vec<_>, _>>()?;
        self.own.append("staged", &COLUMNS, &values).await?;
        self.staged += rows.len() as u64;
        Ok(())
    }

    /// Whether the codice fiscale of a row stands in an earlier one already.
    pub async fn find_repeated(&mut self) -> Result<bool, StoreFault> {
        let unique = "CREATE UNIQUE INDEX staged_by_person ON staged (codice_fiscale)";
        match self.own.execute(sql(unique)).await {
            Ok(_) => return Ok(false),
            Err(fault) if !is_of_unique(&fault) => return Err(fault),
            Err(_) => {}
        }
        let table = "CREATE TEMP TABLE repeated (line BIGINT PRIMARY KEY)";
        self.own.execute(sql(table)).await?;
        let rows = "INSERT INTO repeated SELECT line FROM
             (SELECT line, ROW_NUMBER() OVER (PARTITION BY codice_fiscale ORDER BY line) AS place
              FROM staged) AS places
             WHERE place > 1";
        Ok(self.own.execute(sql(rows)).await? > 0)
    }

    /// The next of their lines after that one, a thousand at the most.
    pub async fn repeated(&mut self, after: u64) -> Result<Vec<u64>, StoreFault> {
        let statement = sql("SELECT line FROM repeated WHERE line > $1 ORDER BY line LIMIT 1000")
            .bind(number(after));
        let rows = self.own.fetch_all(statement).await?;
        let lines = rows.iter().map(|row| row.get::<i64>("line"));
        lines
            .map(|line| Ok(u64::try_from(line?).unwrap_or_default()))
            .collect()
    }

    /// Makes each staged row the operator of its codice fiscale, all at once; one who is no
    /// longer active loses every session. The audit log keeps the file's hash.
    pub async fn merge(mut self, file: Hash, now: i64) -> Result<Imported, StoreFault> {
        let store = self.store.ok_or(StoreFault::NotAudited)?;
        let mut done = Imported {
            operators: self.staged,
            ..Imported::default()
        };
        let changes = concat!(
            "CREATE TEMP TABLE changes AS
             SELECT s.*, o.codice_fiscale IS NULL AS is_new
             FROM staged s LEFT JOIN operators o ON o.codice_fiscale = s.codice_fiscale
             WHERE o.codice_fiscale IS NULL OR ",
            said!("o"),
            " <> ",
            said!("s"),
            " ORDER BY s.codice_fiscale"
        );
        self.own.execute(sql(changes)).await?;
        let count = sql("SELECT COUNT(*) FROM changes");
        let changes = self.own.fetch_one(count).await?.at::<i64>(0)?;
        self.own.begin().await?;
        if changes > 0 {
            (done.new, done.changed) = self.apply(now).await?;
        }
        let operators = done.operators;
        let entry = store.entry_of_command(Deed::OperatorsImported { file, operators }, None)?;
        store.commit_own(&mut self.own, vec![entry], now).await?;
        // The server ends a closed session in its own time: the next import may come first.
        let unlock = sql("SELECT pg_advisory_unlock_all()");
        self.own.on_postgres(unlock).await?;
        self.own.close().await?;
        Ok(done)
    }

    /// New operators first: nobody waits for these, while a login of one who changes waits
    /// for the rest on PostgreSQL.
    async fn apply(&mut self, now: i64) -> Result<(u64, u64), StoreFault> {
        let new = "INSERT INTO operators (codice_fiscale, cognome, nome, profile,
                 telefono_ufficio, email, regione, asl, services, active, id, searched_name)
             SELECT codice_fiscale, cognome, nome, profile,
                 telefono_ufficio, email, regione, asl, services, active, id, searched_name
             FROM changes WHERE is_new ORDER BY codice_fiscale";
        let new = self.own.execute(sql(new)).await?;
        // In the order in which others lock two of them.
        let turns = "SELECT COUNT(*) FROM
             (SELECT 1 FROM operators o JOIN changes c ON c.codice_fiscale = o.codice_fiscale
              WHERE NOT c.is_new ORDER BY o.codice_fiscale FOR NO KEY UPDATE OF o) AS locked";
        self.own.on_postgres(sql(turns)).await?;
        self.own.execute(events(now)).await?;
        let changed = "UPDATE operators SET cognome = c.cognome, nome = c.nome,
                 profile = c.profile, telefono_ufficio = c.telefono_ufficio, email = c.email,
                 regione = c.regione, asl = c.asl, services = c.services, active = c.active,
                 searched_name = c.searched_name
             FROM changes c
             WHERE operators.codice_fiscale = c.codice_fiscale AND NOT c.is_new";
        let changed = self.own.execute(sql(changed)).await?;
        let sessions = "DELETE FROM sessions WHERE codice_fiscale IN
             (SELECT codice_fiscale FROM changes WHERE NOT active AND NOT is_new)";
        self.own.execute(sql(sessions)).await?;
        Ok((new, changed))
    }
}

/// Whether there was a value twice that may be there once.
fn is_of_unique(fault: &StoreFault) -> bool {
    matches!(fault, StoreFault::Engine(sqlx::Error::Database(fault)) if fault.is_unique_violation())
}

/// Who is let in or shut out by the file; what held before is no event.
fn events<'q>(now: i64) -> Statement<'q> {
    sql("INSERT INTO events (codice_fiscale, at, act, actor, seen)
         SELECT o.codice_fiscale, $1, CASE WHEN c.active THEN $2 ELSE $3 END, $4, $5
         FROM changes c JOIN operators o ON o.codice_fiscale = c.codice_fiscale
         WHERE NOT c.is_new AND o.active <> c.active ORDER BY o.codice_fiscale")
    .bind(now)
    .bind(Act::OperatorEnabled.name())
    .bind(Act::OperatorDisabled.name())
    .bind(Hand::Import.actor().name())
    .bind(false)
}

/// A row's values, in the order of the columns.
fn values(row: &StagedRow) -> Result<Vec<Value<'_>>, StoreFault> {
    let OperatorRow {
        operator,
        services,
        active,
    } = &row.operator;
    let services: Vec<&str> = services.iter().map(|service| service.id()).collect();
    let name = format!("{} {}", operator.cognome, operator.nome);
    Ok(vec![
        number(row.line).into(),
        operator.codice_fiscale.as_str().into(),
        (&operator.cognome).into(),
        (&operator.nome).into(),
        operator.profile.name().into(),
        (&operator.telefono_ufficio).into(),
        (&operator.email).into(),
        (&operator.regione).into(),
        (&operator.asl).into(),
        services.join(";").into(),
        (*active).into(),
        searched_name::fold(&name).into(),
        random::<16>()?.to_vec().into(),
    ])
}

fn number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}
