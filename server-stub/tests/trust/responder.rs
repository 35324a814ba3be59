//! `openssl ocsp` as an authority's responder, with its index in a file.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use pki::{Authority, Card, pem};
use tempfile::TempDir;

/// What the index says of a card; of others the responder knows nothing.
#[derive(Clone, Copy)]
pub enum Entry {
    Good,
    Revoked,
}

/// A running responder.
pub struct Responder {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Responder {
    /// With more arguments besides, such as `-nrequest 1`.
    pub fn start(authority: &Authority, index: &[(&Card, Entry)], more: &[&str]) -> Responder {
        let folder = tempfile::tempdir().unwrap();
        let lines: String = index
            .iter()
            .map(|(card, entry)| {
                let serial: String = card.serial().iter().map(|it| format!("{it:02X}")).collect();
                let (letter, since) = match entry {
                    Entry::Good => ("V", ""),
                    Entry::Revoked => ("R", "250101000000Z"),
                };
                format!("{letter}\t440101000000Z\t{since}\t{serial}\tunknown\t/CN=card\n")
            })
            .collect();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let index = file("index.txt", &lines);
        let certificate = file("ca.pem", &authority.certificate_pem());
        let key = file("ca.key", &pem("PRIVATE KEY", authority.key().pkcs8()));
        let mut process = Command::new("openssl")
            .args(["ocsp", "-port", "0", "-nmin", "60", "-index"])
            .arg(&index)
            .arg("-CA")
            .arg(&certificate)
            .arg("-rsigner")
            .arg(&certificate)
            .arg("-rkey")
            .arg(&key)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl, which the setup installs");
        let port = port_of(&mut process);
        Responder {
            process,
            port,
            _folder: folder,
        }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Waits until it has ended by itself.
    pub fn ended(mut self) {
        self.process.wait().unwrap();
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `ACCEPT [::]:43373 PID=25196`
fn port_of(process: &mut Child) -> u16 {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = lines
        .find(|line| line.as_ref().unwrap().starts_with("ACCEPT"))
        .expect("that it listens")
        .unwrap();
    // It goes on writing: somebody must go on reading.
    std::thread::spawn(move || lines.for_each(drop));
    let address = line.split_whitespace().nth(1).unwrap();
    address.rsplit_once(':').unwrap().1.parse().unwrap()
}
