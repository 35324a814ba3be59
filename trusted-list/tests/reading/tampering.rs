//! No changed byte makes another list of a signed one, and nothing makes the reader fail over.

use pki::{Authority, Key};
use proptest::prelude::*;
use trusted_list::TrustedList;
use trusted_lists::{List, NOW, Provider, Service, insert, signature_of};

use crate::desk::{SIGNED, SIGNER, pins};

fn same_or_refused(bytes: &[u8]) {
    let Ok(list) = TrustedList::read(bytes, &pins(&[&SIGNER]), NOW) else {
        return;
    };
    let good = TrustedList::read(SIGNED.as_bytes(), &pins(&[&SIGNER]), NOW).unwrap();
    assert_eq!(list.services(), good.services());
    assert_eq!(format!("{list:?}"), format!("{good:?}"));
}

/// The shortest list there is: each of its bytes can be tried.
fn shortest() -> String {
    let authority = Authority::new("CA", Key::p256());
    SIGNER.sign(
        &List::of(vec![Provider {
            name: "P".to_owned(),
            services: vec![Service {
                history: Vec::new(),
                ..Service::recognised(&authority, "CN=CA")
            }],
        }])
        .xml(),
    )
}

#[test]
fn each_byte_of_the_content_counts() {
    let signed = shortest();
    let signature = signature_of(&signed);
    let pins = pins(&[&SIGNER]);
    let from = signed.find("<SchemeInformation>").unwrap();
    let until = signed.find(signature).unwrap();
    for place in from..until {
        let mut bytes = signed.clone().into_bytes();
        bytes[place] ^= 1;
        // A letter in the place of another, a tag that is none: nothing here can be spelled
        // in two ways by one bit.
        assert!(
            TrustedList::read(&bytes, &pins, NOW).is_err(),
            "{}",
            String::from_utf8_lossy(&bytes[place - 20..place + 20])
        );
    }
}

#[test]
fn no_byte_of_the_signature_makes_another_list_good() {
    let (signed, forged) = (shortest(), List::forged().xml());
    let signature = signature_of(&signed);
    let pins = pins(&[&SIGNER]);
    for place in 0..signature.len() {
        let mut bytes = signature.as_bytes().to_vec();
        bytes[place] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        let forgery = insert(&forged, &changed);
        assert!(TrustedList::read(forgery.as_bytes(), &pins, NOW).is_err());
    }
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
