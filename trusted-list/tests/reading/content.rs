//! What is read of a list that is believed.

use pki::{Authority, Key};
use trusted_list::{Fault, TrustedList, Unusable};
use trusted_lists::{
    DEPRECATED, IDENTITY_VERIFICATION, List, NOW, Provider, RECOGNISED, Service, date,
};

use crate::desk::{SIGNER, XML, pins, read, read_xml, replaced};

const DAY: i64 = 86_400;

fn authority(name: &str) -> Authority {
    Authority::new(name, Key::p256())
}

/// A list of one good service and these.
fn with(services: Vec<Service>) -> List {
    let good = Service::recognised(&authority("Good"), "CN=Good");
    let services = [vec![good], services].concat();
    List::of(vec![Provider {
        name: "Provider".to_owned(),
        services,
    }])
}

/// The names of the services taken, and those left out with their causes.
fn outcome(list: &List) -> (Vec<String>, Vec<(String, Unusable)>) {
    let list = read_xml(&list.xml()).unwrap();
    let taken = list.services().iter().map(|service| service.name.clone());
    let left = list.left_out().iter();
    (
        taken.collect(),
        left.map(|out| (out.name.clone(), out.cause.clone()))
            .collect(),
    )
}

/// The single cause for which a service beside a good one is left out.
fn cause(service: Service) -> Unusable {
    let (taken, mut left_out) = outcome(&with(vec![service]));
    assert_eq!(taken, ["CN=Good"]);
    assert_eq!(left_out.len(), 1, "{left_out:?}");
    left_out.remove(0).1
}

#[test]
fn a_list_says_what_it_is() {
    let source = List::small();
    let list = read_xml(&source.xml()).unwrap();
    assert_eq!(list.territory(), "IT");
    assert_eq!(list.sequence_number(), 100);
    assert_eq!(list.issued(), source.issued);
    assert_eq!(list.next_update(), source.next_update);
    assert_eq!(list.signer().to_string(), SIGNER.pin());
    assert_eq!(list.signer_not_after(), pki::AUTHORITY_UNTIL);
}

#[test]
fn only_recognised_services_of_identity_verification_are_taken() {
    let source = List::small();
    let list = read_xml(&source.xml()).unwrap();
    let [first, second] = list.services() else {
        panic!("{:?}", list.services());
    };
    assert_eq!(
        first.name,
        "CN=Regione di Prova - CA Cittadini 2020, O=Actalis S.p.A., C=IT"
    );
    assert_eq!(first.provider, "Actalis S.p.A.");
    assert_eq!(
        first.certificate,
        source.providers[0].services[0].certificates[0]
    );
    assert_eq!(first.not_after, pki::AUTHORITY_UNTIL);
    assert_eq!(second.name, "CN=Carta dei Servizi, O=Perché & Così");
    assert_eq!(second.provider, "Perché & Così S.p.A.");
    assert!(list.left_out().is_empty());
}

#[test]
fn a_granted_service_counts_as_a_recognised_one() {
    let service = Service::of(
        &authority("Other"),
        "CN=Other",
        IDENTITY_VERIFICATION,
        trusted_lists::GRANTED,
    );
    assert_eq!(outcome(&with(vec![service])).0, ["CN=Good", "CN=Other"]);
}

#[test]
fn similar_types_and_states_are_not_taken() {
    for (kind, status) in [
        (
            "http://uri.etsi.org/TrstSvc/Svctype/IdV/nothavingPKIid",
            RECOGNISED,
        ),
        ("http://uri.etsi.org/TrstSvc/Svctype/idv", RECOGNISED),
        ("", RECOGNISED),
        (IDENTITY_VERIFICATION, DEPRECATED),
        (
            IDENTITY_VERIFICATION,
            "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn",
        ),
        (IDENTITY_VERIFICATION, "recognisedatnationallevel"),
        (IDENTITY_VERIFICATION, ""),
    ] {
        let service = Service::of(&authority("Other"), "CN=Other", kind, status);
        assert_eq!(
            outcome(&with(vec![service])),
            (vec!["CN=Good".to_owned()], Vec::new()),
            "{kind} {status}"
        );
    }
}

