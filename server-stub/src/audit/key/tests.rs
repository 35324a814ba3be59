use std::process::Command;

use super::*;
use crate::audit::hash::statement;

/// A key that is nobody's.
pub(crate) fn new_key() -> AuditKey {
    AuditKey(Ed25519KeyPair::generate().unwrap())
}

#[test]
fn a_key_is_made_once_and_its_public_half_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.key");
    let made = AuditKey::load_or_make(&file).unwrap();
    let signature = made.sign(statement("test"));
    let again = AuditKey::load_or_make(&file).unwrap();
    assert_eq!(again.sign(statement("test")), signature);

    let public = PublicKeys::read(&folder.path().join("audit.pub")).unwrap();
    assert!(public.signed(statement("test"), &signature));
    assert!(!public.signed(statement("tes"), &signature));
    assert!(!new_key().public().signed(statement("test"), &signature));
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "no part of a file stays");
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.key");
    AuditKey::load_or_make(&file).unwrap();
    let mode = |file| fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&public_file(&file)) & 0o600, 0o600);
    for open in [0o644, 0o604, 0o660] {
        fs::set_permissions(&file, fs::Permissions::from_mode(open)).unwrap();
        let fault = AuditKey::load_or_make(&file).err().unwrap();
        assert!(matches!(fault, KeyFault::Open { .. }), "{fault}");
    }
}

#[test]
fn programs_that_start_at_once_have_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.key");
    let sign = || {
        AuditKey::load_or_make(&file)
            .unwrap()
            .sign(statement("test"))
    };
    let signatures: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(sign)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(signatures.iter().all(|it| *it == signatures[0]));
}

#[test]
fn a_lost_or_replaced_key_is_said_and_nothing_is_made_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.key");
    let other = folder.path().join("other.key");
    AuditKey::load_or_make(&file).unwrap();
    AuditKey::load_or_make(&other).unwrap();

    fs::copy(&other, &file).unwrap();
    let fault = AuditKey::load_or_make(&file).err().unwrap();
    assert!(matches!(fault, KeyFault::NoPair { .. }), "{fault}");

    fs::write(&file, "-----BEGIN NONSENSE-----\n").unwrap();
    let fault = AuditKey::load_or_make(&file).err().unwrap();
    assert!(matches!(fault, KeyFault::NoPrivateKey(_)), "{fault}");

    fs::remove_file(&file).unwrap();
    let fault = AuditKey::load_or_make(&file).err().unwrap();
    assert!(matches!(fault, KeyFault::Lost { .. }), "{fault}");
    assert!(!file.exists());
}

#[test]
fn openssl_reads_both_halves() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.key");
    AuditKey::load_or_make(&file).unwrap();
    let openssl = |arguments: &[&str]| {
        let run = Command::new("openssl")
            .args(arguments)
            .output()
            .expect("install openssl");
        assert!(run.status.success(), "{run:?}");
        run.stdout
    };
    let of_private = openssl(&["pkey", "-in", file.to_str().unwrap(), "-pubout"]);
    assert_eq!(of_private, fs::read(public_file(&file)).unwrap());
}

#[test]
fn public_keys_of_several_nodes_may_stand_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.key"), folder.path().join("two.key"));
    let key = AuditKey::load_or_make(&one).unwrap();
    let other = AuditKey::load_or_make(&two).unwrap();
    let both = folder.path().join("both.pub");
    let half = |key: &Path| fs::read_to_string(public_file(key)).unwrap();
    fs::write(&both, half(&one) + &half(&two)).unwrap();
    let keys = PublicKeys::read(&both).unwrap();
    for key in [key, other] {
        assert!(keys.signed(statement("test"), &key.sign(statement("test"))));
    }
    let fault = PublicKeys::read(&one).err().unwrap();
    assert!(matches!(fault, KeyFault::NoPublicKey(_)), "{fault}");
}
