//! Documents that a parser could be led astray by.

use trusted_list::{Fault, TrustedList};
use trusted_lists::{NOW, insert};

use crate::desk::{SIGNED, SIGNER, XML, fault, pins, read, replaced};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

fn with_doctype(subset: &str) -> String {
    replaced(
        &SIGNED,
        DECLARATION,
        &format!("{DECLARATION}<!DOCTYPE x {subset}>"),
    )
}

#[test]
fn an_entity_bomb_is_refused() {
    let mut subset = "[<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..30 {
        let before = level - 1;
        subset += &format!("<!ENTITY a{level} \"&a{before};&a{before};\">");
    }
    let bomb = with_doctype(&(subset + "]"));
    assert_eq!(fault(&replaced(&bomb, "Actalis", "&a29;")), Fault::Doctype);
}

#[test]
fn external_entities_are_refused() {
    for subset in [
        "[<!ENTITY file SYSTEM \"file:///etc/passwd\">]",
        "SYSTEM \"http://127.0.0.1:9/list.dtd\"",
        "PUBLIC \"-//X//Y\" \"list.dtd\"",
        "[<!ENTITY % all SYSTEM \"list.dtd\"> %all;]",
        "[<!ATTLIST ServiceStatus Id ID #FIXED \"list\">]",
        "",
    ] {
        assert_eq!(fault(&with_doctype(subset)), Fault::Doctype, "{subset}");
    }
}

#[test]
fn an_entity_nobody_declared_is_refused() {
    assert!(matches!(
        fault(&replaced(&SIGNED, "Actalis", "&other;")),
        Fault::NotXml { .. }
    ));
}

#[test]
fn what_is_no_xml_is_refused_with_its_place() {
    let cut = &SIGNED[..SIGNED.len() - 10];
    for text in ["", "list", "<", "{\"list\": 1}", "\0", cut, &SIGNED[1..]] {
        assert!(matches!(fault(text), Fault::NotXml { .. }), "{text:?}");
    }
    let broken = replaced(&SIGNED, "<SchemeInformation>", "\n\n<<SchemeInformation>");
    match fault(&broken) {
        Fault::NotXml { line, .. } => assert_eq!(line, 3),
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_document_is_refused() {
    for (xml, root) in [
        ("<html></html>", "html"),
        (
            "<TrustServiceStatusList></TrustServiceStatusList>",
            "TrustServiceStatusList",
        ),
        (
            "<a:List xmlns:a=\"http://uri.etsi.org/02231/v2#\"></a:List>",
            "List",
        ),
    ] {
        assert_eq!(
            fault(xml),
            Fault::NotTrustedList {
                root: root.to_owned()
            }
        );
    }
}

#[test]
fn encodings_other_than_utf_8_are_refused() {
    let read = |bytes: &[u8]| TrustedList::read(bytes, &pins(&[&SIGNER]), NOW).map(drop);
    assert_eq!(
        read(b"<?xml version=\"1.0\"?><a>\xe9</a>"),
        Err(Fault::Encoding)
    );
    let utf_16: Vec<u8> = SIGNED.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read(&utf_16).is_err());
    assert_eq!(
        read(&[[0xff, 0xfe].as_slice(), &utf_16].concat()),
        Err(Fault::Encoding)
    );
    // Latin letters, declared as something else: two readers would read two names.
    for declaration in [
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
        "<?xml version=\"1.1\" encoding=\"UTF-8\"?>",
    ] {
        let signed = replaced(&SIGNED, DECLARATION, declaration);
        assert_eq!(fault(&signed), Fault::Encoding, "{declaration}");
    }
}

#[test]
fn the_declaration_and_a_byte_order_mark_do_not_matter() {
    for declaration in [
        "",
        "\u{feff}",
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n",
    ] {
        let signed = replaced(&SIGNED, DECLARATION, declaration);
        assert!(read(&signed).is_ok(), "{declaration:?}");
    }
}

#[test]
fn a_file_of_more_than_16_mebibytes_is_refused() {
    let length = 16 * 1024 * 1024;
    let spaces = " ".repeat(length - SIGNED.len());
    let longest = SIGNED.clone() + &spaces;
    assert!(read(&longest).is_ok());
    assert_eq!(
        fault(&(longest + " ")),
        Fault::TooLong { length: length + 1 }
    );
}

#[test]
fn elements_deeper_than_64_are_refused() {
    let nested = |depth: usize| {
        let inner = "<a>".repeat(depth) + &"</a>".repeat(depth);
        // Below root, providers and provider: three are there already.
        SIGNER.sign(&replaced(
            &XML,
            "<TSPServices>",
            &format!("{inner}<TSPServices>"),
        ))
    };
    assert!(read(&nested(61)).is_ok());
    assert_eq!(fault(&nested(62)), Fault::TooDeep);
    assert_eq!(fault(&"<a>".repeat(1_000_000)[..900_000]), Fault::TooDeep);
}

#[test]
fn more_markup_than_a_list_can_have_is_refused() {
    let attributes: String = (0..65).map(|number| format!(" a{number}=\"\"")).collect();
    let namespaces: String = (0..33)
        .map(|number| format!(" xmlns:a{number}=\"urn:a\""))
        .collect();
    let twice = format!("<Other{namespaces}><Other{namespaces}></Other></Other>");
    for more in [
        "<a/>".repeat(300_000),
        format!("<Other{attributes}></Other>"),
        twice,
    ] {
        assert_eq!(fault(&insert(&SIGNED, &more)), Fault::TooMuchMarkup);
    }
}

#[test]
fn a_value_with_a_comment_inside_is_refused() {
    for (from, to) in [
        (
            "recognisedatnationallevel<",
            "recognisedatnationallevel<!-- no more --><",
        ),
        ("Svctype/IdV<", "Svctype/<!---->IdV<"),
        ("<X509Certificate>", "<X509Certificate><!-- -->"),
        ("<ds:DigestValue>", "<ds:DigestValue><!-- -->"),
        (
            "<TSLSequenceNumber>100",
            "<TSLSequenceNumber>1<?no more?>00",
        ),
    ] {
        // No comment counts for a signature: this one is as good as before.
        let signed = replaced(&SIGNED, from, to);
        assert!(
            matches!(fault(&signed), Fault::InterruptedValue { .. }),
            "{to}"
        );
    }
}

#[test]
fn comments_between_elements_do_not_matter() {
    for place in [
        "<SchemeInformation>",
        "<TSPService>",
        "<ds:KeyInfo>",
        "<TrustServiceStatusList",
    ] {
        let signed = replaced(&SIGNED, place, &format!("<!-- <TSPService> -->{place}"));
        assert_eq!(
            read(&signed).unwrap().services(),
            read(&SIGNED).unwrap().services(),
            "{place}"
        );
    }
}

#[test]
fn an_id_that_is_there_twice_is_refused() {
    for attribute in [
        "Id=\"properties\"",
        "ID=\"properties\"",
        "id=\"properties\"",
        "AssertionID=\"properties\"",
        "xml:id=\"properties\"",
        "xmlns:x=\"urn:x\" x:Id=\"properties\"",
    ] {
        let xml = replaced(&XML, "<TSPServices>", &format!("<TSPServices {attribute}>"));
        let template = SIGNER.template(&trusted_lists::Form::default());
        // Not even signed: which of the two is meant cannot be said.
        assert_eq!(
            fault(&insert(&xml, &template)),
            Fault::DuplicateId {
                id: "properties".to_owned()
            },
            "{attribute}"
        );
    }
}
