//! A token in software (SoftHSM): a real PKCS#11 module that needs no reader.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pki::{Authority, Card, Holder, Key};

use super::Stage;

pub const PIN: &str = "12345";

const MODULES: [&str; 2] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
];

pub struct Token {
    configuration: PathBuf,
    folder: PathBuf,
}

impl Token {
    /// An empty token, which the stage's policy names and the stage's host finds.
    pub fn insert(stage: &mut Stage) -> Token {
        let folder = stage.path("token");
        fs::create_dir(&folder).unwrap();
        let configuration = folder.join("softhsm2.conf");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            folder.display()
        );
        fs::write(&configuration, text).unwrap();
        let token = Token {
            configuration,
            folder,
        };
        token.run(
            "softhsm2-util",
            &[
                "--init-token",
                "--free",
                "--label",
                "CNS",
                "--pin",
                PIN,
                "--so-pin",
                "87654321",
            ],
        );
        stage.set("SOFTHSM2_CONF", token.configuration.clone());
        stage.policy(&format!("modules = [{:?}]", module()));
        token
    }

    /// Writes a certificate and its private key, each under its `CKA_ID`.
    pub fn write(&self, card: &Card, certificate_id: &str, key_id: &str) {
        self.write_certificate(card.certificate(), certificate_id);
        let file = self.folder.join("key.pem");
        fs::write(&file, pki::pem("PRIVATE KEY", card.key().pkcs8())).unwrap();
        self.run(
            "softhsm2-util",
            &[
                "--import",
                file.to_str().unwrap(),
                "--token",
                "CNS",
                "--label",
                "CNS0",
                "--id",
                key_id,
                "--pin",
                PIN,
            ],
        );
    }

    pub fn write_certificate(&self, certificate: &[u8], id: &str) {
        let file = self.folder.join("certificate.der");
        fs::write(&file, certificate).unwrap();
        self.run(
            "pkcs11-tool",
            &[
                "--module",
                module(),
                "--login",
                "--pin",
                PIN,
                "--write-object",
                file.to_str().unwrap(),
                "--type",
                "cert",
                "--id",
                id,
                "--label",
                "CNS0",
            ],
        );
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(program)
            .args(arguments)
            .env("SOFTHSM2_CONF", &self.configuration)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}; is it installed?"));
        assert!(
            output.status.success(),
            "{program}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A CNS of a person, with this key.
pub fn cns(holder: &Holder, key: Key) -> Card {
    Authority::new("Regione Prova - CA Cittadini 2020", Key::p256()).issue(holder, key)
}

pub fn module() -> &'static str {
    MODULES
        .into_iter()
        .find(|path| Path::new(path).exists())
        .expect("SoftHSM is not installed (package softhsm2)")
}
