//! A part of Windows' registry as data, and as the JSON that browsers' policies are elsewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What a value holds, of the kinds that policies are written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// `REG_SZ`.
    Text(String),
    /// `REG_MULTI_SZ`.
    Texts(Vec<String>),
    /// `REG_DWORD`.
    Number(u32),
    /// Another kind, by its number.
    Other(u32),
}

/// A key: its values and the keys below it, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// Its values.
    pub values: BTreeMap<String, Entry>,
    /// The keys below it.
    pub keys: BTreeMap<String, Tree>,
}

impl Tree {
    /// As a browser's policy: a key whose values are numbered is a list, and a text that is JSON
    /// is what it says (Chromium's "Policy Templates", Mozilla's `policy-templates`).
    pub fn policy(&self) -> Map<String, Value> {
        let values = self.values.iter().filter_map(|(name, entry)| {
            let value = match entry {
                Entry::Text(text) => json(text),
                // Firefox: JSON in lines.
                Entry::Texts(lines) => json(&lines.join("\n")),
                Entry::Number(number) => match number {
                    0 => Value::Bool(false),
                    1 => Value::Bool(true),
                    number => Value::from(*number),
                },
                Entry::Other(_) => return None,
            };
            Some((name.clone(), value))
        });
        let keys = self.keys.iter().map(|(name, tree)| {
            let value = match tree.list() {
                Some(list) => Value::Array(list),
                None => Value::Object(tree.policy()),
            };
            (name.clone(), value)
        });
        values.chain(keys).collect()
    }

    /// A list's entries; none where the key is no list.
    fn list(&self) -> Option<Vec<Value>> {
        let is_numbered = self.values.keys().all(|name| name.parse::<u32>().is_ok());
        if self.values.is_empty() || !self.keys.is_empty() || !is_numbered {
            return None;
        }
        let texts = self.numbered().into_iter().map(|(_, entry)| match entry {
            Entry::Text(text) => Some(text.as_str().into()),
            _ => None,
        });
        texts.collect()
    }

    /// Its values in the order of their numbers, others after them.
    pub fn numbered(&self) -> Vec<(&str, &Entry)> {
        let mut values: Vec<(&str, &Entry)> = self
            .values
            .iter()
            .map(|(name, entry)| (name.as_str(), entry))
            .collect();
        values.sort_by_key(|(name, _)| name.parse().unwrap_or(u32::MAX));
        values
    }
}

fn json(text: &str) -> Value {
    let is_structure = text.trim_start().starts_with(['{', '[']);
    let read = is_structure.then(|| serde_json::from_str(text).ok());
    read.flatten().unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> Entry {
        Entry::Text(text.to_owned())
    }

    fn tree(values: &[(&str, Entry)], keys: &[(&str, Tree)]) -> Tree {
        let named = |(name, entry): &(&str, Entry)| ((*name).to_owned(), entry.clone());
        Tree {
            values: values.iter().map(named).collect(),
            keys: keys
                .iter()
                .map(|(name, tree)| ((*name).to_owned(), tree.clone()))
                .collect(),
        }
    }

    #[test]
    fn a_browsers_policy_is_what_it_would_be_in_a_file() {
        let forced = tree(
            &[("10", text("c")), ("2", text("b")), ("1", text("a"))],
            &[],
        );
        let settings = tree(&[("installation_mode", text("blocked"))], &[]);
        let policy = tree(
            &[
                ("NativeMessagingUserLevelHosts", Entry::Number(0)),
                (
                    "ExtensionSettings",
                    text("{\"*\": {\"installation_mode\": \"blocked\"}}"),
                ),
                ("HomepageLocation", text("https://example.org")),
                (
                    "Extensions",
                    Entry::Texts(vec!["{\"Uninstall\":".into(), "[\"x\"]}".into()]),
                ),
                ("Blob", Entry::Other(3)),
            ],
            &[
                ("ExtensionInstallForcelist", forced),
                ("3rdparty", tree(&[], &[("*", settings)])),
            ],
        );
        assert_eq!(
            Value::Object(policy.policy()),
            json!({
                "NativeMessagingUserLevelHosts": false,
                "ExtensionSettings": {"*": {"installation_mode": "blocked"}},
                "HomepageLocation": "https://example.org",
                "Extensions": {"Uninstall": ["x"]},
                "ExtensionInstallForcelist": ["a", "b", "c"],
                "3rdparty": {"*": {"installation_mode": "blocked"}},
            })
        );
    }

    #[test]
    fn a_text_that_only_looks_like_json_is_a_text() {
        let policy = tree(&[("a", text("{b")), ("c", text("12"))], &[]);
        assert_eq!(
            Value::Object(policy.policy()),
            json!({"a": "{b", "c": "12"})
        );
    }
}
