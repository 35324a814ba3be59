//! Which signatures are good: xmlsec1 is asked as well, and every disagreement is explained.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

use std::process::{Command, Output};
use std::{fs, path::Path};

use pki::{Curve, Key};
use tempfile::TempDir;
use trusted_list::{Fingerprint, Signers, TrustedList};
use trusted_lists::{Form, List, NOW, Signer, insert, signature_of, wrapping};

/// xmlsec1 knows of no Id but those it is told of.
const IDS: [&str; 4] = [
    "--id-attr:Id",
    "http://uri.etsi.org/02231/v2#:TrustServiceStatusList",
    "--id-attr:Id",
    "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
];

/// A document, and what the two judges say of it.
struct Row {
    name: String,
    document: String,
    ours: bool,
    xmlsec1: bool,
    /// Why they disagree; empty where they do not.
    why: &'static str,
}

fn both(name: &str, document: String, verdict: bool) -> Row {
    Row {
        name: name.to_owned(),
        document,
        ours: verdict,
        xmlsec1: verdict,
        why: "",
    }
}

/// Refused by us although the signature is good for xmlsec1.
fn ours_is_stricter(name: &str, document: String, why: &'static str) -> Row {
    Row {
        name: name.to_owned(),
        document,
        ours: false,
        xmlsec1: true,
        why,
    }
}

struct Xmlsec1(TempDir);

