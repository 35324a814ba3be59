//! The server under attack: what each attacker gets, and that an honest login works meanwhile

mod crowd;
mod descriptors;
mod heads;
mod slowness;
mod smuggling;
mod tls;

use std::time::{Duration, Instant};

use pki::{Holder, Key};

use crate::{
    installation::{Installation, Server, ask},
    serving::post_token,
};

/// A person registers, reads the document and logs in, within a person's patience.
#[track_caller]
fn honest_login(installation: &Installation, server: &Server) {
    let began = Instant::now();
    let card = installation
        .authority
        .issue(&Holder::default(), Key::p256());
    let (status, document, _) = post_token(server, &card, "/api/registrations");
    assert_eq!(status, 201);
    let headers = format!("Cookie: {document}\r\n");
    let path = "/api/credentials-document";
    assert_eq!(ask(server.portal, "GET", path, &headers, "").status, 200);
    let (status, _, _) = post_token(server, &card, "/api/session");
    assert_eq!(status, 201);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}