#[test]
fn what_a_service_was_in_the_past_is_not_looked_at() {
    let once = Service {
        status: DEPRECATED.to_owned(),
        history: vec![RECOGNISED.to_owned(); 3],
        ..Service::recognised(&authority("Once"), "CN=Once")
    };
    let now = Service {
        history: vec![DEPRECATED.to_owned(); 3],
        ..Service::recognised(&authority("Now"), "CN=Now")
    };
    assert_eq!(
        outcome(&with(vec![once, now])),
        (vec!["CN=Good".to_owned(), "CN=Now".to_owned()], Vec::new())
    );
}

#[test]
fn a_malformed_certificate_leaves_out_its_service_alone() {
    let good = authority("Other").certificate().to_vec();
    let cut = good[..good.len() - 1].to_vec();
    let longer = [good.as_slice(), &[0]].concat();
    for certificate in [cut, longer, b"no certificate".to_vec(), Vec::new()] {
        let service = Service {
            certificates: vec![certificate],
            ..Service::recognised(&authority("Other"), "CN=Other")
        };
        assert!(matches!(cause(service), Unusable::CertificateMalformed(_)));
    }
}

#[test]
fn a_certificate_that_is_no_base64_leaves_out_its_service_alone() {
    let list = with(vec![Service::recognised(&authority("Other"), "CN=Other")]);
    // The second service's first certificate: its history has another copy.
    let certificate = list.xml().rfind("<ServiceInformation>").unwrap();
    let (before, after) = (
        list.xml()[..certificate].to_owned(),
        list.xml()[certificate..].to_owned(),
    );
    let xml = before + &replaced(&after, "<X509Certificate>M", "<X509Certificate>_");
    let list = read_xml(&xml).unwrap();
    assert_eq!(list.services().len(), 1);
    let [out] = list.left_out() else {
        panic!("{:?}", list.left_out());
    };
    assert_eq!(out.cause, Unusable::CertificateEncoding);
    assert_eq!(
        (out.provider.as_str(), out.name.as_str()),
        ("Provider", "CN=Other")
    );
}

#[test]
fn white_space_in_a_certificate_does_not_matter() {
    let list = List::small();
    let xml = list
        .xml()
        .replace("<X509Certificate>MI", "<X509Certificate>\n  M\r\n\tI");
    let read = read_xml(&xml).unwrap();
    assert_eq!(
        read.services()[0].certificate,
        list.providers[0].services[0].certificates[0]
    );
}

#[test]
fn a_service_without_certificate_is_left_out() {
    let service = Service {
        certificates: Vec::new(),
        ..Service::recognised(&authority("Other"), "CN=Other")
    };
    assert_eq!(cause(service), Unusable::CertificateAbsent);
}

#[test]
fn a_certificate_outside_its_validity_is_left_out() {
    for (from, until) in [(NOW - 2 * DAY, NOW - 1), (NOW + 1, NOW + DAY)] {
        let authority = Authority::valid("Other", Key::p256(), from, until);
        assert_eq!(
            cause(Service::recognised(&authority, "CN=Other")),
            Unusable::CertificateNotValid {
                not_before: from,
                not_after: until
            }
        );
    }
    let authority = Authority::valid("Other", Key::p256(), NOW, NOW);
    let (taken, _) = outcome(&with(vec![Service::recognised(&authority, "CN=Other")]));
    assert_eq!(taken.len(), 2);
}

#[test]
fn a_service_that_is_recognised_only_later_is_left_out() {
    let service = |since| Service {
        since,
        ..Service::recognised(&authority("Other"), "CN=Other")
    };
    assert_eq!(
        cause(service(NOW + 1)),
        Unusable::NotYetRecognised { from: NOW + 1 }
    );
    assert_eq!(outcome(&with(vec![service(NOW)])).0.len(), 2);
}

#[test]
fn each_certificate_of_a_service_is_taken_by_itself() {
    let service = Service {
        certificates: vec![
            authority("One").certificate().to_vec(),
            vec![1, 2, 3],
            authority("Two").certificate().to_vec(),
        ],
        ..Service::recognised(&authority("Other"), "CN=Other")
    };
    let (taken, left_out) = outcome(&with(vec![service]));
    assert_eq!(taken, ["CN=Good", "CN=Other", "CN=Other"]);
    assert_eq!(left_out.len(), 1);
}