impl Xmlsec1 {
    fn new() -> Xmlsec1 {
        Xmlsec1(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new("xmlsec1")
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .expect("xmlsec1, which cargo xtask test installs")
    }

    /// Verifies with the key of this signer's certificate, as we do with a pinned one.
    fn accepts(&self, document: &str, signer: &Signer) -> bool {
        let certificate = self.file("signer.der", signer.certificate());
        let file = self.file("list.xml", document.as_bytes());
        let key = ["--verify", "--pubkey-cert-der", &certificate];
        let output = self.run(&[key.as_slice(), &IDS, &[&file]].concat());
        output.status.success()
    }

    fn sign(&self, with_template: &str, signer: &Signer) -> String {
        let key = pki::pem("PRIVATE KEY", signer.key().pkcs8());
        let key = self.file("key.pem", key.as_bytes());
        let file = self.file("template.xml", with_template.as_bytes());
        let signed = self.0.path().join("signed.xml");
        let sign = [
            "--sign",
            "--output",
            signed.to_str().unwrap(),
            "--privkey-pem",
            &key,
        ];
        let output = self.run(&[sign.as_slice(), &IDS, &[&file]].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        fs::read_to_string(Path::new(&signed)).unwrap()
    }
}

fn ours(document: &str, signer: &Signer) -> Result<(), trusted_list::Fault> {
    let pin = Fingerprint::parse(&signer.pin()).unwrap();
    let signers = Signers::new([pin]).unwrap();
    TrustedList::read(document.as_bytes(), &signers, NOW).map(drop)
}

fn judge(rows: &[Row], signer: &Signer) {
    let xmlsec1 = Xmlsec1::new();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let (we, they) = (
                ours(&row.document, signer),
                xmlsec1.accepts(&row.document, signer),
            );
            let explained = (row.ours == row.xmlsec1) == row.why.is_empty();
            let as_said = (we.is_ok(), they) == (row.ours, row.xmlsec1);
            (!explained || !as_said).then(|| format!("{}: {we:?}, xmlsec1 {they}", row.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn xmlsec1_accepts_what_we_accept() {
    let xml = List::small().xml();
    let more = "http://www.w3.org/2001/04/xmldsig-more#";
    for (key, method) in [
        (Key::rsa(0), format!("{more}rsa-sha256")),
        (Key::rsa(0), format!("{more}rsa-sha512")),
        (Key::p256(), format!("{more}ecdsa-sha256")),
        (Key::on(Curve::P384), format!("{more}ecdsa-sha384")),
        (Key::on(Curve::P521), format!("{more}ecdsa-sha512")),
    ] {
        let signer = Signer::with_key(key);
        let rows: Vec<Row> = [
            "http://www.w3.org/2001/10/xml-exc-c14n#",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            "http://www.w3.org/2006/12/xml-c14n11",
        ]
        .into_iter()
        .flat_map(|canonicalization| {
            ["", "#list"].map(|list_uri| {
                let form = Form {
                    canonicalization: canonicalization.to_owned(),
                    signature_method: Some(method.clone()),
                    list_uri: list_uri.to_owned(),
                    ..Form::default()
                };
                let name = format!("{method} {canonicalization} {list_uri}");
                both(&name, signer.sign_as(&xml, &form), true)
            })
        })
        .collect();
        judge(&rows, &signer);
    }
}

#[test]
fn we_accept_what_xmlsec1_signs() {
    let xml = List::small().xml();
    for key in [Key::rsa(0), Key::p256()] {
        let signer = Signer::with_key(key);
        let template = insert(&xml, &signer.template(&Form::default()));
        let signed = Xmlsec1::new().sign(&template, &signer);
        judge(&[both("signed by xmlsec1", signed, true)], &signer);
    }
}

#[test]
fn both_judge_a_list_of_the_real_size() {
    let signer = Signer::with_key(Key::rsa(1));
    let signed = signer.sign(&List::real_size().xml());
    let changed = signed.replacen("numero 199 ", "numero 198 ", 1);
    assert_ne!(signed, changed);
    judge(
        &[both("good", signed, true), both("changed", changed, false)],
        &signer,
    );
}

#[test]
fn each_disagreement_is_explained() {
    let signer = Signer::with_key(Key::rsa(0));
    let xml = List::small().xml();
    let signed = signer.sign(&xml);
    let signature = signature_of(&signed).to_owned();
    let change = |from: &str, to: &str| {
        let changed = signed.replacen(from, to, 1);
        assert_ne!(changed, signed, "{from}");
        changed
    };
    let weak = |form: &Form| {
        let template = insert(&xml, &signer.template(form));
        Xmlsec1::new().sign(&template, &signer)
    };
    let sha_1 = "http://www.w3.org/2000/09/xmldsig#";
    let forger = Signer::with_key(Key::rsa(1));
    let second = signature
        .replace("Id=\"signature\"", "Id=\"signature-2\"")
        .replace("Id=\"properties\"", "Id=\"properties-2\"")
        .replace("Id=\"reference\"", "Id=\"reference-2\"");
    let unsigned = |element: &str| {
        change(
            "</xades:SignedProperties>",
            &format!(
                "</xades:SignedProperties><xades:UnsignedProperties>{element}\
                 </xades:UnsignedProperties>"
            ),
        )
    };
    judge(
        &[
            both("good", signed.clone(), true),
            both(
                "a comment between elements",
                change("<TSPService>", "<!-- --><TSPService>"),
                true,
            ),
            both("an unsigned property", unsigned("<Other></Other>"), true),
            both("not signed", xml.clone(), false),
            both("another signer", forger.sign(&xml), false),
            both(
                "another signer with the pinned certificate",
                forger.sign_as(
                    &xml,
                    &Form {
                        certificates: Some(vec![signer.certificate().to_vec()]),
                        ..Form::default()
                    },
                ),
                false,
            ),
            both(
                "a changed name",
                change("CA Cittadini", "CA Cittadine"),
                false,
            ),
            both(
                "a changed time of signing",
                change("SigningTime>2", "SigningTime>1"),
                false,
            ),
            both(
                "a changed digest",
                change("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
                false,
            ),
            both(
                "a second signature after the first",
                insert(&signed, &second),
                false,
            ),
            both("a part appended", insert(&signed, "<Other></Other>"), false),
            both(
                "an entity bomb",
                change(
                    "?><",
                    "?><!DOCTYPE x [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><",
                )
                .replacen("Actalis", "&b;", 1),
                false,
            ),
            ours_is_stricter(
                "a DOCTYPE that changes nothing",
                change("?><", "?><!DOCTYPE TrustServiceStatusList><"),
                "canonical XML has no DOCTYPE, so the signature is good; we read no such file",
            ),
            ours_is_stricter(
                "a comment inside a value",
                change("Svctype/IdV<", "Svctype/<!-- -->IdV<"),
                "a signature leaves comments out; a reader could take half a value",
            ),
            ours_is_stricter(
                "a second signature in the unsigned properties",
                unsigned(&second),
                "xmlsec1 verifies the first it finds; we want to know of one only",
            ),
            ours_is_stricter(
                "the signature moved to the front",
                xml.replacen(
                    "<SchemeInformation>",
                    &format!("{signature}<SchemeInformation>"),
                    1,
                ),
                "enveloped signatures are good anywhere; a trusted list has its at the end",
            ),
            ours_is_stricter(
                "SHA-1 in the signature",
                weak(&Form {
                    signature_method: Some(format!("{sha_1}rsa-sha1")),
                    ..Form::default()
                }),
                "xmlsec1 takes whatever its crypto library has",
            ),
            ours_is_stricter(
                "SHA-1 in the references",
                weak(&Form {
                    digest: format!("{sha_1}sha1"),
                    ..Form::default()
                }),
                "xmlsec1 takes whatever its crypto library has",
            ),
            ours_is_stricter(
                "properties of another signature",
                weak_target(&signer, &xml),
                "xmlsec1 knows no XAdES",
            ),
        ],
        &signer,
    );
}

#[test]
fn both_know_what_canonical_xml_takes_for_the_same() {
    let signer = Signer::with_key(Key::rsa(0));
    let xml = List::small().xml();
    for canonicalization in [
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    ] {
        let form = Form {
            canonicalization: canonicalization.to_owned(),
            ..Form::default()
        };
        let signed = signer.sign_as(&xml, &form);
        let change = |from: &str, to: &str, verdict| {
            let changed = signed.replacen(from, to, 1);
            assert_ne!(changed, signed, "{from}");
            both(&format!("{from} as {to}"), changed, verdict)
        };
        let same = |from, to| change(from, to, true);
        let other = |from, to| change(from, to, false);
        let territory = "<SchemeTerritory>IT</SchemeTerritory>";
        let tag = "TSLTag=\"http://uri.etsi.org/19612/TSLTag\"";
        judge(
            &[
                same("xml:lang=\"en\"", "xml:lang='en'"),
                same("xml:lang=\"en\"", "\n xml:lang \t=\n\"en\" "),
                same("xml:lang=\"en\"", "xml:lang=\"&#101;n\""),
                same(&format!("Id=\"list\" {tag}"), &format!("{tag} Id=\"list\"")),
                same("<SchemeTerritory>", "<SchemeTerritory\n>"),
                same("</SchemeTerritory>", "</SchemeTerritory >"),
                same(territory, "<SchemeTerritory>&#x49;&#84;</SchemeTerritory>"),
                same(
                    territory,
                    "<SchemeTerritory><![CDATA[IT]]></SchemeTerritory>",
                ),
                same("&amp;", "&#38;"),
                same("&amp;", "<![CDATA[&]]>"),
                same("Perché", "Perch&#xe9;"),
                same("></ds:SignatureMethod>", "/>"),
                same("?><", "?>\n\n<!-- before --><"),
                same(
                    "</TrustServiceStatusList>",
                    "</TrustServiceStatusList>\n<!-- after -->\n",
                ),
                same("<ds:SignatureValue>", "<ds:SignatureValue>\n "),
                same("<ds:X509Certificate>", "<ds:X509Certificate>\n "),
                other(territory, "<SchemeTerritory> IT</SchemeTerritory>"),
                other(territory, "<SchemeTerritory>IT&#13;</SchemeTerritory>"),
                other(territory, "\n<SchemeTerritory>IT</SchemeTerritory>"),
                other("xml:lang=\"en\"", "xml:lang=\"en \""),
                other("xml:lang=\"en\"", "xml:lang=\"&#9;en\""),
                other("xml:lang=\"en\"", "xml:lang=\"EN\""),
                other("xml:lang=\"en\"", ""),
                other("xml:lang=\"en\"", "lang=\"en\""),
                other("&amp;", "&lt;"),
                other("Perché", "Perche\u{301}"),
                other("?><", "?><?before it?><"),
                other("<ds:DigestValue>", "<ds:DigestValue>\n "),
                other("</ds:SignedInfo>", " </ds:SignedInfo>"),
                other("Id=\"reference\"", "Id=\"reference-2\""),
                other("</xades:SigningTime>", "</xades:SigningTime> "),
            ],
            &signer,
        );
    }
}

/// Signed well, but by its own word for another signature.
fn weak_target(signer: &Signer, xml: &str) -> String {
    let template = signer.template(&Form::default());
    let other = template.replace("Target=\"#signature\"", "Target=\"#other\"");
    signer.fill(insert(xml, &other)).unwrap()
}

#[test]
fn a_signer_that_has_expired_is_refused_by_us_alone() {
    let signer = Signer::valid(Key::rsa(0), NOW - 1_000, NOW - 1);
    judge(
        &[ours_is_stricter(
            "an expired certificate",
            signer.sign(&List::small().xml()),
            "xmlsec1 is given a key to verify with, and does not ask how long it is good",
        )],
        &signer,
    );
}

#[test]
fn what_xmlsec1_thinks_of_wrapped_signatures() {
    let signer = Signer::with_key(Key::rsa(0));
    let forged = List::forged().xml();
    const GOOD_SOMEWHERE: &str = "what was signed is still there and found by its Id; that something else would be read, \
         xmlsec1 cannot know";
    const UNSIGNED_PLACE: &str = "an enveloped signature does not cover itself";
    for (list_uri, good) in [("", [8, 9].as_slice()), ("#list", &[0, 3, 4, 8, 9])] {
        let form = Form {
            list_uri: list_uri.to_owned(),
            ..Form::default()
        };
        let signed = signer.sign_as(&List::small().xml(), &form);
        let rows: Vec<Row> = wrapping::all(&signed, &forged)
            .into_iter()
            .enumerate()
            .map(|(place, (name, document))| {
                let name = format!("{name} {list_uri:?}");
                match (good.contains(&place), place) {
                    (false, _) => both(&name, document, false),
                    (true, 8) => ours_is_stricter(&name, document, UNSIGNED_PLACE),
                    (true, _) => ours_is_stricter(&name, document, GOOD_SOMEWHERE),
                }
            })
            .collect();
        judge(&rows, &signer);
    }
}
