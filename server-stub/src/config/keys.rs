//! Keys and their values, from the file and the environment, before they mean anything.

use std::{
    collections::HashMap,
    fmt::{Debug, Display},
    ops::RangeInclusive,
    path::Path,
};

use toml::{Table, Value as Toml};

use super::{
    ConfigFault,
    effective::{Effective, Source, shown},
};

/// How a key's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    List,
    Number,
    Flag,
    /// Lists by a name of the administrator's.
    Table,
}

/// Every key there is (contract §5).
const KEYS: [(&str, Kind); 52] = [
    ("listen", Kind::Text),
    ("origin", Kind::Text),
    ("database", Kind::Text),
    ("trusted_proxies", Kind::List),
    ("tls.certificate", Kind::Text),
    ("tls.key", Kind::Text),
    ("trust.anchors", Kind::List),
    ("trust.crls", Kind::List),
    ("trust.trust_list", Kind::Text),
    ("trust.trust_list_signers", Kind::List),
    ("trust.trust_list_may_shrink", Kind::Number),
    ("trust.trust_list_hours", Kind::Number),
    ("trust.state", Kind::Text),
    ("trust.revocation", Kind::Text),
    ("revocation.fetch", Kind::Flag),
    ("revocation.crl_addresses", Kind::Table),
    ("revocation.ocsp_addresses", Kind::Table),
    ("revocation.login_milliseconds", Kind::Number),
    ("revocation.crl_hours", Kind::Number),
    ("revocation.crl_seconds", Kind::Number),
    ("revocation.crl_megabytes", Kind::Number),
    ("limits.challenge_seconds", Kind::Number),
    ("limits.challenges_per_minute", Kind::Number),
    ("limits.passwords_per_quarter_hour", Kind::Number),
    ("limits.reports_per_hour", Kind::Number),
    ("limits.connections", Kind::Number),
    ("limits.connections_per_address", Kind::Number),
    ("limits.drain_seconds", Kind::Number),
    ("session.idle_minutes", Kind::Number),
    ("session.absolute_hours", Kind::Number),
    ("retention.events_days", Kind::Number),
    ("retention.reports_days", Kind::Number),
    ("audit.node", Kind::Text),
    ("audit.key", Kind::Text),
    ("audit.heads", Kind::Text),
    ("audit.months", Kind::Number),
    ("services.cms", Kind::Text),
    ("services.estrazione-dati-ricettari", Kind::Text),
    ("services.gestione-codici-esenzione", Kind::Text),
    ("services.gestione-stp", Kind::Text),
    ("services.gestione-assistiti", Kind::Text),
    ("services.gestione-medici", Kind::Text),
    ("services.gestione-estrazione-dati", Kind::Text),
    ("services.gestione-ricettari", Kind::Text),
    ("services.esenzioni-da-reddito", Kind::Text),
    ("services.gestione-ts", Kind::Text),
    ("services.gestione-strutture-accreditate", Kind::Text),
    ("services.censimento-punti-di-distribuzione", Kind::Text),
    ("workstation.packages", Kind::Text),
    ("admin.listen", Kind::Text),
    ("log.format", Kind::Text),
    ("log.level", Kind::Text),
];

const PREFIX: &str = "TESSERA_";

/// What a variable ends in that names a file with the value, as container secrets and
/// systemd's credentials come.
const IN_A_FILE: &str = "_FILE";

/// What was given, by key; the environment's word replaces the file's.
#[derive(Debug, Default)]
pub(super) struct Keys {
    given: HashMap<&'static str, (Given, Source)>,
    /// What was asked for so far, and what it came to.
    effective: Vec<Effective>,
}

#[derive(Debug)]
enum Given {
    Text(String),
    List(Vec<String>),
    Number(i64),
    Flag(bool),
    /// Name and entry; a name may come several times.
    Table(Vec<(String, String)>),
}

/// A value with the key it was found under.
#[derive(Debug)]
pub(super) struct Value<T> {
    pub(super) key: &'static str,
    pub(super) value: T,
}

impl<T: Debug> Value<T> {
    /// Why this value will not do.
    pub(super) fn fault(&self, mend: impl Display) -> ConfigFault {
        ConfigFault::new(self.key, format_args!("{:?}", self.value), mend)
    }
}

