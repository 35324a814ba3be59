//! Where each serial number stands in a list's own bytes.

use der::{Reader, SliceReader};

use super::RevocationListFault;
use super::entry::{Entry, Revocation};
use crate::walk::Walk;

/// For each entry the fingerprint of its serial number and, in the lower half, its place;
/// sorted, so that a serial number is found by halving.
///
/// A fingerprint tells most numbers apart; which entry is meant, its own octets decide.
#[derive(Default)]
pub(super) struct Index(Vec<u64>);

impl Index {
    /// Reads revokedCertificates (RFC 5280 §5.1.2.6), every entry of it.
    pub(super) fn read(mut entries: Walk<'_>) -> Result<Index, RevocationListFault> {
        let mut slots = Vec::new();
        while !entries.is_finished() {
            let (place, der) = entries.element()?;
            if let Some(entry) = Entry::read(der)? {
                // DER longer than 256 MiB is not read, so that a place fits.
                let place =
                    u32::try_from(place.start).map_err(|_| RevocationListFault::Malformed)?;
                slots.push(u64::from(fingerprint(entry.serial)) << 32 | u64::from(place));
            }
        }
        slots.sort_unstable();
        slots.shrink_to_fit();
        Ok(Index(slots))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What a list says of a serial number; of several entries the gravest, a revocation
    /// for good before a hold.
    pub(super) fn find(&self, der: &[u8], serial: &[u8]) -> Option<Revocation> {
        let wanted = u64::from(fingerprint(serial));
        let first = self.0.partition_point(|slot| slot >> 32 < wanted);
        self.0[first..]
            .iter()
            .take_while(|slot| *slot >> 32 == wanted)
            .filter_map(|slot| entry_at(der, slot & 0xffff_ffff))
            .filter(|entry| entry.serial == serial)
            .map(|entry| entry.revocation)
            .min()
    }
}

/// The entry at a place where one was read before.
fn entry_at(der: &[u8], place: u64) -> Option<Entry<'_>> {
    let rest = der.get(usize::try_from(place).ok()?..)?;
    let entry = SliceReader::new(rest).ok()?.tlv_bytes().ok()?;
    Entry::read(entry).ok().flatten()
}

/// 32 bits of FNV-1a. It need not withstand anybody: entries are looked up only in lists
/// that an authority signed, and a list of a million numbers of one fingerprint would only
/// be slow.
fn fingerprint(serial: &[u8]) -> u32 {
    let hash = serial.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash ^ hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// revokedCertificates with these serial numbers, revoked on the first of January of
    /// 2025 and later by one day each.
    fn list(serials: &[&[u8]]) -> Vec<u8> {
        let entries = serials.iter().enumerate().map(|(day, serial)| {
            let date = format!("2501{:02}000000Z", day + 1);
            let number = [&[2, serial.len() as u8], *serial].concat();
            let entry = [&number, &[23, 13][..], date.as_bytes()].concat();
            [&[0x30, entry.len() as u8], &entry[..]].concat()
        });
        let content: Vec<u8> = entries.flatten().collect();
        assert!(content.len() < 128);
        [&[0x30, content.len() as u8], &content[..]].concat()
    }

    fn read(der: &[u8]) -> Result<Index, RevocationListFault> {
        Index::read(Walk::enter(der, 0)?)
    }

    #[test]
    fn numbers_of_one_fingerprint_are_told_apart() {
        let der = list(&[&[1], &[2], &[3]]);
        let mut index = read(&der).unwrap();
        // As if all numbers had the first one's fingerprint.
        let one = u64::from(fingerprint(&[1]));
        for slot in &mut index.0 {
            *slot = one << 32 | *slot & 0xffff_ffff;
        }
        index.0.sort_unstable();
        assert_eq!(index.find(&der, &[1]).unwrap().since, 1_735_689_600);
        index.0.retain(|slot| *slot & 0xffff_ffff != 2);
        assert_eq!(index.find(&der, &[1]), None);
    }

    #[test]
    fn of_a_number_named_twice_the_earlier_date_counts() {
        let der = list(&[&[7], &[9], &[7]]);
        let index = read(&der).unwrap();
        assert_eq!(index.len(), 3);
        assert_eq!(index.find(&der, &[7]).unwrap().since, 1_735_689_600);
    }

    #[test]
    fn a_number_not_written_the_shortest_way_is_refused() {
        for number in [&[][..], &[0, 1], &[0xff, 0x80]] {
            assert!(read(&list(&[number])).is_err(), "{number:?}");
        }
        for number in [&[0][..], &[0, 0x80], &[0xff, 0x7f], &[0xff]] {
            assert!(read(&list(&[number])).is_ok(), "{number:?}");
        }
    }
}
