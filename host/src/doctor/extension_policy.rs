//! What the browsers' own policies say about the extension and about native hosts.
//!
//! Names and meaning are those of Chromium's policy list (`ExtensionInstallForcelist`,
//! `ExtensionSettings`, `NativeMessagingBlocklist` …) and of Firefox's `policies.json`.

use std::path::PathBuf;

use protocol::NATIVE_HOST_NAME;
use serde_json::{Map, Value};

use super::browser::{Family, Product};
use super::surroundings::Surroundings;
use crate::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};

/// What a browser's policies come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// The files or keys that were read.
    pub files: Vec<PathBuf>,
    /// Those that cannot be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
    /// What they say about the extension.
    pub extension: Option<Stance>,
    /// The entry that keeps the native host from being started.
    pub host_blocked_by: Option<String>,
    /// Whether manifests in the person's own folder are not read.
    pub only_system_manifests: bool,
}

/// What a policy wants of the extension.
#[derive(Debug, PartialEq, Eq)]
pub enum Stance {
    /// The browser installs it by itself.
    Installs,
    /// A person may install it.
    Allows,
    /// It is not to be there, by this entry.
    Blocks(String),
}

/// Reads the policies of a browser; `None` where it is not known how.
pub fn read(surroundings: &Surroundings, product: &Product) -> Option<Policies> {
    let mut policies = Policies::default();
    let mut merged = Map::new();
    for source in product.policies(surroundings)? {
        match source.read {
            Ok(object) => {
                policies.files.push(source.name);
                merge(&mut merged, object);
            }
            Err(reason) => policies.unreadable.push((source.name, reason)),
        }
    }
    match product.family {
        Family::Chromium => judge_chromium(&merged, &mut policies),
        Family::Firefox => {
            policies.extension = merged.get("policies").and_then(firefox_stance);
        }
    }
    Some(policies)
}

/// Puts one source's policies to those of the ones before it: lists and objects grow.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Array(before)), Value::Array(more)) => before.extend(more),
            (Some(Value::Object(before)), Value::Object(more)) => before.extend(more),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

fn judge_chromium(policy: &Map<String, Value>, policies: &mut Policies) {
    policies.extension = chromium_stance(policy);
    let blocked = entry(policy, "NativeMessagingBlocklist", NATIVE_HOST_NAME);
    if let Some(entry) = blocked
        && !lists(policy, "NativeMessagingAllowlist", NATIVE_HOST_NAME)
    {
        policies.host_blocked_by = Some(format!("NativeMessagingBlocklist ({entry})"));
    }
    policies.only_system_manifests =
        policy.get("NativeMessagingUserLevelHosts") == Some(&Value::Bool(false));
}

fn chromium_stance(policy: &Map<String, Value>) -> Option<Stance> {
    let settings = policy.get("ExtensionSettings");
    let stance = settings.and_then(|all| settings_stance(all, CHROMIUM_EXTENSION_ID));
    if matches!(stance, Some((Stance::Blocks(_), Whose::Its))) {
        return stance.map(|(stance, _)| stance);
    }
    let is_forced = texts(policy, "ExtensionInstallForcelist")
        .any(|entry| entry.split(';').next() == Some(CHROMIUM_EXTENSION_ID));
    if is_forced {
        return Some(Stance::Installs);
    }
    if let Some((stance, Whose::Its)) = stance {
        return Some(stance);
    }
    if lists(policy, "ExtensionInstallAllowlist", CHROMIUM_EXTENSION_ID) {
        return Some(Stance::Allows);
    }
    if let Some(entry) = entry(policy, "ExtensionInstallBlocklist", CHROMIUM_EXTENSION_ID) {
        return Some(Stance::Blocks(format!(
            "ExtensionInstallBlocklist ({entry})"
        )));
    }
    stance.map(|(stance, _)| stance)
}

fn firefox_stance(policies: &Value) -> Option<Stance> {
    let settings = policies.get("ExtensionSettings");
    let stance = settings.and_then(|all| settings_stance(all, GECKO_EXTENSION_ID));
    if let Some((stance, Whose::Its)) = stance {
        return Some(stance);
    }
    let uninstalled = policies.pointer("/Extensions/Uninstall");
    let is_uninstalled = uninstalled
        .and_then(Value::as_array)
        .is_some_and(|ids| ids.iter().any(|id| id == GECKO_EXTENSION_ID));
    if is_uninstalled {
        return Some(Stance::Blocks("Extensions: Uninstall".to_owned()));
    }
    stance.map(|(stance, _)| stance)
}

/// For whom an entry of `ExtensionSettings` is.
enum Whose {
    Its,
    Everybodys,
}

fn settings_stance(settings: &Value, id: &str) -> Option<(Stance, Whose)> {
    let mode = |id: &str| settings.get(id)?.get("installation_mode")?.as_str();
    let stance = |mode: &str, id: &str| match mode {
        "force_installed" | "normal_installed" => Some(Stance::Installs),
        "allowed" => Some(Stance::Allows),
        "blocked" | "removed" => Some(Stance::Blocks(format!("ExtensionSettings ({id}: {mode})"))),
        _ => None,
    };
    if let Some(stance) = mode(id).and_then(|mode| stance(mode, id)) {
        return Some((stance, Whose::Its));
    }
    let stance = stance(mode("*")?, "*")?;
    Some((stance, Whose::Everybodys))
}

/// The entry of a list that meets this name: the name itself, or `*` for all.
fn entry<'a>(policy: &'a Map<String, Value>, list: &str, name: &str) -> Option<&'a str> {
    texts(policy, list).find(|entry| *entry == name || *entry == "*")
}

