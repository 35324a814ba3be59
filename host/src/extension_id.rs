//! The extension's ids: the only ones that may start the host.
//!
//! They derive from the key an extension is packed with. A host that comes in one package with
//! an extension is built for that one's ids (`xtask/src/dist/`), and answers no other.

/// The id in Chromium browsers; the unpacked extension's derives from `key` in its manifest.
pub const CHROMIUM_EXTENSION_ID: &str = match option_env!("TESSERA_CHROMIUM_EXTENSION_ID") {
    Some(packaged) => packaged,
    None => "hhmoghcllhpdkcbbmnigdadijiiniccn",
};

/// The id in Firefox; the unpacked extension's is `browser_specific_settings.gecko.id` there.
pub const GECKO_EXTENSION_ID: &str = match option_env!("TESSERA_GECKO_EXTENSION_ID") {
    Some(packaged) => packaged,
    None => "tessera@sistemats.it",
};

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    use super::*;

    fn manifest() -> Value {
        serde_json::from_str(include_str!("../../extension/manifest.json")).unwrap()
    }

    #[test]
    fn the_chromium_id_derives_from_the_manifests_key() {
        let manifest = manifest();
        let key = STANDARD.decode(manifest["key"].as_str().unwrap()).unwrap();
        let id: String = Sha256::digest(key)[..16]
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 0x0f])
            .map(|digit| char::from(b'a' + digit))
            .collect();
        assert_eq!(id, CHROMIUM_EXTENSION_ID);
    }

    #[test]
    fn the_gecko_id_is_the_manifests() {
        assert_eq!(
            manifest()["browser_specific_settings"]["gecko"]["id"],
            GECKO_EXTENSION_ID
        );
    }
}
