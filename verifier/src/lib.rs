//! Pure judgement of an authentication token and its CNS certificate.
//!
//! Everything the judgement depends on comes in as an argument: the token, the origin and
//! nonce it must have been made for, the time, the anchors and revocation lists. The
//! answer is an [`Identity`] or exactly one [`Reason`]. No clock, network, disk or
//! database; any portal can use it.
//!
//! ```
//! use std::sync::Arc;
//! use verifier::{Anchor, Expected, RevocationList, RevocationPolicy, Trust, judge};
//! # use protocol::{ChallengeNonce, Origin, Token};
//! # let authority = pki::Authority::new("Regione di Prova - CA Cittadini 2020", pki::Key::p256());
//! # let card = authority.issue(&pki::Holder::default(), pki::Key::p256());
//! # let (anchor_file, list_file) = (authority.certificate(), authority.revoke(&[]));
//! # let (nonce, now) = (ChallengeNonce::from_random([7; 32]), 1_795_000_000);
//! # let body = serde_json::to_value(card.token(&Origin::parse("https://portal.example")?, &nonce))?;
//!
//! // Once, and again whenever a file changes:
//! let anchors = vec![Arc::new(Anchor::from_der(anchor_file)?)];
//! let lists = vec![Arc::new(RevocationList::from_der(list_file)?)];
//! let trust = Trust::new(anchors, lists);
//!
//! // At each login, with the nonce that was issued to this browser and is now spent:
//! let token = Token::from_json(&body)?;
//! let origin = Origin::parse("https://portal.example")?;
//! let expected = Expected { origin: &origin, nonce: &nonce, now, revocation: RevocationPolicy::Required };
//! match judge(&token, &expected, &trust) {
//!     Ok(identity) => assert_eq!(identity.codice_fiscale.as_str(), "RSSMRA80A01H501U"),
//!     Err(reason) => panic!("refused with {}: {reason}", reason.code().name()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod anchor;
mod identity;
mod judgement;
mod reason;
mod revocation;
mod revocation_list;
mod signature;
mod trust;

pub use anchor::{Anchor, AnchorFault};
pub use identity::{Identity, RevocationEvidence};
pub use judgement::{Expected, judge};
pub use reason::{Reason, UntrustedCause};
pub use revocation::RevocationPolicy;
pub use revocation_list::{Revocation, RevocationList, RevocationListFault};
pub use trust::Trust;