#[test]
fn an_entry_that_lacks_an_element_is_left_out() {
    let xml = with(vec![Service::recognised(&authority("Other"), "CN=Other")]).xml();
    let last = xml.rfind("<ServiceInformation>").unwrap();
    let (before, after) = xml.split_at(last);
    for element in [
        "ServiceTypeIdentifier",
        "ServiceStatus",
        "StatusStartingTime",
        "ServiceDigitalIdentity",
    ] {
        let renamed = after
            .replacen(&format!("<{element}>"), "<Other>", 1)
            .replacen(&format!("</{element}>"), "</Other>", 1);
        let list = read_xml(&(before.to_owned() + &renamed)).unwrap();
        assert_eq!(list.services().len(), 1, "{element}");
        assert_eq!(
            list.left_out()[0].cause,
            Unusable::Entry(Fault::Missing { element })
        );
    }
    let renamed = after.replace("ServiceInformation>", "Other>");
    let list = read_xml(&(before.to_owned() + &renamed)).unwrap();
    assert_eq!((list.services().len(), list.left_out().len()), (1, 1));
}

#[test]
fn an_unknown_critical_extension_leaves_its_service_out() {
    let xml = with(vec![Service::recognised(&authority("Other"), "CN=Other")]).xml();
    let place = xml.rfind("</ServiceInformation>").unwrap();
    let outcome = |critical: &str, content: &str| {
        let extension = format!(
            "<ServiceInformationExtensions><Extension {critical}>{content}</Extension>\
             </ServiceInformationExtensions>"
        );
        let xml = [&xml[..place], &extension, &xml[place..]].concat();
        let list = read_xml(&xml).unwrap();
        let left_out = list.left_out().first().map(|out| out.cause.clone());
        (list.services().len(), left_out)
    };
    let critical = "Critical=\"true\"";
    for content in [
        "<ns3:TakenOverBy></ns3:TakenOverBy>",
        "<ns4:Qualifications></ns4:Qualifications>",
        "<AdditionalServiceInformation></AdditionalServiceInformation>",
        "<ExpiredCertsRevocationInfo></ExpiredCertsRevocationInfo>",
    ] {
        assert_eq!(outcome(critical, content), (2, None), "{content}");
    }
    assert_eq!(outcome("Critical=\"false\"", "<Other></Other>"), (2, None));
    for critical in [critical, "Critical=\"1\"", "", "ns3:Critical=\"false\""] {
        let cause = Unusable::CriticalExtension("Other".to_owned());
        assert_eq!(
            outcome(critical, "<Other></Other>"),
            (1, Some(cause)),
            "{critical}"
        );
        let cause = Unusable::CriticalExtension("Qualifications".to_owned());
        let other_namespace = "<Qualifications></Qualifications>";
        assert_eq!(
            outcome(critical, other_namespace),
            (1, Some(cause)),
            "{critical}"
        );
        let cause = Unusable::CriticalExtension("Extension".to_owned());
        assert_eq!(outcome(critical, "text"), (1, Some(cause)), "{critical}");
    }
}

#[test]
fn an_unknown_critical_extension_of_the_scheme_refuses_the_list() {
    let extension = "<SchemeExtensions><Extension Critical=\"true\"><Other></Other></Extension>\
        </SchemeExtensions></SchemeInformation>";
    assert_eq!(
        read_xml(&replaced(&XML, "</SchemeInformation>", extension)).unwrap_err(),
        Fault::CriticalExtension {
            extension: "Other".to_owned()
        }
    );
}

#[test]
fn names_are_italian_where_there_are_several() {
    let name = |names: &str| {
        let xml = replaced(&XML, "<Name xml:lang=\"en\">Actalis S.p.A.</Name>", names);
        read_xml(&xml).unwrap().services()[0].provider.clone()
    };
    let named = |language, name| format!("<Name xml:lang=\"{language}\">{name}</Name>");
    let (de, en, it) = (named("de", "D"), named("en", "E"), named("it", "I"));
    assert_eq!(name(&[de.as_str(), &en, &it].concat()), "I");
    assert_eq!(name(&[de.as_str(), &en].concat()), "E");
    assert_eq!(name(&de), "D");
    assert_eq!(name(&(de + &named("IT", "I"))), "I");
    assert_eq!(name("<Name>N</Name>"), "N");
    assert_eq!(name(""), "");
}

#[test]
fn a_name_cannot_break_a_line_or_turn_its_writing() {
    let name = |text: &str| {
        let xml = replaced(&XML, ">Actalis S.p.A.<", &format!(">{text}<"));
        read_xml(&xml).unwrap().services()[0].provider.clone()
    };
    assert_eq!(name(" a\n\t b  c&#13;d "), "a b c d");
    assert_eq!(name("a\u{202e}b\u{85}c\u{9f}"), "a\u{fffd}b c\u{fffd}");
    assert_eq!(name(&"é".repeat(300)).chars().count(), 257);
    assert_eq!(name("<![CDATA[A & B]]>"), "A & B");
}