fn lists(policy: &Map<String, Value>, list: &str, name: &str) -> bool {
    texts(policy, list).any(|entry| entry == name)
}

fn texts<'a>(policy: &'a Map<String, Value>, list: &str) -> impl Iterator<Item = &'a str> {
    let entries = policy.get(list).and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::browser::PRODUCTS;
    use super::super::surroundings::tests::Workstation;
    use super::*;

    const ID: &str = CHROMIUM_EXTENSION_ID;

    fn chromium(policy: &Value) -> Policies {
        let workstation = Workstation::new();
        workstation.file("/etc/chromium/policies/managed/a.json", policy.to_string());
        read(&workstation.surroundings(), &PRODUCTS[0]).unwrap()
    }

    fn firefox(policy: &Value) -> Option<Stance> {
        let workstation = Workstation::new();
        let text = json!({ "policies": policy }).to_string();
        workstation.file("/etc/firefox/policies/policies.json", text);
        read(&workstation.surroundings(), &PRODUCTS[3])
            .unwrap()
            .extension
    }

    fn blocks(entry: &str) -> Option<Stance> {
        Some(Stance::Blocks(entry.to_owned()))
    }

    #[test]
    fn without_policies_nothing_is_said() {
        let surroundings = Workstation::new().surroundings();
        for product in &PRODUCTS {
            assert_eq!(read(&surroundings, product), Some(Policies::default()));
        }
    }

    #[test]
    fn each_way_to_install_block_or_allow_is_understood() {
        let forced = format!("{ID};https://example.org/update.xml");
        let blocked_star = blocks("ExtensionInstallBlocklist (*)");
        for (policy, stance) in [
            (
                json!({"ExtensionInstallForcelist": [forced]}),
                Some(Stance::Installs),
            ),
            (
                json!({"ExtensionInstallBlocklist": ["*"], "ExtensionInstallForcelist": [forced]}),
                Some(Stance::Installs),
            ),
            (
                json!({"ExtensionSettings": {ID: {"installation_mode": "normal_installed"}}}),
                Some(Stance::Installs),
            ),
            (
                json!({"ExtensionSettings": {"*": {"installation_mode": "blocked"},
                    ID: {"installation_mode": "allowed"}}}),
                Some(Stance::Allows),
            ),
            (
                json!({"ExtensionSettings": {"*": {"installation_mode": "blocked"}}}),
                blocks("ExtensionSettings (*: blocked)"),
            ),
            (
                json!({"ExtensionInstallForcelist": [forced],
                    "ExtensionSettings": {ID: {"installation_mode": "removed"}}}),
                Some(Stance::Blocks(format!("ExtensionSettings ({ID}: removed)"))),
            ),
            (json!({"ExtensionInstallBlocklist": ["*"]}), blocked_star),
            (
                json!({"ExtensionInstallBlocklist": ["*"], "ExtensionInstallAllowlist": [ID]}),
                Some(Stance::Allows),
            ),
            (json!({"ExtensionInstallBlocklist": ["other"]}), None),
            (json!({"HomepageLocation": "https://example.org"}), None),
        ] {
            assert_eq!(chromium(&policy).extension, stance, "{policy}");
        }
    }

    #[test]
    fn a_blocked_native_host_is_told_unless_it_is_allowed() {
        let blocked = |policy| chromium(&policy).host_blocked_by;
        assert_eq!(
            blocked(json!({"NativeMessagingBlocklist": ["*"]})).as_deref(),
            Some("NativeMessagingBlocklist (*)")
        );
        assert_eq!(
            blocked(json!({"NativeMessagingBlocklist": ["it.tessera.cns"]})).as_deref(),
            Some("NativeMessagingBlocklist (it.tessera.cns)")
        );
        let allowed = json!({"NativeMessagingBlocklist": ["*"],
            "NativeMessagingAllowlist": ["it.tessera.cns"]});
        assert_eq!(blocked(allowed), None);
        assert_eq!(
            blocked(json!({"NativeMessagingBlocklist": ["it.other"]})),
            None
        );
        assert!(chromium(&json!({"NativeMessagingUserLevelHosts": false})).only_system_manifests);
    }

    #[test]
    fn several_files_count_as_one_and_a_broken_one_is_named() {
        let workstation = Workstation::new();
        let folder = "/etc/opt/edge/policies/managed";
        let forced = json!({"ExtensionInstallForcelist": [ID]});
        workstation.file(&format!("{folder}/a.json"), forced.to_string());
        let other = json!({"ExtensionInstallForcelist": ["other"]});
        workstation.file(&format!("{folder}/b.json"), other.to_string());
        workstation.file(&format!("{folder}/c.json"), "{]");
        workstation.file(&format!("{folder}/notes.txt"), "none");
        let policies = read(&workstation.surroundings(), &PRODUCTS[2]).unwrap();
        assert_eq!(policies.extension, Some(Stance::Installs));
        assert_eq!(policies.files.len(), 2);
        assert!(policies.unreadable[0].0.ends_with("c.json"));
    }

    #[test]
    fn firefoxs_policies_are_understood() {
        let id = GECKO_EXTENSION_ID;
        for (policy, stance) in [
            (
                json!({"ExtensionSettings": {id: {"installation_mode": "force_installed"}}}),
                Some(Stance::Installs),
            ),
            (
                json!({"ExtensionSettings": {"*": {"installation_mode": "blocked"}}}),
                blocks("ExtensionSettings (*: blocked)"),
            ),
            (
                json!({"Extensions": {"Uninstall": [id]}}),
                blocks("Extensions: Uninstall"),
            ),
            (json!({"DisableTelemetry": true}), None),
        ] {
            assert_eq!(firefox(&policy), stance, "{policy}");
        }
    }
}
