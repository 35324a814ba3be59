//! A good signature does not carry a forged list.

use trusted_list::Fault;
use trusted_lists::{Form, List, wrapping};

use crate::desk::{SIGNER, XML, fault};

#[test]
fn every_wrapped_signature_is_refused() {
    let forged = List::forged().xml();
    for list_uri in ["", "#list"] {
        let form = Form {
            list_uri: list_uri.to_owned(),
            ..Form::default()
        };
        let signed = SIGNER.sign_as(&XML, &form);
        for (name, document) in wrapping::all(&signed, &forged) {
            let refused = fault(&document);
            // By where things stand, before any cryptography.
            let by_place = matches!(
                refused,
                Fault::Misplaced { .. }
                    | Fault::SignatureMoved
                    | Fault::SignatureForm { .. }
                    | Fault::DuplicateId { .. }
                    | Fault::Reference { .. }
            );
            assert!(by_place, "{name} ({list_uri:?}): {refused:?}");
        }
    }
}
