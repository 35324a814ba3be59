//! Finding words and their places while compiling.

use super::Words;

/// The place of these words in the modules' texts, one after the other.
pub(super) const fn place(modules: &[&[Words]], words: &Words) -> Option<u16> {
    let mut place = 0;
    let mut module = 0;
    while module < modules.len() {
        let mut text = 0;
        while text < modules[module].len() {
            if same(&modules[module][text], words) {
                return Some(place);
            }
            place += 1;
            text += 1;
        }
        module += 1;
    }
    None
}

/// The words at a place.
pub(super) const fn at(modules: &[&[Words]], place: u16) -> Words {
    let mut before = 0;
    let mut module = 0;
    while module < modules.len() {
        let place = place as usize - before;
        if place < modules[module].len() {
            return modules[module][place];
        }
        before += modules[module].len();
        module += 1;
    }
    panic!("no text has this place");
}

/// How many texts the modules have.
pub(super) const fn count(modules: &[&[Words]]) -> usize {
    let mut count = 0;
    let mut module = 0;
    while module < modules.len() {
        count += modules[module].len();
        module += 1;
    }
    count
}

const fn same(one: &Words, other: &Words) -> bool {
    let mut language = 0;
    while language < one.len() {
        let (one, other) = (one[language].as_bytes(), other[language].as_bytes());
        if one.len() != other.len() {
            return false;
        }
        let mut byte = 0;
        while byte < one.len() {
            if one[byte] != other[byte] {
                return false;
            }
            byte += 1;
        }
        language += 1;
    }
    true
}
