//! What the lists at hand say of one certificate.

use std::sync::Arc;

use cns::Certificate;

use crate::identity::RevocationEvidence;
use crate::reason::Reason;
use crate::revocation_list::{Revocation, RevocationList};

/// How much is asked of the revocation lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RevocationPolicy {
    /// Only current evidence that the certificate is good lets it pass.
    #[default]
    Required,
    /// A certificate known to be revoked is refused; lack of evidence is not.
    WhenAvailable,
    /// The lists are not looked at.
    Off,
}

/// Judges a certificate by its issuer's verified lists.
///
/// The newest current list that covers the certificate decides, so that a hold that was
/// lifted does not live on in an older list; lists that are stale or partial still revoke
/// when they are not older than that.
pub(crate) fn judge(
    certificate: &Certificate,
    lists: &[&Arc<RevocationList>],
    policy: RevocationPolicy,
    now: i64,
) -> Result<RevocationEvidence, Reason> {
    if policy == RevocationPolicy::Off {
        return Ok(RevocationEvidence::Unchecked);
    }
    let newest = lists
        .iter()
        .filter(|list| list.is_current_at(now) && list.covers(certificate))
        .max_by_key(|list| list.this_update());
    let superseded_before = newest.map_or(i64::MIN, |list| list.this_update());
    for list in lists
        .iter()
        .filter(|list| list.this_update() >= superseded_before)
    {
        if let Some(Revocation { since, on_hold }) = list.find(certificate.serial()) {
            return Err(Reason::Revoked { since, on_hold });
        }
    }
    match (newest, policy) {
        (Some(list), _) => Ok(RevocationEvidence::Good {
            this_update: list.this_update(),
            next_update: list.next_update(),
        }),
        (None, RevocationPolicy::Required) => Err(Reason::RevocationUnknown {
            issuer: certificate.issuer_name(),
            stale_since: lists
                .iter()
                .map(|list| list.next_update())
                .filter(|until| *until < now)
                .max(),
        }),
        (None, _) => Ok(RevocationEvidence::Absent),
    }
}
