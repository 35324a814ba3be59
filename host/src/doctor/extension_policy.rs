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
    let mut read = Vec::new();
    for source in product.policies(surroundings)? {
        match source.read {
            Ok(object) => {
                policies.files.push(source.name);
                read.push(object);
            }
            Err(reason) => policies.unreadable.push((source.name, reason)),
        }
    }
    match product.family {
        Family::Chromium => judge_chromium(&in_force(read), &mut policies),
        Family::Firefox => {
            let inner = read
                .into_iter()
                .filter_map(|mut file| file.remove("policies"));
            let inner = inner.filter_map(|policies| match policies {
                Value::Object(policies) => Some(policies),
                _ => None,
            });
            policies.extension = firefox_stance(&in_force(inner.collect()));
        }
    }
    Some(policies)
}

/// What holds of several sources: the last one that has a policy decides it alone, unless the
/// policies of merging name it (measured with Chromium 156).
fn in_force(files: Vec<Map<String, Value>>) -> Map<String, Value> {
    let mut last = Map::new();
    for file in &files {
        last.extend(file.clone());
    }
    let mut merged = last.clone();
    for (name, value) in &mut merged {
        let is_asked_for = |list| entry(&last, list, name).is_some();
        let all = files.iter().filter_map(|file| file.get(name));
        match value {
            Value::Array(whole) if is_asked_for("PolicyListMultipleSourceMergeList") => {
                *whole = all.filter_map(Value::as_array).flatten().cloned().collect();
            }
            Value::Object(whole) if is_asked_for("PolicyDictionaryMultipleSourceMergeList") => {
                let objects = all.filter_map(Value::as_object).cloned();
                *whole = objects.flatten().collect();
            }
            _ => {}
        }
    }
    merged
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

fn firefox_stance(policies: &Map<String, Value>) -> Option<Stance> {
    let settings = policies.get("ExtensionSettings");
    let stance = settings.and_then(|all| settings_stance(all, GECKO_EXTENSION_ID));
    if let Some((stance, Whose::Its)) = stance {
        return Some(stance);
    }
    let uninstalled = policies
        .get("Extensions")
        .and_then(|all| all.get("Uninstall"));
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

    /// What Edge makes of these files.
    fn several(files: &[Value]) -> Policies {
        let workstation = Workstation::new();
        for (number, file) in files.iter().enumerate() {
            let path = format!("/etc/opt/edge/policies/managed/{number}.json");
            workstation.file(&path, file.to_string());
        }
        read(&workstation.surroundings(), &PRODUCTS[2]).unwrap()
    }

    #[test]
    fn of_several_files_the_last_one_decides_a_policy_alone() {
        let ours = json!({"ExtensionInstallForcelist": [ID]});
        let others = json!({"ExtensionInstallForcelist": ["other"]});
        let silent = json!({"HomepageLocation": "https://example.org"});
        let stance = |files: &[&Value]| {
            let files: Vec<Value> = files.iter().map(|file| (*file).clone()).collect();
            several(&files).extension
        };
        assert_eq!(stance(&[&ours, &others]), None);
        assert_eq!(stance(&[&others, &ours]), Some(Stance::Installs));
        assert_eq!(stance(&[&ours, &silent]), Some(Stance::Installs));
    }

    #[test]
    fn files_are_merged_where_a_policy_asks_for_it() {
        let ours = json!({
            "ExtensionSettings": {ID: {"installation_mode": "force_installed"}},
            "PolicyDictionaryMultipleSourceMergeList": ["ExtensionSettings"],
        });
        let all_blocked = json!({"ExtensionSettings": {"*": {"installation_mode": "blocked"}}});
        for files in [
            [ours.clone(), all_blocked.clone()],
            [all_blocked.clone(), ours],
        ] {
            assert_eq!(several(&files).extension, Some(Stance::Installs));
        }
        let unasked = json!({"ExtensionSettings": {ID: {"installation_mode": "allowed"}}});
        assert_eq!(
            several(&[unasked, all_blocked]).extension,
            blocks("ExtensionSettings (*: blocked)")
        );

        let lists = [
            json!({"ExtensionInstallForcelist": [ID]}),
            json!({"ExtensionInstallForcelist": ["other"],
                "PolicyListMultipleSourceMergeList": ["*"]}),
        ];
        assert_eq!(several(&lists).extension, Some(Stance::Installs));
    }

    #[test]
    fn a_broken_file_is_named_and_the_others_hold() {
        let workstation = Workstation::new();
        let folder = "/etc/opt/edge/policies/managed";
        let forced = json!({"ExtensionInstallForcelist": [ID]});
        workstation.file(&format!("{folder}/a.json"), forced.to_string());
        workstation.file(&format!("{folder}/b.json"), "{]");
        workstation.file(&format!("{folder}/notes.txt"), "none");
        let policies = read(&workstation.surroundings(), &PRODUCTS[2]).unwrap();
        assert_eq!(policies.extension, Some(Stance::Installs));
        assert_eq!(policies.files.len(), 1);
        assert!(policies.unreadable[0].0.ends_with("b.json"));
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
