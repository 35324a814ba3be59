//! Every form of signature that a trusted list has not is refused by its own message.

use trusted_list::Fault;
use trusted_lists::{Form, insert, signature_of};

use crate::desk::{SIGNED, SIGNER, XML, fault, read, replaced, sign_with};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

fn form_of(signed: &str) -> String {
    match fault(signed) {
        Fault::SignatureForm { what } => what,
        other => panic!("{other:?}"),
    }
}

/// A transform of the list's reference, the second one, is this.
fn with_step(step: &str) -> String {
    let canonical = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform>");
    sign_with(&canonical, step)
}

#[test]
fn each_canonicalisation_is_accepted() {
    for canonicalization in [EXCLUSIVE, INCLUSIVE, "http://www.w3.org/2006/12/xml-c14n11"] {
        for list_uri in ["", "#list"] {
            let form = Form {
                canonicalization: canonicalization.to_owned(),
                list_uri: list_uri.to_owned(),
                ..Form::default()
            };
            let signed = SIGNER.sign_as(&XML, &form);
            assert!(read(&signed).is_ok(), "{canonicalization} {list_uri}");
        }
    }
}

#[test]
fn prefixes_may_be_named_for_exclusive_canonicalisation() {
    let step = format!(
        "<ds:Transform Algorithm=\"{EXCLUSIVE}\"><ec:InclusiveNamespaces \
         xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"ns2 #default\"></ec:InclusiveNamespaces>\
         </ds:Transform>"
    );
    assert!(read(&with_step(&step)).is_ok());
}

#[test]
fn the_lists_reference_may_leave_canonicalisation_unsaid() {
    assert!(read(&with_step("")).is_ok());
}

#[test]
fn an_unsigned_list_is_refused() {
    assert_eq!(fault(&XML), Fault::SignatureAbsent);
}

#[test]
fn a_second_signature_is_refused() {
    let signature = signature_of(&SIGNED);
    let other = signature
        .replace("Id=\"signature\"", "Id=\"signature-2\"")
        .replace("Id=\"properties\"", "Id=\"properties-2\"")
        .replace("Id=\"reference\"", "Id=\"reference-2\"");
    let two = Fault::SeveralSignatures { count: 2 };
    assert_eq!(fault(&insert(&SIGNED, &other)), two);
    let before = replaced(&SIGNED, signature, &(other.clone() + signature));
    assert_eq!(fault(&before), two);
    let inside = replaced(
        &SIGNED,
        "</xades:SignedProperties>",
        &format!(
            "</xades:SignedProperties><xades:UnsignedProperties>{other}</xades:UnsignedProperties>"
        ),
    );
    assert_eq!(fault(&inside), two);
}

#[test]
fn a_signature_elsewhere_is_refused() {
    let signature = signature_of(&SIGNED);
    for place in [
        "<SchemeInformation>",
        "<TSLType>",
        "<TrustServiceProviderList>",
        "<ServiceInformation>",
        "<X509Certificate>",
    ] {
        for moved in [place.to_owned() + signature, signature.to_owned() + place] {
            let signed = replaced(&XML, place, &moved);
            assert_eq!(fault(&signed), Fault::SignatureMoved, "{place}");
        }
    }
}

#[test]
fn the_root_has_nothing_beside_its_three_parts() {
    let beside = |element: &str| Fault::Misplaced {
        element: element.to_owned(),
        parent: "TrustServiceStatusList".to_owned(),
    };
    for place in ["<SchemeInformation>", "<TrustServiceProviderList>"] {
        let signed = replaced(&SIGNED, place, &format!("<Other></Other>{place}"));
        assert_eq!(fault(&signed), beside("Other"));
    }
    // Even signed: which of the two would be meant?
    let twice = replaced(
        &XML,
        "<TrustServiceProviderList>",
        "<TrustServiceProviderList>\
        </TrustServiceProviderList><TrustServiceProviderList>",
    );
    assert_eq!(
        fault(&SIGNER.sign(&twice)),
        beside("TrustServiceProviderList")
    );
    let without = replaced(&XML, trusted_lists::wrapping::providers_of(&XML), "");
    assert_eq!(
        fault(&SIGNER.sign(&without)),
        Fault::Missing {
            element: "TrustServiceProviderList"
        }
    );
}

