//! The order of SET elements, checked before anything decodes them.

const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;
const CLASS: u8 = 0xc0;
const CONTEXT_SPECIFIC: u8 = 0x80;
/// All five bits of a tag's number: it goes on in further octets, which none here does.
const LONG_TAG: u8 = 0x1f;

/// Deeper than any certificate goes.
const DEPTH: usize = 24;

/// More elements than any implicitly tagged field of a certificate has.
const UNDER_A_TAG_MAX: usize = 64;

/// Checks that every SET in `der` has its elements in ascending order (X.690 §11.6), and
/// that the elements nest as far as certificates do.
///
/// DER demands the order, but the decoder would first sort what is out of order, in time
/// that grows with the square of the elements: a certificate of 40 kB made for that keeps
/// it busy for seconds. Here one pass over the bytes tells. A set under an implicit tag (a
/// distribution point's nameRelativeToCRLIssuer) does not look like one: there it is enough
/// that the elements are few.
pub fn check(der: &[u8]) -> Result<(), der::Error> {
    descend(der, Inside::Sequence, DEPTH)
}

/// What elements stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Sequence,
    Set,
    ContextSpecific,
}

impl Inside {
    fn of(identifier: u8) -> Inside {
        match identifier {
            SET => Inside::Set,
            _ if identifier & CLASS == CONTEXT_SPECIFIC => Inside::ContextSpecific,
            _ => Inside::Sequence,
        }
    }
}

fn descend(mut content: &[u8], within: Inside, depth: usize) -> Result<(), der::Error> {
    let mut previous: &[u8] = &[];
    let mut count = 0;
    while !content.is_empty() {
        let element = Element::first(content).ok_or(der::ErrorKind::Failed)?;
        if within == Inside::Set && element.whole <= previous {
            return Err(der::ErrorKind::SetOrdering.into());
        }
        count += 1;
        if within == Inside::ContextSpecific && count > UNDER_A_TAG_MAX {
            return Err(der::ErrorKind::Failed.into());
        }
        (previous, content) = (element.whole, element.rest);
        if element.identifier & CONSTRUCTED != 0 {
            let depth = depth.checked_sub(1).ok_or(der::ErrorKind::Failed)?;
            descend(element.content, Inside::of(element.identifier), depth)?;
        }
    }
    Ok(())
}

/// One element and what follows it. The decoder that comes after this judges its form; here it
/// is only found, as quickly as can be: every token's certificate is walked through.
struct Element<'a> {
    identifier: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

impl Element<'_> {
    /// The first of some bytes, if they begin with one (X.690 §8.1).
    fn first(der: &[u8]) -> Option<Element<'_>> {
        let (&identifier, after) = der.split_first()?;
        let (&length, after) = after.split_first()?;
        let (length, after) = match length {
            0..=0x7f => (length.into(), after),
            0x81..=0x84 => {
                let (digits, after) = after.split_at_checked((length & 0x7f).into())?;
                let shifted = |length, digit: &u8| length << 8 | usize::from(*digit);
                (digits.iter().fold(0, shifted), after)
            }
            // Indefinite, or longer than anything here.
            _ => return None,
        };
        let (content, rest) = after.split_at_checked(length)?;
        (identifier & LONG_TAG != LONG_TAG).then_some(Element {
            identifier,
            content,
            whole: &der[..der.len() - rest.len()],
            rest,
        })
    }
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
    fn many_elements_under_an_implicit_tag_do_not() {
        let of = |count: u8| [&[0xa1, 2 * count][..], &[5u8, 0].repeat(count.into())].concat();
        assert!(check(&of(60)).is_ok());
        let many = [&[0xa1, 0x81, 130][..], &[5u8, 0].repeat(65)].concat();
        assert!(check(&many).is_err());
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
