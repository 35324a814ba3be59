//! No changed byte makes another list of a signed one, and nothing makes the reader fail over.

use proptest::prelude::*;
use trusted_list::TrustedList;
use trusted_lists::NOW;

use crate::desk::{SIGNED, SIGNER, pins};

fn same_or_refused(bytes: &[u8]) {
    let Ok(list) = TrustedList::read(bytes, &pins(&[&SIGNER]), NOW) else {
        return;
    };
    let good = TrustedList::read(SIGNED.as_bytes(), &pins(&[&SIGNER]), NOW).unwrap();
    assert_eq!(list.services(), good.services());
    assert_eq!(format!("{list:?}"), format!("{good:?}"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_changed_byte_is_refused_or_changes_nothing(
        place in 0..SIGNED.len(),
        byte in prop_oneof![any::<u8>(), prop::sample::select(b"<>&\"'= \n/?!-A0\0".to_vec())],
    ) {
        let mut bytes = SIGNED.as_bytes().to_vec();
        bytes[place] = byte;
        same_or_refused(&bytes);
    }

    #[test]
    fn any_piece_cut_out_or_put_in_is_refused_or_changes_nothing(
        from in 0..SIGNED.len(),
        length in 0..200_usize,
        put_in in "[<>/!?a-z\"= -]{0,12}",
    ) {
        let bytes = SIGNED.as_bytes();
        let until = bytes.len().min(from + length);
        same_or_refused(&[&bytes[..from], put_in.as_bytes(), &bytes[until..]].concat());
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(TrustedList::read(&bytes, &pins(&[&SIGNER]), NOW).is_err());
    }
}
