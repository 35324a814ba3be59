//! What a list says of itself (TS 119 612 §5.3).

use crate::element::{Element, TSL};
use crate::shown::excerpt;
use crate::{Fault, extension, time};

/// A state's list, the only kind that names services (TS 119 612 §5.3.3).
const GENERIC: &str = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric";

/// The facts of SchemeInformation that are used.
pub(crate) struct Scheme {
    pub(crate) territory: String,
    pub(crate) sequence_number: u64,
    pub(crate) issued: i64,
    pub(crate) next_update: i64,
}

/// Reads SchemeInformation: its own children only, not those of pointers to other lists.
pub(crate) fn read(information: Element<'_>) -> Result<Scheme, Fault> {
    let version = number(information, "TSLVersionIdentifier")?;
    if !matches!(version, 5 | 6) {
        return Err(Fault::Version { version });
    }
    let kind = information.one("TSLType")?.text();
    if kind != GENERIC {
        return Err(Fault::Kind {
            kind: excerpt(&kind),
        });
    }
    if let Some(extension) = extension::unknown_critical(information, "SchemeExtensions") {
        return Err(Fault::CriticalExtension { extension });
    }
    let next_update = information.one("NextUpdate")?;
    if next_update.all(TSL, "dateTime").next().is_none() {
        return Err(Fault::Closed);
    }
    Ok(Scheme {
        territory: territory(information)?,
        sequence_number: number(information, "TSLSequenceNumber")?,
        issued: moment(information, "ListIssueDateTime")?,
        next_update: moment(next_update, "dateTime")?,
    })
}

/// An ISO 3166-1 code, `EU` or `UK`: two capitals (TS 119 612 §5.1.5).
fn territory(information: Element<'_>) -> Result<String, Fault> {
    let territory = information.one("SchemeTerritory")?.text();
    match territory.as_bytes() {
        [b'A'..=b'Z', b'A'..=b'Z'] => Ok(territory),
        _ => Err(value("SchemeTerritory", &territory)),
    }
}

fn number(parent: Element<'_>, element: &'static str) -> Result<u64, Fault> {
    let text = parent.one(element)?.text();
    text.parse().map_err(|_| value(element, &text))
}

/// A point in time in Unix time.
pub(crate) fn moment(parent: Element<'_>, element: &'static str) -> Result<i64, Fault> {
    let text = parent.one(element)?.text();
    time::parse(&text).ok_or_else(|| value(element, &text))
}

fn value(element: &'static str, text: &str) -> Fault {
    Fault::Value {
        element,
        value: excerpt(text),
    }
}
