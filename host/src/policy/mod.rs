//! The workstation's policy: who may ask, and which middleware is loaded first (contract §2).

#[cfg(any(windows, test))]
mod tree;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use protocol::Origin;
use serde::Deserialize;

use crate::trusted_path::{Distrust, Keeper, resolve};

/// The administrator's policy, a file or a key of the registry; where it exists, the person's
/// own is not read.
pub const SYSTEM_POLICY: &str = if cfg!(windows) {
    r"HKLM\Software\Policies\Tessera"
} else {
    "/etc/tessera/policy.toml"
};

/// The person's policy, below their configuration folder.
pub const PERSONS_POLICY: &str = "tessera/policy.toml";

/// Who may ask on every workstation.
pub const ORIGINS: [&str; 2] = ["https://sistemats.it", "https://www.sistemats.it"];

/// How many bytes a policy has at most: it is a few lines, and a longer file is refused.
const LENGTH_MAX: usize = 64 * 1024;

/// What the policy says.
#[derive(Debug)]
pub struct Policy {
    settings: Settings,
    keeper: Keeper,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    allowed_origins: Vec<Origin>,
    #[serde(default)]
    modules: Vec<PathBuf>,
}

/// Why a policy that exists cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFault {
    /// Somebody else could have written it.
    #[error("the policy {} is not believed: {distrust}", path.display())]
    Distrusted {
        /// The policy file.
        path: PathBuf,
        /// Why.
        distrust: Distrust,
    },
    /// It cannot be read.
    #[error("the policy {} cannot be read: {error}", path.display())]
    Unreadable {
        /// The policy file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It says something a policy cannot say.
    #[error("the policy {}: {reason}", path.display())]
    Malformed {
        /// The policy file.
        path: PathBuf,
        /// Which line, key or value.
        reason: String,
    },
}

impl Policy {
    /// Reads the administrator's policy, where there is none the person's; without
    /// either, nothing is added to what every workstation allows.
    pub fn load() -> Result<Policy, PolicyFault> {
        if let Some(policy) = Policy::read_administrators(Path::new(SYSTEM_POLICY), Keeper::Root)? {
            return Ok(policy);
        }
        if let Some(folder) = configuration_folder()
            && let Some(policy) = Policy::read(&folder.join(PERSONS_POLICY), Keeper::Person)?
        {
            return Ok(policy);
        }
        Ok(Policy::default())
    }

    /// Reads the administrator's policy at its place; `None` where there is none.
    #[cfg(unix)]
    pub fn read_administrators(
        place: &Path,
        keeper: Keeper,
    ) -> Result<Option<Policy>, PolicyFault> {
        Policy::read(place, keeper)
    }

    /// Reads the administrator's policy at its place; `None` where there is none. Below
    /// `HKLM\Software` nobody else writes.
    #[cfg(windows)]
    pub fn read_administrators(
        place: &Path,
        keeper: Keeper,
    ) -> Result<Option<Policy>, PolicyFault> {
        use crate::registry::{self, Hive};
        let text = place.to_string_lossy();
        let key = text.strip_prefix(r"HKLM\").unwrap_or(&text);
        let tree = registry::tree(Hive::Machine, key).map_err(|error| unreadable(place, error))?;
        let Some(tree) = tree else {
            return Ok(None);
        };
        let settings = tree::read(&tree).map_err(|reason| PolicyFault::Malformed {
            path: place.to_owned(),
            reason,
        })?;
        Ok(Some(Policy { settings, keeper }))
    }

    /// Reads one policy file; `None` where there is none.
    pub fn read(path: &Path, keeper: Keeper) -> Result<Option<Policy>, PolicyFault> {
        // Looked for first, so that a folder that is none of ours matters only to those
        // who have a policy in it.
        if let Err(error) = path.symlink_metadata() {
            return match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
                _ => Err(unreadable(path, error)),
            };
        }
        let real = resolve(path, keeper).map_err(|distrust| PolicyFault::Distrusted {
            path: path.to_owned(),
            distrust,
        })?;
        let malformed = |reason| PolicyFault::Malformed {
            path: path.to_owned(),
            reason,
        };
        let mut bytes = Vec::new();
        File::open(real)
            .and_then(|file| file.take(LENGTH_MAX as u64 + 1).read_to_end(&mut bytes))
            .map_err(|error| unreadable(path, error))?;
        if bytes.len() > LENGTH_MAX {
            return Err(malformed(format!("it is longer than {LENGTH_MAX} bytes")));
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| unreadable(path, io::Error::new(io::ErrorKind::InvalidData, error)))?;
        let settings = parse(&text).map_err(malformed)?;
        Ok(Some(Policy { settings, keeper }))
    }

    /// Whether pages of `origin` may ask a card to sign.
    pub fn allows(&self, origin: &Origin) -> bool {
        ORIGINS.contains(&origin.as_str()) || self.settings.allowed_origins.contains(origin)
    }

