//! Who may ask besides the portal's own pages: from the package, and from who installs it.

use super::{
    Scope,
    component::{Component, Folder, Value, literal},
};
use crate::dist::wish::Wish;

/// The property a technician gives: origins, apart by `;`.
pub const PROPERTY: &str = "ALLOWED_ORIGINS";
/// What was given the last time, for repairs and newer versions.
pub const KEPT_PROPERTY: &str = "KEPT_ORIGINS";
/// Where that is kept: not in the policy, which a group policy can write as well.
pub const KEPT: (&str, &str) = (r"Software\Tessera", "AllowedOrigins");

/// The key and value that the host reads.
const POLICY: (&str, &str) = (r"Software\Policies\Tessera", "allowed_origins");

/// The person's own policy, which a package for one person brings.
pub const POLICY_FILE: &str = "policy.toml";

/// What makes the host know them. Only administrators write the key, so that a package for one
/// person brings a file, and no property.
pub fn components(wish: &Wish, scope: Scope) -> Vec<Component> {
    let added: Vec<&str> = wish.added_origins().map(|origin| origin.as_str()).collect();
    if scope == Scope::User {
        let file = Component {
            folder: Folder::Policy,
            ..Component::file("Policy", POLICY_FILE)
        };
        return (!added.is_empty()).then_some(file).into_iter().collect();
    }
    let given = format!("[{PROPERTY}]");
    let value = |text| vec![Value::named(POLICY.0, POLICY.1, text)];
    let kept = Component::values(
        "KeptOrigins",
        vec![Value::named(KEPT.0, KEPT.1, given.clone())],
    );
    let policy = match added.is_empty() {
        true => Component::values("Policy", value(given)).only(PROPERTY),
        // The host passes over what is empty.
        false => Component::values("Policy", value(literal(&added.join(";")) + ";" + &given)),
    };
    vec![kept.only(PROPERTY), policy]
}

/// The person's policy as a file.
pub fn file(wish: &Wish) -> String {
    let added: Vec<&str> = wish.added_origins().map(|origin| origin.as_str()).collect();
    format!("allowed_origins = {added:?}\n")
}
