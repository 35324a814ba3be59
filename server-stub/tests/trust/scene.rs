//! A portal that fetches, and whose authority answers from a test's own servers.

use std::{sync::Arc, time::Duration};

use pki::{Authority, Card, Holder, Key, List};
use protocol::service::Profile;
use server_stub::{
    clock,
    trust::{TrustSources, report::Report},
};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{
    server::Server,
    support::{ANNA, MARIO, Portal},
};

pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;

/// Nothing takes so long, on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Scene {
    pub portal: Portal,
    /// Ends with the scene.
    fetching: JoinSet<()>,
}

pub fn authority() -> Authority {
    Authority::new("Regione di prova - CA Cittadini", Key::p256())
}

pub fn now() -> i64 {
    clock::now() / 1000
}

/// What stands under `[revocation]` for this authority's address.
pub fn at(authority: &Authority, address: &str) -> String {
    let fingerprint = trusted_list::Fingerprint::of(authority.certificate());
    format!("{fingerprint}={address}")
}

/// A list issued so long ago, current for so long, that names these cards.
pub fn list(authority: &Authority, age: i64, left: i64, cards: &[&Card]) -> Vec<u8> {
    authority.revocation_list(&List {
        revoked: cards
            .iter()
            .map(|card| pki::Revoked::new(card.serial()))
            .collect(),
        this_update: now() - age,
        next_update: now() + left,
        ..List::default()
    })
}

impl Scene {
    /// With an authority whose lists and responders are given in the environment.
    pub async fn start(authority: Authority, environment: &[(&str, &str)]) -> Scene {
        Scene::open(tempfile::tempdir().unwrap(), authority, environment).await
    }

    pub async fn open(
        folder: TempDir,
        authority: Authority,
        environment: &[(&str, &str)],
    ) -> Scene {
        let mut all = vec![("TESSERA_TRUST__CRLS", "")];
        all.extend(environment);
        let portal = Portal::open(folder, authority, &all).await;
        for person in [MARIO, ANNA] {
            portal
                .operator(person, Profile::Amministrazione, &[], true)
                .await;
        }
        let mut fetching = JoinSet::new();
        fetching.spawn(Arc::clone(&portal.app.trust).keep_current());
        Scene { portal, fetching }
    }

    /// Ends it and starts it again in the same folder.
    pub async fn restart(self, environment: &[(&str, &str)]) -> Scene {
        let (folder, authority) = self.close();
        Scene::open(folder, authority, environment).await
    }

    pub fn close(self) -> (TempDir, Authority) {
        self.portal.close()
    }

    pub fn trust(&self) -> &TrustSources {
        &self.portal.app.trust
    }

    pub fn report(&self) -> Report {
        self.trust().report(now())
    }

    pub fn card(&self) -> Card {
        self.portal.card(MARIO)
    }

    /// A card that says where its authority is to be asked.
    pub fn card_saying(&self, lists: &[&str], responders: &[&str]) -> Card {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let holder = Holder {
            distribution_points: owned(lists),
            ocsp_addresses: owned(responders),
            ..Holder::default()
        };
        self.portal.authority.issue(&holder, Key::p256())
    }

    pub async fn is_taken(&self, card: &Card) {
        self.portal.browser().register(card).await.expect(201);
    }

    /// However long what it needs takes to come.
    pub async fn is_taken_at_last(&self, card: &Card) {
        let taken = tokio::time::timeout(PATIENCE, async {
            while self.portal.browser().register(card).await.status != 201 {}
        });
        taken.await.expect("that it is taken at last");
    }

    #[track_caller]
    pub fn is_refused(&self, card: &Card, code: &str) -> impl Future<Output = ()> {
        let (mut browser, card, code) = (self.portal.browser(), card.clone(), code.to_owned());
        async move {
            browser.register(&card).await.expect_refusal(&code);
        }
    }

    /// Waits until something is so; it is looked at again and again.
    #[track_caller]
    pub fn until(&self, what: &str, is_so: impl Fn() -> bool) -> impl Future<Output = ()> {
        let what = what.to_owned();
        async move {
            let waited = tokio::time::timeout(PATIENCE, async {
                while !is_so() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            });
            waited.await.unwrap_or_else(|_| panic!("never: {what}"));
        }
    }

    /// Waits until a server that had so many requests was fetched from twice more: what the
    /// first fetch brought has been judged then.
    pub async fn until_fetched_twice(&self, server: &Server, before: usize) {
        self.until("it is fetched twice", || {
            self.trust().hurry();
            server.requests() >= before + 2
        })
        .await;
    }

    /// How many entries the lists at hand have in all.
    pub fn entries(&self) -> usize {
        let trust = self.trust().snapshot();
        let lists = trust.revocation_lists();
        lists.iter().map(|list| list.entries()).sum()
    }

    pub fn lists(&self) -> usize {
        self.trust().snapshot().revocation_lists().len()
    }

    /// The kept revocation lists.
    pub fn kept(&self) -> Vec<std::path::PathBuf> {
        let folder = self.portal.folder().join("trust-state");
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|it| it == "crl"))
            .collect()
    }
}
