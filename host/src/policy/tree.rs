//! The policy as a tree of Windows' registry: a value for each of its settings.
//!
//! A list is a text whose entries stand apart by `;`, as one installation property brings it,
//! or `REG_MULTI_SZ`, or a key of numbered values, as a group policy's list box writes it. An
//! entry without a word says nothing, in each of them.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Settings, check};
use crate::registry_tree::{Entry, Tree};

/// What the tree says, or which value or key says what no policy can say.
pub fn read(tree: &Tree) -> Result<Settings, String> {
    let mut members = Map::new();
    for (name, entry) in &tree.values {
        if name.is_empty() {
            return Err("the default value says nothing a policy can say".to_owned());
        }
        let list = value(entry).map_err(|reason| format!("value {name}: {reason}"))?;
        admit(&mut members, name, list).map_err(|reason| format!("value {name}: {reason}"))?;
    }
    for (name, tree) in &tree.keys {
        let list = list(tree).map_err(|reason| format!(r"key {name}: {reason}"))?;
        if members.contains_key(name) {
            return Err(format!("key {name}: there is a value of this name as well"));
        }
        admit(&mut members, name, list).map_err(|reason| format!("key {name}: {reason}"))?;
    }
    let settings =
        Settings::deserialize(Value::Object(members)).map_err(|error| error.to_string())?;
    check(&settings)?;
    Ok(settings)
}

/// Takes one setting in; alone first, so that a fault is told with its name.
fn admit(members: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), String> {
    let alone = Map::from_iter([(name.to_owned(), value.clone())]);
    Settings::deserialize(Value::Object(alone)).map_err(|error| error.to_string())?;
    members.insert(name.to_owned(), value);
    Ok(())
}

fn value(entry: &Entry) -> Result<Value, String> {
    let texts: Vec<&str> = match entry {
        Entry::Text(text) => text.split(';').collect(),
        Entry::Texts(texts) => texts.iter().map(String::as_str).collect(),
        // An expandable text is what the variables of each process make of it.
        Entry::Number(_) | Entry::Other(_) => {
            return Err("it is neither REG_SZ nor REG_MULTI_SZ".to_owned());
        }
    };
    Ok(entries(texts))
}

fn list(tree: &Tree) -> Result<Value, String> {
    if let Some(name) = tree.keys.keys().next() {
        return Err(format!("a list has no key {name} in it"));
    }
    let texts = tree
        .numbered()
        .into_iter()
        .map(|(name, entry)| match entry {
            Entry::Text(text) => Ok(text.as_str()),
            _ => Err(format!("its value {name} is not REG_SZ")),
        });
    Ok(entries(texts.collect::<Result<Vec<&str>, String>>()?))
}

fn entries(texts: Vec<&str>) -> Value {
    let texts = texts.into_iter().map(str::trim);
    texts.filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use protocol::Origin;

    use super::*;

    fn text(text: &str) -> Entry {
        Entry::Text(text.to_owned())
    }

    fn with(name: &str, entry: Entry) -> Tree {
        let mut tree = Tree::default();
        tree.values.insert(name.to_owned(), entry);
        tree
    }

    fn with_list(name: &str, entries: &[(&str, Entry)]) -> Tree {
        let mut list = Tree::default();
        for (number, entry) in entries {
            list.values.insert((*number).to_owned(), entry.clone());
        }
        let mut tree = Tree::default();
        tree.keys.insert(name.to_owned(), list);
        tree
    }

    const ONE: &str = "https://portal.example";
    const OTHER: &str = "https://other.example";

    #[test]
    fn each_form_of_a_list_says_the_same() {
        let several = format!("{ONE}; {OTHER};");
        for tree in [
            with("allowed_origins", text(&several)),
            with(
                "allowed_origins",
                Entry::Texts(vec![ONE.into(), OTHER.into()]),
            ),
            with(
                "allowed_origins",
                Entry::Texts(vec![ONE.into(), " ".into(), OTHER.into(), String::new()]),
            ),
            with_list("allowed_origins", &[("10", text(OTHER)), ("9", text(ONE))]),
            with_list(
                "allowed_origins",
                &[
                    ("1", text(" ")),
                    ("2", text(ONE)),
                    ("3", text("")),
                    ("4", text(OTHER)),
                ],
            ),
        ] {
            let origins = [ONE, OTHER].map(|origin| Origin::parse(origin).unwrap());
            assert_eq!(read(&tree).unwrap().allowed_origins, origins);
        }
        let nothing = read(&with("allowed_origins", text(""))).unwrap();
        assert!(nothing.allowed_origins.is_empty());
        assert!(read(&Tree::default()).is_ok());
    }

    // The absolute paths of this system, since it says what an absolute path is.
    #[test]
    fn modules_are_paths() {
        let module = if cfg!(windows) {
            r"C:\a\module.dll"
        } else {
            "/a/module.so"
        };
        let settings = read(&with("modules", text(module))).unwrap();
        assert_eq!(settings.modules, [Path::new(module)]);
    }

    #[test]
    fn what_no_policy_can_say_is_refused_by_its_name() {
        for (tree, said) in [
            (
                with("allowed_origin", text(ONE)),
                "value allowed_origin: unknown field",
            ),
            (
                with("allowed_origins", text("portal")),
                "value allowed_origins: ",
            ),
            (
                with("allowed_origins", Entry::Number(1)),
                "value allowed_origins: it is neither REG_SZ nor REG_MULTI_SZ",
            ),
            (
                with("modules", Entry::Other(2)),
                "value modules: it is neither",
            ),
            (
                with("modules", text("module.dll")),
                "modules: `module.dll` is not an absolute path",
            ),
            (with("", text(ONE)), "the default value"),
            (with_list("origins", &[]), "key origins: unknown field"),
            (
                with_list("allowed_origins", &[("1", Entry::Number(1))]),
                "key allowed_origins: its value 1 is not REG_SZ",
            ),
        ] {
            let reason = read(&tree).unwrap_err();
            assert!(reason.starts_with(said), "{reason}");
        }
        let mut both = with("modules", text(""));
        both.keys.insert("modules".to_owned(), Tree::default());
        assert!(read(&both).unwrap_err().contains("as well"));
    }
}
