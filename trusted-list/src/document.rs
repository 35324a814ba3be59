//! From bytes to a tree that is safe to look at; nothing in it is believed yet.

use std::collections::HashSet;

use uppsala::{Document, Parser, XmlError};

use crate::Fault;
use crate::element::Element;
use crate::shown::{excerpt, line};

/// Five times the size of the largest national list.
const LENGTH_MAX: usize = 16 * 1024 * 1024;
const DEPTH_MAX: u32 = 64;
/// How many `<`, and how many `=`, a list can have, several times what one has: they bound the
/// tree's memory, to less than 100 MiB.
const MARKS_MAX: usize = 300_000;
/// How many `=` can follow a `<` before the next one. The parser compares each attribute of
/// an element with all before it.
const ATTRIBUTES_MAX: usize = 64;
/// How many namespaces can be declared around an element: canonicalisation looks at each.
const NAMESPACES_MAX: usize = 64;

/// Parses a list's bytes.
pub(crate) fn parse(bytes: &[u8]) -> Result<Document<'_>, Fault> {
    if bytes.len() > LENGTH_MAX {
        return Err(Fault::TooLong {
            length: bytes.len(),
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Encoding)?;
    // `<` begins markup wherever it stands, save in comments and CDATA sections, and there a
    // trusted list has no reason to speak of it.
    if text.contains("<!DOCTYPE") {
        return Err(Fault::Doctype);
    }
    check_marks(bytes)?;
    let parser = Parser::new()
        .with_max_depth(DEPTH_MAX)
        .with_forbid_dtd(true)
        .with_forbid_entities(true);
    let document = parser.parse(text).map_err(not_xml)?;
    if let Some(declaration) = &document.xml_declaration {
        let encoding = declaration.encoding.as_deref().unwrap_or("UTF-8");
        if declaration.version != "1.0" || !encoding.eq_ignore_ascii_case("UTF-8") {
            return Err(Fault::Encoding);
        }
    }
    Ok(document)
}

/// Refuses what one could read in two ways: interrupted values and Ids that are there twice.
pub(crate) fn check(root: Element<'_>) -> Result<(), Fault> {
    check_element(root, 0, &mut HashSet::new())
}

fn check_marks(bytes: &[u8]) -> Result<(), Fault> {
    let (mut tags, mut equals, mut equals_here) = (0, 0, 0);
    for byte in bytes {
        match byte {
            b'<' => {
                tags += 1;
                equals_here = 0;
            }
            b'=' => {
                equals += 1;
                equals_here += 1;
            }
            _ => continue,
        }
        if tags > MARKS_MAX || equals > MARKS_MAX || equals_here > ATTRIBUTES_MAX {
            return Err(Fault::TooMuchMarkup);
        }
    }
    Ok(())
}

/// Goes down at most as deep as the parser did.
fn check_element<'d>(
    element: Element<'d>,
    namespaces_around: usize,
    ids: &mut HashSet<&'d str>,
) -> Result<(), Fault> {
    let inner = element.inner();
    let namespaces = namespaces_around + inner.namespace_declarations.len();
    if namespaces > NAMESPACES_MAX {
        return Err(Fault::TooMuchMarkup);
    }
    for attribute in &inner.attributes {
        // Every attribute that some software takes for an Id, whatever its namespace.
        let name = attribute.name.local_name.as_ref();
        let is_id = matches!(name, "Id" | "ID" | "id" | "AssertionID");
        if is_id && !ids.insert(&attribute.value) {
            return Err(Fault::DuplicateId {
                id: excerpt(&attribute.value),
            });
        }
    }
    let mut is_value = true;
    for child in element.children() {
        is_value = false;
        check_element(child, namespaces, ids)?;
    }
    if is_value && element.is_interrupted() {
        return Err(Fault::InterruptedValue {
            element: line(element.local_name()),
        });
    }
    Ok(())
}

fn not_xml(error: XmlError) -> Fault {
    let (row, column, what) = match error {
        XmlError::Parse(error) => (error.line, error.column, error.message),
        XmlError::WellFormedness(error) => (error.line, error.column, error.message),
        XmlError::Namespace(error) => (error.line, error.column, error.message),
        other => (0, 0, other.to_string()),
    };
    if what.starts_with("Element nesting exceeds") {
        return Fault::TooDeep;
    }
    Fault::NotXml {
        line: row,
        column,
        what: line(&what),
    }
}
