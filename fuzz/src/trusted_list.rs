//! How a target finds out whom to trust with a list that comes signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trusted_list::Fingerprint;

/// 2026-01-01T00:00:00Z: when lists are read.
pub const NOW: i64 = 1_767_225_600;

/// The pin of the first certificate of the first signature, as the generator writes them.
pub fn pin_of(list: &[u8]) -> Option<Fingerprint> {
    let text = std::str::from_utf8(list).ok()?;
    let (_, signature) = text.split_once("<ds:Signature ")?;
    let (_, after) = signature.split_once("<ds:X509Certificate>")?;
    let (certificate, _) = after.split_once("</ds:X509Certificate>")?;
    let der = STANDARD.decode(certificate).unwrap_or_default();
    Some(Fingerprint::of(&der))
}
