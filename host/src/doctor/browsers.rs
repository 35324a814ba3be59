//! The browsers' part of the report: can one of them start the host for the extension?

use std::path::Path;

use protocol::NATIVE_HOST_NAME;

use super::browser::{self, Found, Installation, ManifestPlace};
use super::extension::{self, Installed};
use super::extension_policy::{self, Policies, Stance};
use super::manifest::{self, ManifestFault};
use super::report::{Check, State};
use super::surroundings::Surroundings;
use crate::trusted_path::Keeper;

const INSTALL: &str = "tessera-host install, or as administrator tessera-host install --system";

/// Looks at all browsers.
pub fn check(surroundings: &Surroundings) -> Vec<Check> {
    let found = browser::find(surroundings);
    if found.is_empty() {
        return vec![Check::wrong(
            "browser",
            "browsers",
            "none of Chromium, Chrome, Edge and Firefox is installed",
            match cfg!(target_os = "linux") {
                true => "install one as a package of the distribution or of its maker",
                false => "install one",
            },
        )];
    }
    let views: Vec<View> = found
        .iter()
        .map(|found| View::new(surroundings, found))
        .collect();
    let one_works = views.iter().any(View::works);
    // What only one browser lacks is no more than a hint where another serves.
    let lack = match one_works {
        true => State::Warning,
        false => State::Wrong,
    };
    let mut checks = Vec::new();
    for view in &views {
        checks.push(view.browser(lack));
        if !view.is_confined() {
            checks.extend(view.manifest_checks(surroundings, lack));
            checks.extend(view.policy_checks(lack));
            let installed = view.installed.iter();
            checks.extend(installed.map(|it| it.check(view.found.product.name, lack)));
        }
    }
    checks
}

struct View<'a> {
    found: &'a Found,
    /// None where it is not known how to read them.
    policies: Option<Policies>,
    /// The person's manifest and the system's, as far as they exist, the first first.
    manifests: Vec<Placed>,
    /// The extension in the person's profiles, as far as they tell.
    installed: Vec<Installed>,
}

struct Placed {
    place: ManifestPlace,
    read: Result<manifest::Manifest, ManifestFault>,
}

