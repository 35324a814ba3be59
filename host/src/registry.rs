//! Windows' registry, as far as it is read and written here.

use std::io;
use std::path::PathBuf;

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type, Value};

use crate::registry_tree::{Entry, Tree};

/// A tree of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hive {
    /// `HKEY_CURRENT_USER`, the person's.
    Person,
    /// `HKEY_LOCAL_MACHINE`, everybody's.
    Machine,
}

impl Hive {
    /// Its abbreviated name, as technicians write it.
    pub fn name(self) -> &'static str {
        match self {
            Hive::Person => "HKCU",
            Hive::Machine => "HKLM",
        }
    }

    fn key(self) -> &'static Key {
        match self {
            Hive::Person => CURRENT_USER,
            Hive::Machine => LOCAL_MACHINE,
        }
    }

    /// How a key in it is told to people.
    pub fn display(self, key: &str) -> String {
        format!(r"{}\{key}", self.name())
    }

    /// Opens a key to be read; `None` where there is none.
    pub fn open(self, key: &str) -> io::Result<Option<Key>> {
        absent_is_none(self.key().open(key))
    }

    /// A value of a key as text; `None` where key or value are not there.
    pub fn text(self, key: &str, value: &str) -> io::Result<Option<String>> {
        match self.open(key)? {
            Some(key) => absent_is_none(key.get_string(value)),
            None => Ok(None),
        }
    }

    /// A key's default value as a path.
    pub fn path(self, key: &str) -> io::Result<Option<PathBuf>> {
        Ok(self.text(key, "")?.map(PathBuf::from))
    }

    /// Makes a key whose default value is this text.
    pub fn write(self, key: &str, text: &str) -> io::Result<()> {
        let key = self.key().create(key).map_err(fault)?;
        key.set_string("", text).map_err(fault)
    }

    /// Removes a key and all below it, and then those above it that hold nothing any more;
    /// false where there was none.
    pub fn remove(self, key: &str) -> io::Result<bool> {
        if self.open(key)?.is_none() {
            return Ok(false);
        }
        self.key().remove_tree(key).map_err(fault)?;
        let mut above = key;
        // Not `Software` itself, which is the first.
        while let Some((shorter, _)) = above.rsplit_once('\\')
            && shorter.contains('\\')
        {
            above = shorter;
            match self.open(above)? {
                Some(key) if is_empty(&key).map_err(fault)? => {}
                Some(_) | None => break,
            }
            self.key().remove_tree(above).map_err(fault)?;
        }
        Ok(true)
    }
}

fn is_empty(key: &Key) -> windows_registry::Result<bool> {
    Ok(key.keys()?.next().is_none() && key.values()?.next().is_none())
}

impl From<Value> for Entry {
    fn from(value: Value) -> Entry {
        let kind = value.ty();
        let read = match kind {
            Type::String => String::try_from(value).ok().map(Entry::Text),
            Type::MultiString => Vec::<String>::try_from(value).ok().map(Entry::Texts),
            Type::U32 => u32::try_from(value).ok().map(Entry::Number),
            _ => None,
        };
        read.unwrap_or(Entry::Other(kind.into()))
    }
}

/// All below a key; none where there is no such key.
pub fn tree(hive: Hive, key: &str) -> io::Result<Option<Tree>> {
    hive.open(key)?.map(|key| read(&key, DEPTH_MAX)).transpose()
}

/// Deeper than any policy goes.
const DEPTH_MAX: usize = 8;

fn read(key: &Key, depth: usize) -> io::Result<Tree> {
    let values = key.values().map_err(fault)?;
    let values = values.map(|(name, value)| (name, value.into())).collect();
    let mut keys = std::collections::BTreeMap::new();
    if depth > 0 {
        for name in key.keys().map_err(fault)? {
            let below = read(&key.open(&name).map_err(fault)?, depth - 1)?;
            keys.insert(name, below);
        }
    }
    Ok(Tree { values, keys })
}

fn absent_is_none<T>(result: windows_registry::Result<T>) -> io::Result<Option<T>> {
    match result.map_err(fault) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The system's own number of the error, out of the wrapping of COM (`HRESULT_FROM_WIN32`).
fn fault(error: windows_result::Error) -> io::Error {
    io::Error::from_raw_os_error(error.code().0 & 0xffff)
}
