//! What the evidence at hand says of one certificate's revocation.

use std::sync::Arc;

use cns::Certificate;

use crate::identity::RevocationEvidence;
use crate::reason::Reason;
use crate::revocation_list::{Revocation, RevocationList};
use crate::{OcspAnswer, OcspStatus};

/// How much is asked of lists and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RevocationPolicy {
    /// Only current evidence that the certificate is good lets it pass.
    #[default]
    Required,
    /// A certificate known to be revoked is refused; lack of evidence is not.
    WhenAvailable,
    /// Neither lists nor answers are looked at.
    Off,
}

/// What there is to judge a certificate by, all of it authentic.
pub(crate) struct Evidence<'a> {
    /// Its issuer's lists.
    pub(crate) lists: Vec<&'a Arc<RevocationList>>,
    /// An answer about this very certificate.
    pub(crate) online: Option<&'a OcspAnswer>,
}

impl Evidence<'_> {
    /// Judges a certificate.
    ///
    /// Whatever revokes does so for good, were it stale, partial, or contradicted by newer
    /// evidence: a certificate stays on its issuer's lists as long as it is valid (RFC 5280
    /// §3.3). Only a hold can be lifted (§5.3.1): the newest current evidence that the
    /// certificate is good ends those that are older.
    pub(crate) fn judge(
        &self,
        certificate: &Certificate,
        policy: RevocationPolicy,
        now: i64,
    ) -> Result<RevocationEvidence, Reason> {
        if policy == RevocationPolicy::Off {
            return Ok(RevocationEvidence::Unchecked);
        }
        let newest = self.good(certificate, now);
        let lifted_before = newest.map_or(i64::MIN, |(this_update, _)| this_update);
        let told = self.revocations(certificate).filter(|(this_update, told)| {
            let is_lifted = told.on_hold && *this_update < lifted_before;
            !is_lifted
        });
        if let Some((_, Revocation { on_hold, since })) = told.min_by_key(|(_, told)| *told) {
            return Err(Reason::Revoked { since, on_hold });
        }
        match (newest, policy) {
            (Some((_, evidence)), _) => Ok(evidence),
            (None, RevocationPolicy::Required) => Err(Reason::RevocationUnknown {
                issuer: certificate.issuer_name(),
                stale_since: self.stale_since(now),
            }),
            (None, _) => Ok(RevocationEvidence::Absent),
        }
    }

    /// The newest current evidence that a certificate is good, and its time.
    fn good(&self, certificate: &Certificate, now: i64) -> Option<(i64, RevocationEvidence)> {
        let listed = self
            .lists
            .iter()
            .filter(|list| list.is_current_at(now) && list.covers(certificate))
            .filter(|list| list.find(certificate.serial()).is_none())
            .map(|list| {
                let (this_update, next_update) = (list.this_update(), list.next_update());
                let evidence = RevocationEvidence::Good {
                    this_update,
                    next_update,
                };
                (this_update, evidence)
            });
        let answered = self
            .online
            .filter(|answer| answer.status() == OcspStatus::Good && answer.is_current_at(now))
            .map(|answer| {
                let (this_update, keep_until) = (answer.this_update(), answer.keep_until());
                let evidence = RevocationEvidence::Online {
                    this_update,
                    keep_until,
                };
                (this_update, evidence)
            });
        listed
            .chain(answered)
            .max_by_key(|(this_update, _)| *this_update)
    }

    /// Everything that says a certificate is revoked, with its time.
    fn revocations(&self, certificate: &Certificate) -> impl Iterator<Item = (i64, Revocation)> {
        let listed = self.lists.iter().filter_map(|list| {
            let revocation = list.find(certificate.serial())?;
            Some((list.this_update(), revocation))
        });
        let answered = self.online.and_then(|answer| match answer.status() {
            OcspStatus::Revoked(revocation) => Some((answer.this_update(), revocation)),
            OcspStatus::Good | OcspStatus::Unknown => None,
        });
        listed.chain(answered)
    }

    /// Until when the newest evidence at hand was current, if it is no more.
    fn stale_since(&self, now: i64) -> Option<i64> {
        let lists = self.lists.iter().map(|list| list.next_update());
        let answer = self.online.map(OcspAnswer::keep_until);
        lists.chain(answer).filter(|until| *until < now).max()
    }
}
