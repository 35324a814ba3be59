//! What browsers find on a Windows workstation: keys that name the host's manifests, and
//! policies that install the extension.
//!
//! Keys and forms are those that `tessera-host install` writes and `tessera-host doctor` reads.
//! Where a browser's maker has one value for all extensions, it is the administrator's, and
//! nothing is written over it.

use protocol::NATIVE_HOST_NAME;
use serde_json::{Value as Json, json};

use super::component::{Component, Value, literal};
use crate::dist::{CRX, XPI, extension::Packing, programs::HOST};

/// The manifests, as `tessera-host install --system` calls them.
pub const MANIFESTS: [&str; 2] = [
    "it.tessera.cns.chromium.json",
    "it.tessera.cns.firefox.json",
];

/// Chromium browsers' keys below `Software` and below `Software\Policies`.
const CHROMIUM: [&str; 3] = ["Chromium", r"Google\Chrome", r"Microsoft\Edge"];
/// Firefox's, which has one for hosts and another for policies.
const FIREFOX_HOSTS: &str = "Mozilla";
const FIREFOX_POLICIES: &str = r"Software\Policies\Mozilla\Firefox";

/// Our entry's name in a browser's list of extensions to install: a number, since the browser
/// reads no other, that a group policy, which counts from 1, does not come to.
const ENTRY: &str = "90000";

/// Where Firefox's policy has its one value for all extensions.
pub const FIREFOX_SETTINGS: (&str, &str) = (FIREFOX_POLICIES, "ExtensionSettings");
/// The property that is set where the administrator has written it.
pub const OTHER_FIREFOX_SETTINGS: &str = "OTHER_FIREFOX_SETTINGS";

const DESCRIPTION: &str = "Tessera: login with the Carta Nazionale dei Servizi";

/// The manifests' text; each family refuses the other's member.
pub fn manifests(packing: &Packing) -> [String; 2] {
    let manifest = |member: &str, admitted: String| {
        let manifest: Json = json!({
            "name": NATIVE_HOST_NAME,
            "description": DESCRIPTION,
            // On Windows it begins where the manifest stands.
            "path": format!("{HOST}.exe"),
            "type": "stdio",
            member: [admitted],
        });
        format!("{manifest:#}\n")
    };
    let id = packing.key.chromium_id();
    [
        manifest("allowed_origins", format!("chrome-extension://{id}/")),
        manifest("allowed_extensions", packing.gecko_id()),
    ]
}

/// The manifests, with the keys that name them.
pub fn hosts() -> [Component; 2] {
    let named = |above: &str, manifest: &str| {
        let key = format!(r"Software\{above}\NativeMessagingHosts\{NATIVE_HOST_NAME}");
        Value::of_key(key, format!("[PROGRAMS]{manifest}"))
    };
    let [chromium, firefox] = MANIFESTS;
    [
        Component::file("ManifestChromium", chromium)
            .with(CHROMIUM.map(|above| named(above, chromium)).into()),
        Component::file("ManifestFirefox", firefox).with(vec![named(FIREFOX_HOSTS, firefox)]),
    ]
}

/// The policies by which browsers fetch the extension from the folder on the web.
pub fn policies(packing: &Packing) -> [Component; 2] {
    let entry = format!(
        "{};{}",
        packing.key.chromium_id(),
        literal(&packing.address(CRX[1]))
    );
    let forced = CHROMIUM.map(|browser| {
        let list = format!(r"Software\Policies\{browser}\ExtensionInstallForcelist");
        Value::named(&list, ENTRY, entry.clone())
    });
    let (key, settings) = FIREFOX_SETTINGS;
    let its = format!(r"{key}\{settings}\{}", packing.gecko_id());
    let address = literal(&packing.address(XPI[0]));
    [
        Component::values("PolicyChromium", forced.into()),
        Component::values(
            "PolicyFirefox",
            vec![
                Value::named(&its, "installation_mode", "force_installed".to_owned()),
                Value::named(&its, "install_url", address),
            ],
        )
        .only("NOT OTHER_FIREFOX_SETTINGS"),
    ]
}
