//! What reading a list of the real size needs of memory.
#![allow(clippy::unwrap_used)] // a fault in the material is a failed test

use std::process::Command;
use std::{env, fs};

use trusted_list::{Fingerprint, Signers, TrustedList};
use trusted_lists::{List, NOW, Signer};

/// Above what the process has with the file's bytes in hand.
const BUDGET_KIB: u64 = 16 * 1024;

const FILE: &str = "LIST_TO_READ";
const PIN: &str = "PIN_OF_ITS_SIGNER";

/// The most this process has had resident (proc_pid_status(5)).
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

/// Reads in a process that has done nothing else: making and signing a list leaves memory
/// behind that reading would find.
#[test]
fn a_list_of_the_real_size_is_read_within_16_mebibytes() {
    if let Ok(file) = env::var(FILE) {
        return read(&file, &env::var(PIN).unwrap());
    }
    let signer = Signer::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.xml");
    fs::write(&file, signer.sign(&List::real_size().xml())).unwrap();
    let reader = Command::new(env::current_exe().unwrap())
        .args(["--nocapture", "--test-threads=1"])
        .env(FILE, &file)
        .env(PIN, signer.pin())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&reader.stdout);
    assert!(reader.status.success(), "{said}");
    println!("{said}");
    assert!(said.contains("KiB above"), "{said}");
}

fn read(file: &str, pin: &str) {
    let signed = fs::read(file).unwrap();
    let signers = Signers::new([Fingerprint::parse(pin).unwrap()]).unwrap();
    let before = peak_kib();
    let list = TrustedList::read(&signed, &signers, NOW).unwrap();
    let added = peak_kib() - before;
    assert_eq!(list.services().len(), 100);
    println!("{added} KiB above {before} KiB");
    assert!(added <= BUDGET_KIB, "{added} KiB");
}
