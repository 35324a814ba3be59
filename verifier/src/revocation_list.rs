//! Certificate revocation lists (RFC 5280 §5).

mod entries;
mod scope;

use cns::{Certificate, SignatureAlgorithm};
use der::asn1::{AnyRef, BitStringRef, ContextSpecific};
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::time::Time;

use crate::Anchor;
use entries::Entries;
pub(crate) use entries::Entry;
use scope::Scope;

/// A full revocation list, indexed by serial number.
pub struct RevocationList {
    issuer: Name,
    issuer_der: Vec<u8>,
    this_update: i64,
    next_update: i64,
    scope: Scope,
    entries: Entries,
    algorithm: SignatureAlgorithm,
    to_be_signed: Vec<u8>,
    signature: Vec<u8>,
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
    pub fn from_der(der: &[u8]) -> Result<RevocationList, RevocationListFault> {
        let mut outer = SliceReader::new(sequence(der)?)?;
        let body = outer.tlv_bytes()?;
        let algorithm = outer.tlv_bytes()?;
        let signature = BitStringRef::decode(&mut outer)?;
        outer.finish(())?;

        let mut reader = SliceReader::new(sequence(body)?)?;
        // Version 1 leaves the field out: without extensions a list is always a full one
        // of all that its issuer issued.
        let is_version_2 = peek(&reader) == Some(Tag::Integer);
        if is_version_2 && u8::decode(&mut reader)? != 1 || reader.tlv_bytes()? != algorithm {
            return Err(RevocationListFault::Malformed);
        }
        let issuer = Name::decode(&mut reader)?;
        let this_update = Time::decode(&mut reader)?;
        let next_update = match peek(&reader) {
            Some(Tag::UtcTime | Tag::GeneralizedTime) => Time::decode(&mut reader)?,
            _ => return Err(RevocationListFault::NextUpdateAbsent),
        };
        let entries = match peek(&reader) {
            Some(Tag::Sequence) => Entries::read(reader.tlv_bytes()?)?,
            _ => Entries::default(),
        };
        let extensions =
            ContextSpecific::<Vec<Extension>>::decode_explicit(&mut reader, TagNumber::N0)?
                .map_or_else(Vec::new, |field| field.value);
        reader.finish(())?;
        if !is_version_2 && !extensions.is_empty() {
            return Err(RevocationListFault::Malformed);
        }
        Ok(RevocationList {
            issuer_der: issuer.to_der()?,
            issuer,
            this_update: seconds(this_update),
            next_update: seconds(next_update),
            scope: Scope::read(&extensions)?,
            entries,
            algorithm: SignatureAlgorithm::from_der(algorithm)
                .ok_or(RevocationListFault::SignatureAlgorithm)?,
            to_be_signed: body.to_vec(),
            signature: signature
                .as_bytes()
                .ok_or(RevocationListFault::Malformed)?
                .to_vec(),
        })
    }

    /// The issuer's name on one line (RFC 4514), for people.
    pub fn issuer(&self) -> String {
        self.issuer.to_string()
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
        self.entries.len()
    }

    pub(crate) fn issuer_der(&self) -> &[u8] {
        &self.issuer_der
    }

    pub(crate) fn is_current_at(&self, now: i64) -> bool {
        (self.this_update..=self.next_update).contains(&now)
    }

    /// Whether the list would name this certificate, were it revoked.
    pub(crate) fn covers(&self, certificate: &Certificate) -> bool {
        self.scope.covers(certificate)
    }

    pub(crate) fn is_signed_by(&self, anchor: &Anchor) -> bool {
        anchor.may_sign_revocation_lists()
            && anchor
                .verify(self.algorithm, &self.to_be_signed, &self.signature)
                .is_ok()
    }

    pub(crate) fn find(&self, serial: &[u8]) -> Option<&Entry> {
        self.entries.find(serial)
    }
}

/// The content of a SEQUENCE that fills `der` to the last byte.
fn sequence(der: &[u8]) -> Result<&[u8], der::Error> {
    let any = AnyRef::from_der(der)?;
    any.tag().assert_eq(Tag::Sequence)?;
    Ok(any.value())
}

fn peek(reader: &SliceReader<'_>) -> Option<Tag> {
    reader.peek_header().ok().map(|header| header.tag)
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
