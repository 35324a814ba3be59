//! The key a package is signed with, and the ids that derive from it.
//!
//! The openssl program reads it and signs: it knows every form of key file, asks for a
//! passphrase where there is one, and the key itself never comes into this process.

use std::{
    env,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use sha2::{Digest, Sha256};

use crate::process::Failed;

/// The shortest that browsers and `extension/manifest.json` have.
const BITS_MIN: usize = 2048;

/// An RSA key in a file.
#[derive(Debug)]
pub struct Key {
    file: PathBuf,
    public: Vec<u8>,
}

impl Key {
    /// Reads the file's public part.
    pub fn read(file: &Path) -> Result<Key, Failed> {
        let named = |fault: &str| Failed(format!("--key {}: {fault}", file.display()));
        // Looked at first: openssl says of all faults that it could not read the key.
        fs::File::open(file).map_err(|error| named(&error.to_string()))?;
        let mut read = Command::new("openssl");
        read.args(["rsa", "-pubout", "-outform", "DER", "-in"]);
        let public = run(read.arg(file), &[])?;
        if !public.status.success() {
            return Err(named(
                "it holds no private RSA key; make one with: \
                 openssl genrsa -out tessera-key.pem 2048",
            ));
        }
        let key = Key {
            file: file.to_owned(),
            public: public.stdout,
        };
        match key.bits()? {
            bits if bits < BITS_MIN => Err(named(&format!(
                "its {bits} bits are too few; make one of {BITS_MIN}"
            ))),
            _ => Ok(key),
        }
    }

    /// This person's own for trying things out; made once, outside of the checkout.
    pub fn for_development() -> Result<Key, Failed> {
        let file = development_file().ok_or_else(|| {
            Failed("no --key is given, and HOME is not set for a development key".to_owned())
        })?;
        if !file.exists() {
            make(&file)?;
        }
        Key::read(&file)
    }

    /// The unpacked extension's, which signs nothing here: of it there is the public part alone.
    pub fn of_the_unpacked_extension() -> Result<Key, Failed> {
        Ok(Key {
            file: PathBuf::new(),
            public: super::extension::manifests_public_key()?,
        })
    }

    /// Where it is.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Whether others than its owner can read it.
    pub fn is_readable_by_others(&self) -> bool {
        fs::metadata(&self.file).is_ok_and(|metadata| metadata.mode() & 0o077 != 0)
    }

    /// The public key, a DER SubjectPublicKeyInfo.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The first half of the public key's SHA-256, of which Chromium makes the id.
    pub fn crx_id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(&self.public)[..16]);
        id
    }

    /// The extension's id in Chromium browsers: hexadecimal, with a for 0 to p for f.
    pub fn chromium_id(&self) -> String {
        self.crx_id()
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 0x0f])
            .map(|digit| char::from(b'a' + digit))
            .collect()
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256, which has one signature for one content.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut sign = Command::new("openssl");
        sign.args(["dgst", "-sha256", "-sign"]);
        let signed = run(sign.arg(&self.file), content)?;
        match signed.status.success() {
            true => Ok(signed.stdout),
            false => Err(Failed(format!(
                "{}: openssl does not sign with it: {}",
                self.file.display(),
                String::from_utf8_lossy(&signed.stderr).trim()
            ))),
        }
    }

    fn bits(&self) -> Result<usize, Failed> {
        let mut tell = Command::new("openssl");
        tell.args(["rsa", "-pubin", "-inform", "DER", "-noout", "-modulus"]);
        let told = run(&mut tell, &self.public)?;
        // "Modulus=" and its hexadecimal digits, the first of them never 0.
        let text = String::from_utf8_lossy(&told.stdout);
        let modulus = text.trim().strip_prefix("Modulus=").unwrap_or_default();
        Ok(modulus.len() * 4)
    }
}

fn development_file() -> Option<PathBuf> {
    let folder = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let data = folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))?;
    Some(data.join("tessera/development-key.pem"))
}

