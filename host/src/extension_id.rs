//! The extension's ids: the only ones that may start the host.

/// The id in Chromium browsers, which derives from `key` in `extension/manifest.json`.
pub const CHROMIUM_EXTENSION_ID: &str = "hhmoghcllhpdkcbbmnigdadijiiniccn";

/// The id in Firefox, `browser_specific_settings.gecko.id` there.
pub const GECKO_EXTENSION_ID: &str = "tessera@sistemats.it";

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
