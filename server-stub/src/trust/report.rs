//! What is trusted now, and what is wrong with it or soon will be: for `trust check`.

mod findings;

use serde::Serialize;

/// Everything there is to say; its JSON is a shape that stays.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The gravest of the findings.
    pub verdict: Level,
    /// When this was so.
    pub checked_at: String,
    /// The policy, as it is configured.
    pub revocation: &'static str,
    /// The trusted list, where one is configured.
    pub trusted_list: Option<TrustedListReport>,
    /// The anchors.
    pub anchors: Vec<AnchorReport>,
    /// The revocation lists.
    pub revocation_lists: Vec<RevocationListReport>,
    /// What somebody should do something about.
    pub findings: Vec<Finding>,
}

/// How grave something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// All is well.
    Well,
    /// Something ends soon.
    Soon,
    /// Something is wrong: cards are refused that should be taken, or the other way round.
    Wrong,
}

/// Something to act on.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub level: Level,
    /// What it is about.
    pub subject: String,
    /// What is so.
    pub found: String,
    /// What to do.
    pub remedy: String,
}

/// The trusted list.
#[derive(Debug, Serialize)]
pub struct TrustedListReport {
    /// The file or address it comes from.
    pub place: String,
    /// The list in force, if there is one.
    pub in_force: Option<InForce>,
}

/// The trusted list in force.
#[derive(Debug, Serialize)]
pub struct InForce {
    /// The state whose list it is.
    pub territory: String,
    /// Its number.
    pub sequence_number: u64,
    /// When it was issued.
    pub issued: String,
    /// Until when it is current.
    pub next_update: String,
    /// SHA-256 of the certificate that signed it.
    pub signer: String,
    /// Until when that is valid.
    pub signer_not_after: String,
    /// How many of its authorities are anchors.
    pub authorities: usize,
    /// Recognised authorities that are none, and why.
    pub left_out: Vec<LeftOut>,
}

/// An authority of the trusted list that is no anchor.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    /// Its name in the list.
    pub name: String,
    /// Why.
    pub cause: String,
}

/// An anchor.
#[derive(Debug, Serialize)]
pub struct AnchorReport {
    /// Its name.
    pub subject: String,
    /// SHA-256 of its certificate.
    pub sha256: String,
    /// `file` or `trusted-list`.
    pub source: &'static str,
    /// Its file, where it has one.
    pub file: Option<String>,
    /// First second of its validity.
    pub not_before: String,
    /// Last second of its validity.
    pub not_after: String,
    /// `valid`, `expired` or `not-yet-valid`.
    pub state: &'static str,
    /// Its revocation lists, as far as they speak for cards: `current` where one is, `stale`
    /// where none is, `missing` where there are none; `off` where nobody looks.
    pub revocation_list: &'static str,
}

/// A revocation list.
#[derive(Debug, Serialize)]
pub struct RevocationListReport {
    /// Whose it says it is.
    pub issuer: String,
    /// `file` or `fetched`.
    pub source: &'static str,
    /// Its file.
    pub file: String,
    /// When it was issued.
    pub this_update: String,
    /// Until when it is current.
    pub next_update: String,
    /// How many certificates it names.
    pub entries: usize,
    /// `current`, `stale`, `not-yet-current`, or `unsigned`: no anchor signed it.
    pub state: &'static str,
}

impl Report {
    fn find(
        &mut self,
        level: Level,
        subject: impl std::fmt::Display,
        found: impl Into<String>,
        remedy: &str,
    ) {
        self.findings.push(Finding {
            level,
            subject: subject.to_string(),
            found: found.into(),
            remedy: remedy.to_owned(),
        });
    }
}