fn make(file: &Path) -> Result<(), Failed> {
    let fault = |error: io::Error| Failed(format!("{}: {error}", file.display()));
    let mut generate = Command::new("openssl");
    let made = run(generate.args(["genrsa", &BITS_MIN.to_string()]), &[])?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr);
        return Err(Failed(format!("openssl makes no key: {}", said.trim())));
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut new) => new.write_all(&made.stdout).map_err(fault),
        // Somebody else made it at the same time; that one is as good.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(fault(error)),
    }
}

/// Runs openssl with this content as its input.
fn run(openssl: &mut Command, content: &[u8]) -> Result<Output, Failed> {
    let mut child = openssl
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(without_openssl)?;
    if let Some(mut input) = child.stdin.take() {
        // One that ends before it has read everything says why in its status.
        let _ = input.write_all(content);
    }
    child.wait_with_output().map_err(without_openssl)
}

fn without_openssl(error: io::Error) -> Failed {
    Failed(format!(
        "openssl, which signs the packages, could not be run: {error}; install the package openssl"
    ))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A key of 2048 bits in a folder of the test's.
    pub fn key_in(folder: &Path) -> Key {
        let file = folder.join("key.pem");
        make(&file).unwrap();
        Key::read(&file).unwrap()
    }

    fn fault(file: &Path) -> String {
        Key::read(file).unwrap_err().to_string()
    }

    #[test]
    fn the_projects_own_key_has_the_id_the_host_knows() {
        // As in `extension/manifest.json`, whose id `host/src/extension_id.rs` keeps.
        let key = Key::of_the_unpacked_extension().unwrap();
        assert_eq!(key.chromium_id(), "hhmoghcllhpdkcbbmnigdadijiiniccn");
    }

    #[test]
    fn one_key_signs_one_content_in_one_way() {
        let folder = tempfile::tempdir().unwrap();
        let key = key_in(folder.path());
        assert_eq!(key.sign(b"x").unwrap(), key.sign(b"x").unwrap());
        assert_eq!(key.sign(b"x").unwrap().len(), BITS_MIN / 8);
        assert!(!key.is_readable_by_others());
        let again = Key::read(key.file()).unwrap();
        assert_eq!(again.chromium_id(), key.chromium_id());
    }

    #[test]
    fn another_key_has_another_id() {
        let folder = tempfile::tempdir().unwrap();
        let one = key_in(folder.path());
        fs::remove_file(one.file()).unwrap();
        assert_ne!(key_in(folder.path()).chromium_id(), one.chromium_id());
    }

    #[test]
    fn what_is_no_private_rsa_key_is_refused_with_its_mend() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("absent.pem");
        assert!(fault(&absent).contains("No such file"));

        let text = folder.path().join("text.pem");
        fs::write(&text, "no key").unwrap();
        assert!(fault(&text).contains("openssl genrsa -out"));

        let curve = folder.path().join("curve.pem");
        let curve_path = curve.to_str().unwrap();
        let made = Command::new("openssl")
            .args(["ecparam", "-genkey", "-name", "prime256v1", "-out"])
            .arg(curve_path)
            .status();
        assert!(made.unwrap().success());
        assert!(fault(&curve).contains("no private RSA key"));

        let public = folder.path().join("public.pem");
        let key = key_in(folder.path());
        let mut write = Command::new("openssl");
        let written = run(write.args(["rsa", "-pubout", "-in"]).arg(key.file()), &[]).unwrap();
        fs::write(&public, written.stdout).unwrap();
        assert!(fault(&public).contains("no private RSA key"));
    }

    #[test]
    fn a_short_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("short.pem");
        let made = Command::new("openssl").args(["genrsa", "1024"]).output();
        fs::write(&file, made.unwrap().stdout).unwrap();
        assert!(fault(&file).contains("1024 bits are too few"));
    }
}
