//! `trust check`: what it says, and its exit codes for monitoring

use std::time::{SystemTime, UNIX_EPOCH};

use pki::{Authority, Key, List};
use serde_json::Value;

use crate::installation::{Installation, Told};

const DAY: i64 = 24 * 3600;

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs() as i64
}

fn check(installation: &Installation) -> Told {
    installation.run(&["trust", "check"])
}

fn list(installation: &Installation, age: i64, left: i64) {
    let list = installation.authority.revocation_list(&List {
        this_update: now() - age,
        next_update: now() + left,
        ..List::default()
    });
    installation.write("crl/prova.crl", &list);
}

#[test]
fn where_all_is_well_it_ends_with_0() {
    let installation = Installation::new();
    let told = check(&installation);
    assert_eq!(told.code, Some(0), "{told:?}");
    for part in ["CA Cittadini", "valid", "current", "all is well"] {
        assert!(told.out.contains(part), "{part} in {told:?}");
    }
    assert!(!installation.folder().join("trust-state").exists());
}

#[test]
fn what_is_wrong_ends_with_1_and_says_what_to_do() {
    let installation = Installation::new();
    list(&installation, 2 * DAY, -DAY);
    let told = check(&installation);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.contains("WRONG"), "{told:?}");
    assert!(told.out.contains("stale"), "{told:?}");

    list(&installation, DAY, 9 * DAY);
    let stranger = Authority::new("Un'altra autorità", Key::p256());
    installation.write("crl/altra.crl", &stranger.revoke(&[]));
    let told = check(&installation);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.contains("no anchor signed this list"), "{told:?}");
}

#[test]
fn an_authority_without_a_list_is_wrong_only_where_nobody_fetches_one() {
    let installation = Installation::new();
    let other = Authority::new("Un'altra autorità", Key::p256());
    installation.write("ca/altra.pem", other.certificate_pem().as_bytes());
    let told = check(&installation);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.out.contains("missing"), "{told:?}");
    installation.configure("[revocation]\nfetch = false\n");
    let told = check(&installation);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.out.contains("there is no revocation list of it"),
        "{told:?}"
    );
}

#[test]
fn a_configuration_that_will_not_do_ends_with_2() {
    let installation = Installation::new();
    installation.configure("[trust2]\nx = 1\n");
    assert_eq!(check(&installation).code, Some(2));
    let installation = Installation::new();
    installation.configure("[revocation]\nfetch = 3\n");
    assert_eq!(check(&installation).code, Some(2));
}

#[test]
fn what_ends_soon_ends_with_3() {
    let installation = Installation::new();
    let soon = Authority::valid(
        "Un'autorità che finisce",
        Key::p256(),
        now() - DAY,
        now() + 10 * DAY,
    );
    installation.write("ca/fine.pem", soon.certificate_pem().as_bytes());
    let told = check(&installation);
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.out.contains("che finisce"), "{told:?}");

    let installation = Installation::new();
    list(&installation, 30 * DAY, DAY);
    let told = check(&installation);
    assert_eq!(told.code, Some(3), "{told:?}");
    // What is wrong outweighs it.
    installation.write("ca/fine.pem", soon.certificate_pem().as_bytes());
    list(&installation, 30 * DAY, -DAY);
    assert_eq!(check(&installation).code, Some(1));
}

#[test]
fn an_address_of_an_authority_that_is_none_here_is_wrong() {
    let installation = Installation::new();
    let pin = "ab".repeat(32);
    installation.configure(&format!(
        "[revocation.ocsp_addresses]\n{pin} = [\"http://ocsp.example/\"]\n"
    ));
    let told = check(&installation);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.contains(&pin), "{told:?}");
}

#[test]
fn what_is_kept_and_not_believed_is_wrong() {
    let installation = Installation::new();
    let name = format!("trust-state/{}.crl", "0".repeat(64));
    installation.write(&name, b"no list");
    let told = check(&installation);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.contains("not believed"), "{told:?}");
    // The check changes nothing.
    assert!(installation.folder().join(&name).exists());
}

#[test]
fn in_json_it_says_the_same_in_a_shape_that_stays() {
    let installation = Installation::new();
    list(&installation, 2 * DAY, -DAY);
    let told = installation.run(&["trust", "check", "--json"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let report: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(report["verdict"], "wrong");
    assert_eq!(report["revocation"], "required");
    assert!(report["trusted_list"].is_null());
    assert_eq!(report["anchors"][0]["state"], "valid");
    assert_eq!(report["anchors"][0]["source"], "file");
    assert_eq!(report["anchors"][0]["revocation_list"], "stale");
    assert_eq!(report["revocation_lists"][0]["state"], "stale");
    assert_eq!(report["findings"][0]["level"], "wrong");
    for (object, members) in [
        (
            &report,
            &[
                "verdict",
                "checked_at",
                "revocation",
                "trusted_list",
                "anchors",
                "revocation_lists",
                "findings",
            ][..],
        ),
        (
            &report["anchors"][0],
            &[
                "subject",
                "sha256",
                "source",
                "file",
                "not_before",
                "not_after",
                "state",
                "revocation_list",
            ],
        ),
        (
            &report["revocation_lists"][0],
            &[
                "issuer",
                "source",
                "file",
                "this_update",
                "next_update",
                "entries",
                "state",
            ],
        ),
        (
            &report["findings"][0],
            &["level", "subject", "found", "remedy"],
        ),
    ] {
        let mut found: Vec<&str> = object.as_object().unwrap().keys().map(|it| &**it).collect();
        let mut members = members.to_vec();
        found.sort_unstable();
        members.sort_unstable();
        assert_eq!(found, members);
    }
}
