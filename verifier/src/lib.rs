//! Pure judgement of an authentication token and its certificate.
//!
//! Everything the judgement depends on comes in as an argument: the token, the origin and
//! nonce it must have been made for, the time, the anchors and what is known of revocation.
//! The answer is an [`Identity`] or exactly one [`Reason`]; `REASONS.md`, beside this crate's
//! sources, has for each the standard's section and the test that shows it. No clock,
//! network, disk or database, nothing asynchronous, no panic; any portal can use it.
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
//! // Once, and again whenever a file changes (then with `Trust::following`):
//! let anchors = vec![Arc::new(Anchor::from_der(anchor_file)?)];
//! let lists = vec![Arc::new(RevocationList::from_der(list_file)?)];
//! let trust = Trust::new(anchors, lists);
//!
//! // At each login, with the nonce that was issued to this browser and is now spent:
//! let token = Token::from_json(&body)?;
//! let origin = Origin::parse("https://portal.example")?;
//! let revocation = RevocationPolicy::Required;
//! let expected = Expected { origin: &origin, nonce: &nonce, now, revocation, online: None };
//! match judge(&token, &expected, &trust) {
//!     Ok(identity) => assert_eq!(identity.codice_fiscale.as_str(), "RSSMRA80A01H501U"),
//!     Err(reason) => panic!("refused with {}: {reason}", reason.code().name()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Revocation
//!
//! A [`RevocationList`] is read once and verified once, when a [`Trust`] is made of it. Where
//! no list is current, [`Trust::question`] says whom to ask and what: the bytes of an OCSP
//! request, which the caller carries, and a reader for the answer. What it believed goes
//! into [`Expected::online`]. Whatever revokes does so for good, but a hold, which newer
//! current evidence ends; how much is asked is [`RevocationPolicy`]'s to say.
//!
//! # Other cards
//!
//! [`judge_other`] judges tokens that are no CNS's, such as those of the Web eID application
//! with the cards it knows: the same path, purpose, strength, revocation and signature, the
//! policies of the portal's choice, and the subject as it is.

mod anchor;
mod identity;
mod judgement;
mod known;
mod ocsp;
mod other_cards;
mod reason;
mod revocation;
mod revocation_list;
mod signature;
mod trust;
mod walk;

pub use anchor::{Anchor, AnchorFault};
pub use identity::{Identity, RevocationEvidence};
pub use judgement::{Expected, judge};
pub use ocsp::{OcspAnswer, OcspFailure, OcspFault, OcspSignerFault, OcspStatus, Question};
pub use other_cards::{OtherCards, OtherIdentity, PolicyFault, judge_other};
pub use reason::{Reason, UntrustedCause};
pub use revocation::RevocationPolicy;
pub use revocation_list::{Revocation, RevocationList, RevocationListFault};
pub use trust::Trust;