impl Keys {
    /// Reads the file's text and the environment; an unknown key is a fault.
    pub(super) fn read(
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
        folder: &Path,
    ) -> Result<Keys, ConfigFault> {
        let table: Table = toml::from_str(text).map_err(|fault| {
            let line = fault.span().map_or(0, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            });
            ConfigFault::new(
                "--config",
                format_args!("line {line}"),
                format_args!("{}; mend that line", fault.message()),
            )
        })?;
        let mut keys = Keys::default();
        for (name, value) in table {
            match value {
                Toml::Table(section) => {
                    for (inner, value) in section {
                        keys.take_from_file(&format!("{name}.{inner}"), value)?;
                    }
                }
                value => keys.take_from_file(&name, value)?,
            }
        }
        for (name, value) in environment {
            if name.starts_with(PREFIX) {
                keys.take_from_environment(&name, value, folder)?;
            }
        }
        Ok(keys)
    }

    fn take_from_file(&mut self, name: &str, value: Toml) -> Result<(), ConfigFault> {
        let Some((key, kind)) = KEYS.into_iter().find(|(key, _)| *key == name) else {
            return Err(unknown(name, &value));
        };
        let shown = value.to_string();
        let wrong = |mend: &str| ConfigFault::new(key, &shown, mend);
        let given = match (kind, value) {
            (Kind::Text, Toml::String(text)) => Given::Text(text),
            (Kind::Number, Toml::Integer(number)) => Given::Number(number),
            (Kind::Flag, Toml::Boolean(flag)) => Given::Flag(flag),
            (Kind::List, Toml::Array(entries)) => {
                Given::List(texts(entries).ok_or_else(|| wrong(A_LIST))?)
            }
            (Kind::Table, Toml::Table(lists)) => {
                let mut pairs = Vec::new();
                for (name, entries) in lists {
                    let Toml::Array(entries) = entries else {
                        return Err(wrong(A_TABLE));
                    };
                    let entries = texts(entries).ok_or_else(|| wrong(A_TABLE))?;
                    if entries.is_empty() {
                        let mend = "write an entry there, or leave the name out";
                        return Err(ConfigFault::new(key, format_args!("{name:?} = []"), mend));
                    }
                    pairs.extend(entries.into_iter().map(|entry| (name.clone(), entry)));
                }
                Given::Table(pairs)
            }
            (Kind::Text, _) => return Err(wrong("write a text in quotes")),
            (Kind::Number, _) => return Err(wrong("write a whole number")),
            (Kind::Flag, _) => return Err(wrong("write true or false")),
            (Kind::List, _) => return Err(wrong(A_LIST)),
            (Kind::Table, _) => return Err(wrong(A_TABLE)),
        };
        self.given.insert(key, (given, Source::File));
        Ok(())
    }

    fn take_from_environment(
        &mut self,
        name: &str,
        value: String,
        folder: &Path,
    ) -> Result<(), ConfigFault> {
        let called = |name: &str| KEYS.into_iter().find(|(key, _)| variable(key) == name);
        let Some((key, kind)) = called(name) else {
            return match name.strip_suffix(IN_A_FILE).and_then(called) {
                Some((key, Kind::Text)) => self.take_from_named_file(key, name, &value, folder),
                // It may be a secret under a mistyped name.
                _ => Err(unknown(name, &"…")),
            };
        };
        let given = match kind {
            Kind::Text => Given::Text(value),
            Kind::List => Given::List(entries(&value).map(str::to_owned).collect()),
            Kind::Table => Given::Table(
                entries(&value)
                    .map(|entry| {
                        let (name, entry) = entry.split_once('=')?;
                        Some((name.trim().to_owned(), entry.trim().to_owned()))
                    })
                    .collect::<Option<_>>()
                    .ok_or_else(|| {
                        let mend = "write name=entry, with commas between several";
                        ConfigFault::new(name, format_args!("{value:?}"), mend)
                    })?,
            ),
            Kind::Flag => Given::Flag(value.trim().parse().map_err(|_| {
                ConfigFault::new(name, format_args!("{value:?}"), "write true or false")
            })?),
            Kind::Number => Given::Number(value.trim().parse().map_err(|_| {
                ConfigFault::new(name, format_args!("{value:?}"), "write a whole number")
            })?),
        };
        self.take_once(key, name, given, Source::Environment)
    }

    /// A value whose variable names the file that holds it.
    fn take_from_named_file(
        &mut self,
        key: &'static str,
        name: &str,
        file: &str,
        folder: &Path,
    ) -> Result<(), ConfigFault> {
        let text = std::fs::read_to_string(folder.join(file)).map_err(|fault| {
            let mend = format!("{fault}; name a text file that can be read");
            ConfigFault::new(name, format_args!("{file:?}"), mend)
        })?;
        let text = text.trim_end_matches(['\n', '\r']).to_owned();
        self.take_once(key, name, Given::Text(text), Source::NamedFile)
    }

    /// The environment's word replaces the file's, but not its own.
    fn take_once(
        &mut self,
        key: &'static str,
        name: &str,
        given: Given,
        source: Source,
    ) -> Result<(), ConfigFault> {
        match self.given.insert(key, (given, source)) {
            Some((_, Source::Environment | Source::NamedFile)) => Err(ConfigFault::new(
                name,
                "…",
                "the environment gives the value and a file with it; give one of the two",
            )),
            _ => Ok(()),
        }
    }

    /// What was asked for, in the order of [`KEYS`], and what it came to.
    pub(super) fn effective(mut self) -> Vec<Effective> {
        let place = |key| KEYS.iter().position(|(known, _)| *known == key);
        self.effective.sort_by_key(|effective| place(effective.key));
        self.effective
    }

    fn take(&mut self, key: &'static str) -> Option<Given> {
        let (given, source) = self.given.remove(key)?;
        let value = match &given {
            Given::Text(text) => shown(key, text),
            Given::List(entries) => format!("{entries:?}"),
            Given::Number(number) => number.to_string(),
            Given::Flag(flag) => flag.to_string(),
            Given::Table(pairs) => format!("{pairs:?}"),
        };
        self.note(key, value, source);
        Some(given)
    }

    fn note(&mut self, key: &'static str, value: String, source: Source) {
        self.effective.push(Effective { key, value, source });
    }

    /// The text of a key.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Value<String>> {
        match self.take(key) {
            Some(Given::Text(value)) => Some(Value { key, value }),
            _ => None,
        }
    }

    /// The text of a key, or the usual one.
    pub(super) fn text_or(&mut self, key: &'static str, usual: &str) -> Value<String> {
        self.text(key).unwrap_or_else(|| {
            self.note(key, format!("{usual:?}"), Source::Usual);
            let value = usual.to_owned();
            Value { key, value }
        })
    }

    /// The text of a key that must be given.
    pub(super) fn required(
        &mut self,
        key: &'static str,
        mend: &str,
    ) -> Result<Value<String>, ConfigFault> {
        self.text(key)
            .ok_or_else(|| ConfigFault::new(key, "(nothing)", mend))
    }

    /// The list of a key.
    pub(super) fn list(&mut self, key: &'static str) -> Option<Value<Vec<String>>> {
        match self.take(key) {
            Some(Given::List(value)) => Some(Value { key, value }),
            _ => None,
        }
    }

    /// The names and entries of a key, a pair for each entry.
    pub(super) fn table(&mut self, key: &'static str) -> Vec<(String, String)> {
        match self.take(key) {
            Some(Given::Table(pairs)) => pairs,
            _ => Vec::new(),
        }
    }

    /// What a key says, yes or no, or what is usual.
    pub(super) fn flag(&mut self, key: &'static str, usual: bool) -> bool {
        match self.take(key) {
            Some(Given::Flag(flag)) => flag,
            _ => {
                self.note(key, usual.to_string(), Source::Usual);
                usual
            }
        }
    }

    /// The texts of all keys that begin so, in the order of [`KEYS`].
    pub(super) fn section(&mut self, begin: &str) -> Vec<Value<String>> {
        KEYS.into_iter()
            .filter(|(key, _)| key.starts_with(begin))
            .filter_map(|(key, _)| self.text(key))
            .collect()
    }

    /// The number of a key, or the usual one.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        usual: u32,
        range: RangeInclusive<u32>,
    ) -> Result<u32, ConfigFault> {
        let Some(Given::Number(number)) = self.take(key) else {
            self.note(key, usual.to_string(), Source::Usual);
            return Ok(usual);
        };
        u32::try_from(number)
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                let mend = format!("write a number from {} to {}", range.start(), range.end());
                ConfigFault::new(key, number, mend)
            })
    }
}

