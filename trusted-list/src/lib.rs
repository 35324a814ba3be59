//! Reads a signed trusted list: which certification authorities a state recognises.
//!
//! A trusted list (ETSI TS 119 612) is an XML document that a member state signs and
//! publishes; Italy's, by AgID, names the authorities that issue CNS certificates as services
//! of type `IdV`. Nothing of a list is believed before its signature is verified with a
//! certificate that the administrator has pinned, and what is read is the very tree that was
//! verified. No clock, network or disk: bytes, pins and time come in as arguments.
//!
//! The authorities of the identity card (CIE) stand under the same type: that a certificate is
//! a CNS's, its own policy says, which `verifier::judge` asks for.
//!
//! ```
//! use trusted_list::{Fingerprint, Signers, TrustedList};
//! # let signer = trusted_lists::Signer::new();
//! # let (downloaded, configured) = (signer.sign(&trusted_lists::List::small().xml()), signer.pin());
//! # let now = trusted_lists::NOW;
//!
//! let signers = Signers::new([Fingerprint::parse(&configured)?])?;
//! let list = TrustedList::read(downloaded.as_bytes(), &signers, now)?;
//! for service in list.services() {
//!     println!("{}: {} bytes", service.name, service.certificate.len());
//! }
//!
//! // The next one takes its place only if it is its successor:
//! # let next = downloaded;
//! let next = TrustedList::read(next.as_bytes(), &signers, now)?;
//! next.may_follow(&list, 20)?;
//! assert!(next.is_current_at(now));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | step | refuses | source |
//! | --- | --- | --- |
//! | form | more than 16 MiB, 64 levels or 300,000 marks; a DOCTYPE; anything but UTF-8 | TS 119 612 annex B |
//! | signature | every form but the one of a trusted list; weak algorithms; a signer not pinned | TS 119 612 §5.7.1, annex B; XAdES baseline B (EN 319 132-1) |
//! | content | another version or kind of list, a closed one, one without any service of use | TS 119 612 §5.3, §5.5 |
//! | succession ([`TrustedList::may_follow`]) | an older list, another state's, one that lost too much | TS 119 612 §5.3.2 |

mod document;
mod element;
mod extension;
mod fault;
mod list;
mod scheme;
mod service;
mod shown;
mod signature;
mod signers;
mod time;

pub use fault::Fault;
pub use list::TrustedList;
pub use service::{LeftOut, Service, Unusable};
pub use signers::{Fingerprint, Signers, SignersFault};
