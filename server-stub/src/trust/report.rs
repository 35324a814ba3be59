//! What is trusted now, and what is wrong with it or soon will be: for `trust check`.

use serde::Serialize;
use verifier::{RevocationList, RevocationPolicy};

use super::{Address, ListPlace, TrustSources, hex, parts::Parts, points};
use crate::clock::rfc3339;

const DAY: i64 = 24 * 3600;
/// How long before its end a certificate is named.
const CERTIFICATE_NOTICE: i64 = 30 * DAY;

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
    /// Its newest revocation list: `current`, `stale`, `missing`; `off` where nobody looks.
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

impl TrustSources {
    /// Says what is trusted at a time, Unix seconds.
    pub fn report(&self, now: i64) -> Report {
        let parts = self.parts();
        let mut report = Report {
            verdict: Level::Well,
            checked_at: rfc3339(now * 1000),
            revocation: match self.config.revocation {
                RevocationPolicy::Required => "required",
                RevocationPolicy::WhenAvailable => "when-available",
                RevocationPolicy::Off => "off",
            },
            trusted_list: None,
            anchors: Vec::new(),
            revocation_lists: Vec::new(),
            findings: Vec::new(),
        };
        self.report_trusted_list(&parts, now, &mut report);
        self.report_anchors(&parts, now, &mut report);
        self.report_revocation_lists(&parts, now, &mut report);
        self.report_addresses(&mut report);
        for (file, fault) in &parts.disbelieved {
            let found = format!("what was kept is not believed: {fault}");
            report.find(Level::Wrong, file.display(), found, fault.remedy());
        }
        for (file, fault) in &parts.unread {
            let found = format!("what was kept cannot be read: {fault}");
            report.find(Level::Wrong, file.display(), found, fault.remedy());
        }
        if let Some(fault) = &parts.unreadable {
            report.find(
                Level::Wrong,
                self.config.state.display(),
                format!("trust.state cannot be read: {fault}"),
                "name a folder that the server may read and write, or one that is not there yet",
            );
        }
        let levels = report.findings.iter().map(|finding| finding.level);
        report.verdict = levels.max().unwrap_or(Level::Well);
        report
    }

    fn report_trusted_list(&self, parts: &Parts, now: i64, report: &mut Report) {
        let Some(config) = &self.config.list else {
            return;
        };
        let place = match &config.place {
            ListPlace::File(file) => file.display().to_string(),
            ListPlace::Address(address) => address.to_string(),
        };
        if let Some(fault) = &parts.list_refused {
            report.find(
                Level::Wrong,
                &place,
                format!("the list there is refused: {fault}"),
                "the last good one stays in force; put its successor there",
            );
        }
        report.trusted_list = Some(TrustedListReport {
            place: place.clone(),
            in_force: parts.list.as_ref().map(|it| {
                let left_out = it.list.left_out().iter().map(|left_out| LeftOut {
                    name: left_out.name.clone(),
                    cause: left_out.cause.to_string(),
                });
                let unusable = it.unusable.iter().map(|(name, fault)| LeftOut {
                    name: name.clone(),
                    cause: fault.to_string(),
                });
                InForce {
                    territory: it.list.territory().to_owned(),
                    sequence_number: it.list.sequence_number(),
                    issued: rfc3339(it.list.issued() * 1000),
                    next_update: rfc3339(it.list.next_update() * 1000),
                    signer: it.list.signer().to_string(),
                    signer_not_after: rfc3339(it.list.signer_not_after() * 1000),
                    authorities: it.anchors.len(),
                    left_out: left_out.chain(unusable).collect(),
                }
            }),
        });
        let Some(list) = parts.list.as_ref().map(|it| &it.list) else {
            return report.find(
                Level::Wrong,
                &place,
                "no trusted list is in force",
                "see in the server's log why it was not fetched",
            );
        };
        let until = rfc3339(list.next_update() * 1000);
        if !list.is_current_at(now) {
            report.find(
                Level::Wrong,
                &place,
                format!("the trusted list was current until {until}"),
                "see that its successor can be fetched: who withholds it keeps in force what it ends",
            );
        } else if now >= points::last_tenth(list.issued(), list.next_update()) {
            report.find(
                Level::Soon,
                &place,
                format!("the trusted list is current until {until}"),
                "see that its successor is published and can be fetched",
            );
        }
        if list.signer_not_after() < now + CERTIFICATE_NOTICE {
            report.find(
                Level::Soon,
                &place,
                format!(
                    "the signer's certificate is valid until {}",
                    rfc3339(list.signer_not_after() * 1000)
                ),
                "see that trust.trust_list_signers names the next signer too",
            );
        }
    }

