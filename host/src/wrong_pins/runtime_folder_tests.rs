use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

use super::*;

fn card() -> CardKey {
    CardKey::of("6090123456789012", b"certificate")
}

fn counted(runtime: &Path) -> u8 {
    let folder = RuntimeFolder::open(runtime).unwrap();
    folder.read().unwrap().count(&card())
}

fn count_one(runtime: &Path) {
    let folder = RuntimeFolder::open(runtime).unwrap();
    folder.record(&card(), PinVerdict::Wrong).unwrap();
}

fn kept(runtime: &Path) -> PathBuf {
    runtime.join("tessera/wrong-pins")
}

#[test]
fn folder_and_file_are_the_person_s_alone() {
    let runtime = tempfile::tempdir().unwrap();
    count_one(runtime.path());
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(mode(&runtime.path().join("tessera")), 0o700);
    assert_eq!(mode(&kept(runtime.path())), 0o600);
    assert_eq!(counted(runtime.path()), 1);
}

#[test]
fn neither_pin_nor_serial_is_in_the_file() {
    let runtime = tempfile::tempdir().unwrap();
    count_one(runtime.path());
    let text = fs::read_to_string(kept(runtime.path())).unwrap();
    assert!(!text.contains("6090123456789012"), "{text}");
    assert!(text.ends_with(" 1\n"), "{text}");
}

#[test]
fn a_folder_others_can_write_is_not_used() {
    for mode in [0o770, 0o702] {
        let runtime = tempfile::tempdir().unwrap();
        fs::set_permissions(runtime.path(), Permissions::from_mode(mode)).unwrap();
        assert!(matches!(
            RuntimeFolder::open(runtime.path()),
            Err(RuntimeFault::Writable { .. })
        ));
        assert!(!runtime.path().join("tessera").exists());

        let runtime = tempfile::tempdir().unwrap();
        let inner = runtime.path().join("tessera");
        fs::create_dir(&inner).unwrap();
        fs::set_permissions(&inner, Permissions::from_mode(mode)).unwrap();
        assert!(matches!(
            RuntimeFolder::open(runtime.path()),
            Err(RuntimeFault::Writable { .. })
        ));
    }
}

#[test]
fn a_folder_of_somebody_else_is_not_used() {
    let runtime = tempfile::tempdir().unwrap();
    let somebody_else = 65_534;
    // Only root can give a folder away; anybody else has root's own to look at.
    let path = match geteuid().is_root() {
        true => {
            std::os::unix::fs::chown(runtime.path(), Some(somebody_else), None).unwrap();
            runtime.path()
        }
        false => Path::new("/usr"),
    };
    assert!(matches!(
        RuntimeFolder::open(path),
        Err(RuntimeFault::Owner { .. })
    ));
}

#[test]
fn a_link_in_the_folder_s_place_is_not_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    let runtime = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), runtime.path().join("tessera")).unwrap();
    assert!(RuntimeFolder::open(runtime.path()).is_err());
    let link = runtime.path().join("runtime");
    symlink(elsewhere.path(), &link).unwrap();
    assert!(RuntimeFolder::open(&link).is_err());
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn links_in_the_files_places_are_replaced_and_what_they_lead_to_stays() {
    let runtime = tempfile::tempdir().unwrap();
    let precious = runtime.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    fs::create_dir(runtime.path().join("tessera")).unwrap();
    for name in ["wrong-pins", "wrong-pins.new"] {
        symlink(&precious, runtime.path().join("tessera").join(name)).unwrap();
    }
    count_one(runtime.path());
    assert_eq!(counted(runtime.path()), 1);
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    assert!(!kept(runtime.path()).is_symlink());
}

#[test]
fn what_cannot_be_understood_is_nothing_known_and_is_replaced() {
    for text in [&b"\xff\xfe garbage"[..], &[b'a'; 1 << 20], b"0 0\n"] {
        let runtime = tempfile::tempdir().unwrap();
        count_one(runtime.path());
        fs::write(kept(runtime.path()), text).unwrap();
        assert_eq!(counted(runtime.path()), 0);
        count_one(runtime.path());
        assert_eq!(counted(runtime.path()), 1);
    }
}

#[test]
fn a_pipe_in_the_file_s_place_keeps_nobody_waiting() {
    let runtime = tempfile::tempdir().unwrap();
    fs::create_dir(runtime.path().join("tessera")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(kept(runtime.path()))
        .status();
    assert!(made.unwrap().success());
    assert_eq!(counted(runtime.path()), 0);
    count_one(runtime.path());
    assert_eq!(counted(runtime.path()), 1);
}

#[test]
fn hosts_that_count_at_once_lose_nothing() {
    let runtime = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..10).for_each(|_| count_one(runtime.path())));
        }
    });
    assert_eq!(counted(runtime.path()), 40);
}

#[test]
fn a_host_that_was_stopped_keeps_no_login_waiting() {
    let runtime = tempfile::tempdir().unwrap();
    let stopped = RuntimeFolder::open(runtime.path()).unwrap();
    stopped.lock().unwrap();
    let folder = RuntimeFolder::open(runtime.path()).unwrap();
    assert!(matches!(
        folder.record(&card(), PinVerdict::Wrong),
        Err(RuntimeFault::Locked)
    ));
    drop(stopped);
    folder.record(&card(), PinVerdict::Wrong).unwrap();
}

#[test]
fn what_a_killed_host_left_is_in_nobody_s_way() {
    let runtime = tempfile::tempdir().unwrap();
    count_one(runtime.path());
    fs::write(runtime.path().join("tessera/wrong-pins.new"), "half").unwrap();
    count_one(runtime.path());
    assert_eq!(counted(runtime.path()), 2);
}

#[test]
fn a_path_that_is_not_absolute_is_not_used() {
    assert!(matches!(
        RuntimeFolder::open(Path::new("run")),
        Err(RuntimeFault::NotAbsolute)
    ));
}
