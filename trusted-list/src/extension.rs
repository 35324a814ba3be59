//! Extensions that must be understood (TS 119 612 annex B).

use crate::element::{Element, TSL};
use crate::shown::line;

/// What an extension may hold that does not change whether an authority is recognised: who
/// took a service over, what a qualified certificate is for, how long revocation is told
/// (TS 119 612 §5.5.9).
const UNDERSTOOD: [(&str, &str); 4] = [
    (
        "http://uri.etsi.org/02231/v2/additionaltypes#",
        "TakenOverBy",
    ),
    (
        "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#",
        "Qualifications",
    ),
    (TSL, "AdditionalServiceInformation"),
    (TSL, "ExpiredCertsRevocationInfo"),
];

/// The local name of the first extension marked critical that is not understood.
pub(crate) fn unknown_critical(
    information: Element<'_>,
    extensions: &'static str,
) -> Option<String> {
    information
        .all(TSL, extensions)
        .flat_map(|extensions| extensions.all(TSL, "Extension"))
        .filter(|extension| !matches!(extension.attribute("Critical"), Some("false" | "0")))
        .find_map(|extension| {
            let mut content = extension.children().peekable();
            if content.peek().is_none() {
                return Some(line(extension.local_name()));
            }
            let unknown = content.find(|child| {
                let is_understood = |(namespace, name): &(&str, &str)| child.is(namespace, name);
                !UNDERSTOOD.iter().any(is_understood)
            });
            unknown.map(|child| line(child.local_name()))
        })
}