impl<'a> View<'a> {
    fn new(surroundings: &Surroundings, found: &'a Found) -> View<'a> {
        let product = found.product;
        let manifests = product
            .manifests(surroundings)
            .into_iter()
            .filter_map(|place| {
                let keeper = match place.is_persons {
                    true => Keeper::Person,
                    false => surroundings.administrator,
                };
                let read = manifest::read(surroundings, &place.path, product.family, keeper);
                let read = match (read, &place.named_by) {
                    // What a key names is looked for there, and nowhere else.
                    (None, Some(key)) => Err(ManifestFault::Absent(key.clone())),
                    (None, None) => return None,
                    (Some(read), _) => read,
                };
                Some(Placed { place, read })
            })
            .collect();
        View {
            found,
            policies: extension_policy::read(surroundings, product),
            manifests,
            installed: extension::find(surroundings, product),
        }
    }

    fn is_confined(&self) -> bool {
        !matches!(self.found.installation, Installation::Program(_))
    }

    /// The manifest the browser reads: the person's before the system's.
    fn in_force(&self) -> Option<&Placed> {
        self.manifests
            .iter()
            .find(|manifest| !(manifest.place.is_persons && self.reads_only_system_manifests()))
    }

    fn reads_only_system_manifests(&self) -> bool {
        let policies = self.policies.as_ref();
        policies.is_some_and(|policies| policies.only_system_manifests)
    }

    fn works(&self) -> bool {
        let is_kept_out = self.policies.as_ref().is_some_and(|policies| {
            policies.host_blocked_by.is_some()
                || matches!(policies.extension, Some(Stance::Blocks(_)))
        });
        !self.is_confined()
            && !is_kept_out
            && self
                .in_force()
                .is_some_and(|manifest| manifest.read.is_ok())
            && (self.installed.is_empty() || !self.installed.iter().all(Installed::is_too_far))
    }

    fn browser(&self, lack: State) -> Check {
        let name = self.found.product.name;
        let version = self.found.version.as_deref().unwrap_or("version not told");
        let (kind, confined) = match &self.found.installation {
            Installation::Program(path) => {
                let found = format!("{version}, {}", path.display());
                return Check::ok("browser", name, found);
            }
            Installation::Snap => ("snap", "snap remove"),
            Installation::Flatpak => ("flatpak", "flatpak uninstall"),
        };
        Check::with(
            lack,
            "browser",
            name,
            format!("{version}, a {kind}, which cannot start the host outside of it"),
            format!(
                "use another browser, or install {name} as a package of the distribution \
                 or of its maker in the {kind}'s place ({confined})"
            ),
        )
    }

    fn manifest_checks(&self, surroundings: &Surroundings, lack: State) -> Vec<Check> {
        const ID: &str = "native-host-manifest";
        let name = self.found.product.name;
        let mut checks: Vec<Check> = self
            .manifests
            .iter()
            .map(|placed| {
                let subject = format!("{name}, {}", placed.place.path.display());
                if placed.place.is_persons && self.reads_only_system_manifests() {
                    return Check::ok(
                        ID,
                        subject,
                        "not read, by the browser's policy NativeMessagingUserLevelHosts",
                    );
                }
                match &placed.read {
                    Ok(manifest) => told(surroundings, ID, &subject, manifest),
                    Err(fault) => {
                        Check::with(lack, ID, subject, fault, remedy(fault, &placed.place.path))
                    }
                }
            })
            .collect();
        if self.in_force().is_none() {
            let (found, remedy) = match self.reads_only_system_manifests() {
                true => (
                    "no manifest for everybody, and its policy reads no other",
                    "as administrator: tessera-host install --system",
                ),
                false => ("no manifest: it does not know the host", INSTALL),
            };
            checks.push(Check::with(lack, ID, name, found, remedy));
        }
        checks
    }

    fn policy_checks(&self, lack: State) -> Vec<Check> {
        const ID: &str = "browser-policy";
        let name = self.found.product.name;
        let Some(policies) = &self.policies else {
            let subject = format!("{name}'s policy");
            return vec![Check::ok(ID, subject, "not looked at on this system")];
        };
        let mut checks: Vec<Check> = policies
            .unreadable
            .iter()
            .map(|(path, reason)| {
                Check::with(
                    lack,
                    ID,
                    format!("{name}, {}", path.display()),
                    format!("the browser ignores it: {reason}"),
                    "mend its JSON",
                )
            })
            .collect();
        let files: Vec<String> = policies
            .files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let subject = match files.is_empty() {
            true => format!("{name}'s policy"),
            false => format!("{name}'s policy, {}", files.join(", ")),
        };
        if let Some(entry) = &policies.host_blocked_by {
            checks.push(Check::with(
                lack,
                ID,
                &subject,
                format!("{entry} keeps the host from being started"),
                format!("add {NATIVE_HOST_NAME} to NativeMessagingAllowlist"),
            ));
        }
        checks.push(match &policies.extension {
            Some(Stance::Blocks(entry)) => Check::with(
                lack,
                ID,
                &subject,
                format!("{entry} keeps the extension out"),
                "allow or install the extension by its id in the same policy",
            ),
            Some(Stance::Installs) => Check::ok(ID, &subject, "installs the extension"),
            Some(Stance::Allows) => Check::ok(
                ID,
                &subject,
                "allows the extension; a person installs it by hand",
            ),
            None => Check::ok(
                ID,
                &subject,
                "says nothing of the extension; a person installs it by hand",
            ),
        });
        checks
    }
}

fn told(
    surroundings: &Surroundings,
    id: &'static str,
    subject: &str,
    manifest: &manifest::Manifest,
) -> Check {
    let program = manifest.program.display();
    if !manifest.strangers.is_empty() {
        return Check::warning(
            id,
            subject,
            format!("it also admits {}", manifest.strangers.join(", ")),
            "take the other extensions out, or write it anew with tessera-host install; the \
             host refuses them",
        );
    }
    let is_this = surroundings
        .program
        .as_ref()
        .is_none_or(|this| is_one_file(this, &surroundings.at(&manifest.program)));
    match is_this {
        true => Check::ok(id, subject, format!("starts {program}")),
        false => Check::warning(
            id,
            subject,
            format!("starts {program}, another program than this one"),
            "if this one is meant, run its install",
        ),
    }
}

/// Whether two paths lead to one file, by whatever names.
#[cfg(unix)]
fn is_one_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = |path: &Path| {
        let metadata = path.metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    file(one) == file(other)
}

/// Whether two paths lead to one file, links followed.
#[cfg(windows)]
fn is_one_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok() == other.canonicalize().ok()
}

