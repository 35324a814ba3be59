//! What tells a browser that there is a newer package: one file a kind of browser.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::extension::Packing;

/// Chromium's update manifest, by which a policy also installs (`gupdate`, protocol 2.0).
pub fn for_chromium(packing: &Packing, address: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n\
         <gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>\n  \
         <app appid='{}'>\n    \
         <updatecheck codebase='{}' version='{}' />\n  \
         </app>\n\
         </gupdate>\n",
        packing.key.chromium_id(),
        escaped(address),
        packing.version(),
    )
}

/// Firefox's update manifest.
pub fn for_firefox(packing: &Packing, address: &str, package: &[u8]) -> String {
    let hash: String = Sha256::digest(package)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let updates = json!({"addons": {packing.gecko_id(): {"updates": [{
        "version": packing.version(),
        "update_link": address,
        "update_hash": format!("sha256:{hash}"),
    }]}}});
    format!("{updates:#}\n")
}

fn escaped(address: &str) -> String {
    address
        .replace('&', "&amp;")
        .replace('\'', "&apos;")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tempfile::tempdir;

    use super::super::extension::tests::packing;
    use super::*;

    #[test]
    fn chromium_is_told_id_address_and_version() {
        let folder = tempdir().unwrap();
        let packing = packing(&folder, &["--served-at", "https://asl.example/it's"]);
        let told = for_chromium(&packing, &packing.address("tessera.crx"));
        let id = packing.key.chromium_id();
        assert_eq!(
            told,
            format!(
                "<?xml version='1.0' encoding='UTF-8'?>
<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>
  <app appid='{id}'>
    <updatecheck codebase='https://asl.example/it&apos;s/tessera.crx' version='{}' />
  </app>
</gupdate>
",
                env!("CARGO_PKG_VERSION"),
            )
        );
    }

    #[test]
    fn firefox_is_told_the_packages_hash_too() {
        let folder = tempdir().unwrap();
        let packing = packing(&folder, &[]);
        let told = for_firefox(&packing, &packing.address("tessera.xpi"), b"package");
        let told: Value = serde_json::from_str(&told).unwrap();
        let update = &told["addons"][packing.gecko_id()]["updates"][0];
        assert_eq!(update["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(
            update["update_link"],
            "https://sistemats.it/postazione/tessera.xpi"
        );
        let hash = update["update_hash"].as_str().unwrap();
        assert!(hash.starts_with("sha256:") && hash.len() == 71);
    }
}