    fn report_anchors(&self, parts: &Parts, now: i64, report: &mut Report) {
        let trust = self.snapshot();
        for anchor in trust.anchors() {
            let file = parts
                .files
                .anchors()
                .find(|(_, of_file)| of_file.fingerprint() == anchor.fingerprint())
                .map(|(path, _)| path.display().to_string());
            let state = match (anchor.not_before(), anchor.not_after()) {
                (from, _) if now < from => "not-yet-valid",
                (_, until) if now > until => "expired",
                _ => "valid",
            };
            let newest = trust.lists_of(anchor).max_by_key(|list| list.next_update());
            let revocation_list = match newest {
                _ if self.config.revocation == RevocationPolicy::Off => "off",
                Some(list) if is_current(list, now) => "current",
                Some(_) => "stale",
                None => "missing",
            };
            let subject = anchor.subject();
            if state == "valid" {
                if anchor.not_after() < now + CERTIFICATE_NOTICE {
                    report.find(
                        Level::Soon,
                        &subject,
                        format!(
                            "the authority is valid until {}",
                            rfc3339(anchor.not_after() * 1000)
                        ),
                        "its cards are refused afterwards: put its successor's certificate in place",
                    );
                }
                match revocation_list {
                    "stale" => report.find(
                        Level::Wrong,
                        &subject,
                        "its newest revocation list is stale",
                        "see that its successor can be fetched, or put it in place",
                    ),
                    "missing"
                        if self.config.revocation == RevocationPolicy::Required && !self.asks() =>
                    {
                        report.find(
                            Level::Wrong,
                            &subject,
                            "there is no revocation list of it: all its cards are refused",
                            "name its list in trust.crls, or set revocation.fetch = true",
                        );
                    }
                    _ => {}
                }
            }
            report.anchors.push(AnchorReport {
                subject,
                sha256: hex(&anchor.fingerprint()),
                source: match file {
                    Some(_) => "file",
                    None => "trusted-list",
                },
                file,
                not_before: rfc3339(anchor.not_before() * 1000),
                not_after: rfc3339(anchor.not_after() * 1000),
                state,
                revocation_list,
            });
        }
        if !report.anchors.iter().any(|anchor| anchor.state == "valid") {
            report.find(
                Level::Wrong,
                "anchors",
                "no anchor is valid now: no card at all is taken",
                "put the authorities' certificates in place",
            );
        }
    }

    fn report_revocation_lists(&self, parts: &Parts, now: i64, report: &mut Report) {
        let trust = self.snapshot();
        let of_files = parts.files.revocation_lists();
        let of_files = of_files.map(|(path, list)| ("file", path.to_owned(), list));
        let fetched = parts
            .fetched
            .iter()
            .map(|(key, list)| ("fetched", self.state.revocation_list_file(key), list));
        for (source, file, list) in of_files.chain(fetched) {
            let is_signed = trust
                .unsigned_lists()
                .all(|unsigned| !std::sync::Arc::ptr_eq(unsigned, list));
            let state = match is_signed {
                false => "unsigned",
                true if now < list.this_update() => "not-yet-current",
                true if is_current(list, now) => "current",
                true => "stale",
            };
            let ends_soon = now >= points::last_tenth(list.this_update(), list.next_update());
            // Nobody can tell whose it is before the trusted list is there.
            if state == "unsigned" && !(source == "fetched" && self.lacks_list()) {
                report.find(
                    Level::Wrong,
                    file.display(),
                    format!(
                        "no anchor signed this list of {}: it says nothing",
                        list.issuer()
                    ),
                    "put its authority's certificate in place, or take the list away",
                );
            } else if state == "current" && source == "file" && ends_soon {
                report.find(
                    Level::Soon,
                    file.display(),
                    format!(
                        "this list of {} is current until {}",
                        list.issuer(),
                        rfc3339(list.next_update() * 1000)
                    ),
                    "put its successor in place",
                );
            }
            report.revocation_lists.push(RevocationListReport {
                issuer: list.issuer(),
                source,
                file: file.display().to_string(),
                this_update: rfc3339(list.this_update() * 1000),
                next_update: rfc3339(list.next_update() * 1000),
                entries: list.entries(),
                state,
            });
        }
    }

    /// Addresses that were given for an authority that is none here: most likely mistyped.
    fn report_addresses(&self, report: &mut Report) {
        if self.lacks_list() {
            return;
        }
        let asking = &self.config.asking;
        for (key, addresses) in [
            ("revocation.crl_addresses", &asking.crl_addresses),
            ("revocation.ocsp_addresses", &asking.ocsp_addresses),
        ] {
            for (issuer, addresses) in addresses {
                let issuer = hex(issuer);
                if report.anchors.iter().all(|anchor| anchor.sha256 != issuer) {
                    let addresses: Vec<&str> = addresses.iter().map(Address::as_str).collect();
                    report.find(
                        Level::Wrong,
                        format!("{key} {issuer}"),
                        format!("no anchor has this SHA-256 ({})", addresses.join(", ")),
                        "write the SHA-256 of one of the anchors, or leave the entry out",
                    );
                }
            }
        }
    }
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

fn is_current(list: &RevocationList, now: i64) -> bool {
    (list.this_update()..=list.next_update()).contains(&now)
}
