//! The one form a trusted list's signature has (TS 119 612 §5.7.1, annex B).
//!
//! Enveloped, the last child of the root; two references, the whole list and the signature's
//! own signed properties; no transform that takes away more than the signature. All else that
//! XML signatures can express is refused before anything interprets it.

use crate::Fault;
use crate::element::{DSIG, EXCLUSIVE, Element, TSL, XADES};
use crate::shown::{excerpt, line};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE_CANONICALIZATION: &str = EXCLUSIVE;
const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";

/// Canonicalisations that leave out comments, and nothing else.
const CANONICALIZATIONS: [&str; 3] = [
    EXCLUSIVE_CANONICALIZATION,
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
];
const SIGNATURES: [&str; 9] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
    "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// The parts of a signature whose form is right; nothing is verified yet.
pub(super) struct Parts<'d> {
    pub(super) signature: Element<'d>,
    pub(super) signed_properties: Element<'d>,
    pub(super) key_info: Element<'d>,
}

/// Finds the signature and refuses every form but the one.
pub(super) fn check(root: Element<'_>) -> Result<Parts<'_>, Fault> {
    let signature = only_signature(root)?;
    check_root(root)?;
    let [signed_info, _, key_info, object] = exactly(
        signature,
        DSIG,
        ["SignedInfo", "SignatureValue", "KeyInfo", "Object"],
    )?;
    let [qualifying] = exactly(object, XADES, ["QualifyingProperties"])?;
    // Unsigned properties, such as a time stamp, may follow: nobody reads them.
    let mut properties = qualifying.children();
    let signed_properties = properties
        .next()
        .filter(|first| first.is(XADES, "SignedProperties"))
        .ok_or_else(|| form("it has no signed properties".to_owned()))?;
    if properties.any(|other| !other.is(XADES, "UnsignedProperties")) {
        return Err(form(
            "its properties are neither signed nor unsigned".to_owned(),
        ));
    }
    let id = |element: Element<'_>| Some(format!("#{}", element.attribute("Id")?));
    if qualifying.attribute("Target").map(str::to_owned) != id(signature) {
        return Err(form("its properties are another signature's".to_owned()));
    }
    let [canonicalization, method, first, second] = exactly(
        signed_info,
        DSIG,
        [
            "CanonicalizationMethod",
            "SignatureMethod",
            "Reference",
            "Reference",
        ],
    )?;
    check_attributes(signed_info, &["Id"])?;
    check_canonicalization(canonicalization)?;
    bare_algorithm(method, &SIGNATURES)?;

    let (root_uri, properties_uri) = (id(root), id(signed_properties));
    let mut covered = [false; 2];
    for reference in [first, second] {
        let (uri, transforms) = check_reference(reference)?;
        let is_properties = Some(uri) == properties_uri.as_deref();
        let is_list = uri.is_empty() || Some(uri) == root_uri.as_deref();
        // Each is referred to once, so both are.
        let seen = &mut covered[usize::from(is_properties)];
        if !(is_properties || is_list) || std::mem::replace(seen, true) {
            return Err(Fault::Reference { uri: excerpt(uri) });
        }
        match is_properties {
            true => check_properties_reference(reference, transforms)?,
            false => check_list_transforms(transforms)?,
        }
    }
    Ok(Parts {
        signature,
        signed_properties,
        key_info,
    })
}

/// The one signature in the whole document, a child of the root.
fn only_signature(root: Element<'_>) -> Result<Element<'_>, Fault> {
    let mut found = Vec::new();
    let mut pending = vec![root];
    while let Some(element) = pending.pop() {
        if element.is(DSIG, "Signature") {
            found.push(element);
        }
        pending.extend(element.children());
    }
    match found.as_slice() {
        [] => Err(Fault::SignatureAbsent),
        [signature] => match root.children().last() {
            Some(last) if last.node() == signature.node() => Ok(*signature),
            _ => Err(Fault::SignatureMoved),
        },
        several => Err(Fault::SeveralSignatures {
            count: several.len(),
        }),
    }
}

/// The root has its two parts and the signature, in this order (TS 119 612 annex C).
fn check_root(root: Element<'_>) -> Result<(), Fault> {
    let mut expected = [
        (TSL, "SchemeInformation"),
        (TSL, "TrustServiceProviderList"),
        (DSIG, "Signature"),
    ]
    .into_iter();
    for child in root.children() {
        match expected.next() {
            Some((namespace, name)) if child.is(namespace, name) => {}
            Some((_, name)) if child.is(DSIG, "Signature") => {
                return Err(Fault::Missing { element: name });
            }
            _ => {
                return Err(Fault::Misplaced {
                    element: line(child.local_name()),
                    parent: line(root.local_name()),
                });
            }
        }
    }
    Ok(())
}

/// A reference's URI and transforms, once its digest is of an accepted kind.
fn check_reference(reference: Element<'_>) -> Result<(&str, Option<Element<'_>>), Fault> {
    check_attributes(reference, &["Id", "URI", "Type"])?;
    // Without URI the application would have to know what is meant.
    let uri = reference
        .attribute("URI")
        .ok_or_else(|| form("a reference has no URI".to_owned()))?;
    let transforms = reference.all(DSIG, "Transforms").next();
    let (method, value) = match transforms {
        Some(_) => {
            let names = ["Transforms", "DigestMethod", "DigestValue"];
            let [_, method, value] = exactly(reference, DSIG, names)?;
            (method, value)
        }
        None => {
            let [method, value] = exactly(reference, DSIG, ["DigestMethod", "DigestValue"])?;
            (method, value)
        }
    };
    bare_algorithm(method, &DIGESTS)?;
    let [] = exactly(value, DSIG, [])?;
    Ok((uri, transforms))
}

/// The whole list without its signature, canonicalised.
fn check_list_transforms(transforms: Option<Element<'_>>) -> Result<(), Fault> {
    let steps = steps(transforms)?;
    let canonicalization = match steps.as_slice() {
        [enveloped] => {
            bare_transform(*enveloped)?;
            None
        }
        [enveloped, canonicalization] => {
            bare_transform(*enveloped)?;
            Some(*canonicalization)
        }
        _ => return Err(form("the list's reference takes no two steps".to_owned())),
    };
    canonicalization.map_or(Ok(()), canonicalization_step)
}

fn check_properties_reference(
    reference: Element<'_>,
    transforms: Option<Element<'_>>,
) -> Result<(), Fault> {
    if reference.attribute("Type") != Some(SIGNED_PROPERTIES) {
        return Err(form(
            "the reference to its properties does not say so".to_owned(),
        ));
    }
    match steps(transforms)?.as_slice() {
        [] => Ok(()),
        [canonicalization] => canonicalization_step(*canonicalization),
        _ => Err(form(
            "the properties' reference takes more than one step".to_owned(),
        )),
    }
}

fn steps(transforms: Option<Element<'_>>) -> Result<Vec<Element<'_>>, Fault> {
    let Some(transforms) = transforms else {
        return Ok(Vec::new());
    };
    check_attributes(transforms, &[])?;
    let steps: Vec<Element<'_>> = transforms.children().collect();
    match steps.iter().find(|step| !step.is(DSIG, "Transform")) {
        Some(other) => Err(form(format!("{} among its transforms", other.local_name()))),
        None => Ok(steps),
    }
}

/// The enveloped-signature transform, which has no parameters.
fn bare_transform(step: Element<'_>) -> Result<(), Fault> {
    check_attributes(step, &["Algorithm"])?;
    if step.attribute("Algorithm") != Some(ENVELOPED) {
        return Err(transform(step));
    }
    let [] = exactly(step, DSIG, [])?;
    Ok(())
}

fn canonicalization_step(step: Element<'_>) -> Result<(), Fault> {
    match step.attribute("Algorithm") {
        Some(algorithm) if CANONICALIZATIONS.contains(&algorithm) => check_canonicalization(step),
        _ => Err(transform(step)),
    }
}

/// A canonicalisation; an exclusive one may name prefixes to treat as inclusive does.
fn check_canonicalization(element: Element<'_>) -> Result<(), Fault> {
    check_attributes(element, &["Algorithm"])?;
    let algorithm = element.attribute("Algorithm").unwrap_or_default();
    if !CANONICALIZATIONS.contains(&algorithm) {
        return Err(Fault::Algorithm {
            algorithm: excerpt(algorithm),
        });
    }
    if algorithm == EXCLUSIVE_CANONICALIZATION && element.children().next().is_some() {
        let [prefixes] = exactly(element, EXCLUSIVE, ["InclusiveNamespaces"])?;
        check_attributes(prefixes, &["PrefixList"])?;
        let [] = exactly(prefixes, EXCLUSIVE, [])?;
    } else {
        let [] = exactly(element, DSIG, [])?;
    }
    Ok(())
}

/// A method without parameters whose algorithm is one of these.
fn bare_algorithm(method: Element<'_>, accepted: &[&str]) -> Result<(), Fault> {
    check_attributes(method, &["Algorithm"])?;
    let algorithm = method.attribute("Algorithm").unwrap_or_default();
    if !accepted.contains(&algorithm) {
        return Err(Fault::Algorithm {
            algorithm: excerpt(algorithm),
        });
    }
    let [] = exactly(method, DSIG, [])?;
    Ok(())
}

/// The child elements, if they are these and no others, in this order.
fn exactly<'d, const COUNT: usize>(
    parent: Element<'d>,
    namespace: &str,
    names: [&str; COUNT],
) -> Result<[Element<'d>; COUNT], Fault> {
    let children: Vec<Element<'d>> = parent.children().collect();
    let fault = || {
        form(format!(
            "{} does not hold exactly [{}]",
            parent.local_name(),
            names.join(", ")
        ))
    };
    let children: [Element<'d>; COUNT] = children.try_into().map_err(|_| fault())?;
    let mut pairs = children.iter().zip(names);
    match pairs.all(|(child, name)| child.is(namespace, name)) {
        true => Ok(children),
        false => Err(fault()),
    }
}

/// Refuses attributes in a namespace, which a reader that looks at local names only takes for
/// the ones without, and all that are not expected.
fn check_attributes(element: Element<'_>, expected: &[&str]) -> Result<(), Fault> {
    let unexpected = element.inner().attributes.iter().find(|attribute| {
        attribute.name.namespace_uri.is_some()
            || !expected.contains(&attribute.name.local_name.as_ref())
    });
    match unexpected {
        None => Ok(()),
        Some(attribute) => Err(form(format!(
            "{} has the attribute {}",
            element.local_name(),
            attribute.name.local_name
        ))),
    }
}

fn transform(step: Element<'_>) -> Fault {
    let algorithm = step.attribute("Algorithm").unwrap_or_default();
    Fault::Transform {
        algorithm: excerpt(algorithm),
    }
}

fn form(what: String) -> Fault {
    Fault::SignatureForm { what: line(&what) }
}