    /// The origins it adds to the portal's own, in its order.
    pub fn added_origins(&self) -> &[Origin] {
        &self.settings.allowed_origins
    }

    /// The modules it names, in its order.
    pub fn modules(&self) -> &[PathBuf] {
        &self.settings.modules
    }

    /// Whose word it is, and so who may own the modules it names.
    pub fn keeper(&self) -> Keeper {
        self.keeper
    }
}

/// What holds on a workstation without a policy.
impl Default for Policy {
    fn default() -> Policy {
        Policy {
            settings: Settings::default(),
            keeper: Keeper::Root,
        }
    }
}

fn parse(text: &str) -> Result<Settings, String> {
    let settings: Settings = toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    check(&settings)?;
    Ok(settings)
}

/// What its form alone does not tell.
fn check(settings: &Settings) -> Result<(), String> {
    match settings.modules.iter().find(|path| !path.is_absolute()) {
        Some(path) => Err(format!(
            "modules: `{}` is not an absolute path",
            path.display()
        )),
        None => Ok(()),
    }
}

/// The person's configuration folder: `$XDG_CONFIG_HOME`, else `~/.config` (XDG Base Directory
/// Specification); on macOS `~/Library/Application Support`; on Windows `%APPDATA%`.
pub fn configuration_folder() -> Option<PathBuf> {
    let folder = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        return folder("APPDATA");
    }
    if cfg!(target_os = "macos") {
        return Some(folder("HOME")?.join("Library/Application Support"));
    }
    folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))
}

fn unreadable(path: &Path, error: io::Error) -> PolicyFault {
    let path = path.to_owned();
    PolicyFault::Unreadable { path, error }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    fn read(text: &str, mode: u32) -> Result<Option<Policy>, PolicyFault> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        Policy::read(&path, Keeper::Person)
    }

    #[test]
    fn without_a_policy_only_the_portal_may_ask() {
        let policy = read("", 0o644).unwrap().unwrap();
        assert!(policy.allows(&origin("https://sistemats.it")));
        assert!(policy.allows(&origin("https://www.sistemats.it")));
        for text in [
            "https://evil.example",
            "https://sistemats.it.evil.example",
            "https://sub.sistemats.it",
            "https://sistemats.it:8443",
            "http://localhost:8080",
        ] {
            assert!(!policy.allows(&origin(text)), "{text}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(
            Policy::read(&folder.path().join("no"), Keeper::Person)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_policy_adds_origins_and_modules_and_takes_none_away() {
        let policy = read(
            "allowed_origins = [\"http://localhost:8080\"]\nmodules = [\"/opt/m.so\"]",
            0o600,
        )
        .unwrap()
        .unwrap();
        assert!(policy.allows(&origin("http://localhost:8080")));
        assert!(!policy.allows(&origin("http://localhost:8081")));
        assert!(policy.allows(&origin("https://sistemats.it")));
        assert_eq!(policy.modules(), [PathBuf::from("/opt/m.so")]);
    }

    #[test]
    fn a_policy_others_can_write_is_not_believed() {
        for mode in [0o666, 0o664, 0o602] {
            assert!(matches!(
                read("", mode),
                Err(PolicyFault::Distrusted { .. })
            ));
        }
    }

    #[test]
    fn a_bad_policy_names_line_and_cause() {
        for (text, said) in [
            ("\nallowed_origin = []", "line 2: unknown field"),
            (
                "allowed_origins = [\"http://portal.example\"]",
                "line 1: use https",
            ),
            (
                "allowed_origins = [\"https://portal.example/\"]",
                "line 1: write only scheme",
            ),
            ("allowed_origins = \"https://portal.example\"", "line 1"),
            ("modules = [\"m.so\"]", "`m.so` is not an absolute path"),
            ("modules = [", "line 1"),
        ] {
            let fault = read(text, 0o644).unwrap_err().to_string();
            assert!(fault.contains(said), "{text:?}: {fault}");
        }
    }

    #[test]
    fn a_policy_that_is_too_long_is_refused_and_not_cut() {
        let origins = "allowed_origins = [\"http://localhost:8080\"]\n";
        let fill = |length: usize| origins.to_owned() + &"#".repeat(length - origins.len());
        let policy = read(&fill(LENGTH_MAX), 0o644).unwrap().unwrap();
        assert!(policy.allows(&origin("http://localhost:8080")));
        let fault = read(&fill(LENGTH_MAX + 1), 0o644).unwrap_err();
        assert!(
            matches!(&fault, PolicyFault::Malformed { reason, .. }
            if reason == "it is longer than 65536 bytes"),
            "{fault}"
        );
    }

    #[test]
    fn a_policy_that_is_no_text_is_unreadable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        fs::write(&path, b"\xff\xfe").unwrap();
        assert!(matches!(
            Policy::read(&path, Keeper::Person),
            Err(PolicyFault::Unreadable { .. })
        ));
    }
}
