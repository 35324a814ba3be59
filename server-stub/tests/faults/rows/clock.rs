//! A node's clock jumps

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use page_calls::{Browser, Method};

use super::nodes::{finish, logged_in, set};
use crate::{
    installation::Server,
    load::{Token, browser, sign_in},
    stage::{Stage, configuration, wait_until_ready},
    table::Tally,
};

/// How long a challenge is good here.
const CHALLENGE: Duration = Duration::from_secs(8);

/// What has expired has expired on both nodes, and nothing else has.
pub fn jumps() -> Tally {
    let (mut stage, database) = set();
    let text = configuration(CHALLENGE.as_secs() as u32);
    stage.installation.configure(&text);
    let clock = stage.installation.folder().join("clock");
    set_clock(&clock, "+0");
    // They end before others take their places.
    stage.servers = [None, None];
    stage.serve(0);
    stage.servers[1] = Some(start_by(&clock, &stage));
    wait_until_ready(stage.proxy.address, true, Duration::from_secs(10));
    let load = stage.load();
    let runtime = tokio::runtime::Runtime::new().unwrap();

    let visitor = runtime.block_on(logged_in(&stage)).1;
    for jump in ["-7200", "+7200"] {
        set_clock(&clock, jump);
        thread::sleep(Duration::from_millis(500));
        runtime.block_on(async {
            // At once: each takes the other's challenges and sessions.
            for (from, to) in [(0, 1), (1, 0)] {
                let (mut browser, token) = challenged(&stage, from).await;
                let mut other = browser.at(stage.nodes[to]);
                let path = "/api/registrations";
                let done = other.ask(Method::POST, path, Some(&token)).await.unwrap();
                assert_eq!(done.status, 201, "{jump}: {done:?}");
                browser.forget_cookies();
                let mut visitor = visitor.at(stage.nodes[to]);
                let who = visitor
                    .ask(Method::GET, "/api/session", None)
                    .await
                    .unwrap();
                assert_eq!(who.status, 200, "{jump}: {who:?}");
            }
            // Too late: each refuses them.
            let late = [challenged(&stage, 0).await, challenged(&stage, 1).await];
            tokio::time::sleep(CHALLENGE + Duration::from_secs(1)).await;
            for (from, (browser, token)) in late.iter().enumerate() {
                for node in [1 - from, from] {
                    let mut browser = browser.at(stage.nodes[node]);
                    let path = "/api/registrations";
                    let late = browser.ask(Method::POST, path, Some(token)).await.unwrap();
                    let code = &late.json()["code"];
                    assert_eq!(code, "challenge-expired", "{jump}, from {from} at {node}");
                }
            }
        });
        load.wait_for_more(20, Duration::from_secs(10));
    }
    // A node that starts with such a clock forgets nobody's session, as old as they then seem.
    set_clock(&clock, "+36000");
    stage.servers[1] = None;
    stage.servers[1] = Some(start_by(&clock, &stage));
    load.wait_for_more(40, Duration::from_secs(10));
    finish(load, &database)
}

/// The second node, by this clock.
fn start_by(clock: &Path, stage: &Stage) -> Server {
    let mut command = stage.node(1);
    command
        .env("LD_PRELOAD", library())
        .env("FAKETIME_TIMESTAMP_FILE", clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    Server::start(command)
}

/// A browser that was given a challenge by a node, and a new person's token for it.
async fn challenged(stage: &Stage, node: usize) -> (Browser, Token) {
    let mut browser = browser(stage.nodes[node]);
    let challenge = browser
        .ask(Method::POST, "/api/challenges", None)
        .await
        .unwrap();
    assert_eq!(challenge.status, 201, "{challenge:?}");
    let token = sign_in(&stage.crowd.next().card, &challenge.json());
    (browser, token)
}

/// The clock's file is never seen half written.
fn set_clock(file: &Path, jump: &str) {
    let aside = file.with_extension("new");
    std::fs::write(&aside, jump).unwrap();
    std::fs::rename(aside, file).unwrap();
}

/// What tells a process another time.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    folders
        .map(|entry| entry.unwrap().path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.is_file())
        .expect("libfaketime is not here: apt-get install faketime")
}
