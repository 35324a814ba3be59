//! The order of SET elements, checked before anything decodes them.

use der::{Header, Reader, SliceReader, Tag};

/// Deeper than any certificate goes.
const DEPTH: usize = 24;

/// Checks that every SET in `der` has its elements in ascending order (X.690 §11.6), and
/// that the elements nest as far as certificates do.
///
/// DER demands the order, but the decoder would first sort what is out of order, in time
/// that grows with the square of the elements: a certificate of 40 kB made for that keeps
/// it busy for seconds. Here one pass over the bytes tells.
pub fn check(der: &[u8]) -> Result<(), der::Error> {
    descend(der, false, DEPTH)
}

fn descend(content: &[u8], is_set: bool, depth: usize) -> Result<(), der::Error> {
    let mut reader = SliceReader::new(content)?;
    let mut previous: &[u8] = &[];
    while !reader.is_finished() {
        let header = reader.peek_header()?;
        let element = reader.tlv_bytes()?;
        if is_set && element <= previous {
            return Err(der::ErrorKind::SetOrdering.into());
        }
        previous = element;
        if header.tag.is_constructed() {
            let depth = depth.checked_sub(1).ok_or(der::ErrorKind::Failed)?;
            descend(inside(element, header)?, header.tag == Tag::Set, depth)?;
        }
    }
    Ok(())
}

/// An element's content: what its header's length counts, at its end.
fn inside(element: &[u8], header: Header) -> Result<&[u8], der::Error> {
    let length = usize::try_from(header.length)?;
    Ok(&element[element.len() - length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_in_order_pass_wherever_they_stand() {
        assert!(check(&[0x31, 6, 2, 1, 1, 2, 1, 2]).is_ok());
        assert!(check(&[0x30, 8, 0x31, 6, 2, 1, 1, 2, 1, 2]).is_ok());
        assert!(check(&[0x31, 5, 2, 0, 2, 1, 2]).is_ok());
    }

    #[test]
    fn sets_out_of_order_or_with_twins_do_not() {
        assert!(check(&[0x31, 6, 2, 1, 2, 2, 1, 1]).is_err());
        assert!(check(&[0x31, 6, 2, 1, 1, 2, 1, 1]).is_err());
        assert!(check(&[0xa0, 10, 0x30, 8, 0x31, 6, 2, 1, 2, 2, 1, 1]).is_err());
    }

    #[test]
    fn sequences_have_the_order_they_have() {
        assert!(check(&[0x30, 6, 2, 1, 2, 2, 1, 1]).is_ok());
    }

    #[test]
    fn a_tower_of_elements_is_not_climbed() {
        let mut tower = Vec::new();
        for _ in 0..60 {
            tower = [&[0x30, tower.len() as u8], &tower[..]].concat();
        }
        assert!(check(&tower).is_err());
    }
}
