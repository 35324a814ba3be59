//! Whom a Windows file's security descriptor lets change it.
//!
//! The descriptor is read as the bytes it is (MS-DTYP §2.4.2, §2.4.4 to §2.4.6): nothing here
//! asks the system.

use std::fmt::{self, Write};

/// What the file is, for its rights mean different things (`winnt.h`, `FILE_WRITE_DATA` …).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The file that is to be believed.
    File,
    /// The folder it stands in: who can put files there lends them to programs beside.
    Folder,
    /// A folder above that.
    Above,
}

/// To rename, delete or open up: as good as to write.
const TO_TAKE_OVER: u32 = DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL | GENERIC_WRITE;
const DELETE: u32 = 0x0001_0000;
const WRITE_DAC: u32 = 0x0004_0000;
const WRITE_OWNER: u32 = 0x0008_0000;
const GENERIC_ALL: u32 = 0x1000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
/// `FILE_WRITE_DATA`, of a folder `FILE_ADD_FILE`.
const WRITE_DATA: u32 = 0x0002;
/// `FILE_APPEND_DATA`, of a folder `FILE_ADD_SUBDIRECTORY`.
const APPEND_DATA: u32 = 0x0004;
const DELETE_CHILD: u32 = 0x0040;

impl Place {
    /// The rights by which this could become another one.
    fn rights_to_change(self) -> u32 {
        match self {
            Place::File => TO_TAKE_OVER | WRITE_DATA | APPEND_DATA,
            Place::Folder => TO_TAKE_OVER | DELETE_CHILD | WRITE_DATA,
            // Everybody may make folders in `C:\`, which replaces none.
            Place::Above => TO_TAKE_OVER | DELETE_CHILD,
        }
    }
}

/// An account or group, as the system numbers it (a SID).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(String);

impl Account {
    const SYSTEM: &str = "S-1-5-18";
    const ADMINISTRATORS: &str = "S-1-5-32-544";
    /// Windows's own installer, to which the system's files belong.
    const TRUSTED_INSTALLER: &str =
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
    /// Stands for the file's owner, who is judged as such.
    const OWNER_RIGHTS: &str = "S-1-3-4";

    /// Reads a SID; `None` where the bytes are none.
    pub fn read(bytes: &[u8]) -> Option<Account> {
        let count = usize::from(*bytes.get(1)?);
        let authority = bytes.get(2..8)?;
        let authority = authority
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut text = format!("S-{}-{authority}", bytes.first()?);
        for place in 0..count {
            let part = number(bytes, 8 + 4 * place)?;
            let _ = write!(text, "-{part}");
        }
        Some(Account(text))
    }

    /// Whether whatever is the administrator's to change is theirs.
    fn administers(&self) -> bool {
        [
            Account::SYSTEM,
            Account::ADMINISTRATORS,
            Account::TRUSTED_INSTALLER,
        ]
        .contains(&self.0.as_str())
    }
}

/// With the names that everybody knows of groups that are the same on every machine.
impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0.as_str() {
            "S-1-1-0" => "Everyone",
            "S-1-5-4" => "Interactive",
            "S-1-5-11" => "Authenticated Users",
            "S-1-5-32-545" => "Users",
            "S-1-5-32-546" => "Guests",
            "S-1-5-32-547" => "Power Users",
            number => return formatter.write_str(number),
        };
        write!(formatter, "{name} ({})", self.0)
    }
}

/// Why a file is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum Stranger {
    /// Somebody else owns it, and so decides who may write it.
    Owns(Account),
    /// Somebody else may change it.
    MayChange(Account),
    /// It has no list, and so anybody may change it.
    Anybody,
    /// The descriptor cannot be understood.
    Unknown,
}

/// Judges a descriptor; besides administrators, `person` is no stranger, where there is one.
pub fn judge(descriptor: &[u8], place: Place, person: Option<&Account>) -> Result<(), Stranger> {
    let is_keeper = |account: &Account| account.administers() || person == Some(account);
    let owner = offset(descriptor, 4)
        .and_then(|start| Account::read(descriptor.get(start..)?))
        .ok_or(Stranger::Unknown)?;
    if !is_keeper(&owner) {
        return Err(Stranger::Owns(owner));
    }
    let has_list = control(descriptor).ok_or(Stranger::Unknown)? & DACL_PRESENT != 0;
    let Some(list) = offset(descriptor, 16).filter(|_| has_list) else {
        return Err(Stranger::Anybody);
    };
    for entry in entries(descriptor.get(list..).ok_or(Stranger::Unknown)?) {
        let entry = entry.ok_or(Stranger::Unknown)?;
        let Some((mask, account)) = entry.admits()? else {
            continue;
        };
        let is_owner = account.0 == Account::OWNER_RIGHTS;
        if mask & place.rights_to_change() != 0 && !is_owner && !is_keeper(&account) {
            return Err(Stranger::MayChange(account));
        }
    }
    Ok(())
}

