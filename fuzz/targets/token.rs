//! What a page posts to the server as a token (contract §1), before any of it is trusted.
#![no_main]

use cns::Certificate;
use libfuzzer_sys::fuzz_target;
use protocol::Token;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(input) else {
        return;
    };
    if let Ok(token) = Token::from_json(&value) {
        // What the verifier goes on with.
        let _ = Certificate::read(&token.unverified_certificate);
        // What was understood is written and understood again.
        let again = serde_json::to_value(&token).unwrap_or_default();
        assert_eq!(Token::from_json(&again), Ok(token));
    }
});
