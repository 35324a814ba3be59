//! The files that say whom to trust are taken away

use std::time::Duration;

use page_calls::Method;

use super::nodes::{finish, set};
use crate::{
    load::{Person, browser, sign_in},
    stage::{Stage, wait_until},
    table::Tally,
};

/// The nodes go on by what they knew; whoever was revoked stays so.
pub fn taken_away() -> Tally {
    let (stage, database) = set();
    let load = stage.load();
    let revoke = |people: &[&Person]| {
        let serials: Vec<_> = people.iter().map(|person| person.card.serial()).collect();
        let list = stage.installation.authority.revoke(&serials);
        stage.installation.write("crl/prova.crl", &list);
    };
    let read_again = || {
        for server in stage.servers.iter().flatten() {
            server.signal("HUP");
        }
    };
    let (first, second) = (stage.crowd.next(), stage.crowd.next());
    revoke(&[&first]);
    read_again();
    wait_until_refused(&stage, &first);

    for folder in ["ca", "crl"] {
        move_aside(&stage, folder, "away");
        read_again();
        load.wait_for_more(20, Duration::from_secs(10));
        wait_until_refused(&stage, &first);
    }
    let mut command = stage.command(&["serve"]);
    let told = command.env("TESSERA_LISTEN", "127.0.0.1:0").output();
    let told = told.unwrap();
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    assert!(String::from_utf8_lossy(&told.stderr).contains("trust.anchors"));

    for folder in ["ca", "crl"] {
        let (from, to) = (format!("{folder}.away"), folder);
        let place = stage.installation.folder();
        std::fs::rename(place.join(from), place.join(to)).unwrap();
    }
    revoke(&[&first, &second]);
    read_again();
    wait_until_refused(&stage, &second);
    load.wait_for_more(20, Duration::from_secs(10));
    finish(load, &database).unnoticed()
}

fn move_aside(stage: &Stage, folder: &str, suffix: &str) {
    let place = stage.installation.folder();
    let aside = format!("{folder}.{suffix}");
    std::fs::rename(place.join(folder), place.join(aside)).unwrap();
}

/// Waits until both nodes refuse this card as revoked.
fn wait_until_refused(stage: &Stage, person: &Person) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for node in stage.nodes {
        wait_until("the card is revoked", Duration::from_secs(10), || {
            runtime.block_on(async {
                let mut browser = browser(node);
                let challenge = browser
                    .ask(Method::POST, "/api/challenges", None)
                    .await
                    .unwrap();
                let token = sign_in(&person.card, &challenge.json());
                let path = "/api/registrations";
                let answer = browser.ask(Method::POST, path, Some(&token)).await.unwrap();
                answer.json()["code"] == "certificate-revoked"
            })
        });
    }
}