/// Whose the files are to be that are not believed.
const KEEP: &str = if cfg!(windows) {
    "put the host where only administrators write, such as Program Files, or in the person's \
     own folder, where nobody else does; icacls shows who may"
} else {
    "let the host and the manifest belong to root, or in a home folder to its person, and be \
     written by nobody else (chmod go-w), their folders too"
};

fn remedy(fault: &ManifestFault, path: &Path) -> String {
    match fault {
        ManifestFault::Unreadable(_) if cfg!(windows) => {
            format!(
                "let everybody read it: icacls \"{}\" /grant *S-1-5-32-545:R",
                path.display()
            )
        }
        ManifestFault::Unreadable(_) => {
            format!("let everybody read it: chmod a+r {}", path.display())
        }
        ManifestFault::Distrusted(_) => KEEP.to_owned(),
        ManifestFault::Absent(_) => format!("write it anew: {INSTALL}"),
        ManifestFault::ProgramAbsent(_) | ManifestFault::NotExecutable(_) => {
            format!("put the host where it was, or from where it is now run {INSTALL}")
        }
        ManifestFault::Malformed(_)
        | ManifestFault::Name(_)
        | ManifestFault::Member(_)
        | ManifestFault::Extension(_) => format!("write it anew: {INSTALL}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};

    use super::super::surroundings::tests::Workstation;
    use super::*;
    use crate::extension_id::CHROMIUM_EXTENSION_ID;

    const PERSONS: &str = "/home/anna/.config/chromium/NativeMessagingHosts/it.tessera.cns.json";
    const SYSTEM: &str = "/etc/chromium/native-messaging-hosts/it.tessera.cns.json";
    const POLICY: &str = "/etc/chromium/policies/managed/policy.json";

    fn manifest(program: &str) -> String {
        json!({"name": "it.tessera.cns", "description": "Tessera", "path": program,
            "type": "stdio",
            "allowed_origins": [format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/")]})
        .to_string()
    }

    fn with_chromium() -> Workstation {
        let workstation = Workstation::new();
        workstation.program("/usr/bin/chromium");
        workstation.program("/usr/bin/tessera-host");
        workstation
    }

    /// The checks of one kind: state and what was found.
    fn found(workstation: &Workstation, id: &str) -> Vec<(State, String)> {
        check(&workstation.surroundings())
            .into_iter()
            .filter(|check| check.id == id)
            .map(|check| (check.state, workstation.told(&check.found)))
            .collect()
    }

    fn manifest_states(workstation: &Workstation) -> Vec<State> {
        let found = found(workstation, "native-host-manifest");
        found.into_iter().map(|(state, _)| state).collect()
    }

    #[test]
    fn without_a_manifest_a_browser_does_not_know_the_host() {
        let workstation = with_chromium();
        assert_eq!(manifest_states(&workstation), [State::Wrong]);
        workstation.file(PERSONS, manifest("/usr/bin/tessera-host"));
        assert_eq!(manifest_states(&workstation), [State::Ok]);
    }

    #[test]
    fn what_one_browser_lacks_is_a_hint_where_another_serves() {
        let workstation = with_chromium();
        workstation.program("/opt/google/chrome/chrome");
        workstation.folder("/snap/firefox/current");
        let browsers = |workstation| -> Vec<State> {
            let found = found(workstation, "browser");
            found.into_iter().map(|(state, _)| state).collect()
        };
        assert_eq!(browsers(&workstation), [State::Ok, State::Ok, State::Wrong]);
        assert_eq!(manifest_states(&workstation), [State::Wrong, State::Wrong]);
        workstation.file(SYSTEM, manifest("/usr/bin/tessera-host"));
        assert_eq!(
            browsers(&workstation),
            [State::Ok, State::Ok, State::Warning]
        );
        assert_eq!(manifest_states(&workstation), [State::Ok, State::Warning]);
        // One that cannot be used, and a policy against it.
        workstation.file(
            "/etc/opt/chrome/native-messaging-hosts/it.tessera.cns.json",
            manifest("/opt/gone/tessera-host"),
        );
        workstation.file(
            "/etc/opt/chrome/policies/managed/policy.json",
            r#"{"ExtensionInstallBlocklist": ["*"], "NativeMessagingBlocklist": ["*"]}"#,
        );
        workstation.file("/etc/opt/chrome/policies/managed/spoilt.json", "{");
        let checks = check(&workstation.surroundings());
        let worst = checks.iter().map(|check| check.state).max();
        assert_eq!(worst, Some(State::Warning), "{checks:?}");
    }

    #[test]
    fn a_browser_that_may_not_read_the_persons_manifest_needs_the_systems() {
        let workstation = with_chromium();
        workstation.file(PERSONS, manifest("/usr/bin/tessera-host"));
        workstation.file(POLICY, r#"{"NativeMessagingUserLevelHosts": false}"#);
        assert_eq!(manifest_states(&workstation), [State::Ok, State::Wrong]);
        workstation.file(SYSTEM, manifest("/usr/bin/tessera-host"));
        assert_eq!(manifest_states(&workstation), [State::Ok, State::Ok]);
    }

    #[test]
    fn a_policy_against_extension_or_host_is_wrong() {
        let workstation = with_chromium();
        workstation.file(SYSTEM, manifest("/usr/bin/tessera-host"));
        let states = |policy: Value| -> Vec<State> {
            workstation.file(POLICY, policy.to_string());
            let found = found(&workstation, "browser-policy");
            found.into_iter().map(|(state, _)| state).collect()
        };
        assert_eq!(states(json!({})), [State::Ok]);
        assert_eq!(
            states(json!({"ExtensionInstallBlocklist": ["*"]})),
            [State::Wrong]
        );
        assert_eq!(
            states(json!({"NativeMessagingBlocklist": ["*"]})),
            [State::Wrong, State::Ok]
        );
        // One that cannot be read is in nobody's way, but may have been meant to be.
        workstation.file(POLICY, "{");
        let found = found(&workstation, "browser-policy");
        assert_eq!(found[0].0, State::Warning);
    }

    #[test]
    fn a_browser_whose_policy_is_against_us_is_none_that_serves() {
        let workstation = with_chromium();
        workstation.program("/opt/google/chrome/chrome");
        workstation.file(SYSTEM, manifest("/usr/bin/tessera-host"));
        assert_eq!(manifest_states(&workstation), [State::Ok, State::Warning]);
        for policy in [
            json!({"NativeMessagingBlocklist": ["*"]}),
            json!({"ExtensionInstallBlocklist": ["*"]}),
        ] {
            workstation.file(POLICY, policy.to_string());
            assert_eq!(manifest_states(&workstation), [State::Ok, State::Wrong]);
        }
    }

    #[test]
    fn another_host_than_this_one_is_worth_a_look() {
        let workstation = with_chromium();
        workstation.program("/opt/other/tessera-host");
        workstation.file(SYSTEM, manifest("/opt/other/tessera-host"));
        let surroundings = Surroundings {
            program: Some(workstation.surroundings().at("/usr/bin/tessera-host")),
            ..workstation.surroundings()
        };
        let state = |surroundings: &Surroundings| check(surroundings)[1].state;
        assert_eq!(state(&surroundings), State::Warning);
        // The same program under another name is the same.
        fs::remove_file(surroundings.at("/opt/other/tessera-host")).unwrap();
        fs::hard_link(
            surroundings.at("/usr/bin/tessera-host"),
            surroundings.at("/opt/other/tessera-host"),
        )
        .unwrap();
        assert_eq!(state(&surroundings), State::Ok);
    }
}
