//! The key that signs the log's heads, and the keys heads are verified by

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, pem::PemObject};
use zeroize::{Zeroize, Zeroizing};

use super::hash::Framed;
use crate::{
    seal::{NoRandomness, random},
    secret_file::open_mode,
};

/// Signs heads, cuts and exports (Ed25519, RFC 8032).
pub struct AuditKey(Ed25519KeyPair);

/// The public halves of keys that may have signed.
#[derive(Default)]
pub struct PublicKeys(Vec<ParsedPublicKey>);

/// A key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// A file cannot be read or written.
    #[error("{}: {fault}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        fault: io::Error,
    },
    /// Others than its owner could sign too.
    #[error(
        "{}: others can read or write it (mode {mode:03o}); take that away with chmod 600, and \
         begin with a new key if somebody may have read it", file.display()
    )]
    Open {
        /// Which.
        file: PathBuf,
        /// Who can.
        mode: u32,
    },
    /// A file is not what it should be.
    #[error("{}: no Ed25519 private key in PKCS#8 PEM; put the right file back", .0.display())]
    NoPrivateKey(PathBuf),
    /// A file holds no public key.
    #[error("{}: no Ed25519 public key in PEM; name the file that `serve` wrote beside its key", .0.display())]
    NoPublicKey(PathBuf),
    /// The private key is gone, and its public half is there.
    #[error(
        "{} is missing, though {} is there: put the key back; to begin with a new one, move the \
         public key away, keep it for verifying what is signed so far, and give the node another \
         name (audit.node)",
        key.display(), public.display()
    )]
    Lost {
        /// The key.
        key: PathBuf,
        /// Its public half.
        public: PathBuf,
    },
    /// The two halves are not of one key.
    #[error(
        "{} is not the public half of {}: one of them was replaced; put the right pair back",
        public.display(), key.display()
    )]
    NoPair {
        /// The key.
        key: PathBuf,
        /// What should be its public half.
        public: PathBuf,
    },
    /// No key can be made.
    #[error("the system makes no key")]
    NotMade,
    /// Randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl AuditKey {
    /// Reads the key, or makes it where there is none yet; its public half is put beside it.
    pub fn load_or_make(file: &Path) -> Result<AuditKey, KeyFault> {
        let public = public_file(file);
        // Looked for first: another program that makes the pair now puts the key there before it.
        let was_made = public.exists();
        let key = match fs::read(file) {
            Ok(pem) => AuditKey::read(file, pem)?,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound && was_made => {
                let key = file.to_owned();
                return Err(KeyFault::Lost { key, public });
            }
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => AuditKey::make(file)?,
            Err(fault) => return Err(of_file(file)(fault)),
        };
        key.put_public_beside(file, &public)?;
        Ok(key)
    }

    /// Reads the key, which must be there.
    pub fn load(file: &Path) -> Result<AuditKey, KeyFault> {
        AuditKey::read(file, fs::read(file).map_err(of_file(file))?)
    }

    fn read(file: &Path, pem: Vec<u8>) -> Result<AuditKey, KeyFault> {
        let pem = Zeroizing::new(pem);
        if let Some(mode) = open_mode(file) {
            let file = file.to_owned();
            return Err(KeyFault::Open { file, mode });
        }
        let no_key = |_| KeyFault::NoPrivateKey(file.to_owned());
        let mut der = PrivatePkcs8KeyDer::from_pem_slice(&pem)
            .map_err(|_| KeyFault::NoPrivateKey(file.to_owned()))?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der());
        der.zeroize();
        Ok(AuditKey(pair.map_err(no_key)?))
    }

    /// Makes a key. Of two programs that start at once, the one that comes second takes the
    /// key of the first.
    fn make(file: &Path) -> Result<AuditKey, KeyFault> {
        let pair = Ed25519KeyPair::generate().map_err(|_| KeyFault::NotMade)?;
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| KeyFault::NotMade)?;
        let pem = Zeroizing::new(pem("PRIVATE KEY", der.as_ref()));
        if put(file, pem.as_bytes(), 0o600)? {
            return Ok(AuditKey(pair));
        }
        AuditKey::load(file)
    }

    fn put_public_beside(&self, file: &Path, public: &Path) -> Result<(), KeyFault> {
        let der: PublicKeyX509Der<'_> = self
            .0
            .public_key()
            .as_der()
            .map_err(|_| KeyFault::NotMade)?;
        let pem = pem("PUBLIC KEY", der.as_ref());
        if put(public, pem.as_bytes(), 0o644)? {
            return Ok(());
        }
        let held = fs::read(public).map_err(of_file(public))?;
        let is_the_half = SubjectPublicKeyInfoDer::pem_slice_iter(&held)
            .flatten()
            .any(|held| held.as_ref() == der.as_ref());
        if is_the_half {
            return Ok(());
        }
        Err(KeyFault::NoPair {
            key: file.to_owned(),
            public: public.to_owned(),
        })
    }

    pub(super) fn sign(&self, statement: Framed<Vec<u8>>) -> String {
        STANDARD.encode(self.0.sign(&statement.into_inner()))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKeys {
        let key = ParsedPublicKey::new(&ED25519, self.0.public_key().as_ref());
        PublicKeys(key.into_iter().collect())
    }
}

