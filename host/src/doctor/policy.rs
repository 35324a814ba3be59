//! Which policy holds, and what it adds.

use std::path::PathBuf;

use protocol::Origin;

use super::report::Check;
use super::surroundings::Surroundings;
use crate::policy::{ORIGINS, PERSONS_POLICY, Policy, PolicyFault, SYSTEM_POLICY};
use crate::trusted_path::Keeper;

/// Its kind of check.
pub const ID: &str = "policy";

/// Looks at the policy: the one that holds, which without any is the default's; none where
/// one is there and cannot be used.
pub fn check(surroundings: &Surroundings) -> (Vec<Check>, Option<Policy>) {
    let system = surroundings.at(SYSTEM_POLICY);
    let persons = surroundings
        .configuration_folder
        .as_ref()
        .map(|folder| folder.join(PERSONS_POLICY));
    let places = [
        Some((system, surroundings.administrator)),
        persons.map(|path| (path, Keeper::Person)),
    ];
    let mut in_force: Option<(PathBuf, Policy)> = None;
    for (number, (path, keeper)) in places.into_iter().flatten().enumerate() {
        if let Some((system, policy)) = in_force {
            let mut checks = vec![told(&system, &policy)];
            if path.symlink_metadata().is_ok() {
                checks.push(Check::ok(
                    ID,
                    path.display(),
                    format!("not read, since {} holds", system.display()),
                ));
            }
            return (checks, Some(policy));
        }
        let read = match number {
            0 => Policy::read_administrators(&path, keeper),
            _ => Policy::read(&path, keeper),
        };
        match read {
            Ok(Some(policy)) => in_force = Some((path, policy)),
            Ok(None) => {}
            Err(fault) => return (vec![refused(fault)], None),
        }
    }
    match in_force {
        Some((path, policy)) => (vec![told(&path, &policy)], Some(policy)),
        None => {
            let found = format!("none; {} may ask", ORIGINS.join(" and "));
            (vec![Check::ok(ID, ID, found)], Some(Policy::default()))
        }
    }
}

/// Whether the policy lets the pages of that origin ask, where one is named; a policy that
/// cannot be used has been told.
pub fn check_origin(policy: Option<&Policy>, asking: Option<&Origin>) -> Option<Check> {
    let (policy, origin) = (policy?, asking?);
    Some(match policy.allows(origin) {
        true => Check::ok(ID, origin, "its pages may ask"),
        false => Check::wrong(
            ID,
            origin,
            "its pages may not ask",
            format!("add it to `allowed_origins` in {SYSTEM_POLICY}"),
        ),
    })
}

fn told(path: &std::path::Path, policy: &Policy) -> Check {
    let origins = policy.added_origins().iter().map(|origin| origin.as_str());
    let modules = policy.modules().iter().map(|path| path.to_string_lossy());
    let list = |entries: Vec<String>| match entries.is_empty() {
        true => "none".to_owned(),
        false => entries.join(", "),
    };
    let found = format!(
        "origins added: {}; modules named: {}",
        list(origins.map(str::to_owned).collect()),
        list(modules.map(|path| path.into_owned()).collect()),
    );
    Check::ok(ID, path.display(), found)
}

fn refused(fault: PolicyFault) -> Check {
    let (path, found, remedy) = match fault {
        PolicyFault::Distrusted { path, distrust } => {
            let remedy = match cfg!(windows) {
                true => {
                    "let only its person and administrators write it, its folder too; icacls \
                         shows who may"
                }
                false => {
                    "let it belong to root, or in a home folder to its person, and be \
                          written by nobody else (chmod go-w), its folders too"
                }
            };
            (path, distrust.to_string(), remedy)
        }
        PolicyFault::Unreadable { path, error } => {
            let remedy = "make it a text in UTF-8 that everybody may read";
            (path, format!("it cannot be read: {error}"), remedy)
        }
        PolicyFault::Malformed { path, reason } => {
            let remedy = match path.starts_with("HKLM") {
                true => {
                    "mend that value; a policy has `allowed_origins` and `modules`, lists of \
                         texts, and nothing else; until then every login is refused"
                }
                false => {
                    "mend that line; a policy has `allowed_origins` and `modules`, lists \
                          of texts, and nothing else; until then every login is refused"
                }
            };
            (path, reason, remedy)
        }
    };
    Check::wrong(ID, path.display(), found, remedy)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::super::report::State;
    use super::super::surroundings::tests::Workstation;
    use super::*;

    const PERSONS: &str = "/home/anna/.config/tessera/policy.toml";

    fn found(workstation: &Workstation) -> Vec<(State, String)> {
        let (checks, _) = check(&workstation.surroundings());
        let told = |check: Check| {
            let found = format!("{}: {}", check.subject, check.found);
            (check.state, workstation.told(&found))
        };
        checks.into_iter().map(told).collect()
    }

    #[test]
    fn the_administrators_policy_holds_before_the_persons() {
        let workstation = Workstation::new();
        assert_eq!(found(&workstation)[0].0, State::Ok);
        workstation.file(PERSONS, "modules = [\"/opt/m.so\"]");
        let persons = format!("{PERSONS}: origins added: none; modules named: /opt/m.so");
        assert_eq!(found(&workstation), [(State::Ok, persons)]);
        workstation.file(
            SYSTEM_POLICY,
            "allowed_origins = [\"https://portal.example\"]",
        );
        let system =
            format!("{SYSTEM_POLICY}: origins added: https://portal.example; modules named: none");
        let persons = format!("{PERSONS}: not read, since {SYSTEM_POLICY} holds");
        assert_eq!(
            found(&workstation),
            [(State::Ok, system), (State::Ok, persons)]
        );
    }

    #[test]
    fn an_origin_that_is_named_may_ask_or_not() {
        let workstation = Workstation::new();
        workstation.file(
            SYSTEM_POLICY,
            "allowed_origins = [\"https://portal.example\"]",
        );
        let (_, policy) = check(&workstation.surroundings());
        let state = |origin| {
            let origin = Origin::parse(origin).unwrap();
            check_origin(policy.as_ref(), Some(&origin)).map(|check| check.state)
        };
        assert_eq!(state("https://portal.example"), Some(State::Ok));
        assert_eq!(state("https://sistemats.it"), Some(State::Ok));
        assert_eq!(state("https://evil.example"), Some(State::Wrong));
        assert_eq!(check_origin(policy.as_ref(), None), None);
        let origin = Origin::parse("https://portal.example").unwrap();
        assert_eq!(check_origin(None, Some(&origin)), None);
    }

    #[test]
    fn a_bad_line_is_named() {
        let workstation = Workstation::new();
        workstation.file(SYSTEM_POLICY, "# ours\nallowed_origin = []\n");
        let (state, said) = &found(&workstation)[0];
        assert_eq!(*state, State::Wrong);
        assert!(
            said.contains("line 2: unknown field `allowed_origin`"),
            "{said}"
        );
    }

    #[test]
    fn a_policy_others_can_write_is_wrong() {
        let workstation = Workstation::new();
        let path = workstation.file(PERSONS, "");
        fs::set_permissions(path, PermissionsExt::from_mode(0o666)).unwrap();
        let (state, said) = &found(&workstation)[0];
        assert_eq!(*state, State::Wrong);
        assert!(
            said.contains("can be written by others (mode 666)"),
            "{said}"
        );
    }
}
