//! The snapshot of anchors and revocation lists a token is judged against.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cns::Certificate;

use crate::known::Known;
use crate::{Anchor, Reason, RevocationList, UntrustedCause};

/// Anchors and the revocation lists they signed; made once, never changed.
///
/// A new file or a reloaded list makes a new `Trust`; judgements under way keep theirs. It
/// remembers the certificates whose issuer's signature it has verified, which a new one has to
/// find for itself.
#[derive(Debug, Default)]
pub struct Trust {
    anchors: Vec<Arc<Anchor>>,
    lists: Vec<Arc<RevocationList>>,
    /// For each anchor, the places of the lists its key signed.
    lists_of: Vec<Vec<usize>>,
    /// The places of the anchors that bear a name (DER); several may (facts of the field:
    /// three regional authorities share one name with different keys).
    by_name: HashMap<Vec<u8>, Vec<usize>>,
    verdicts: Verdicts,
    verifications: usize,
    known: Known,
    certificate_verifications: AtomicUsize,
}

/// Whether a key signed a list, both by SHA-256: true for as long as both are the same.
type Verdicts = HashMap<([u8; 32], [u8; 32]), bool>;

/// The anchor that signed a certificate, and the lists it signed too.
pub(crate) struct Issuer<'a> {
    pub(crate) anchor: &'a Arc<Anchor>,
    pub(crate) lists: Vec<&'a Arc<RevocationList>>,
}

impl Trust {
    /// Sorts the lists to the anchors that signed them; each signature is verified here,
    /// once. A list that no anchor signed counts as nothing ([`Trust::unsigned_lists`]).
    pub fn new(anchors: Vec<Arc<Anchor>>, revocation_lists: Vec<Arc<RevocationList>>) -> Trust {
        Trust::following(&Trust::default(), anchors, revocation_lists)
    }

    /// The snapshot after another one: what that one found of a list and a key is not
    /// verified again, so that one changed list among hundreds costs one verification.
    pub fn following(
        previous: &Trust,
        anchors: Vec<Arc<Anchor>>,
        revocation_lists: Vec<Arc<RevocationList>>,
    ) -> Trust {
        let mut trust = Trust {
            lists_of: vec![Vec::new(); anchors.len()],
            ..Trust::default()
        };
        for (place, anchor) in anchors.iter().enumerate() {
            trust
                .by_name
                .entry(anchor.subject_der().to_vec())
                .or_default()
                .push(place);
        }
        for (place, list) in revocation_lists.iter().enumerate() {
            for signer in trust.signers(list, &anchors, &previous.verdicts) {
                trust.lists_of[signer].push(place);
            }
        }
        Trust {
            anchors,
            lists: revocation_lists,
            ..trust
        }
    }

    /// The places of the anchors whose key signed a list.
    fn signers(
        &mut self,
        list: &RevocationList,
        anchors: &[Arc<Anchor>],
        known: &Verdicts,
    ) -> Vec<usize> {
        let named = self.by_name.get(list.issuer_der());
        let mut candidates: Vec<usize> = named
            .into_iter()
            .flatten()
            .copied()
            .filter(|place| anchors[*place].may_sign_revocation_lists())
            .collect();
        // The key identifier only says whom to try first: the signature decides.
        candidates.sort_by_key(|place| {
            list.authority_key_id().is_none()
                || anchors[*place].subject_key_id() != list.authority_key_id()
        });
        let mut signer = None;
        candidates.retain(|place| {
            let key = anchors[*place].key_digest();
            // A list has one signature, so it is of one key: a renewed certificate of that
            // key is its signer too, every other key is not, and need not be tried.
            if let Some(signer) = signer {
                return signer == key;
            }
            let question = (*list.digest(), *key);
            let signed = *self.verdicts.entry(question).or_insert_with(|| {
                known.get(&question).copied().unwrap_or_else(|| {
                    self.verifications += 1;
                    list.is_signed_by(&anchors[*place])
                })
            });
            if signed {
                signer = Some(key);
            }
            signed
        });
        candidates
    }

    /// The anchors, expired ones included.
    pub fn anchors(&self) -> &[Arc<Anchor>] {
        &self.anchors
    }

    /// The revocation lists, those that count as nothing included.
    pub fn revocation_lists(&self) -> &[Arc<RevocationList>] {
        &self.lists
    }

    /// The lists that no anchor signed, and that therefore say nothing.
    pub fn unsigned_lists(&self) -> impl Iterator<Item = &Arc<RevocationList>> {
        self.lists.iter().enumerate().filter_map(|(place, list)| {
            let signed = self.lists_of.iter().any(|places| places.contains(&place));
            (!signed).then_some(list)
        })
    }

    /// The lists that an anchor signed.
    pub fn lists_of(&self, anchor: &Anchor) -> impl Iterator<Item = &Arc<RevocationList>> {
        let place = self.anchors.iter().position(|other| other.is(anchor));
        place
            .into_iter()
            .flat_map(|place| &self.lists_of[place])
            .map(|list| &self.lists[*list])
    }

    /// How many signatures of lists were verified to make this snapshot; fewer than lists
    /// where it [follows](Trust::following) another.
    pub fn verifications(&self) -> usize {
        self.verifications
    }

    /// How many signatures of certificates were verified by this snapshot: that of a known one
    /// is not verified again.
    pub fn certificate_verifications(&self) -> usize {
        self.certificate_verifications.load(Ordering::Relaxed)
    }

    /// The anchor that signed a certificate, given with the SHA-256 of its DER, and is valid now.
    pub(crate) fn issuer(
        &self,
        certificate: &Certificate,
        fingerprint: &[u8; 32],
        now: i64,
    ) -> Result<Issuer<'_>, Reason> {
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
            let signed = self.known.holds(fingerprint, *place) || {
                self.certificate_verifications
                    .fetch_add(1, Ordering::Relaxed);
                let (body, signature) = (certificate.to_be_signed(), certificate.signature());
                let verified = anchor.verify(algorithm, body, signature).is_ok();
                if verified {
                    self.known.add(fingerprint, *place);
                }
                verified
            };
            match (signed, anchor.is_valid_at(now)) {
                (true, true) => {
                    return Ok(Issuer {
                        anchor,
                        lists: self.lists_of[*place]
                            .iter()
                            .map(|list| &self.lists[*list])
                            .collect(),
                    });
                }
                (true, false) => cause = UntrustedCause::AnchorNotValid,
                (false, _) => {}
            }
        }
        Err(untrusted(cause))
    }
}
