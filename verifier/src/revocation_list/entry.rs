//! One entry of a revocation list (RFC 5280 §5.1.2.6, §5.3).

use der::asn1::{AnyRef, OctetStringRef};
use der::oid::ObjectIdentifier;
use der::oid::db::rfc5280;
use der::{Decode, Reader, Sequence, SliceReader, Tag, Tagged};
use x509_cert::ext::pkix::CrlReason;
use x509_cert::time::Time;

use super::{RevocationListFault, seconds};
use crate::walk::sequence;

/// That an issuer does not stand for a certificate any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revocation {
    /// On hold: the issuer may still take it back. Sorts after a revocation for good.
    pub on_hold: bool,
    /// Since when, Unix time.
    pub since: i64,
}

/// An entry as it stands in the list.
pub(super) struct Entry<'a> {
    /// The serial number's content octets.
    pub(super) serial: &'a [u8],
    pub(super) revocation: Revocation,
}

/// Read without a copy: there may be a million of them.
#[derive(Sequence)]
struct EntryExtension<'a> {
    id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    critical: bool,
    content: OctetStringRef<'a>,
}

impl<'a> Entry<'a> {
    /// Reads one entry; none for `removeFromCRL`, which says that the certificate is not
    /// revoked any more. That belongs in delta lists, but some authorities write it in full
    /// ones: there it takes back nothing that another entry says.
    pub(super) fn read(der: &'a [u8]) -> Result<Option<Entry<'a>>, RevocationListFault> {
        let mut reader = SliceReader::new(sequence(der)?)?;
        let serial = AnyRef::decode(&mut reader)?;
        serial.tag().assert_eq(Tag::Integer)?;
        let serial = serial.value();
        if !is_shortest(serial) {
            return Err(RevocationListFault::Malformed);
        }
        let since = seconds(Time::decode(&mut reader)?);
        let reason = match reader.is_finished() {
            true => None,
            false => reason(sequence(reader.tlv_bytes()?)?)?,
        };
        reader.finish(())?;
        Ok((reason != Some(CrlReason::RemoveFromCRL)).then_some(Entry {
            serial,
            revocation: Revocation {
                on_hold: reason == Some(CrlReason::CertificateHold),
                since,
            },
        }))
    }
}

/// A number written any other way than the one DER allows (X.690 §8.3.2) would not be found
/// by the octets of a certificate's.
pub(super) fn is_shortest(integer: &[u8]) -> bool {
    match integer {
        [] => false,
        [0, second, ..] => second & 0x80 != 0,
        [0xff, second, ..] => second & 0x80 == 0,
        _ => true,
    }
}

fn reason(extensions: &[u8]) -> Result<Option<CrlReason>, RevocationListFault> {
    let mut reader = SliceReader::new(extensions)?;
    let mut reason = None;
    while !reader.is_finished() {
        let extension = EntryExtension::decode(&mut reader)?;
        match extension.id {
            rfc5280::ID_CE_CRL_REASONS => {
                // Two reasons would let one of them take the certificate off the list.
                if reason.is_some() {
                    return Err(RevocationListFault::Malformed);
                }
                reason = Some(CrlReason::from_der(extension.content.as_bytes())?);
            }
            rfc5280::ID_CE_CERTIFICATE_ISSUER => return Err(RevocationListFault::Indirect),
            unknown if extension.critical => {
                return Err(RevocationListFault::CriticalExtension(unknown.to_string()));
            }
            _ => {}
        }
    }
    Ok(reason)
}
