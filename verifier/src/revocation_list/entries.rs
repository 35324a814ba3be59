//! The entries of a revocation list, by serial number.

use der::asn1::AnyRef;
use der::oid::db::rfc5280;
use der::{Decode, Reader, SliceReader, Tag, Tagged};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlReason;
use x509_cert::time::Time;

use super::{RevocationListFault, seconds, sequence};

/// A certificate that its issuer does not stand for any more.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// The serial number's content octets; at most 20 by RFC 5280 §4.1.2.2.
    serial: Box<[u8]>,
    /// Whether it is only suspended; sorts after a revocation for good.
    pub(crate) on_hold: bool,
    /// When, Unix time.
    pub(crate) since: i64,
}

/// All entries, sorted.
#[derive(Default)]
pub(crate) struct Entries(Vec<Entry>);

impl Entries {
    /// Reads revokedCertificates (RFC 5280 §5.1.2.6).
    pub(crate) fn read(der: &[u8]) -> Result<Entries, RevocationListFault> {
        let mut reader = SliceReader::new(sequence(der)?)?;
        let mut entries = Vec::new();
        while !reader.is_finished() {
            entries.extend(entry(reader.tlv_bytes()?)?);
        }
        entries.sort_unstable();
        Ok(Entries(entries))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn find(&self, serial: &[u8]) -> Option<&Entry> {
        let place = self.0.partition_point(|entry| *entry.serial < *serial);
        self.0.get(place).filter(|entry| *entry.serial == *serial)
    }
}

/// One entry; none for `removeFromCRL`, which says that the certificate is not revoked
/// any more (it belongs in delta lists, but some authorities write it in full ones).
fn entry(der: &[u8]) -> Result<Option<Entry>, RevocationListFault> {
    let mut reader = SliceReader::new(sequence(der)?)?;
    let serial = AnyRef::decode(&mut reader)?;
    serial.tag().assert_eq(Tag::Integer)?;
    let since = seconds(Time::decode(&mut reader)?);
    let reason = match reader.is_finished() {
        true => None,
        false => reason(&Vec::<Extension>::decode(&mut reader)?)?,
    };
    reader.finish(())?;
    Ok((reason != Some(CrlReason::RemoveFromCRL)).then(|| Entry {
        serial: serial.value().into(),
        on_hold: reason == Some(CrlReason::CertificateHold),
        since,
    }))
}

fn reason(extensions: &[Extension]) -> Result<Option<CrlReason>, RevocationListFault> {
    let mut reason = None;
    for extension in extensions {
        match extension.extn_id {
            rfc5280::ID_CE_CRL_REASONS => {
                // Two reasons would let one of them take the certificate off the list.
                if reason.is_some() {
                    return Err(RevocationListFault::Malformed);
                }
                reason = Some(CrlReason::from_der(extension.extn_value.as_bytes())?);
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
