//! What `trust check` calls wrong, what it says ends soon, and what is well

use pki::{Authority, Key, List, extension};
use server_stub::{
    config::Config,
    trust::{
        TrustSources,
        report::{Level, Report},
    },
};
use tempfile::TempDir;

use crate::{
    scene::{DAY, HOUR, Scene, at, authority, list, now},
    server::{Answer, Server},
};

/// A configuration's folder with one authority in it.
struct Folder {
    folder: TempDir,
    authority: Authority,
}

impl Folder {
    fn new() -> Folder {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("ca")).unwrap();
        std::fs::create_dir(folder.path().join("crl")).unwrap();
        let authority = authority();
        let folder = Folder { folder, authority };
        folder.anchor("prova", &folder.authority);
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn anchor(&self, name: &str, authority: &Authority) {
        let pem = authority.certificate_pem();
        self.write(&format!("ca/{name}.pem"), pem.as_bytes());
    }

    /// A list of its authority in a file.
    fn list(&self, name: &str, age: i64, left: i64, extensions: Vec<extension::Extension>) {
        let list = self.authority.revocation_list(&List {
            this_update: now() - age,
            next_update: now() + left,
            extensions,
            ..List::default()
        });
        self.write(&format!("crl/{name}.crl"), &list);
    }

    /// What the check says, with this more in the configuration.
    fn report(&self, more: &str) -> Report {
        let has_lists = std::fs::read_dir(self.folder.path().join("crl"))
            .unwrap()
            .next()
            .is_some();
        let crls = if has_lists { "\"crl/*.crl\"" } else { "" };
        let text = format!(
            "origin = \"http://localhost:1\"\ndatabase = \"sqlite:x.db\"\n\
             trust.anchors = [\"ca/*.pem\"]\ntrust.crls = [{crls}]\n{more}"
        );
        self.write("tessera.toml", text.as_bytes());
        let file = self.folder.path().join("tessera.toml");
        let config = Config::load(Some(&file), Vec::new()).unwrap();
        TrustSources::load(&config.trust).unwrap().report(now())
    }
}

/// What was found at this level, each with its subject.
fn found(report: &Report, level: Level) -> Vec<String> {
    let findings = report.findings.iter();
    findings
        .filter(|finding| finding.level == level)
        .map(|finding| format!("{}: {}", finding.subject, finding.found))
        .collect()
}

const NO_FETCH: &str = "[revocation]\nfetch = false\n";

#[test]
fn a_list_of_authorities_only_is_none_for_cards() {
    let folder = Folder::new();
    folder.list("arl", DAY, 9 * DAY, vec![extension::authorities_only()]);
    let report = folder.report(NO_FETCH);
    assert_eq!(report.anchors[0].revocation_list, "missing");
    assert_eq!(report.verdict, Level::Wrong);
    // Nor is anything wrong where it is stale and cards have a list of theirs.
    folder.list("arl", 9 * DAY, -DAY, vec![extension::authorities_only()]);
    folder.list("cards", DAY, 9 * DAY, Vec::new());
    let report = folder.report(NO_FETCH);
    assert_eq!(report.anchors[0].revocation_list, "current");
    assert_eq!(report.verdict, Level::Well, "{:?}", report.findings);
}

#[test]
fn a_stale_part_of_a_list_is_wrong_though_another_part_is_current() {
    let folder = Folder::new();
    let part = |name| vec![extension::part_at(&format!("http://ca.example/{name}.crl"))];
    folder.list("1", DAY, 9 * DAY, part("1"));
    folder.list("2", 9 * DAY, -DAY, part("2"));
    let report = folder.report("");
    let wrong = found(&report, Level::Wrong);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].contains("2.crl"), "{wrong:?}");
    // A part that is not current yet is no better.
    folder.list("2", -DAY, 9 * DAY, part("2"));
    let wrong = found(&folder.report(""), Level::Wrong);
    assert!(wrong[0].contains("2.crl"), "{wrong:?}");
    // What speaks for everything speaks for the part.
    folder.list("whole", DAY, 9 * DAY, Vec::new());
    assert_eq!(folder.report("").verdict, Level::Well);
}

