//! Revocation lists as large as the field's largest, written without an object an entry.

use der::Encode;

use crate::{Authority, List};

/// CRLReason keyCompromise as an entry's extensions, which about half of the entries have.
const REASON: [u8; 14] = [0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 0x15, 4, 3, 0x0a, 1, 1];

/// The serial number at a place of a large list: 16 octets that look drawn at random.
pub fn serial_at(place: u32) -> Vec<u8> {
    let mut serial = [mixed(place.into()), mixed(u64::from(place) | 1 << 40)]
        .map(u64::to_be_bytes)
        .concat();
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

impl Authority {
    /// A list that names [`serial_at`] of every place below `entries` and is current 2024
    /// to 2044, DER: about 42 bytes an entry.
    pub fn large_revocation_list(&self, entries: u32) -> Vec<u8> {
        let mut revoked = Vec::with_capacity(entries as usize * 42);
        for place in 0..entries {
            let reason: &[u8] = if place % 2 == 0 { &REASON } else { &[] };
            revoked.extend([0x30, (33 + reason.len()) as u8, 2, 16]);
            revoked.extend(serial_at(place));
            revoked.extend([23, 13]);
            revoked.extend(b"250101000000Z");
            revoked.extend(reason);
        }
        let body = self.list_body(&List::default());
        let extensions = body.crl_extensions.to_der().unwrap();
        let fields = [
            body.version.to_der().unwrap(),
            body.signature.to_der().unwrap(),
            body.issuer.to_der().unwrap(),
            body.this_update.to_der().unwrap(),
            body.next_update.to_der().unwrap(),
            tlv(0x30, &revoked),
            tlv(0xa0, &extensions),
        ];
        self.sign_bytes(&tlv(0x30, &fields.concat()))
    }
}

/// One DER element.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = der::Length::try_from(content.len()).unwrap();
    [&[tag][..], &length.to_der().unwrap(), content].concat()
}

/// The output function of splitmix64.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