const DACL_PRESENT: u16 = 0x0004;

fn control(descriptor: &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes(descriptor.get(2..4)?.try_into().ok()?))
}

/// Where a part of the descriptor begins; none where it is left out.
fn offset(descriptor: &[u8], place: usize) -> Option<usize> {
    let start = usize::try_from(number(descriptor, place)?).ok()?;
    (start != 0).then_some(start)
}

fn number(bytes: &[u8], place: usize) -> Option<u32> {
    let four = bytes.get(place..place.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// An entry of an access list, header and all.
struct Entry<'a>(&'a [u8]);

impl Entry<'_> {
    const ALLOWED: u8 = 0;
    const DENIED: u8 = 1;
    /// Allowed on a condition, whose coming true nobody here foresees.
    const ALLOWED_CALLBACK: u8 = 9;
    const DENIED_CALLBACK: u8 = 10;
    /// For what will be made in the folder, and not for the folder.
    const INHERIT_ONLY: u8 = 0x08;

    /// Whom it lets do what; nobody where it only forbids. A right that another entry takes
    /// away again counts all the same: the stricter reading.
    fn admits(&self) -> Result<Option<(u32, Account)>, Stranger> {
        let [kind, flags, ..] = *self.0 else {
            return Err(Stranger::Unknown);
        };
        if flags & Entry::INHERIT_ONLY != 0 {
            return Ok(None);
        }
        match kind {
            Entry::DENIED | Entry::DENIED_CALLBACK => Ok(None),
            Entry::ALLOWED | Entry::ALLOWED_CALLBACK => {
                let mask = number(self.0, 4);
                let account = self.0.get(8..).and_then(Account::read);
                mask.zip(account).map(Some).ok_or(Stranger::Unknown)
            }
            _ => Err(Stranger::Unknown),
        }
    }
}

