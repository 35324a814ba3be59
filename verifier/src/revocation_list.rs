//! Certificate revocation lists (RFC 5280 §5).

mod entry;
mod index;
mod plain_entry;
mod scope;

use std::ops::Range;

use cns::{Certificate, SignatureAlgorithm};
use der::asn1::{BitStringRef, ContextSpecific};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::time::Time;

use crate::Anchor;
use crate::anchor::sha_256;
use crate::walk::Walk;
pub use entry::Revocation;
use index::Index;
use scope::Scope;

/// A full revocation list, indexed by serial number.
///
/// The file's own bytes are kept and every entry stays where it stands in them: a list of
/// a million entries costs eight bytes an entry beside its file.
pub struct RevocationList {
    der: Vec<u8>,
    digest: [u8; 32],
    to_be_signed: Range<usize>,
    signature: Range<usize>,
    algorithm: SignatureAlgorithm,
    issuer_der: Range<usize>,
    issuer: String,
    this_update: i64,
    next_update: i64,
    scope: Scope,
    authority_key_id: Option<Vec<u8>>,
    index: Index,
}

/// Why bytes are not a revocation list that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevocationListFault {
    /// Not the DER of exactly one revocation list of version 1 or 2.
    #[error("not the DER of exactly one certificate revocation list")]
    Malformed,
    /// It does not say when the next one comes, so it can never be called current.
    #[error("the list has no nextUpdate")]
    NextUpdateAbsent,
    /// Signed with SHA-1, MD5 or anything else outside SHA-256, -384, -512.
    #[error("the list was signed with an algorithm that is not accepted")]
    SignatureAlgorithm,
    /// Holds only what changed since another list (RFC 5280 §5.2.4).
    #[error("a delta list; give the full one")]
    Delta,
    /// Speaks for other issuers than its own (RFC 5280 §5.2.5, §5.3.3).
    #[error("an indirect list; give the issuer's own")]
    Indirect,
    /// Holds attribute certificates, whose serial numbers are not a card's.
    #[error("a list of attribute certificates")]
    AttributeCertificates,
    /// A critical extension that is not understood.
    #[error("the list has the critical extension {0}, which is not understood")]
    CriticalExtension(String),
}

/// Every failure to decode says the same to the caller.
impl From<der::Error> for RevocationListFault {
    fn from(_: der::Error) -> RevocationListFault {
        RevocationListFault::Malformed
    }
}

impl RevocationList {
    /// Reads a list from DER; who signed it is asked by [`crate::Trust::new`].
    pub fn from_der(der: Vec<u8>) -> Result<RevocationList, RevocationListFault> {
        let mut outer = Walk::enter(&der, 0)?;
        let (to_be_signed, body) = outer.element()?;
        let (_, algorithm) = outer.element()?;
        let (signature, bits) = outer.element()?;
        // The octets of the signature stand at the end of their BIT STRING.
        let signature_length = BitStringRef::from_der(bits)?
            .as_bytes()
            .ok_or(RevocationListFault::Malformed)?
            .len();
        let signature = signature.end - signature_length..signature.end;
        outer.finish()?;

        let mut fields = Walk::enter(body, to_be_signed.start)?;
        // Version 1 leaves the field out: without extensions a list is always a full one
        // of all that its issuer issued.
        let is_version_2 = fields.peek() == Some(Tag::Integer);
        if is_version_2 && u8::from_der(fields.element()?.1)? != 1
            || fields.element()?.1 != algorithm
        {
            return Err(RevocationListFault::Malformed);
        }
        let (issuer_der, issuer) = fields.element()?;
        cns::check_set_order(issuer)?;
        let issuer = cns::name_line(&Name::from_der(issuer)?);
        let this_update = seconds(Time::from_der(fields.element()?.1)?);
        let next_update = match fields.peek() {
            Some(Tag::UtcTime | Tag::GeneralizedTime) => {
                seconds(Time::from_der(fields.element()?.1)?)
            }
            _ => return Err(RevocationListFault::NextUpdateAbsent),
        };
        let index = match fields.peek() {
            Some(Tag::Sequence) => {
                let (place, entries) = fields.element()?;
                Index::read(entries, place.start)?
            }
            _ => Index::default(),
        };
        let extensions = match fields.peek() {
            Some(_) => extensions(fields.element()?.1)?,
            None => Vec::new(),
        };
        fields.finish()?;
        if !is_version_2 && !extensions.is_empty() {
            return Err(RevocationListFault::Malformed);
        }
        Ok(RevocationList {
            digest: sha_256(&der),
            to_be_signed,
            signature,
            algorithm: SignatureAlgorithm::from_der(algorithm)
                .ok_or(RevocationListFault::SignatureAlgorithm)?,
            issuer_der,
            issuer,
            this_update,
            next_update,
            scope: Scope::read(&extensions)?,
            authority_key_id: scope::authority_key_id(&extensions),
            index,
            der,
        })
    }

