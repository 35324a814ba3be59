//! Algorithms and keys too weak to prove anything.

use trusted_list::{Fault, TrustedList};
use trusted_lists::{Form, NOW, Signer};

use crate::desk::{SIGNED, XML, fault, pins, replaced};

fn refused_algorithm(from: &str, algorithm: &str) {
    let signed = replaced(&SIGNED, from, algorithm);
    assert_eq!(
        fault(&signed),
        Fault::Algorithm {
            algorithm: algorithm.to_owned()
        }
    );
}

#[test]
fn weak_and_unknown_signature_methods_are_refused() {
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2009/xmldsig11#dsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224",
        "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256#",
        "",
    ] {
        refused_algorithm(
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            algorithm,
        );
    }
}

#[test]
fn weak_and_unknown_digests_are_refused() {
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#sha1",
        "http://www.w3.org/2001/04/xmldsig-more#md5",
        "http://www.w3.org/2001/04/xmldsig-more#sha224",
        "http://www.w3.org/2001/04/xmlenc#ripemd160",
        "",
    ] {
        refused_algorithm("http://www.w3.org/2001/04/xmlenc#sha256", algorithm);
    }
}

#[test]
fn the_properties_digest_must_be_strong_too() {
    let weak = "http://www.w3.org/2000/09/xmldsig#sha1";
    let second = SIGNED.find("URI=\"#properties\"").unwrap();
    let (before, after) = SIGNED.split_at(second);
    let after = replaced(after, "http://www.w3.org/2001/04/xmlenc#sha256", weak);
    assert_eq!(
        fault(&(before.to_owned() + &after)),
        Fault::Algorithm {
            algorithm: weak.to_owned()
        }
    );
}

#[test]
fn a_canonicalisation_with_comments_is_refused() {
    for algorithm in [
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "",
    ] {
        refused_algorithm("http://www.w3.org/2001/10/xml-exc-c14n#", algorithm);
    }
}

#[test]
fn an_rsa_key_of_1024_bits_is_refused() {
    let signer = Signer::with_short_key();
    let signed = signer.sign_as(&XML, &Form::default());
    assert_eq!(
        TrustedList::read(signed.as_bytes(), &pins(&[&signer]), NOW).unwrap_err(),
        Fault::SignerKeyWeak
    );
}
