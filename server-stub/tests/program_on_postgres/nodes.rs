//! Several nodes on one database

use std::thread;

use pki::{Holder, Key};

use crate::{
    installation::{Installation, Server, ask},
    serving::{post_token, with_mario},
};

#[test]
fn nodes_that_start_together_on_an_empty_database_all_serve() {
    let installation = Installation::new();
    let nodes: Vec<Server> = thread::scope(|scope| {
        let starting: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| installation.serve()))
            .collect();
        starting
            .into_iter()
            .map(|node| node.join().unwrap())
            .collect()
    });
    for node in nodes {
        let ready = ask(node.portal, "GET", "/api/health/ready", "", "");
        assert_eq!(ready.status, 200);
        let (code, log) = node.stop();
        assert_eq!(code, Some(0), "{log}");
    }
}

#[test]
fn what_was_said_to_one_node_holds_on_the_other() {
    let installation = with_mario();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let (one, other) = (installation.serve(), installation.serve());
    let (_, document, _) = post_token(&one, &card, "/api/registrations");
    let path = "/api/credentials-document";
    let headers = format!("Cookie: {document}\r\n");
    assert_eq!(ask(other.portal, "GET", path, &headers, "").status, 200);
    let (status, session, _) = post_token(&other, &card, "/api/session");
    assert_eq!(status, 201);
    let headers = format!("Cookie: {session}\r\n");
    let who = |node: &Server| ask(node.portal, "GET", "/api/session", &headers, "").status;
    assert_eq!((who(&one), who(&other)), (200, 200));
    ask(one.portal, "DELETE", "/api/session", &headers, "");
    assert_eq!((who(&one), who(&other)), (401, 401));
}
