//! A browser's manifest of the native host: whether the host is found and started through it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use protocol::NATIVE_HOST_NAME;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::browser::Family;
use super::surroundings::Surroundings;
use crate::extension_id::{CHROMIUM_EXTENSION_ID, GECKO_EXTENSION_ID};
use crate::trusted_path::{Distrust, Keeper, resolve};

/// A manifest has a few lines; what is longer is none.
const LENGTH_MAX: usize = 64 * 1024;

/// What a good manifest says.
#[derive(Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The program it starts.
    pub program: PathBuf,
    /// Other extensions that it also admits.
    pub strangers: Vec<String>,
}

/// Why a browser does not start the host by this manifest, or should not.
#[derive(Debug, thiserror::Error)]
pub enum ManifestFault {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    /// What names it names a file that is not there.
    #[error("{0} names this file, which is not there")]
    Absent(String),
    /// It is no JSON object with a manifest's members.
    #[error("it is no manifest: {0}")]
    Malformed(String),
    /// It is another host's.
    #[error("it names the host {0:?}")]
    Name(String),
    /// Firefox accepts no member it does not know.
    #[error("Firefox refuses it for its member {0:?}")]
    Member(String),
    /// It does not name our extension.
    #[error("it does not admit our extension, but {}", list(.0))]
    Extension(Vec<String>),
    /// The program it names is not there.
    #[error("it starts {}, which is not there", .0.display())]
    ProgramAbsent(PathBuf),
    /// The program it names is none.
    #[error("it starts {}, which cannot be executed", .0.display())]
    NotExecutable(PathBuf),
    /// Somebody else can change the manifest or the program.
    #[error("somebody else can change what it starts: {0}")]
    Distrusted(Distrust),
}

#[derive(Deserialize)]
struct Members {
    name: String,
    #[serde(rename = "description")]
    _description: String,
    path: PathBuf,
    #[serde(rename = "type")]
    kind: String,
    allowed_origins: Option<Vec<String>>,
    allowed_extensions: Option<Vec<String>>,
}

/// The members Firefox knows; with any other it refuses the whole file.
const FIREFOX_MEMBERS: [&str; 5] = ["name", "description", "path", "type", "allowed_extensions"];

/// Reads the manifest at `path`; `None` where there is none.
///
/// `keeper` says who may own it and the program it starts.
pub fn read(
    surroundings: &Surroundings,
    path: &Path,
    family: Family,
    keeper: Keeper,
) -> Option<Result<Manifest, ManifestFault>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) && path.symlink_metadata().is_err() =>
        {
            return None;
        }
        Err(error) => Err(ManifestFault::Unreadable(error)),
    };
    Some(text.and_then(|text| {
        let mut manifest = parse(&text, family)?;
        // On Windows the path may begin where the manifest stands.
        manifest.program = path.with_file_name(&manifest.program);
        resolve(path, keeper).map_err(ManifestFault::Distrusted)?;
        judge_program(&surroundings.at(&manifest.program), keeper)?;
        Ok(manifest)
    }))
}

fn parse(text: &str, family: Family) -> Result<Manifest, ManifestFault> {
    let malformed = |reason: &dyn std::fmt::Display| ManifestFault::Malformed(reason.to_string());
    if text.len() > LENGTH_MAX {
        return Err(malformed(&format!("longer than {LENGTH_MAX} bytes")));
    }
    let object: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| malformed(&error))?;
    if family == Family::Firefox
        && let Some(other) = object
            .keys()
            .find(|name| !FIREFOX_MEMBERS.contains(&name.as_str()))
    {
        return Err(ManifestFault::Member(other.clone()));
    }
    let members: Members =
        serde_json::from_value(Value::Object(object)).map_err(|error| malformed(&error))?;
    if members.name != NATIVE_HOST_NAME {
        return Err(ManifestFault::Name(members.name));
    }
    if members.kind != "stdio" {
        return Err(malformed(&"its type is not \"stdio\""));
    }
    if !members.path.is_absolute() && !cfg!(windows) {
        return Err(malformed(&"its path is not absolute"));
    }
    let (ours, admitted) = match family {
        Family::Chromium => (
            format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/"),
            members.allowed_origins,
        ),
        Family::Firefox => (GECKO_EXTENSION_ID.to_owned(), members.allowed_extensions),
    };
    let admitted = admitted.unwrap_or_default();
    if !admitted.contains(&ours) {
        return Err(ManifestFault::Extension(admitted));
    }
    Ok(Manifest {
        program: members.path,
        strangers: admitted.into_iter().filter(|id| *id != ours).collect(),
    })
}

fn judge_program(path: &Path, keeper: Keeper) -> Result<(), ManifestFault> {
    let Ok(metadata) = fs::metadata(path) else {
        return Err(ManifestFault::ProgramAbsent(path.to_owned()));
    };
    if !is_executable(&metadata) {
        return Err(ManifestFault::NotExecutable(path.to_owned()));
    }
    resolve(path, keeper)
        .map(|_| ())
        .map_err(ManifestFault::Distrusted)
}

/// Whether a file is a program, as far as its metadata tell.
#[cfg(unix)]
pub fn is_executable(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.is_file() && file.permissions().mode() & 0o111 != 0
}

