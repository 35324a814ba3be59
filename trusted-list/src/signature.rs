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

#[cfg(test)]
mod tests {
    use trusted_lists::{Form, List, Signer as Maker, insert};

    use super::*;
    use crate::element::{DSIG, TSL};
    use crate::{Fingerprint, document};

    /// What the library says of a document, and whether that covers what would be read: the
    /// form is not asked here, which lets none of these documents through.
    fn outcome(
        signed: &str,
        maker: &Maker,
        change: for<'d> fn(Element<'d>, &mut Parts<'d>),
    ) -> (bool, bool) {
        let pins = Signers::new([Fingerprint::of(maker.certificate())]).unwrap();
        let good = maker.sign(&List::small().xml());
        let document = document::parse(good.as_bytes()).unwrap();
        let root = Element::root(&document).unwrap();
        let signer = Signer::pinned(form::check(root).unwrap().key_info, &pins).unwrap();

        let document = document::parse(signed.as_bytes()).unwrap();
        let root = Element::root(&document).unwrap();
        let signature = root.all(DSIG, "Signature").next().unwrap();
        let properties = signature
            .all(DSIG, "Object")
            .flat_map(|object| object.children())
            .flat_map(|qualifying| qualifying.children())
            .next();
        let mut parts = Parts {
            signature,
            signed_properties: properties.unwrap(),
            key_info: signature,
        };
        change(root, &mut parts);
        let mut keys = KeysManager::new();
        keys.add_key(signer.key().unwrap());
        let context = DsigContext::new(keys).with_strict_verification(false);
        let result = verify_document(&context, &document).unwrap();
        (result.is_valid(), is_covered(&result, root, &parts))
    }

    #[test]
    fn only_the_whole_list_and_the_properties_that_are_read_count_as_covered() {
        let maker = Maker::new();
        let xml = List::small().xml();
        let sign = |from: &str, to: &str| {
            let template = maker.template(&Form::default());
            assert!(template.contains(from), "{from}");
            let template = template.replacen(from, to, 1);
            let xml = xml.replacen(
                "<SchemeInformation>",
                "<SchemeInformation Id=\"scheme\">",
                1,
            );
            maker.fill(insert(&xml, &template)).unwrap()
        };
        let good = sign("URI=\"\"", "URI=\"\"");
        assert_eq!(outcome(&good, &maker, |_, _| ()), (true, true));
        let by_id = sign("URI=\"\"", "URI=\"#list\"");
        assert_eq!(outcome(&by_id, &maker, |_, _| ()), (true, true));

        let valid_only = (true, false);
        let a_part = sign("URI=\"\"", "URI=\"#scheme\"");
        assert_eq!(outcome(&a_part, &maker, |_, _| ()), valid_only);
        let list_twice = sign("URI=\"#properties\"", "URI=\"#list\"");
        assert_eq!(outcome(&list_twice, &maker, |_, _| ()), (false, false));
        let no_properties = sign("URI=\"#properties\"", "URI=\"#scheme\"");
        assert_eq!(outcome(&no_properties, &maker, |_, _| ()), valid_only);
        let properties_twice = sign("URI=\"\"", "URI=\"#properties\"");
        assert_eq!(outcome(&properties_twice, &maker, |_, _| ()), valid_only);
        assert_eq!(
            outcome(&good, &maker, |root, parts| parts.signature = root),
            valid_only
        );
        assert_eq!(
            outcome(&good, &maker, |root, parts| {
                let information = root.all(TSL, "SchemeInformation").next();
                parts.signed_properties = information.unwrap();
            }),
            valid_only
        );
    }
}
