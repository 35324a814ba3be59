//! What the page posts to the server.

use protocol::{Algorithm, Token};
use serde_json::{Value, json};

use crate::Seed;

pub fn tokens(certificate: Vec<u8>) -> Vec<Seed> {
    let token = |algorithm, length| Token {
        unverified_certificate: certificate.clone(),
        algorithm,
        signature: vec![0x5a; length],
        app_version: "https://sistemats.it/tessera/releases/0.1.0".to_owned(),
    };
    let good = || json!(token(Algorithm::Es256, 64));
    let with = |member: &str, content: Value| {
        let mut token = good();
        token[member] = content;
        bytes(&token)
    };
    vec![
        ("rs256", bytes(&json!(token(Algorithm::Rs256, 256)))),
        ("es512", bytes(&json!(token(Algorithm::Es512, 132)))),
        (
            "unknown-member",
            with("supportedSignatureAlgorithms", json!([])),
        ),
        ("minor-version", with("format", json!("web-eid:1.17"))),
        ("major-version", with("format", json!("web-eid:10"))),
        ("unknown-algorithm", with("algorithm", json!("none"))),
        ("no-text", with("appVersion", json!(7))),
        ("no-base64", with("signature", json!("MI-B"))),
        ("without-padding", with("signature", json!("MII"))),
        ("no-object", b"[\"token\"]".to_vec()),
    ]
}

fn bytes(token: &Value) -> Vec<u8> {
    token.to_string().into_bytes()
}