#[test]
fn a_list_without_any_service_of_use_is_refused() {
    let xml = XML.replace(RECOGNISED, DEPRECATED);
    assert_eq!(read_xml(&xml).unwrap_err(), Fault::NoService);
}

#[test]
fn versions_5_and_6_are_understood() {
    let version = |number: &str| {
        let to = format!("Identifier>{number}</TSLVersion");
        read_xml(&replaced(&XML, "Identifier>6</TSLVersion", &to))
    };
    assert!(version("5").is_ok());
    assert_eq!(version("4").unwrap_err(), Fault::Version { version: 4 });
    assert_eq!(version("7").unwrap_err(), Fault::Version { version: 7 });
}

#[test]
fn only_a_states_own_list_is_read() {
    let kind = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists";
    let xml = replaced(
        &XML,
        "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric",
        kind,
    );
    assert_eq!(
        read_xml(&xml).unwrap_err(),
        Fault::Kind {
            kind: kind.to_owned()
        }
    );
}

#[test]
fn a_closed_list_is_refused() {
    let next = format!("<dateTime>{}</dateTime>", date(List::small().next_update));
    let xml = replaced(&XML, &next, "");
    assert_eq!(read_xml(&xml).unwrap_err(), Fault::Closed);
}

#[test]
fn values_that_cannot_be_read_are_named() {
    let issued = date(List::small().issued);
    for (element, from, to) in [
        (
            "TSLVersionIdentifier",
            "Identifier>6</TSLV",
            "Identifier>v</TSLV",
        ),
        ("TSLSequenceNumber", "Number>100</", "Number>-1</"),
        (
            "TSLSequenceNumber",
            "Number>100</",
            "Number>99999999999999999999</",
        ),
        ("SchemeTerritory", "Territory>IT</", "Territory>Italy</"),
        ("ListIssueDateTime", issued.as_str(), "yesterday"),
    ] {
        match read_xml(&replaced(&XML, from, to)).unwrap_err() {
            Fault::Value { element: found, .. } => assert_eq!(found, element),
            other => panic!("{element}: {other:?}"),
        }
    }
}

#[test]
fn what_must_be_there_once_is_neither_absent_nor_there_twice() {
    for element in [
        "TSLVersionIdentifier",
        "TSLSequenceNumber",
        "TSLType",
        "SchemeTerritory",
        "ListIssueDateTime",
        "NextUpdate",
    ] {
        // The last one of each name: a pointer to another list has some of its own.
        let (start, end) = (format!("<{element}>"), format!("</{element}>"));
        let from = XML.rfind(&start).unwrap();
        let until = XML.rfind(&end).unwrap() + end.len();
        let (from, until) = match element {
            "TSLType" => {
                let first = XML.find(&start).unwrap();
                (first, XML.find(&end).unwrap() + end.len())
            }
            _ => (from, until),
        };
        let whole = &XML[from..until];
        let fault = Fault::Missing { element };
        for changed in [String::new(), whole.repeat(2)] {
            let xml = [&XML[..from], &changed, &XML[until..]].concat();
            assert_eq!(read_xml(&xml).unwrap_err(), fault);
        }
    }
}

#[test]
fn a_list_is_stale_past_its_next_update() {
    let source = List::small();
    let list = read_xml(&source.xml()).unwrap();
    for (now, current) in [
        (source.issued - 1, false),
        (source.issued, true),
        (source.next_update, true),
        (source.next_update + 1, false),
    ] {
        assert_eq!(list.is_current_at(now), current);
    }
    // Stale is for the caller to judge: it is still read.
    let late = source.next_update + 1;
    let signed = SIGNER.sign(&source.xml());
    assert!(TrustedList::read(signed.as_bytes(), &pins(&[&SIGNER]), late).is_ok());
}

#[test]
fn a_list_of_the_real_size_is_read() {
    let signed = SIGNER.sign(&List::real_size().xml());
    assert!(
        (2_800_000..3_000_000).contains(&signed.len()),
        "{}",
        signed.len()
    );
    let list = read(&signed).unwrap();
    assert_eq!((list.services().len(), list.left_out().len()), (100, 0));
}
