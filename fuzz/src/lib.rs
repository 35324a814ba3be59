//! What fuzz targets need besides the engine.
//!
//! A target (`targets/`) takes any bytes, hands them to a reader as the product does, and
//! checks what must hold of the answer. `cargo xtask fuzz TARGET` runs one for as long as one
//! likes, `cargo xtask test` each for some seconds, always beginning with `corpus/`.

pub mod der_tree;

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use cns::{Certificate, Malformed, PurposeFault, Refusal};

    /// 2026-01-01T00:00:00Z.
    const NOW: i64 = 1_767_225_600;

    fn kept(name: &str) -> Result<Certificate, Malformed> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/certificate");
        Certificate::read(&fs::read(corpus.join(name)).unwrap())
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
}