#[test]
fn what_is_appended_after_the_signature_is_refused() {
    assert_eq!(
        fault(&insert(&SIGNED, "<Other></Other>")),
        Fault::SignatureMoved
    );
    assert_eq!(fault(&insert(&SIGNED, "text")), Fault::Changed);
    assert!(matches!(
        fault(&(SIGNED.clone() + "<Other/>")),
        Fault::NotXml { .. }
    ));
}

#[test]
fn another_object_in_the_signature_is_refused() {
    let signed = replaced(
        &SIGNED,
        "</ds:Object></ds:Signature>",
        "</ds:Object><ds:Object><Other></Other></ds:Object></ds:Signature>",
    );
    assert_eq!(
        form_of(&signed),
        "Signature does not hold exactly [SignedInfo, SignatureValue, KeyInfo, Object]"
    );
    let signed = replaced(&SIGNED, "<ds:Object>", "<ds:Object><Other></Other>");
    assert_eq!(
        form_of(&signed),
        "Object does not hold exactly [QualifyingProperties]"
    );
}

#[test]
fn unsigned_properties_are_not_read() {
    let forged = trusted_lists::List::forged().xml();
    let providers = trusted_lists::wrapping::providers_of(&forged);
    let signed = replaced(
        &SIGNED,
        "</xades:SignedProperties>",
        &format!(
            "</xades:SignedProperties><xades:UnsignedProperties>{providers}\
             </xades:UnsignedProperties>"
        ),
    );
    assert_eq!(
        read(&signed).unwrap().services(),
        read(&SIGNED).unwrap().services()
    );
}

#[test]
fn without_signed_properties_a_signature_is_refused() {
    let signed = replaced(
        &SIGNED,
        "<xades:SignedProperties Id=\"properties\">",
        "<xades:SignedProperties>",
    );
    assert_eq!(
        fault(&signed),
        Fault::Reference {
            uri: "#properties".to_owned()
        }
    );
    let template = SIGNER.template(&Form::default());
    let (from, until) = (
        template.find("<ds:Object>").unwrap(),
        template.find("</ds:Signature>").unwrap(),
    );
    let second = template.rfind("<ds:Reference ").unwrap();
    let end = template.find("</ds:SignedInfo>").unwrap();
    let bare = [
        &template[..second],
        &template[end..from],
        &template[until..],
    ]
    .concat();
    let signed = SIGNER.fill(insert(&XML, &bare)).unwrap();
    assert!(form_of(&signed).starts_with("Signature does not hold exactly"));
    let without_reference = [&template[..second], &template[end..]].concat();
    let signed = SIGNER.fill(insert(&XML, &without_reference)).unwrap();
    assert!(form_of(&signed).starts_with("SignedInfo does not hold exactly"));
}

#[test]
fn properties_of_another_signature_are_refused() {
    let signed = sign_with("Target=\"#signature\"", "Target=\"#other\"");
    assert_eq!(form_of(&signed), "its properties are another signature's");
}

#[test]
fn a_reference_to_the_properties_says_so() {
    let signed = sign_with("Type=\"http://uri.etsi.org/01903#SignedProperties\" ", "");
    assert_eq!(
        form_of(&signed),
        "the reference to its properties does not say so"
    );
}

#[test]
fn references_elsewhere_are_refused() {
    let elsewhere = |from: &str, uri: &str| {
        // What the library would sign matters no more than what it would read.
        let signed = replaced(&SIGNED, from, &format!("URI=\"{uri}\""));
        let uri = uri.replace("&apos;", "'");
        assert_eq!(fault(&signed), Fault::Reference { uri });
    };
    for uri in [
        "/etc/passwd",
        "Cargo.toml",
        "file:///etc/passwd",
        "http://127.0.0.1/list.xml",
        "cid:list",
        "#reference",
        "#xpointer(/)",
        "#xpointer(id(&apos;list&apos;))",
        "#",
        " ",
    ] {
        elsewhere("URI=\"\"", uri);
        elsewhere("URI=\"#properties\"", uri);
    }
    // The list twice: then the properties are not covered. And the other way round.
    elsewhere("URI=\"#properties\"", "");
    let signed = replaced(&SIGNED, "URI=\"\"", "URI=\"#properties\"");
    assert_eq!(
        form_of(&signed),
        "the reference to its properties does not say so"
    );
}

#[test]
fn a_reference_without_uri_is_refused() {
    let signed = replaced(&SIGNED, " URI=\"\"", "");
    assert_eq!(form_of(&signed), "a reference has no URI");
}

