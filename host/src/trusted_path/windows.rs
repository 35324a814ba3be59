//! Files of Windows: who owns them, and the access list that says who may change them.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf, Prefix};

use super::access_list::{Account, Place, Stranger, judge};
use super::{Distrust, Keeper, unreadable};
use crate::windows::{account_of_this_process, security_descriptor};

/// Answers where `path` leads when every link is followed.
///
/// The file, and every folder above it, must belong to a keeper and be open to change for
/// nobody else, so that what was looked at here is what is opened later. Links themselves are
/// not judged: whoever can turn one about can lead it to no place that is not believed.
pub fn resolve(path: &Path, keeper: Keeper) -> Result<PathBuf, Distrust> {
    if !path.is_absolute() {
        return Err(Distrust::NotAbsolute);
    }
    let resolved = fs::canonicalize(path).map_err(|error| unreadable(path, error))?;
    let resolved = plain(&resolved).ok_or_else(|| Distrust::NotHere(path.to_owned()))?;
    let person = match keeper {
        Keeper::Root => None,
        Keeper::Person => Some(account_of_this_process().map_err(|error| unreadable(path, error))?),
    };
    for (steps_up, place) in resolved.ancestors().enumerate() {
        let kind = match steps_up {
            0 => Place::File,
            1 => Place::Folder,
            _ => Place::Above,
        };
        look(place, kind, person.as_ref())?;
    }
    Ok(resolved)
}

fn look(path: &Path, place: Place, person: Option<&Account>) -> Result<(), Distrust> {
    let descriptor = security_descriptor(path).map_err(|error| unreadable(path, error))?;
    judge(&descriptor, place, person).map_err(|stranger| {
        let path = path.to_owned();
        match stranger {
            Stranger::Owns(owner) => Distrust::Owner {
                path,
                owner: owner.to_string(),
            },
            Stranger::MayChange(account) => Distrust::Writable {
                path,
                by: account.to_string(),
            },
            Stranger::Anybody => Distrust::Writable {
                path,
                by: "anybody (it has no access list)".to_owned(),
            },
            Stranger::Unknown => Distrust::Unreadable {
                path,
                error: io::Error::new(
                    io::ErrorKind::InvalidData,
                    "its access list has entries that are not understood",
                ),
            },
        }
    })
}

/// The path as people and older libraries write it: `C:\…` instead of `\\?\C:\…`. None for
/// what is not on a disk of this machine.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut components = path.components();
    let Some(Component::Prefix(prefix)) = components.next() else {
        return None;
    };
    let (Prefix::VerbatimDisk(letter) | Prefix::Disk(letter)) = prefix.kind() else {
        return None;
    };
    let mut plain = PathBuf::from(format!("{}:", char::from(letter)));
    plain.push(components.as_path());
    Some(plain)
}
