//! The Sistema TS data bank: who may use the portal.

use protocol::{
    CodiceFiscale,
    api::Operator,
    service::{Profile, ServiceId},
};
use sqlx::{FromRow, Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Store, StoreFault};

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

impl FromRow<'_, SqliteRow> for OperatorRow {
    fn from_row(row: &SqliteRow) -> Result<OperatorRow, sqlx::Error> {
        let text = |column| row.try_get::<String, _>(column);
        let unreadable = |column: &str| sqlx::Error::ColumnDecode {
            index: column.to_owned(),
            source: "a value this program never writes".into(),
        };
        Ok(OperatorRow {
            operator: Operator {
                codice_fiscale: CodiceFiscale::parse(&text("codice_fiscale")?)
                    .map_err(|_| unreadable("codice_fiscale"))?,
                cognome: text("cognome")?,
                nome: text("nome")?,
                profile: Profile::from_name(&text("profile")?)
                    .ok_or_else(|| unreadable("profile"))?,
                telefono_ufficio: text("telefono_ufficio")?,
                email: text("email")?,
                regione: text("regione")?,
                asl: text("asl")?,
            },
            services: text("services")?
                .split(';')
                .filter_map(ServiceId::from_id)
                .collect(),
            active: row.try_get("active")?,
        })
    }
}

impl Store {
    /// The operator of that codice fiscale.
    pub async fn operator(
        &self,
        codice_fiscale: &CodiceFiscale,
    ) -> Result<Option<OperatorRow>, StoreFault> {
        let row = sqlx::query_as("SELECT * FROM operators WHERE codice_fiscale = $1")
            .bind(codice_fiscale.as_str())
            .fetch_optional(&self.reader)
            .await?;
        Ok(row)
    }

    /// Takes in a whole file of operators or nothing of it; each replaces the one of
    /// its codice fiscale, and one who is no longer active loses every session.
    pub async fn import_operators(&self, rows: &[OperatorRow]) -> Result<(), StoreFault> {
        let mut transaction = self.begin().await?;
        for row in rows {
            let operator = &row.operator;
            let services: Vec<&str> = row.services.iter().map(|service| service.id()).collect();
            sqlx::query(
                "INSERT INTO operators (codice_fiscale, cognome, nome, profile,
                     telefono_ufficio, email, regione, asl, services, active)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (codice_fiscale) DO UPDATE SET cognome = excluded.cognome,
                     nome = excluded.nome, profile = excluded.profile,
                     telefono_ufficio = excluded.telefono_ufficio, email = excluded.email,
                     regione = excluded.regione, asl = excluded.asl,
                     services = excluded.services, active = excluded.active",
            )
            .bind(operator.codice_fiscale.as_str())
            .bind(&operator.cognome)
            .bind(&operator.nome)
            .bind(operator.profile.name())
            .bind(&operator.telefono_ufficio)
            .bind(&operator.email)
            .bind(&operator.regione)
            .bind(&operator.asl)
            .bind(services.join(";"))
            .bind(row.active)
            .execute(&mut *transaction)
            .await?;
            if !row.active {
                end_sessions(&mut transaction, &operator.codice_fiscale).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    /// Shuts an operator out at once; false where there is none of that codice fiscale.
    pub async fn disable_operator(
        &self,
        codice_fiscale: &CodiceFiscale,
    ) -> Result<bool, StoreFault> {
        let mut transaction = self.begin().await?;
        let done = sqlx::query("UPDATE operators SET active = $2 WHERE codice_fiscale = $1")
            .bind(codice_fiscale.as_str())
            .bind(false)
            .execute(&mut *transaction)
            .await?;
        end_sessions(&mut transaction, codice_fiscale).await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Ends every session of a person.
pub(super) async fn end_sessions(
    transaction: &mut Transaction<'_, Sqlite>,
    codice_fiscale: &CodiceFiscale,
) -> Result<(), StoreFault> {
    sqlx::query("DELETE FROM sessions WHERE codice_fiscale = $1")
        .bind(codice_fiscale.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