#[test]
fn a_third_reference_is_refused() {
    let digested = "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">\
        </ds:DigestMethod><ds:DigestValue></ds:DigestValue>";
    let signed = sign_with(
        "</ds:SignedInfo>",
        &format!("<ds:Reference URI=\"#signature\">{digested}</ds:Reference></ds:SignedInfo>"),
    );
    assert!(form_of(&signed).starts_with("SignedInfo does not hold exactly"));
}

#[test]
fn transforms_that_could_take_something_away_are_refused() {
    for algorithm in [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        ENVELOPED,
        "",
    ] {
        let expected = Fault::Transform {
            algorithm: algorithm.to_owned(),
        };
        for from in [EXCLUSIVE, ENVELOPED] {
            if algorithm == from {
                continue;
            }
            let step = format!("<ds:Transform Algorithm=\"{from}\">");
            let other = format!("<ds:Transform Algorithm=\"{algorithm}\">");
            let signed = replaced(&SIGNED, &step, &other);
            assert_eq!(fault(&signed), expected, "{from}");
        }
    }
}

#[test]
fn more_steps_or_none_are_refused() {
    let canonical = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform>");
    let more = with_step(&canonical.repeat(2));
    assert_eq!(form_of(&more), "the list's reference takes no two steps");
    let from = SIGNED.find("<ds:Transforms>").unwrap();
    let end = "</ds:Transforms>";
    let until = SIGNED.find(end).unwrap() + end.len();
    let none = [&SIGNED[..from], &SIGNED[until..]].concat();
    assert_eq!(form_of(&none), "the list's reference takes no two steps");
}

#[test]
fn parameters_where_none_belong_are_refused() {
    for (place, parameter) in [
        (
            "</ds:SignatureMethod>",
            "<ds:HMACOutputLength>8</ds:HMACOutputLength>",
        ),
        ("</ds:CanonicalizationMethod>", "<Other></Other>"),
        ("</ds:DigestMethod>", "<Other></Other>"),
        ("</ds:Transform>", "<ds:XPath>self::text()</ds:XPath>"),
        ("</ds:DigestValue>", "<Other></Other>"),
    ] {
        let signed = replaced(&SIGNED, place, &format!("{parameter}{place}"));
        assert!(
            form_of(&signed).contains("does not hold exactly"),
            "{place}"
        );
    }
}

#[test]
fn an_attribute_in_a_namespace_does_not_pass_for_one_without() {
    for element in [
        "SignatureMethod",
        "DigestMethod",
        "Transform",
        "CanonicalizationMethod",
    ] {
        let signed = replaced(
            &SIGNED,
            &format!("<ds:{element} "),
            &format!("<ds:{element} xmlns:x=\"urn:x\" x:Algorithm=\"urn:other\" "),
        );
        assert_eq!(
            form_of(&signed),
            format!("{element} has the attribute Algorithm")
        );
    }
    let signed = replaced(
        &SIGNED,
        "<ds:Reference ",
        "<ds:Reference xmlns:x=\"urn:x\" x:URI=\"#x\" ",
    );
    assert_eq!(form_of(&signed), "Reference has the attribute URI");
}

#[test]
fn a_transform_in_another_namespace_is_refused() {
    let signed = replaced(
        &SIGNED,
        "<ds:Transforms>",
        "<ds:Transforms><Transform Algorithm=\"urn:other\"></Transform>",
    );
    assert_eq!(form_of(&signed), "Transform among its transforms");
}

#[test]
fn key_info_holds_certificates_and_keys_only() {
    let value = "<ds:KeyValue><ds:RSAKeyValue></ds:RSAKeyValue></ds:KeyValue>";
    let signed = replaced(&SIGNED, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{value}"));
    assert!(read(&signed).is_ok(), "a key that nobody looks at");
    let reference = "<ds:RetrievalMethod URI=\"#list\"></ds:RetrievalMethod>";
    let signed = replaced(&SIGNED, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{reference}"));
    assert_eq!(form_of(&signed), "KeyInfo holds RetrievalMethod");
}

#[test]
fn digests_and_values_that_are_no_base64_are_refused() {
    for element in ["DigestValue", "SignatureValue"] {
        let start = format!("<ds:{element}>");
        let signed = replaced(&SIGNED, &start, &format!("{start}_"));
        assert!(
            matches!(fault(&signed), Fault::SignatureForm { .. }),
            "{element}"
        );
    }
}
