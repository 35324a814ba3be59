//! Frames as browsers send them, and as they should not.

use protocol::command::Authenticate;
use protocol::{ChallengeNonce, Language, Origin};
use serde_json::{Value, json};

use crate::Seed;

pub fn frames() -> Vec<Seed> {
    let authenticate = authenticate();
    let mut foreign_member = authenticate.clone();
    foreign_member["arguments"]["photo"] = json!(true);
    let mut not_ascii = authenticate.clone();
    for member in ["challengeNonce", "origin", "lang"] {
        let text = authenticate["arguments"][member]
            .as_str()
            .unwrap_or_default();
        not_ascii["arguments"][member] = json!(format!("{text}-dè-€"));
    }
    let mut foreign_language = authenticate.clone();
    foreign_language["arguments"]["lang"] = json!("sl-è-1994");
    let status = frame(&command("status"));
    let bad_utf8 = frame(b"{\"command\":\"\xff\"}");
    vec![
        ("status", status.clone()),
        ("quit", frame(&command("quit"))),
        ("authenticate", frame(&text(&authenticate))),
        ("foreign-member", frame(&text(&foreign_member))),
        ("not-ascii", frame(&text(&not_ascii))),
        ("foreign-language", frame(&text(&foreign_language))),
        ("two-frames", [status.clone(), status.clone()].concat()),
        ("bad-utf8-then-status", [bad_utf8, status.clone()].concat()),
        ("longest", frame(&[b' '; 8 * 1024])),
        ("too-long", frame(&[b' '; 8 * 1024 + 1])),
        ("cut", status[..status.len() - 3].to_vec()),
        ("claims-4-gib", u32::MAX.to_ne_bytes().to_vec()),
    ]
}

fn authenticate() -> Value {
    let origin = Origin::parse("https://sistemats.it").expect("the portal's own origin");
    let request = Authenticate {
        challenge_nonce: ChallengeNonce::from_random([7; 32]),
        origin,
        language: Language::De,
        progress: true,
    };
    request.to_json()
}

fn command(name: &str) -> Vec<u8> {
    text(&json!({"command": name, "arguments": {}}))
}

fn text(message: &Value) -> Vec<u8> {
    message.to_string().into_bytes()
}

fn frame(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_ne_bytes(), body].concat()
}