const A_LIST: &str = "write a list of texts, like [\"a\", \"b\"]";
const A_TABLE: &str = "write a section with a list of texts by each name, like a = [\"b\"]";

fn texts(entries: Vec<Toml>) -> Option<Vec<String>> {
    entries
        .into_iter()
        .map(|entry| match entry {
            Toml::String(text) => Some(text),
            _ => None,
        })
        .collect()
}

/// The entries of a variable of the environment.
fn entries(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

/// The environment's name of a key; a shell takes no `-` in one.
fn variable(key: &str) -> String {
    let name = key.to_uppercase().replace('.', "__").replace('-', "_");
    format!("{PREFIX}{name}")
}

fn unknown(name: &str, value: &dyn Display) -> ConfigFault {
    ConfigFault::new(
        name,
        value,
        "there is no such key; leave it out, or see `server-stub config example`",
    )
}

#[cfg(test)]
mod tests {
    use protocol::service::ServiceId;

    use super::*;

    #[test]
    fn every_service_that_is_elsewhere_has_a_key_and_no_other() {
        let named: Vec<_> = KEYS
            .iter()
            .filter_map(|(key, _)| key.strip_prefix("services."))
            .collect();
        let elsewhere: Vec<_> = ServiceId::ALL
            .iter()
            .filter(|service| !service.is_of_the_portal())
            .map(|service| service.id())
            .collect();
        assert_eq!(named, elsewhere);
    }

    #[test]
    fn no_two_keys_have_one_name_in_the_environment() {
        let mut names: Vec<_> = KEYS.iter().map(|(key, _)| variable(key)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), KEYS.len());
    }
}
