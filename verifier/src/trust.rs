//! The snapshot of anchors and revocation lists a token is judged against.

use std::collections::HashMap;

use cns::Certificate;

use crate::{Anchor, Reason, RevocationList, UntrustedCause};

/// Anchors and the revocation lists they signed; made once, never changed.
///
/// A new file or a reloaded list makes a new `Trust`; judgements under way keep theirs.
#[derive(Debug, Default)]
pub struct Trust {
    anchors: Vec<Anchor>,
    lists: Vec<RevocationList>,
    /// For each anchor, the places of the lists its key signed.
    lists_of: Vec<Vec<usize>>,
    /// The places of the anchors that bear a name (DER); several may (facts of the field:
    /// three regional authorities share one name with different keys).
    by_name: HashMap<Vec<u8>, Vec<usize>>,
}

/// The anchor that signed a certificate, by the lists it signed too.
pub(crate) struct Issuer<'a> {
    pub(crate) lists: Vec<&'a RevocationList>,
}

impl Trust {
    /// Sorts the lists to the anchors that signed them; each signature is verified here,
    /// once. A list that no anchor signed counts as nothing ([`Trust::unsigned_lists`]).
    pub fn new(anchors: Vec<Anchor>, revocation_lists: Vec<RevocationList>) -> Trust {
        let mut by_name: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (place, anchor) in anchors.iter().enumerate() {
            by_name
                .entry(anchor.subject_der().to_vec())
                .or_default()
                .push(place);
        }
        let mut lists_of = vec![Vec::new(); anchors.len()];
        for (list_place, list) in revocation_lists.iter().enumerate() {
            for place in by_name.get(list.issuer_der()).into_iter().flatten() {
                if list.is_signed_by(&anchors[*place]) {
                    lists_of[*place].push(list_place);
                }
            }
        }
        Trust {
            anchors,
            lists: revocation_lists,
            lists_of,
            by_name,
        }
    }

    /// The anchors, expired ones included.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The revocation lists, those that count as nothing included.
    pub fn revocation_lists(&self) -> &[RevocationList] {
        &self.lists
    }

    /// The lists that no anchor signed, and that therefore say nothing.
    pub fn unsigned_lists(&self) -> impl Iterator<Item = &RevocationList> {
        self.lists.iter().enumerate().filter_map(|(place, list)| {
            let signed = self.lists_of.iter().any(|places| places.contains(&place));
            (!signed).then_some(list)
        })
    }

    /// The anchor that signed a certificate and is valid now.
    pub(crate) fn issuer(&self, certificate: &Certificate, now: i64) -> Result<Issuer<'_>, Reason> {
        let untrusted = |cause| Reason::Untrusted {
            issuer: certificate.issuer_name(),
            cause,
        };
        let named = self
            .by_name
            .get(certificate.issuer_der())
            .ok_or_else(|| untrusted(UntrustedCause::IssuerUnknown))?;
        let algorithm = certificate
            .signature_algorithm()
            .ok_or_else(|| untrusted(UntrustedCause::SignatureInvalid))?;
        // The key identifier only says whom to try first: the signature decides.
        let hinted = |place: &&usize| {
            certificate.authority_key_id().is_some()
                && self.anchors[**place].subject_key_id() == certificate.authority_key_id()
        };
        let candidates = named
            .iter()
            .filter(hinted)
            .chain(named.iter().filter(|place| !hinted(place)));
        let mut cause = UntrustedCause::SignatureInvalid;
        for place in candidates {
            let anchor = &self.anchors[*place];
            let verified = anchor.verify(
                algorithm,
                certificate.to_be_signed(),
                certificate.signature(),
            );
            match (verified, anchor.is_valid_at(now)) {
                (Ok(()), true) => {
                    return Ok(Issuer {
                        lists: self.lists_of[*place]
                            .iter()
                            .map(|list| &self.lists[*list])
                            .collect(),
                    });
                }
                (Ok(()), false) => cause = UntrustedCause::AnchorNotValid,
                (Err(_), _) => {}
            }
        }
        Err(untrusted(cause))
    }
}