#[test]
fn yesterdays_and_tomorrows_list_beside_todays_are_well() {
    let folder = Folder::new();
    folder.list("today", DAY, 9 * DAY, Vec::new());
    folder.list("tomorrow", -DAY, 19 * DAY, Vec::new());
    folder.list("yesterday", 9 * DAY, -DAY, Vec::new());
    let report = folder.report("");
    assert_eq!(report.anchors[0].revocation_list, "current");
    assert_eq!(report.verdict, Level::Well, "{:?}", report.findings);
    // One that ends soon is named only where its successor is not there.
    folder.list("today", 30 * DAY, HOUR, Vec::new());
    folder.list("tomorrow", 0, 19 * DAY, Vec::new());
    assert_eq!(folder.report("").verdict, Level::Well);
    std::fs::remove_file(folder.folder.path().join("crl/tomorrow.crl")).unwrap();
    assert_eq!(folder.report("").verdict, Level::Soon);
}

#[test]
fn nothing_fetched_from_where_the_administrator_says_is_wrong() {
    let folder = Folder::new();
    let fingerprint = trusted_list::Fingerprint::of(folder.authority.certificate());
    let named = |policy: &str| {
        format!(
            "trust.revocation = \"{policy}\"\n[revocation.crl_addresses]\n\
             {fingerprint} = [\"http://ca.example/list.crl\"]\n"
        )
    };
    for policy in ["required", "when-available"] {
        let report = folder.report(&named(policy));
        let wrong = found(&report, Level::Wrong);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].contains("http://ca.example/list.crl"), "{wrong:?}");
    }
    assert_eq!(folder.report(&named("off")).verdict, Level::Well);
    // Where the cards name it, they do so at the first login.
    assert_eq!(folder.report("").verdict, Level::Well);
    // A list from a file does as well.
    folder.list("whole", DAY, 9 * DAY, Vec::new());
    assert_eq!(folder.report(&named("required")).verdict, Level::Well);
}

#[test]
fn an_expired_authority_is_wrong_unless_its_renewed_certificate_is_there() {
    let folder = Folder::new();
    folder.list("list", DAY, 90 * DAY, Vec::new());
    let name = "Un'autorità che finisce";
    let of = |key: Key, left: i64| Authority::valid(name, key, now() - 90 * DAY, now() + left);
    let key = Key::p256();
    for (left, level) in [(10 * DAY, Level::Soon), (-DAY, Level::Wrong)] {
        folder.anchor("fine", &of(key.clone(), left));
        let report = folder.report("");
        assert_eq!(report.verdict, level, "{:?}", report.findings);
        assert!(found(&report, level)[0].contains("che finisce"));
        // Another key is another authority's.
        folder.anchor("altra", &of(Key::p256(), 90 * DAY));
        assert_eq!(folder.report("").verdict, level);
        folder.anchor("altra", &of(key.clone(), 90 * DAY));
        let report = folder.report("");
        assert_eq!(report.verdict, Level::Well, "{:?}", report.findings);
        std::fs::remove_file(folder.folder.path().join("ca/altra.pem")).unwrap();
    }
}

#[tokio::test]
async fn a_fetched_list_ends_soon_too() {
    let authority = authority();
    let server = Server::start(Answer::Bytes(list(&authority, 30 * DAY, DAY, &[])));
    let address = at(&authority, &server.address());
    let environment = [("TESSERA_REVOCATION__CRL_ADDRESSES", &*address)];
    let scene = Scene::start(authority, &environment).await;
    scene.until("it is kept", || scene.kept().len() == 1).await;
    let report = scene.report();
    assert_eq!(report.verdict, Level::Soon, "{:?}", report.findings);
    server.answers(Answer::Bytes(list(
        &scene.portal.authority,
        HOUR,
        30 * DAY,
        &[],
    )));
    scene
        .until("its successor is there", || {
            scene.trust().hurry();
            scene.report().verdict == Level::Well
        })
        .await;
}