impl PublicKeys {
    /// Reads every public key of a PEM file.
    pub fn read(file: &Path) -> Result<PublicKeys, KeyFault> {
        let none = || KeyFault::NoPublicKey(file.to_owned());
        let pem = fs::read(file).map_err(of_file(file))?;
        let keys: Vec<_> = SubjectPublicKeyInfoDer::pem_slice_iter(&pem)
            .map(|der| ParsedPublicKey::new(&ED25519, der.map_err(|_| none())?).map_err(|_| none()))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(none());
        }
        Ok(PublicKeys(keys))
    }

    /// Takes in those of another file, or another node.
    pub fn add(&mut self, others: PublicKeys) {
        self.0.extend(others.0);
    }

    /// Whether one of these keys signed this.
    pub(super) fn signed(&self, statement: Framed<Vec<u8>>, signature: &str) -> bool {
        let message = statement.into_inner();
        let Ok(signature) = STANDARD.decode(signature) else {
            return false;
        };
        let is_by = |key: &ParsedPublicKey| key.verify_sig(&message, &signature).is_ok();
        self.0.iter().any(is_by)
    }
}

/// Where the public half of a key is: beside it, named `.pub`.
pub fn public_file(key: &Path) -> PathBuf {
    key.with_extension("pub")
}

/// An Ed25519 key is short: its base64 is one line (RFC 7468 §2).
fn pem(label: &str, der: &[u8]) -> String {
    let base64 = Zeroizing::new(STANDARD.encode(der));
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        *base64
    )
}

/// Puts a file there, whole or not at all; false where there is one.
fn put(file: &Path, bytes: &[u8], mode: u32) -> Result<bool, KeyFault> {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{:016x}.part", u64::from_be_bytes(random()?)));
    let part = PathBuf::from(name);
    let put = || {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(mode);
        }
        #[cfg(not(unix))]
        let _ = mode;
        let mut written = options.open(&part)?;
        written.write_all(bytes)?;
        written.sync_all()?;
        // Unlike a renamed one, a linked file takes nothing's place.
        fs::hard_link(&part, file)
    };
    let done = put();
    let _ = fs::remove_file(&part);
    match done {
        Ok(()) => Ok(true),
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(fault) => Err(of_file(file)(fault)),
    }
}

fn of_file(file: &Path) -> impl Fn(io::Error) -> KeyFault {
    move |fault| KeyFault::File {
        file: file.to_owned(),
        fault,
    }
}

#[cfg(test)]
pub(super) mod tests;
