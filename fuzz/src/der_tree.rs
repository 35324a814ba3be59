//! Changes one element of DER and mends the lengths around it, so that what is changed is
//! still read as far as it goes.

/// Deeper than any certificate.
const DEPTH: usize = 16;
/// How many bytes a content may grow by at once.
const ROOM: usize = 16;

const OCTET_STRING: u8 = 0x04;
const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;
/// Tags worth trying in the place of another: strings, times, numbers, what holds others.
const TAGS: [u8; 14] = [
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30,
];

#[derive(Clone)]
struct Element {
    tag: u8,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Vec<u8>),
    Elements(Vec<Element>),
}

/// Changes one element; `None` where `der` is not wholly made of elements.
///
/// The same seed makes the same change. Contents are changed by `change`, which may let one
/// grow by so many bytes.
pub fn mutate(der: &[u8], seed: u32, change: impl FnOnce(&mut Vec<u8>, usize)) -> Option<Vec<u8>> {
    let mut elements = parse(der, DEPTH)?;
    let count = elements.iter().map(size).sum::<usize>();
    let mut draw = Draw(seed.into());
    let chosen = draw.below(count);
    let other = nth(&mut elements, draw.below(count)).map(|(list, at)| list[at].clone())?;
    let act = draw.below(8);
    let (list, at) = nth(&mut elements, chosen)?;
    match act {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[at].clone()),
        2 => {
            let next = (at + 1) % list.len();
            list.swap(at, next);
        }
        3 => list[at] = other,
        4 => list[at].tag = TAGS[draw.below(TAGS.len())],
        _ => match &mut list[at].content {
            Content::Bytes(bytes) => change(bytes, ROOM),
            Content::Elements(inside) => inside.push(other),
        },
    }
    // A set out of order is refused at once: most of the time it is put in order.
    let is_ordered = draw.below(8) != 0;
    Some(encode(&elements, is_ordered))
}

fn parse(mut der: &[u8], depth: usize) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    while let Some((&tag, rest)) = der.split_first() {
        let (length, rest) = length(rest)?;
        let (content, rest) = rest.split_at_checked(length)?;
        der = rest;
        let inside = match tag {
            _ if tag & CONSTRUCTED != 0 => Some(parse(content, depth.checked_sub(1)?)?),
            // An extension's content is DER again.
            OCTET_STRING if !content.is_empty() => {
                depth.checked_sub(1).and_then(|depth| parse(content, depth))
            }
            _ => None,
        };
        elements.push(Element {
            tag,
            content: inside.map_or_else(|| Content::Bytes(content.to_vec()), Content::Elements),
        });
    }
    Some(elements)
}

/// A definite length (X.690 §8.1.3), and what follows it.
fn length(der: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = der.split_first()?;
    let digits = usize::from(first & 0x7f);
    match first {
        0..=0x7f => Some((first.into(), rest)),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(digits)?;
            let length = digits
                .iter()
                .fold(0, |sum, &digit| sum << 8 | usize::from(digit));
            Some((length, rest))
        }
        _ => None,
    }
}

fn encode(elements: &[Element], is_ordered: bool) -> Vec<u8> {
    elements
        .iter()
        .flat_map(|element| encode_one(element, is_ordered))
        .collect()
}

fn encode_one(element: &Element, is_ordered: bool) -> Vec<u8> {
    let content = match &element.content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::Elements(inside) if is_ordered && element.tag == SET => {
            let mut inside: Vec<_> = inside.iter().map(|one| encode_one(one, true)).collect();
            inside.sort();
            inside.concat()
        }
        Content::Elements(inside) => encode(inside, is_ordered),
    };
    let length = content.len().to_be_bytes();
    let digits = &length[content.len().leading_zeros() as usize / 8..];
    let mut encoded = vec![element.tag];
    if content.len() >= 0x80 {
        encoded.push(0x80 | digits.len() as u8);
    }
    match content.len() {
        0 => encoded.push(0),
        _ => encoded.extend_from_slice(digits),
    }
    encoded.extend(content);
    encoded
}

fn size(element: &Element) -> usize {
    match &element.content {
        Content::Bytes(_) => 1,
        Content::Elements(inside) => 1 + inside.iter().map(size).sum::<usize>(),
    }
}

/// The list an element stands in, and where; elements are counted as they are written.
fn nth(elements: &mut Vec<Element>, mut number: usize) -> Option<(&mut Vec<Element>, usize)> {
    for at in 0..elements.len() {
        if number == 0 {
            return Some((elements, at));
        }
        let size = size(&elements[at]);
        if number < size {
            let Content::Elements(inside) = &mut elements[at].content else {
                return None;
            };
            return nth(inside, number - 1);
        }
        number -= size;
    }
    None
}

/// Numbers that follow from a seed (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((number ^ number >> 31) % bound.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use cns::Certificate;

    use super::*;

    const CERTIFICATE: &[u8] = include_bytes!("../corpus/certificate/cns");

    #[test]
    fn what_is_taken_apart_is_put_together_as_it_was() {
        let der = CERTIFICATE;
        for is_ordered in [false, true] {
            assert_eq!(encode(&parse(der, DEPTH).unwrap(), is_ordered), der);
        }
        let long = [&[0x04, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
        assert_eq!(encode(&parse(&long, DEPTH).unwrap(), true), long);
    }

    #[test]
    fn a_changed_certificate_often_is_a_certificate() {
        let der = CERTIFICATE;
        let readable = (0..1000)
            .filter_map(|seed| mutate(der, seed, |content, _| content.push(b'x')))
            .filter(|mutated| *mutated != der && Certificate::read(mutated).is_ok())
            .count();
        assert!(readable > 50, "{readable} of 1000");
    }

    #[test]
    fn what_is_no_der_is_left_alone() {
        for junk in [
            &b""[..],
            b"x",
            b"\x30\x05\x02",
            b"\x30\x80\x00\x00",
            b"\x1f\x84",
        ] {
            assert!(mutate(junk, 1, |_, _| {}).is_none(), "{junk:?}");
        }
    }
}
