//! Where each serial number stands in a list's own bytes.

use super::entry::{Entry, Revocation};
use super::{RevocationListFault, plain_entry};
use crate::walk::{first, sequence};

/// Every entry of a list, to be found by its serial number.
///
/// A fingerprint tells most numbers apart; which entry is meant, its own octets decide.
#[derive(Default)]
pub(super) struct Index {
    /// For each entry the fingerprint of its serial number and, in the lower half, its place;
    /// sorted.
    slots: Vec<u64>,
    /// For each way in which a fingerprint's first bits can be set, where its slots begin, and
    /// at last where all end: halving a million slots would fetch twenty pieces of memory, of
    /// which none is in a cache.
    begins: Vec<u32>,
}

/// How many slots share their first bits, about.
const SLOTS_A_BEGIN: usize = 16;

impl Index {
    /// Reads revokedCertificates (RFC 5280 §5.1.2.6), every entry of it, from the DER that stands
    /// at `place`.
    pub(super) fn read(der: &[u8], place: usize) -> Result<Index, RevocationListFault> {
        let end = place + der.len();
        let mut rest = sequence(der)?;
        let mut slots = Vec::new();
        while !rest.is_empty() {
            let (entry, length) = first_entry(rest)?;
            if let Some(entry) = entry {
                // DER longer than 256 MiB is not read, so that a place fits.
                let place =
                    u32::try_from(end - rest.len()).map_err(|_| RevocationListFault::Malformed)?;
                slots.push(u64::from(fingerprint(entry.serial)) << 32 | u64::from(place));
            }
            rest = &rest[length..];
        }
        Ok(Index::of(slots))
    }

    fn of(mut slots: Vec<u64>) -> Index {
        slots.sort_unstable();
        slots.shrink_to_fit();
        let ways = (slots.len() / SLOTS_A_BEGIN).max(1).next_power_of_two();
        let mut begins = Vec::with_capacity(ways + 1);
        let mut begin = 0;
        for way in 0..ways {
            begin += slots[begin..].partition_point(|slot| way_of(*slot, ways) < way);
            begins.push(begin as u32);
        }
        begins.push(slots.len() as u32);
        Index { slots, begins }
    }

    /// The slots that share their first bits with this fingerprint.
    fn around(&self, fingerprint: u64) -> &[u64] {
        let ways = self.begins.len().saturating_sub(1);
        let way = way_of(fingerprint << 32, ways);
        match self.begins.get(way..way + 2) {
            Some(&[begin, end]) => &self.slots[begin as usize..end as usize],
            _ => &[],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// What a list says of a serial number; of several entries the gravest, a revocation
    /// for good before a hold.
    pub(super) fn find(&self, der: &[u8], serial: &[u8]) -> Option<Revocation> {
        let wanted = u64::from(fingerprint(serial));
        let slots = self.around(wanted);
        let first = slots.partition_point(|slot| slot >> 32 < wanted);
        slots[first..]
            .iter()
            .take_while(|slot| *slot >> 32 == wanted)
            .filter_map(|slot| entry_at(der, slot & 0xffff_ffff))
            .filter(|entry| entry.serial == serial)
            .map(|entry| entry.revocation)
            .min()
    }
}

/// Which of so many ways a slot's first bits are set in; the ways are a power of two.
fn way_of(slot: u64, ways: usize) -> usize {
    ((u128::from(slot) * ways as u128) >> 64) as usize
}

/// The entry at a place where one was read before.
fn entry_at(der: &[u8], place: u64) -> Option<Entry<'_>> {
    let rest = der.get(usize::try_from(place).ok()?..)?;
    let (entry, _) = first_entry(rest).ok()?;
    entry
}

/// The entry that these bytes begin with, if it revokes, and how many of them are its own.
fn first_entry(bytes: &[u8]) -> Result<(Option<Entry<'_>>, usize), RevocationListFault> {
    if let Some((entry, length)) = plain_entry::read(bytes) {
        return Ok((Some(entry), length));
    }
    let der = first(bytes)?;
    Ok((Entry::read(der)?, der.len()))
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
        Index::read(der, 0)
    }

    #[test]
    fn numbers_of_one_fingerprint_are_told_apart() {
        let der = list(&[&[1], &[2], &[3]]);
        // As if all numbers had the first one's fingerprint.
        let one = u64::from(fingerprint(&[1]));
        let slots = read(&der).unwrap().slots;
        let of_one = |slot: u64| one << 32 | slot & 0xffff_ffff;
        let mut slots: Vec<u64> = slots.into_iter().map(of_one).collect();
        let index = Index::of(slots.clone());
        assert_eq!(index.find(&der, &[1]).unwrap().since, 1_735_689_600);
        slots.retain(|slot| *slot & 0xffff_ffff != 2);
        assert_eq!(Index::of(slots).find(&der, &[1]), None);
    }

    #[test]
    fn every_slot_is_found_whatever_the_number_of_them() {
        for count in [0_u64, 1, 15, 16, 17, 31, 32, 33, 1000] {
            // All over the range, its ends included.
            let slots = (0..count).map(|place| {
                let fingerprint = place * u64::from(u32::MAX) / count.max(2).saturating_sub(1);
                fingerprint << 32 | place
            });
            let index = Index::of(slots.clone().collect());
            for slot in slots {
                assert!(
                    index.around(slot >> 32).contains(&slot),
                    "{slot} of {count}"
                );
            }
            assert_eq!(index.len() as u64, count);
        }
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
