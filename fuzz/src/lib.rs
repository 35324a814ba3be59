//! What fuzz targets need besides the engine.
//!
//! A target (`targets/`) takes any bytes, hands them to a reader as the product does, and
//! checks what must hold of the answer. `cargo xtask fuzz TARGET` runs one for as long as one
//! likes, `cargo xtask test` each for some seconds, always beginning with `corpus/`.
//!
//! A new target is a file in `targets/`, a `[[bin]]` in `Cargo.toml`, a row of `TARGETS` in
//! `xtask/src/fuzz.rs`, and its seeds in `examples/seeds/`, of whose output only the new folder
//! is kept: certificates come out different each time.

pub mod der_tree;
pub mod trusted_list;

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc, time::Duration};

    use ::trusted_list::{Fault, Signers, TrustedList};
    use cns::{Certificate, Malformed, PurposeFault, Refusal};
    use verifier::{
        Anchor, OcspAnswer, OcspFault, OcspStatus, RevocationList, RevocationListFault, Trust,
    };

    use crate::trusted_list::{NOW, pin_of};

    fn file(path: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    }

    fn kept(name: &str) -> Result<Certificate, Malformed> {
        Certificate::read(&file(&format!("corpus/certificate/{name}")))
    }

    fn kept_list(name: &str) -> Result<TrustedList, Fault> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/trusted_list");
        let list = fs::read(corpus.join(name)).unwrap();
        let signers = Signers::new([pin_of(&list).unwrap()]).unwrap();
        TrustedList::read(&list, &signers, NOW)
    }

    #[test]
    fn each_kept_list_that_comes_signed_is_read() {
        for name in ["signed", "signed-with-rsa", "signed-by-id"] {
            assert_eq!(kept_list(name).unwrap().services().len(), 1, "{name}");
        }
    }

    #[test]
    fn each_kept_list_that_the_target_signs_is_what_its_name_says() {
        let signer = trusted_lists::Signer::new();
        let signed = |name: &str| {
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/trusted_list");
            let list = signer.sign(&fs::read_to_string(corpus.join(name)).unwrap());
            let signers = Signers::new([pin_of(list.as_bytes()).unwrap()]).unwrap();
            TrustedList::read(list.as_bytes(), &signers, NOW)
        };
        let counts = |name: &str| {
            let list = signed(name).unwrap();
            (list.services().len(), list.left_out().len())
        };
        assert_eq!(counts("plain"), (1, 0));
        assert_eq!(counts("several-services"), (1, 3));
        assert_eq!(counts("comments-and-instructions"), (1, 0));
        assert_eq!(signed("no-service").unwrap_err(), Fault::NoService);
        let named = signed("names-of-every-kind").unwrap();
        assert_eq!(named.services()[0].provider, "A&B\u{fffd} <C>");
    }

    fn judged(name: &str) -> Result<(), Refusal> {
        kept(name).unwrap().judge(NOW).map(drop)
    }

    #[test]
    fn each_kept_certificate_is_what_its_name_says() {
        for name in ["cns", "cns-rsa", "cns-p521", "until-2060", "omocodia"] {
            assert_eq!(judged(name), Ok(()), "{name}");
        }
        assert!(matches!(judged("expired"), Err(Refusal::Expired { .. })));
        for name in ["cie", "two-common-names"] {
            assert!(matches!(judged(name), Err(Refusal::NotCns(_))), "{name}");
        }
        for (name, fault) in [
            ("authority", PurposeFault::Authority),
            ("for-documents", PurposeFault::NonRepudiation),
            ("without-purposes", PurposeFault::ClientAuthAbsent),
        ] {
            assert_eq!(judged(name), Err(Refusal::Purpose(fault)), "{name}");
        }
        let unknown = kept("unknown-critical").unwrap();
        assert!(unknown.unknown_critical_extension().is_some());
        let named = kept("names-of-every-kind").unwrap();
        assert_eq!(named.holder_name(), "NICOLÒ Łucja\u{fffd}\u{fffd}");
        let points = kept("names-its-list").unwrap();
        assert_eq!(points.distribution_points().len(), 1);
    }

    fn list(name: &str) -> Result<RevocationList, RevocationListFault> {
        RevocationList::from_der(file(&format!("corpus/revocation_list/{name}")))
    }

    #[test]
    fn each_kept_list_is_what_its_name_says() {
        for (name, entries) in [
            ("empty", 0),
            ("revoked", 2),
            ("by-rsa", 1),
            ("every-reason", 2),
            ("twice", 1),
            ("hundred", 100),
            ("part", 0),
            ("for-persons", 0),
        ] {
            assert_eq!(list(name).unwrap().entries(), entries, "{name}");
        }
        assert_eq!(list("delta").unwrap_err(), RevocationListFault::Delta);
        assert_eq!(list("indirect").unwrap_err(), RevocationListFault::Indirect);
        for name in ["unknown-critical", "unknown-critical-entry"] {
            let fault = list(name).unwrap_err();
            assert!(
                matches!(fault, RevocationListFault::CriticalExtension(_)),
                "{name}"
            );
        }
    }

    fn answer(name: &str) -> Result<OcspAnswer, OcspFault> {
        let anchor = Anchor::from_der(&file("material/ocsp_answer/authority")).unwrap();
        let trust = Trust::new(vec![Arc::new(anchor)], Vec::new());
        let question = trust
            .question(&file("material/ocsp_answer/card"), NOW)
            .unwrap();
        let der = file(&format!("corpus/ocsp_answer/{name}"));
        question.read_answer(&der, Some(&[9; 32]), NOW, Duration::from_secs(3600))
    }

    #[test]
    fn each_kept_answer_is_what_its_name_says() {
        for name in [
            "good",
            "by-responder",
            "by-responders-key",
            "several",
            "without-nonce",
            "without-next-update",
        ] {
            let status = answer(name).unwrap().status();
            assert_eq!(status, OcspStatus::Good, "{name}");
        }
        assert_eq!(answer("unknown").unwrap().status(), OcspStatus::Unknown);
        for (name, on_hold) in [("revoked", false), ("on-hold", true)] {
            let OcspStatus::Revoked(revocation) = answer(name).unwrap().status() else {
                panic!("{name}");
            };
            assert_eq!(revocation.on_hold, on_hold, "{name}");
        }
        assert_eq!(answer("another-nonce"), Err(OcspFault::NonceDiffers));
        assert_eq!(answer("about-another"), Err(OcspFault::OtherCertificate));
        assert!(matches!(answer("stale"), Err(OcspFault::Stale { .. })));
        assert!(matches!(
            answer("try-later"),
            Err(OcspFault::Unsuccessful(_))
        ));
    }
}
