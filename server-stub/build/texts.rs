//! The texts of `texts/*.toml` as Rust, so that one that is missing fails the build.
//!
//! Here the languages are held against each other; that no code, field or sentence lacks
//! its text in all of them, the compiler sees: tables become the structs and the whole
//! `match`es of `src/texts.rs`.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// Tables whose keys are the cases of an enum, one text or table for each.
const ENUMS: [(&str, &str); 3] = [
    ("problem", "ProblemCode"),
    ("field", "FieldFault"),
    ("document.profiles", "Profile"),
];

/// Tables whose keys are a struct's fields; those not named here are a problem's.
const STRUCTS: [(&str, &str); 4] = [
    ("", "Texts"),
    ("contact", "Contacts"),
    ("document", "DocumentText"),
    ("pages", "PagesText"),
];
const PROBLEM: &str = "ProblemText";

/// The texts cannot be used as they are.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum TextFault {
    #[error("texts/{language}.toml is no TOML: {fault}")]
    NoToml { language: String, fault: String },
    #[error("texts/{language}.toml lacks {key}, which another language has: write it there too")]
    Missing { language: String, key: String },
    #[error("texts/{language}.toml, {key}: write a text between quotes")]
    NoText { language: String, key: String },
    #[error("texts/{language}.toml, {key}: it says nothing; write the text")]
    Empty { language: String, key: String },
    #[error("texts/{language}.toml, {key}: nothing is put in the place of {{…}}; say it in words")]
    Placeholder { language: String, key: String },
}

/// A static of type `Texts` for each language, named after it in capitals.
pub fn program(files: [(&str, &str); 3]) -> Result<String, TextFault> {
    let mut program = String::new();
    let mut said = Vec::new();
    for (language, file) in files {
        let table = file.parse::<Table>().map_err(|fault| TextFault::NoToml {
            language: language.to_owned(),
            fault: fault.to_string(),
        })?;
        let mut texts = BTreeMap::new();
        collect(language, "", &table, &mut texts)?;
        said.push((language, texts));
        let name = language.to_uppercase();
        let value = expression("", &Value::Table(table));
        program.push_str(&format!("static {name}: Texts = {value};\n"));
    }
    let every: BTreeSet<&String> = said.iter().flat_map(|(_, texts)| texts.keys()).collect();
    for (language, texts) in &said {
        if let Some(key) = every.iter().find(|key| !texts.contains_key(**key)) {
            return Err(TextFault::Missing {
                language: (*language).to_owned(),
                key: (**key).clone(),
            });
        }
    }
    Ok(program)
}

/// Every text by its whole key.
fn collect(
    language: &str,
    path: &str,
    table: &Table,
    texts: &mut BTreeMap<String, String>,
) -> Result<(), TextFault> {
    for (key, value) in table {
        let key = below(path, key);
        let language = language.to_owned();
        match value {
            Value::Table(table) => collect(&language, &key, table, texts)?,
            Value::String(text) if text.trim().is_empty() => {
                return Err(TextFault::Empty { language, key });
            }
            Value::String(text) if text.contains(['{', '}']) => {
                return Err(TextFault::Placeholder { language, key });
            }
            Value::String(text) => {
                texts.insert(key, text.clone());
            }
            _ => return Err(TextFault::NoText { language, key }),
        }
    }
    Ok(())
}

/// A value as the expression that makes it.
fn expression(path: &str, value: &Value) -> String {
    let Value::Table(table) = value else {
        return format!("{:?}", value.as_str().unwrap_or_default());
    };
    let named = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(table, _)| *table == path);
        found.map(|(_, name)| *name)
    };
    let parts = table
        .iter()
        .map(|(key, value)| (key, expression(&below(path, key), value)));
    if let Some(name) = named(&ENUMS) {
        let arms = parts.map(|(key, value)| format!("{name}::{} => {value},\n", case(key)));
        return format!("|case| match case {{\n{}}}", arms.collect::<String>());
    }
    let fields = parts.map(|(key, value)| format!("{}: {value},\n", key.replace('-', "_")));
    let name = named(&STRUCTS).unwrap_or(PROBLEM);
    format!("{name} {{\n{}}}", fields.collect::<String>())
}

fn below(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

/// The enum's case of that name: `certificate-not-cns` is `CertificateNotCns`.
fn case(name: &str) -> String {
    let words = name.split(['-', '_']);
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    words.map(capital).collect()
}
