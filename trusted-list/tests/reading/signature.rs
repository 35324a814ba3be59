//! Who signed, and what was signed.

use pki::{Curve, Key};
use trusted_list::{Fault, Fingerprint, Signers, SignersFault, TrustedList};
use trusted_lists::{Form, List, NOW, Signer};

use crate::desk::{SIGNED, SIGNER, XML, fault, pins, read, replaced};

const DAY: i64 = 86_400;

fn read_pinning(signed: &str, signers: &[&Signer]) -> Result<TrustedList, Fault> {
    TrustedList::read(signed.as_bytes(), &pins(signers), NOW)
}

#[test]
fn every_strong_key_is_accepted_with_every_strong_algorithm() {
    let rsa = Signer::with_key(Key::rsa(0));
    let more = "http://www.w3.org/2001/04/xmldsig-more#";
    let newer = "http://www.w3.org/2007/05/xmldsig-more#";
    for (signer, method) in [
        (&rsa, format!("{more}rsa-sha256")),
        (&rsa, format!("{more}rsa-sha384")),
        (&rsa, format!("{more}rsa-sha512")),
        (&rsa, format!("{newer}sha256-rsa-MGF1")),
        (&rsa, format!("{newer}sha384-rsa-MGF1")),
        (&rsa, format!("{newer}sha512-rsa-MGF1")),
        (
            &Signer::with_key(Key::p256()),
            format!("{more}ecdsa-sha256"),
        ),
        (
            &Signer::with_key(Key::on(Curve::P384)),
            format!("{more}ecdsa-sha384"),
        ),
        (
            &Signer::with_key(Key::on(Curve::P521)),
            format!("{more}ecdsa-sha512"),
        ),
    ] {
        let form = Form {
            signature_method: Some(method.clone()),
            ..Form::default()
        };
        let signed = signer.sign_as(&XML, &form);
        assert!(read_pinning(&signed, &[signer]).is_ok(), "{method}");
    }
}

#[test]
fn the_strong_digests_are_accepted() {
    for digest in [
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    ] {
        let form = Form {
            digest: digest.to_owned(),
            ..Form::default()
        };
        assert!(read(&SIGNER.sign_as(&XML, &form)).is_ok(), "{digest}");
    }
}

#[test]
fn either_of_two_pinned_signers_may_sign() {
    let (old, new) = (Signer::new(), Signer::new());
    for signer in [&old, &new] {
        let list = read_pinning(&signer.sign(&XML), &[&old, &new]).unwrap();
        assert_eq!(list.signer().to_string(), signer.pin());
    }
}

#[test]
fn another_signer_is_refused_by_name() {
    let other = Signer::new();
    let refused = fault(&other.sign(&XML));
    assert_eq!(
        refused,
        Fault::SignerNotPinned {
            fingerprint: Fingerprint::parse(&other.pin()).unwrap()
        }
    );
    assert!(refused.to_string().contains(&other.pin()));
}

#[test]
fn the_pinned_certificate_beside_another_key_is_not_enough() {
    // The forger signs with a key of theirs, and brings the certificate that is pinned.
    let forger = Signer::new();
    let form = Form {
        certificates: Some(vec![SIGNER.certificate().to_vec()]),
        ..Form::default()
    };
    let forged = forger.sign_as(&List::forged().xml(), &form);
    assert_eq!(fault(&forged), Fault::SignatureInvalid);
    let form = Form {
        certificates: Some(vec![
            forger.certificate().to_vec(),
            SIGNER.certificate().to_vec(),
        ]),
        ..Form::default()
    };
    let forged = forger.sign_as(&List::forged().xml(), &form);
    assert_eq!(fault(&forged), Fault::SignatureInvalid);
}

#[test]
fn the_pinned_certificate_may_stand_in_a_chain() {
    let other = Signer::new();
    let form = Form {
        certificates: Some(vec![
            other.certificate().to_vec(),
            SIGNER.certificate().to_vec(),
        ]),
        ..Form::default()
    };
    assert!(read(&SIGNER.sign_as(&XML, &form)).is_ok());
}

#[test]
fn without_certificate_a_signature_is_refused() {
    let form = Form {
        certificates: Some(Vec::new()),
        ..Form::default()
    };
    assert_eq!(fault(&SIGNER.sign_as(&XML, &form)), Fault::SignerAbsent);
    let broken = replaced(&SIGNED, "<ds:X509Certificate>M", "<ds:X509Certificate>_");
    assert_eq!(fault(&broken), Fault::SignerAbsent);
}

#[test]
fn a_pinned_file_that_is_no_certificate_is_refused() {
    let signer = Signer::of(Key::p256(), b"no certificate".to_vec());
    let refused = read_pinning(&signer.sign(&XML), &[&signer]).unwrap_err();
    assert_eq!(refused, Fault::SignerMalformed(cns::Malformed::Structure));
}

#[test]
fn a_signer_outside_its_validity_is_refused() {
    for (not_before, not_after) in [(NOW - 10 * DAY, NOW - 1), (NOW + 1, NOW + DAY)] {
        let signer = Signer::valid(Key::p256(), not_before, not_after);
        assert_eq!(
            read_pinning(&signer.sign(&XML), &[&signer]).unwrap_err(),
            Fault::SignerNotValid {
                not_before,
                not_after,
                at: NOW
            }
        );
    }
    let signer = Signer::valid(Key::p256(), NOW, NOW);
    assert!(read_pinning(&signer.sign(&XML), &[&signer]).is_ok());
}