    /// The list's own bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The issuer's name on one line (RFC 4514), for people.
    pub fn issuer(&self) -> String {
        self.issuer.clone()
    }

    /// When it was issued, Unix time.
    pub fn this_update(&self) -> i64 {
        self.this_update
    }

    /// Until when it is current, Unix time.
    pub fn next_update(&self) -> i64 {
        self.next_update
    }

    /// How many certificates it names.
    pub fn entries(&self) -> usize {
        self.index.len()
    }

    /// What it says of a serial number, given as the content octets of its INTEGER; nothing
    /// if it does not name it.
    ///
    /// Whether anybody signed the list is [`crate::Trust`]'s to know.
    pub fn find(&self, serial: &[u8]) -> Option<Revocation> {
        self.index.find(&self.der, serial)
    }

    /// SHA-256 of its bytes.
    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    pub(crate) fn issuer_der(&self) -> &[u8] {
        &self.der[self.issuer_der.clone()]
    }

    /// The identifier of the key that signed it, where it says so (RFC 5280 §5.2.1).
    pub(crate) fn authority_key_id(&self) -> Option<&[u8]> {
        self.authority_key_id.as_deref()
    }

    /// Whether it is current at a time, Unix seconds: issued, and the next one not yet due.
    pub fn is_current_at(&self, now: i64) -> bool {
        (self.this_update..=self.next_update).contains(&now)
    }

    /// Whether not being on it can prove a card good: not where it holds authorities only,
    /// or some reasons only.
    pub fn speaks_for_cards(&self) -> bool {
        self.scope != Scope::Nothing
    }

    /// Whether not being on it proves every card of its issuer good.
    pub fn speaks_for_all_cards(&self) -> bool {
        self.scope == Scope::Everything
    }

    /// Whether it speaks for all certificates that another list of its issuer speaks for, so
    /// that nobody need miss that one.
    pub fn speaks_for_all_of(&self, other: &RevocationList) -> bool {
        self.scope.includes(&other.scope)
    }

    /// Whether the list would name this certificate, were it revoked.
    pub(crate) fn covers(&self, certificate: &Certificate) -> bool {
        self.scope.covers(certificate)
    }

    /// Verifies its signature; that the anchor may sign lists is the caller's to ask.
    pub(crate) fn is_signed_by(&self, anchor: &Anchor) -> bool {
        anchor
            .verify(
                self.algorithm,
                &self.der[self.to_be_signed.clone()],
                &self.der[self.signature.clone()],
            )
            .is_ok()
    }
}

/// crlExtensions: `[0]`, and nothing else.
fn extensions(der: &[u8]) -> Result<Vec<Extension>, RevocationListFault> {
    cns::check_set_order(der)?;
    let mut reader = SliceReader::new(der)?;
    let field = ContextSpecific::<Vec<Extension>>::decode_explicit(&mut reader, TagNumber::N0)?
        .ok_or(RevocationListFault::Malformed)?;
    Ok(reader.finish(field.value)?)
}

fn seconds(time: Time) -> i64 {
    // Years end at 9999 in X.509: the seconds fit.
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// Issuer and date only: a list can have a million entries.
impl std::fmt::Debug for RevocationList {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "RevocationList({}, {})",
            self.issuer, self.this_update
        )
    }
}
