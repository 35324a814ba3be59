//! What of a list is shown to people and written to logs.

use crate::element::{Element, TSL, XML};

/// The longest text that is shown, in characters.
const LENGTH_MAX: usize = 256;

/// The Italian one of a list of names, else the English, else the first (TS 119 612 §5.1.4).
pub(crate) fn name(names: Option<Element<'_>>) -> String {
    let names: Vec<Element<'_>> = names
        .into_iter()
        .flat_map(|names| names.all(TSL, "Name"))
        .collect();
    let in_language = |wanted: &str| {
        names.iter().find(|name| {
            let language = name.inner().get_attribute_ns(XML, "lang");
            language.is_some_and(|language| language.eq_ignore_ascii_case(wanted))
        })
    };
    let name = in_language("it")
        .or_else(|| in_language("en"))
        .or_else(|| names.first());
    name.map_or_else(String::new, |name| line(&name.text()))
}

/// A text on one line; what could break the line or turn the writing around is replaced.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::new();
    for (place, character) in text
        .split_whitespace()
        .flat_map(|word| word.chars().chain([' ']))
        .enumerate()
    {
        if place == LENGTH_MAX {
            line.push('…');
            break;
        }
        line.push(harmless(character));
    }
    line.trim_end().to_owned()
}

/// The beginning of a value that a message quotes with its special characters escaped.
pub(crate) fn excerpt(value: &str) -> String {
    value.chars().take(100).collect()
}

fn harmless(character: char) -> char {
    match character {
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    }
}