#[test]
fn a_kept_list_is_good_if_its_signer_was_valid_at_issue() {
    let kept = |signer: &Signer| {
        TrustedList::read_kept(signer.sign(&XML).as_bytes(), &pins(&[signer]), NOW)
    };
    let issued = List::small().issued;
    assert!(kept(&Signer::valid(Key::p256(), issued - DAY, issued)).is_ok());
    let over = Signer::valid(Key::p256(), issued - DAY, issued - 1);
    assert!(matches!(
        kept(&over).unwrap_err(),
        Fault::SignerNotValid { at, .. } if at == issued
    ));
}

#[test]
fn a_kept_list_is_believed_no_more_than_another() {
    let kept = |signed: &str| {
        TrustedList::read_kept(signed.as_bytes(), &pins(&[&SIGNER]), NOW).unwrap_err()
    };
    let changed = replaced(&SIGNED, "CA Cittadini 2020", "CA Cittadini 2021");
    assert_eq!(kept(&changed), Fault::Changed);
    assert_eq!(kept(&XML), Fault::SignatureAbsent);
    assert!(matches!(
        kept(&Signer::new().sign(&XML)),
        Fault::SignerNotPinned { .. }
    ));
}

#[test]
fn a_changed_list_is_refused() {
    for (from, to) in [
        ("CA Cittadini 2020", "CA Cittadini 2021"),
        ("deprecatedatnationallevel", "recognisedatnationallevel"),
        ("<TSLSequenceNumber>100", "<TSLSequenceNumber>101"),
        ("<ServiceHistory>", "<ServiceHistory> "),
        ("TSLTag=\"", "TSLTag=\" "),
        ("Id=\"list\"", "Id=\"other\""),
    ] {
        assert_eq!(
            fault(&replaced(&SIGNED, from, to)),
            Fault::Changed,
            "{from}"
        );
    }
}

#[test]
fn changed_signed_properties_are_refused() {
    let changed = replaced(&SIGNED, "<xades:SigningTime>2", "<xades:SigningTime>1");
    assert_eq!(fault(&changed), Fault::Changed);
}

#[test]
fn a_changed_digest_is_refused() {
    // To that of the forged list: then the list fits its digest, but nobody signed that.
    let forged = SIGNER.sign(&List::forged().xml());
    let digest = |signed: &str| {
        let from = signed.find("<ds:DigestValue>").unwrap();
        let until = signed.find("</ds:DigestValue>").unwrap();
        signed[from..until].to_owned()
    };
    let value = |signed: &str| {
        let from = signed.find("<ds:SignatureValue>").unwrap();
        let until = signed.find("</ds:SignatureValue>").unwrap();
        signed[from..until].to_owned()
    };
    let other = replaced(&SIGNED, &digest(&SIGNED), &digest(&forged));
    assert_eq!(fault(&other), Fault::Changed);
    let other = replaced(&forged, &value(&forged), &value(&SIGNED));
    assert_eq!(fault(&other), Fault::SignatureInvalid);
}

#[test]
fn a_changed_signature_value_is_refused() {
    for (signer, zeros) in [(&*SIGNER, 86), (&Signer::with_key(Key::rsa(0)), 342)] {
        let signed = signer.sign(&XML);
        let from = signed.find("<ds:SignatureValue>").unwrap() + "<ds:SignatureValue>".len();
        let until = signed.find("</ds:SignatureValue>").unwrap();
        for value in ["A".repeat(zeros) + "==", "AAAA".to_owned(), String::new()] {
            let other = [&signed[..from], &value, &signed[until..]].concat();
            assert_eq!(
                read_pinning(&other, &[signer]).unwrap_err(),
                Fault::SignatureInvalid,
                "{value}"
            );
        }
    }
}

#[test]
fn pins_are_given_as_tools_show_them() {
    let pin = SIGNER.pin();
    let expected = Fingerprint::of(SIGNER.certificate());
    let pairs: Vec<&str> = (0..32).map(|byte| &pin[2 * byte..2 * byte + 2]).collect();
    for text in [pin.clone(), pin.to_uppercase(), pairs.join(":")] {
        assert_eq!(Fingerprint::parse(&text), Ok(expected), "{text}");
    }
    let other_separator = pairs.join("-");
    let uneven = format!("{}:{}", &pin[..3], &pin[3..]);
    for text in [
        "",
        &pin[1..],
        &pin[2..],
        &other_separator,
        &uneven,
        &"g".repeat(64),
        &"é".repeat(32),
    ] {
        assert!(matches!(
            Fingerprint::parse(text),
            Err(SignersFault::NotFingerprint { .. })
        ));
    }
}

#[test]
fn one_to_eight_signers_can_be_pinned() {
    let pin = Fingerprint::of(SIGNER.certificate());
    assert_eq!(Signers::new([]).unwrap_err(), SignersFault::NoSigner);
    assert!(Signers::new([pin; 8]).is_ok());
    assert_eq!(
        Signers::new([pin; 9]).unwrap_err(),
        SignersFault::TooMany { count: 9 }
    );
}
