//! Forgeries around a good signature: what was signed is still there, but not where a reader
//! would look ("XML signature wrapping", McIntosh and Austel 2005).

use crate::{insert, signature_of};

/// A forgery: what it does, and the document.
pub type Forgery = (&'static str, String);

/// Every way to hide `signed` in, behind or around `forged`, an unsigned list.
pub fn all(signed: &str, forged: &str) -> Vec<Forgery> {
    let signature = signature_of(signed);
    let content = root_of(&signed.replace(signature, "")).to_owned();
    let other_root = forged.replacen("Id=\"list\"", "Id=\"other\"", 1);
    let forged_providers = providers_of(forged);
    let in_object = |element: &str| format!("<ds:Object>{element}</ds:Object></ds:Signature>");
    let with_object = |element: &str| {
        let end = signature.len() - "</ds:Signature>".len();
        signature[..end].to_owned() + &in_object(element)
    };
    let properties = between(
        signature,
        "<xades:SignedProperties",
        "</xades:SignedProperties>",
    );
    let forged_properties = properties.replace("Id=\"properties\"", "Id=\"others\"");
    vec![
        (
            "the signed list and its signature inside the forged one",
            insert(&other_root, &(content.clone() + signature)),
        ),
        (
            "the signed list in the signature's object, the signature in the forged one",
            insert(&other_root, &with_object(&content)),
        ),
        (
            "the signed list in the signature's object, both of one Id",
            insert(forged, &with_object(&content)),
        ),
        (
            "the whole signed document inside the forged list",
            insert(&other_root, root_of(signed)),
        ),
        (
            "the whole signed document in the forged list's scheme information",
            other_root.replacen(
                "</SchemeInformation>",
                &format!("{}</SchemeInformation>", root_of(signed)),
                1,
            ),
        ),
        (
            "forged providers before the signed ones",
            signed.replacen(
                "<TrustServiceProviderList>",
                &format!("{forged_providers}<TrustServiceProviderList>"),
                1,
            ),
        ),
        (
            "forged providers after the signed ones",
            insert(&insert(&content, forged_providers), signature),
        ),
        (
            "forged providers after the signature",
            insert(signed, forged_providers),
        ),
        (
            "forged providers in the signature's object",
            signed.replacen(signature, &with_object(forged_providers), 1),
        ),
        (
            "other properties in the signed ones' place",
            signed.replacen(
                properties,
                &format!(
                    "{forged_properties}<xades:UnsignedProperties>{properties}\
                     </xades:UnsignedProperties>"
                ),
                1,
            ),
        ),
    ]
}

/// The root element without what stands before it.
pub fn root_of(xml: &str) -> &str {
    let start = xml.find("<TrustServiceStatusList").unwrap();
    &xml[start..]
}

/// The list of providers.
pub fn providers_of(xml: &str) -> &str {
    between(
        xml,
        "<TrustServiceProviderList>",
        "</TrustServiceProviderList>",
    )
}

fn between<'a>(xml: &'a str, start: &str, end: &str) -> &'a str {
    let from = xml.find(start).unwrap();
    let until = xml[from..].find(end).unwrap() + from + end.len();
    &xml[from..until]
}
