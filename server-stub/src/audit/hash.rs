//! SHA-256 as the log writes it, and bytes that can be read in one way only

use std::{
    fmt,
    io::{self, Read},
};

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A SHA-256 hash; in text, 64 digits of lower-case hexadecimal and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands for the hash of the entry before a chain's first.
    pub const NONE: Hash = Hash([0; 32]);

    /// The hash of bytes that are one whole.
    pub fn of(bytes: &[u8]) -> Hash {
        let mut hashing = Framed::new(Hashing(Context::new(&SHA256)));
        hashing.raw(bytes);
        hashing.into_inner().finish()
    }

    /// The 32 bytes, if they are so many.
    pub fn from_slice(bytes: &[u8]) -> Option<Hash> {
        bytes.try_into().ok().map(Hash)
    }

    /// The 64 digits.
    fn digits(&self) -> [u8; 64] {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        digits
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Hash> {
        let digit = |byte: u8| DIGITS.iter().position(|digit| *digit == byte);
        let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
        }
        Some(Hash(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Hash::parse(&text).ok_or_else(|| de::Error::custom("no SHA-256 in hexadecimal"))
    }
}

/// Where framed bytes go.
pub(super) trait Sink {
    fn take(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn take(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// A hash that is being made.
pub(super) struct Hashing(Context);

impl Hashing {
    pub(super) fn finish(self) -> Hash {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        Hash(hash)
    }
}

impl Sink for Hashing {
    fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// A file that is hashed as it is read.
pub struct HashedFile<R> {
    file: R,
    hashing: Hashing,
}

impl<R> HashedFile<R> {
    /// One of which nothing was read yet.
    pub fn new(file: R) -> HashedFile<R> {
        let hashing = Hashing(Context::new(&SHA256));
        HashedFile { file, hashing }
    }

    /// The hash of all that was read.
    pub fn finish(self) -> Hash {
        self.hashing.finish()
    }
}

impl<R: Read> Read for HashedFile<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.hashing.take(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Values one after the other, each of a fixed length or with its length before it: no two
/// different sequences of values make the same bytes.
pub(super) struct Framed<S>(S);

impl<S: Sink> Framed<S> {
    fn new(sink: S) -> Framed<S> {
        Framed(sink)
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.0.take(bytes);
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Framed<S> {
        self.raw(&(bytes.len() as u64).to_be_bytes());
        self.raw(bytes);
        self
    }

    pub(super) fn number(mut self, number: u64) -> Framed<S> {
        self.raw(&number.to_be_bytes());
        self
    }

    /// Unix milliseconds.
    pub(super) fn time(mut self, at: i64) -> Framed<S> {
        self.raw(&at.to_be_bytes());
        self
    }

    pub(super) fn maybe_time(self, at: Option<i64>) -> Framed<S> {
        match at {
            Some(at) => self.number(1).time(at),
            None => self.number(0),
        }
    }

    pub(super) fn hash(mut self, hash: &Hash) -> Framed<S> {
        self.raw(&hash.0);
        self
    }

    pub(super) fn into_inner(self) -> S {
        self.0
    }
}

/// Begins a hash of values; the label says of what, so that it fits nothing else.
pub(super) fn hashing(label: &str) -> Framed<Hashing> {
    Framed::new(Hashing(Context::new(&SHA256))).bytes(label.as_bytes())
}

/// Begins a message of values that is to be signed; the label says of what, so that the
/// signature fits nothing else.
pub(super) fn statement(label: &str) -> Framed<Vec<u8>> {
    Framed::new(Vec::with_capacity(256)).bytes(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_was_written_and_in_no_other_form() {
        let hash = Hash::of(b"abc");
        let text = hash.to_string();
        assert_eq!(
            text,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Hash::parse(&text), Some(hash));
        assert_eq!(Hash::parse(&text.to_uppercase()), None);
        assert_eq!(Hash::parse(&text[1..]), None);
        assert_eq!(Hash::parse(&format!("{text}0")), None);
        assert_eq!(Hash::parse(&text.replace('a', "g")), None);
    }

    #[test]
    fn values_that_run_into_one_another_make_different_bytes() {
        let of = |one: &[u8], two: &[u8]| statement("test").bytes(one).bytes(two).into_inner();
        assert_ne!(of(b"ab", b"c"), of(b"a", b"bc"));
        assert_ne!(statement("ab").into_inner(), statement("a").into_inner());
        let maybe = |at| statement("test").maybe_time(at).time(0).into_inner();
        assert_ne!(maybe(None), maybe(Some(0)));
    }
}
