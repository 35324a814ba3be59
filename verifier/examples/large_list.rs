//! What a revocation list of a million entries costs: prints one JSON object.
//!
//!     cargo run --release --package verifier --example large_list [ENTRIES]
//!
//! - `read_seconds`: CPU time to parse, check and index it
//! - `verify_seconds`: CPU time to verify its signature (RSA-2048, SHA-256)
//! - `following_seconds`: CPU time to make the next snapshot, the list unchanged
//! - `resident_above_file_mib`: memory held above the file's own bytes, and at its highest
//! - `lookup_ns`: CPU time of one look-up, over numbers on the list and beside it
//! - `sorted_ns`: the same in a sorted array of the numbers
//! - `openssl_seconds`: CPU time of `openssl crl`, which reads and verifies the same file
#![allow(clippy::unwrap_used)] // a measurement: what fails, fails

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use pki::{Authority, Key, serial_at};
use serde_json::json;
use verifier::{Anchor, RevocationList, Trust};

const LOOKUPS: u32 = 1_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [measure, folder, entries] if measure == "measure" => {
            measure_in(Path::new(folder), entries.parse().unwrap());
        }
        [] => make(1_000_000),
        [entries] => make(entries.parse().unwrap()),
        _ => panic!("large_list [ENTRIES]"),
    }
}

/// Makes the list, then has a fresh process measure it, whose memory nothing else used.
fn make(entries: u32) {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Regione di Prova - CA Cittadini 2020", Key::fresh_rsa());
    fs::write(folder.path().join("anchor"), authority.certificate()).unwrap();
    let list = authority.large_revocation_list(entries);
    fs::write(folder.path().join("list"), list).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .arg("measure")
        .arg(folder.path())
        .arg(entries.to_string())
        .status()
        .unwrap();
    assert!(status.success());
}

/// CPU of the command that a technician would use (openssl-crl(1)).
fn openssl(folder: &Path) -> f64 {
    let openssl = |words: &[&str]| {
        let told = Command::new("openssl")
            .current_dir(folder)
            .args(words)
            .output();
        String::from_utf8_lossy(&told.unwrap().stderr).into_owned()
    };
    // `-CAfile` takes PEM alone.
    openssl(&[
        "x509",
        "-inform",
        "DER",
        "-in",
        "anchor",
        "-out",
        "anchor.pem",
    ]);
    let before = children_seconds();
    let words = [
        "crl",
        "-inform",
        "DER",
        "-in",
        "list",
        "-CAfile",
        "anchor.pem",
        "-noout",
    ];
    let told = openssl(&words);
    assert!(told.contains("verify OK"), "{told}");
    children_seconds() - before
}

/// What ended children have used (proc_pid_stat(5): cutime and cstime, in hundredths).
fn children_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = text.rsplit(')').next().unwrap();
    let ticks = after_name.split_whitespace().skip(13).take(2);
    ticks
        .map(|ticks| ticks.parse::<f64>().unwrap())
        .sum::<f64>()
        / 100.0
}

fn measure_in(folder: &Path, entries: u32) {
    let anchor = Anchor::from_der(&fs::read(folder.join("anchor")).unwrap()).unwrap();
    let anchors = vec![Arc::new(anchor)];
    let file = fs::read(folder.join("list")).unwrap();
    let bytes = file.len();
    let resident = memory("VmRSS");

    let (list, read) = timed(|| Arc::new(RevocationList::from_der(file).unwrap()));
    let lists = vec![Arc::clone(&list)];
    let (trust, verify) = timed(|| Trust::new(anchors.clone(), lists.clone()));
    assert_eq!(trust.unsigned_lists().count(), 0);
    assert_eq!(trust.verifications(), 1);
    let held = memory("VmRSS") - resident;
    let highest = memory("VmHWM") - resident;
    let (next, following) = timed(|| Trust::following(&trust, anchors.clone(), lists.clone()));
    assert_eq!(next.verifications(), 0);

    // Numbers drawn over the whole list and beside it, made before the clock runs.
    let sought: Vec<Vec<u8>> = (0..LOOKUPS)
        .map(|draw| serial_at(draw.wrapping_mul(2_654_435_761) % (2 * entries)))
        .collect();
    let (found, lookups) = timed(|| {
        let found = sought
            .iter()
            .filter(|serial| black_box(list.find(serial)).is_some());
        found.count()
    });
    assert!(found > sought.len() / 3);

    let mut numbers: Vec<[u8; 16]> = (0..entries)
        .map(|place| serial_at(place).try_into().unwrap())
        .collect();
    numbers.sort_unstable();
    let (found_sorted, sorted) = timed(|| {
        let found = sought.iter().filter(|serial| {
            black_box(numbers.binary_search_by(|number| number[..].cmp(serial))).is_ok()
        });
        found.count()
    });
    assert_eq!(found_sorted, found);

    let figures = json!({
        "entries": list.entries(),
        "file_mib": mib(bytes as u64),
        "read_seconds": read.as_secs_f64(),
        "verify_seconds": verify.as_secs_f64(),
        "following_seconds": following.as_secs_f64(),
        "resident_above_file_mib": mib(held),
        "highest_above_file_mib": mib(highest),
        "lookup_ns": lookups.as_nanos() as f64 / f64::from(LOOKUPS),
        "sorted_ns": sorted.as_nanos() as f64 / f64::from(LOOKUPS),
        "openssl_seconds": openssl(folder),
    });
    println!("{figures}");
}

/// An outcome and the CPU time of this thread that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = cpu_time();
    let outcome = work();
    (outcome, cpu_time() - before)
}

/// The first figure of schedstat: nanoseconds on a processor.
fn cpu_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split_whitespace().next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

/// A figure of /proc/self/status, in bytes.
fn memory(figure: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with(figure))
        .unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
