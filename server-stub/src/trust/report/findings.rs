//! Looking everything over: what there is, and what somebody should do something about.

use std::sync::Arc;

use verifier::{Anchor, RevocationList, RevocationPolicy, Trust};

use super::{
    AnchorReport, InForce, LeftOut, Level, Report, RevocationListReport, TrustedListReport,
};
use crate::{
    clock::rfc3339,
    hex::hex,
    trust::{ListPlace, TrustSources, parts::Parts, points},
    web_address::Address,
};

const DAY: i64 = 24 * 3600;
/// How long before its end a certificate is named.
const CERTIFICATE_NOTICE: i64 = 30 * DAY;

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
        self.report_unfetched(&parts, now, &mut report);
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
            let lists = trust.lists_of(anchor);
            let lists: Vec<_> = lists.filter(|list| list.speaks_for_cards()).collect();
            let revocation_list = match self.config.revocation {
                RevocationPolicy::Off => "off",
                _ if lists.is_empty() => "missing",
                _ if lists.iter().any(|list| list.is_current_at(now)) => "current",
                _ => "stale",
            };
            let subject = anchor.subject();
            // A renewed certificate of its key does in its place.
            let lasts_until = |time: i64| {
                let mut others = valid_anchors(&trust, now);
                others.any(|it| it.not_after() >= time && it.is_of_one_authority_with(anchor))
            };
            let until = rfc3339(anchor.not_after() * 1000);
            if state == "expired" && !lasts_until(now) {
                report.find(
                    Level::Wrong,
                    &subject,
                    format!("the authority was valid until {until}: its cards are refused"),
                    "put its successor's certificate in place, or take this one away",
                );
            } else if state == "valid" && !lasts_until(now + CERTIFICATE_NOTICE) {
                report.find(
                    Level::Soon,
                    &subject,
                    format!("the authority is valid until {until}"),
                    "its cards are refused afterwards: put its successor's certificate in place",
                );
            }
            let is_required = self.config.revocation == RevocationPolicy::Required;
            if state == "valid" && revocation_list == "missing" && is_required && !self.asks() {
                report.find(
                    Level::Wrong,
                    &subject,
                    "there is no revocation list of it: all its cards are refused",
                    "name its list in trust.crls, or set revocation.fetch = true",
                );
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
                .all(|unsigned| !Arc::ptr_eq(unsigned, list));
            let state = match is_signed {
                false => "unsigned",
                true if now < list.this_update() => "not-yet-current",
                true if list.is_current_at(now) => "current",
                true => "stale",
            };
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
            } else if state != "unsigned" && self.is_missed(&trust, list, now) {
                report.find_end(list, source, &file.display(), now);
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

    /// Lists that should have come from where the administrator says they are.
    fn report_unfetched(&self, parts: &Parts, now: i64, report: &mut Report) {
        if !self.asks() {
            return;
        }
        let trust = self.snapshot();
        for (issuer, addresses) in &self.config.asking.crl_addresses {
            let Some(anchor) = valid_anchors(&trust, now).find(|it| it.fingerprint() == *issuer)
            else {
                continue;
            };
            let mut lists = trust.lists_of(anchor);
            if lists.any(|list| list.is_current_at(now) && list.speaks_for_all_cards()) {
                continue;
            }
            for address in addresses {
                if !parts
                    .fetched
                    .contains_key(&points::point_key(issuer, address))
                {
                    report.find(
                        Level::Wrong,
                        anchor.subject(),
                        format!("no revocation list of it has come from {address}"),
                        "see in the server's log why not, and that this address is the right one",
                    );
                }
            }
        }
    }

    /// Whether cards depend on a list: an anchor that is valid signed it, and no other list of
    /// that anchor's does in its place, now and when it ends.
    fn is_missed(&self, trust: &Trust, list: &Arc<RevocationList>, now: i64) -> bool {
        if self.config.revocation == RevocationPolicy::Off || !list.speaks_for_cards() {
            return false;
        }
        let is_ahead = now < list.this_update();
        let when = match is_ahead {
            true => now,
            false => now.max(list.next_update()),
        };
        let takes_its_place = |other: &Arc<RevocationList>| {
            let is_later = is_ahead || other.next_update() > list.next_update();
            is_later && other.is_current_at(when) && other.speaks_for_all_of(list)
        };
        valid_anchors(trust, now).any(|anchor| {
            let has_signed = trust.lists_of(anchor).any(|it| Arc::ptr_eq(it, list));
            has_signed && !trust.lists_of(anchor).any(takes_its_place)
        })
    }
}

impl Report {
    /// Says of a list that cards depend on that it is not current, or not for long.
    fn find_end(
        &mut self,
        list: &RevocationList,
        source: &str,
        file: &dyn std::fmt::Display,
        now: i64,
    ) {
        let issuer = list.issuer();
        let (from, until) = (list.this_update(), list.next_update());
        let [from_then, until_then] = [from, until].map(|time| rfc3339(time * 1000));
        let (level, found) = if now < from {
            let found = format!("this list of {issuer} is current from {from_then} only");
            (Level::Wrong, found)
        } else if now > until {
            let found =
                format!("this list of {issuer} is stale: it was current until {until_then}");
            (Level::Wrong, found)
        } else if now >= points::last_tenth(from, until) {
            let found = format!("this list of {issuer} is current until {until_then}");
            (Level::Soon, found)
        } else {
            return;
        };
        let remedy = match source {
            "file" => "put its successor in place",
            _ => "see that its successor is published, and in the server's log why it has not come",
        };
        self.find(level, file, found, remedy);
    }
}

fn valid_anchors(trust: &Trust, now: i64) -> impl Iterator<Item = &Arc<Anchor>> {
    let anchors = trust.anchors().iter();
    anchors.filter(move |anchor| (anchor.not_before()..=anchor.not_after()).contains(&now))
}