/// The entries of a list; `None` for one that is cut off.
fn entries(list: &[u8]) -> impl Iterator<Item = Option<Entry<'_>>> {
    let count = match list.get(4..6) {
        Some(&[low, high]) => u16::from_le_bytes([low, high]),
        _ => 1,
    };
    let mut rest = list.get(8..).unwrap_or_default();
    (0..count).map(move |_| {
        let length = u16::from_le_bytes(rest.get(2..4)?.try_into().ok()?);
        let (entry, after) = rest.split_at_checked(usize::from(length).max(4))?;
        rest = after;
        Some(Entry(entry))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FULL: u32 = 0x001f_01ff;
    const READ: u32 = 0x0012_00a9;
    const MODIFY: u32 = 0x0013_01bf;

    fn sid(text: &str) -> Vec<u8> {
        let numbers: Vec<u64> = text
            .trim_start_matches("S-1-")
            .split('-')
            .map(|number| number.parse().unwrap())
            .collect();
        let (authority, parts) = numbers.split_first().unwrap();
        let mut bytes = vec![1, parts.len() as u8];
        bytes.extend(&authority.to_be_bytes()[2..]);
        for part in parts {
            bytes.extend((*part as u32).to_le_bytes());
        }
        bytes
    }

    fn entry(kind: u8, flags: u8, mask: u32, account: &str) -> Vec<u8> {
        let account = sid(account);
        let length = (8 + account.len()) as u16;
        let mut bytes = vec![kind, flags];
        bytes.extend(length.to_le_bytes());
        bytes.extend(mask.to_le_bytes());
        bytes.extend(account);
        bytes
    }

    fn allowed(mask: u32, account: &str) -> Vec<u8> {
        entry(Entry::ALLOWED, 0, mask, account)
    }

    fn descriptor(owner: &str, list: Option<&[Vec<u8>]>) -> Vec<u8> {
        let owner = sid(owner);
        let control: u16 = if list.is_some() { 0x8004 } else { 0x8000 };
        let mut bytes = vec![1, 0];
        bytes.extend(control.to_le_bytes());
        let after_owner = 20 + owner.len() as u32;
        let start = if list.is_some() { after_owner } else { 0 };
        for offset in [20, 0, 0, start] {
            bytes.extend(u32::to_le_bytes(offset));
        }
        bytes.extend(owner);
        if let Some(entries) = list {
            let length = 8 + entries.iter().map(Vec::len).sum::<usize>();
            bytes.extend([2, 0]);
            bytes.extend((length as u16).to_le_bytes());
            bytes.extend((entries.len() as u16).to_le_bytes());
            bytes.extend([0, 0]);
            bytes.extend(entries.concat());
        }
        bytes
    }

    const ANNA: &str = "S-1-5-21-1-2-3-1001";
    const USERS: &str = "S-1-5-32-545";

    fn anna() -> Account {
        Account(ANNA.to_owned())
    }

    #[test]
    fn what_windows_gives_its_programs_is_believed() {
        let list = [
            allowed(FULL, Account::TRUSTED_INSTALLER),
            allowed(FULL, Account::SYSTEM),
            allowed(FULL, Account::ADMINISTRATORS),
            allowed(READ, USERS),
            allowed(READ, "S-1-15-2-1"),
            allowed(FULL, Account::OWNER_RIGHTS),
        ];
        let descriptor = descriptor(Account::TRUSTED_INSTALLER, Some(&list));
        for place in [Place::File, Place::Folder, Place::Above] {
            assert_eq!(judge(&descriptor, place, None), Ok(()));
        }
    }

    #[test]
    fn whoever_else_may_change_it_is_named() {
        for (mask, place) in [
            (MODIFY, Place::File),
            (WRITE_DATA, Place::File),
            (APPEND_DATA, Place::File),
            (WRITE_DATA, Place::Folder),
            (DELETE_CHILD, Place::Above),
            (WRITE_DAC, Place::Above),
            (GENERIC_ALL, Place::Above),
        ] {
            let list = [allowed(FULL, Account::SYSTEM), allowed(mask, USERS)];
            let descriptor = descriptor(Account::SYSTEM, Some(&list));
            let users = Account(USERS.to_owned());
            assert_eq!(
                judge(&descriptor, place, Some(&anna())),
                Err(Stranger::MayChange(users)),
                "{mask:x} {place:?}"
            );
        }
    }

    #[test]
    fn the_roots_list_as_windows_has_it_spoils_nothing_below() {
        // Authenticated users may make folders, and have all rights in those.
        let list = [
            allowed(FULL, Account::ADMINISTRATORS),
            allowed(APPEND_DATA, "S-1-5-11"),
            entry(Entry::ALLOWED, 0x0b, MODIFY | GENERIC_ALL, "S-1-5-11"),
            entry(Entry::DENIED, 0, FULL, USERS),
        ];
        let root = descriptor(Account::TRUSTED_INSTALLER, Some(&list));
        assert_eq!(judge(&root, Place::Above, None), Ok(()));
        assert!(judge(&root, Place::File, None).is_err());
    }

    #[test]
    fn a_persons_own_file_is_believed_in_the_persons_name() {
        let list = [allowed(FULL, ANNA), allowed(FULL, Account::SYSTEM)];
        let descriptor = descriptor(ANNA, Some(&list));
        assert_eq!(judge(&descriptor, Place::File, Some(&anna())), Ok(()));
        assert_eq!(
            judge(&descriptor, Place::File, None),
            Err(Stranger::Owns(anna()))
        );
    }

    #[test]
    fn without_a_list_anybody_may_and_an_unknown_entry_is_not_believed() {
        let none = descriptor(Account::SYSTEM, None);
        assert_eq!(judge(&none, Place::File, None), Err(Stranger::Anybody));
        let nobody = descriptor(Account::SYSTEM, Some(&[]));
        assert_eq!(judge(&nobody, Place::File, None), Ok(()));
        for kind in [5, 11, 200] {
            let list = [entry(kind, 0, READ, USERS)];
            let other = descriptor(Account::SYSTEM, Some(&list));
            assert_eq!(judge(&other, Place::File, None), Err(Stranger::Unknown));
        }
    }

    #[test]
    fn what_is_cut_off_is_not_believed() {
        let list = [allowed(FULL, Account::SYSTEM), allowed(READ, USERS)];
        let whole = descriptor(Account::SYSTEM, Some(&list));
        for length in 0..whole.len() {
            assert!(
                judge(&whole[..length], Place::File, None).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn groups_of_every_machine_are_told_by_name() {
        assert_eq!(
            Account(USERS.to_owned()).to_string(),
            "Users (S-1-5-32-545)"
        );
        assert_eq!(anna().to_string(), ANNA);
        assert_eq!(Account::read(&sid(ANNA)), Some(anna()));
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_it_comes_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = judge(&bytes, Place::File, None);
        }
    }
}
