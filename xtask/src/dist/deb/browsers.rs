//! What browsers find on the workstation: the host's manifests, and policies that install the
//! extension.
//!
//! Places and forms are those that `tessera-host install` writes and `tessera-host doctor`
//! reads. Chromium takes of several policy files with the same policy the last one's alone,
//! unless one of them asks for them to be merged: ours does, so that neither the
//! administrator's own `ExtensionSettings` nor ours is lost.

use protocol::NATIVE_HOST_NAME;
use serde_json::{Value, json};

use super::{HOST, PROGRAMS, SHARED, tree::Tree};
use crate::{
    dist::{CRX, XPI, extension::Packing},
    process::Failed,
};

/// Chromium browsers' folders below `/etc`.
const CHROMIUM: [&str; 3] = ["chromium", "opt/chrome", "opt/edge"];
/// Firefox's, of Debian and of Mozilla's own package. What an administrator puts into
/// `/etc/firefox/policies` is read instead, and so is not in a package's way.
const FIREFOX: [&str; 2] = [
    "usr/share/firefox-esr/distribution",
    "usr/lib/firefox/distribution",
];
const FIREFOX_MANIFESTS: &str = "usr/lib/mozilla/native-messaging-hosts";

const DESCRIPTION: &str = "Tessera: login with the Carta Nazionale dei Servizi";

/// Writes them; `is_signed` says whether Firefox takes the extension as it is.
pub fn write(tree: &Tree, packing: &Packing, is_signed: bool) -> Result<(), Failed> {
    let manifest = format!("{NATIVE_HOST_NAME}.json");
    let id = packing.key.chromium_id();
    let admitted = json!([format!("chrome-extension://{id}/")]);
    let for_chromium = format!("{SHARED}/chromium/{manifest}");
    let policy = format!("{SHARED}/chromium/policy.json");
    tree.write(&for_chromium, text(&host("allowed_origins", admitted)))?;
    tree.write(&policy, text(&chromium_policy(&id)))?;
    for browser in CHROMIUM {
        let folder = format!("etc/{browser}/native-messaging-hosts");
        tree.link(&format!("{folder}/{manifest}"), &for_chromium)?;
        let folder = format!("etc/{browser}/policies/managed");
        tree.link(&format!("{folder}/tessera.json"), &policy)?;
    }
    let id = packing.gecko_id();
    tree.write(
        &format!("{FIREFOX_MANIFESTS}/{manifest}"),
        text(&host("allowed_extensions", json!([id]))),
    )?;
    for folder in FIREFOX {
        tree.write(
            &format!("{folder}/policies.json"),
            text(&firefox_policies(&id, is_signed)),
        )?;
    }
    Ok(())
}

/// The host's manifest; each family refuses the other's member.
fn host(member: &str, admitted: Value) -> Value {
    json!({
        "name": NATIVE_HOST_NAME,
        "description": DESCRIPTION,
        "path": format!("/{PROGRAMS}/{HOST}"),
        "type": "stdio",
        member: admitted,
    })
}

fn chromium_policy(id: &str) -> Value {
    json!({
        "ExtensionSettings": {id: {
            "installation_mode": "force_installed",
            "update_url": format!("file:///{SHARED}/{}", CRX[1]),
            // Else a newer version would be looked for in Google's store.
            "override_update_url": true,
        }},
        "PolicyDictionaryMultipleSourceMergeList": ["ExtensionSettings"],
    })
}

fn firefox_policies(id: &str, is_signed: bool) -> Value {
    let mut policies = json!({
        "ExtensionSettings": {id: {
            "installation_mode": "force_installed",
            "install_url": format!("file:///{SHARED}/{}", XPI[0]),
            // It comes with the package, together with the host of the same version.
            "updates_disabled": true,
        }},
    });
    if !is_signed {
        // The ESR obeys; an ordinary Firefox takes nothing unsigned.
        policies["Preferences"] = json!({
            "xpinstall.signatures.required": {"Value": false, "Status": "locked"},
        });
    }
    json!({"policies": policies})
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_for_an_unsigned_extension_is_firefox_told_to_take_such() {
        let unsigned = firefox_policies("id", false);
        let preference = &unsigned["policies"]["Preferences"]["xpinstall.signatures.required"];
        assert_eq!(preference["Value"], false);
        let signed = firefox_policies("id", true);
        assert_eq!(signed["policies"].get("Preferences"), None);
        assert_eq!(
            signed["policies"]["ExtensionSettings"],
            unsigned["policies"]["ExtensionSettings"]
        );
    }
}
