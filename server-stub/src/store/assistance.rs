//! Problem reports (Assistenza Online), found by their support code.

use super::{
    OperatorRow, Store, StoreFault,
    engine::{Row, Turn, sql},
    window::Window,
};
use crate::clock::HOUR;
use protocol::{
    CodiceFiscale,
    api::{AssistanceContext, AssistanceReport, Topic},
};

/// A report to be kept.
pub struct NewReport<'a> {
    /// Drawn for it.
    pub support_code: &'a str,
    /// Who reports.
    pub codice_fiscale: &'a CodiceFiscale,
    /// What they tell.
    pub report: &'a AssistanceReport,
    /// Now, in Unix milliseconds.
    pub now: i64,
    /// How many a person may make in an hour.
    pub per_hour: u32,
}

/// What came of a report.
#[derive(Debug, PartialEq, Eq)]
pub enum Reported {
    /// It is kept.
    Kept,
    /// Its code names another report: draw again.
    CodeTaken,
    /// The person made too many; after this many milliseconds one may be made again.
    TooMany {
        /// Milliseconds.
        retry_after: i64,
    },
}

/// A report as it is kept.
pub struct ReportRow {
    /// Names it.
    pub support_code: String,
    /// When it was made, in Unix milliseconds.
    pub at: i64,
    /// What was told.
    pub report: AssistanceReport,
}

impl ReportRow {
    fn read(row: &Row) -> Result<ReportRow, StoreFault> {
        Ok(ReportRow {
            support_code: row.get("support_code")?,
            at: row.get("at")?,
            report: AssistanceReport {
                topic: Topic::from_name(row.get("topic")?)
                    .ok_or(StoreFault::Unreadable("topic"))?,
                text: row.get("report")?,
                context: AssistanceContext {
                    browser: row.get("browser")?,
                    extension: row.get("extension")?,
                    host: row.get("host")?,
                    page: row.get("page")?,
                },
            },
        })
    }
}

impl Store {
    /// Keeps a report, unless the person made too many; counted and kept in one step.
    pub async fn report(&self, new: NewReport<'_>) -> Result<Reported, StoreFault> {
        let mut transaction = self.engine.begin(Turn::Person(new.codice_fiscale)).await?;
        let window = Window::before(new.now, HOUR);
        let statement = sql("SELECT COUNT(*), MIN(at) FROM assistance_reports
             WHERE codice_fiscale = $1 AND at > $2")
        .bind(new.codice_fiscale.as_str())
        .bind(window.since);
        let row = transaction.fetch_one(statement).await?;
        let (made, oldest): (i64, Option<i64>) = (row.at(0)?, row.at(1)?);
        if made >= i64::from(new.per_hour) {
            let retry_after = window.until_gone(oldest.unwrap_or(new.now));
            return Ok(Reported::TooMany { retry_after });
        }
        let context = &new.report.context;
        let statement = sql(
            "INSERT INTO assistance_reports (support_code, codice_fiscale, at, topic, report,
                 browser, extension, host, page)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(new.support_code)
        .bind(new.codice_fiscale.as_str())
        .bind(new.now)
        .bind(new.report.topic.name())
        .bind(&new.report.text)
        .bind(&context.browser)
        .bind(&context.extension)
        .bind(&context.host)
        .bind(&context.page);
        let done = transaction.execute(statement).await?;
        transaction.commit().await?;
        Ok(if done == 1 {
            Reported::Kept
        } else {
            Reported::CodeTaken
        })
    }

    /// Every report, newest first; none says who made it.
    pub async fn reports(&self) -> Result<Vec<ReportRow>, StoreFault> {
        let statement = sql("SELECT * FROM assistance_reports ORDER BY at DESC, support_code");
        let rows = self.engine.fetch_all(statement).await?;
        rows.iter().map(ReportRow::read).collect()
    }

    /// The report of that code and who made it.
    pub async fn report_of(
        &self,
        support_code: &str,
    ) -> Result<Option<(ReportRow, OperatorRow)>, StoreFault> {
        let statement = sql("SELECT o.*, a.* FROM assistance_reports a
             JOIN operators o ON o.codice_fiscale = a.codice_fiscale
             WHERE a.support_code = $1")
        .bind(support_code);
        let row = self.engine.fetch_optional(statement).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((ReportRow::read(&row)?, OperatorRow::read(&row)?)))
    }

    pub(super) async fn forget_reports(&self, before: i64) -> Result<(), StoreFault> {
        self.engine
            .forget("assistance_reports", "support_code", "at <= $1", &[before])
            .await
    }
}
