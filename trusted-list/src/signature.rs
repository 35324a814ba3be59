//! The list's signature: found, checked for its form, verified.
//!
//! bergshamra verifies: it canonicalises, hashes what the references name and checks the
//! value with the pinned certificate's key, never with a key out of the document. What it is
//! given is only what `form.rs` has let pass, so that of all that XML signatures can be, a
//! trusted list's form alone is ever interpreted; and what it says it has hashed is compared
//! with what is going to be read.

mod form;
mod signer;

use bergshamra_core::Error;
use bergshamra_dsig::verify::verify_document;
use bergshamra_dsig::{DsigContext, VerifyResult};
use bergshamra_keys::KeysManager;
use uppsala::{Document, NodeId};

use crate::element::Element;
use crate::shown::line;
use crate::{Fault, Signers};
use form::Parts;
pub(crate) use signer::Signer;

/// Verifies the one signature of a list; the pinned certificate that made it.
pub(crate) fn verify(
    document: &Document<'_>,
    root: Element<'_>,
    signers: &Signers,
) -> Result<Signer, Fault> {
    let parts = form::check(root)?;
    let signer = Signer::pinned(parts.key_info, signers)?;
    let mut keys = KeysManager::new();
    keys.add_key(signer.key()?);
    // The library's strict mode knows no XAdES: it refuses a reference into the signature's
    // own Object. What it guards against, `form.rs` and `is_covered` do more narrowly.
    let context = DsigContext::new(keys).with_strict_verification(false);
    match verify_document(&context, document) {
        Ok(result) if is_covered(&result, root, &parts) => Ok(signer),
        Ok(VerifyResult::Valid { .. }) => Err(Fault::SignatureForm {
            what: "it does not cover the whole list and its signed properties".to_owned(),
        }),
        // The library tells its reasons in words only.
        Ok(VerifyResult::Invalid { reason }) if reason.starts_with("Reference digest") => {
            Err(Fault::Changed)
        }
        // A value that no key of this kind can have made is told as an error.
        Ok(VerifyResult::Invalid { .. }) | Err(Error::Crypto(_)) => Err(Fault::SignatureInvalid),
        Err(error) => Err(Fault::SignatureForm {
            what: line(&error.to_string()),
        }),
    }
}

/// Whether exactly the list that is read and the signature's own properties were hashed.
fn is_covered(result: &VerifyResult, root: Element<'_>, parts: &Parts<'_>) -> bool {
    let VerifyResult::Valid {
        signature_node,
        references,
        ..
    } = result
    else {
        return false;
    };
    let covers_list = |uri: &str, node: Option<NodeId>| match uri {
        // The whole document, so no node of it.
        "" => node.is_none(),
        _ => node == Some(root.node()),
    };
    let [first, second] = references.as_slice() else {
        return false;
    };
    let properties = Some(parts.signed_properties.node());
    let (list, covers_properties) = match first.resolved_node == properties {
        true => (second, true),
        false => (first, second.resolved_node == properties),
    };
    *signature_node == parts.signature.node()
        && covers_properties
        && covers_list(&list.uri, list.resolved_node)
        && first.digest_verified
        && second.digest_verified
}
