//! Changing DER so that it is still read as far as it goes.

use fuzz::der_tree;
use libfuzzer_sys::fuzzer_mutate;

/// Changes the first `size` bytes of `data`; how many there are then.
///
/// Hardly any change of single bytes leaves DER whole: every other time an element is
/// changed, and the lengths around it follow.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    if seed.is_multiple_of(2) {
        return fuzzer_mutate(data, size, max_size);
    }
    let mutated = der_tree::mutate(&data[..size], seed, |content, room| {
        let length = content.len();
        content.resize(length + room, 0);
        let length = fuzzer_mutate(content, length, length + room);
        content.truncate(length);
    });
    match mutated {
        Some(mutated) if mutated.len() <= max_size => {
            data[..mutated.len()].copy_from_slice(&mutated);
            mutated.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
}