/// Whether a file is a program, as far as its metadata tell.
#[cfg(windows)]
pub fn is_executable(file: &fs::Metadata) -> bool {
    file.is_file()
}

fn list(ids: &[String]) -> String {
    match ids.is_empty() {
        true => "none".to_owned(),
        false => ids.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::super::surroundings::tests::Workstation;
    use super::*;

    const PLACE: &str = "/etc/chromium/native-messaging-hosts/it.tessera.cns.json";
    const HOST: &str = "/usr/bin/tessera-host";

    fn good(family: Family) -> Value {
        let mut manifest = json!({"name": "it.tessera.cns", "description": "Tessera",
            "path": HOST, "type": "stdio"});
        match family {
            Family::Chromium => {
                manifest["allowed_origins"] =
                    json!([format!("chrome-extension://{CHROMIUM_EXTENSION_ID}/")]);
            }
            Family::Firefox => manifest["allowed_extensions"] = json!([GECKO_EXTENSION_ID]),
        }
        manifest
    }

    fn read_as(
        workstation: &Workstation,
        manifest: &Value,
        family: Family,
    ) -> Result<Manifest, ManifestFault> {
        let path = workstation.file(PLACE, manifest.to_string());
        let surroundings = workstation.surroundings();
        read(&surroundings, &path, family, Keeper::Person).unwrap()
    }

    #[test]
    fn each_familys_manifest_is_read() {
        let workstation = Workstation::new();
        workstation.program(HOST);
        for family in [Family::Chromium, Family::Firefox] {
            let manifest = read_as(&workstation, &good(family), family).unwrap();
            assert_eq!(manifest.program, PathBuf::from(HOST));
            assert!(manifest.strangers.is_empty());
        }
        let surroundings = workstation.surroundings();
        let none = surroundings.at("/etc/none.json");
        assert!(read(&surroundings, &none, Family::Chromium, Keeper::Person).is_none());
    }

    #[test]
    fn each_fault_is_told() {
        let workstation = Workstation::new();
        workstation.program(HOST);
        workstation.file("/usr/bin/text", "");
        let with = |family, member: &str, value: Value| {
            let mut manifest = good(family);
            manifest[member] = value;
            let fault = read_as(&workstation, &manifest, family).unwrap_err();
            workstation.told(&fault.to_string())
        };
        let chromium = |member: &str, value| with(Family::Chromium, member, value);
        let firefox = |member: &str, value| with(Family::Firefox, member, value);
        assert_eq!(
            chromium("path", json!("/opt/gone/host")),
            "it starts /opt/gone/host, which is not there"
        );
        assert_eq!(
            chromium("path", json!("/usr/bin/text")),
            "it starts /usr/bin/text, which cannot be executed"
        );
        assert_eq!(
            chromium("path", json!("tessera-host")),
            "it is no manifest: its path is not absolute"
        );
        assert_eq!(
            chromium("allowed_origins", json!(["chrome-extension://evil/"])),
            "it does not admit our extension, but chrome-extension://evil/"
        );
        // Without the slash at its end Chromium does not know it.
        let bare = format!("chrome-extension://{CHROMIUM_EXTENSION_ID}");
        assert!(chromium("allowed_origins", json!([bare])).starts_with("it does not admit"));
        assert_eq!(
            chromium("name", json!("it.example")),
            "it names the host \"it.example\""
        );
        assert_eq!(
            firefox("allowed_origins", json!([])),
            "Firefox refuses it for its member \"allowed_origins\""
        );
        assert_eq!(
            firefox("allowed_extensions", json!([])),
            "it does not admit our extension, but none"
        );
        assert!(firefox("type", json!("pipe")).contains("\"stdio\""));
    }

    #[test]
    fn what_is_no_json_is_no_manifest() {
        let workstation = Workstation::new();
        let path = workstation.file(PLACE, "{\"name\": ");
        let surroundings = workstation.surroundings();
        let read = read(&surroundings, &path, Family::Chromium, Keeper::Person);
        assert!(matches!(read, Some(Err(ManifestFault::Malformed(_)))));
    }

    #[test]
    fn a_host_or_a_manifest_that_others_can_write_is_not_trusted() {
        for open in [HOST, PLACE] {
            let workstation = Workstation::new();
            workstation.program(HOST);
            let path = workstation.file(PLACE, good(Family::Chromium).to_string());
            let surroundings = workstation.surroundings();
            fs::set_permissions(surroundings.at(open), Permissions::from_mode(0o777)).unwrap();
            let read = read(&surroundings, &path, Family::Chromium, Keeper::Person);
            assert!(
                matches!(read, Some(Err(ManifestFault::Distrusted(_)))),
                "{open}"
            );
        }
    }

    #[test]
    fn strangers_are_counted() {
        let workstation = Workstation::new();
        workstation.program(HOST);
        let mut manifest = good(Family::Firefox);
        manifest["allowed_extensions"] = json!(["other@example.org", GECKO_EXTENSION_ID]);
        let manifest = read_as(&workstation, &manifest, Family::Firefox).unwrap();
        assert_eq!(manifest.strangers, ["other@example.org"]);
    }
}
