//! Going through DER element by element, knowing where each stands in the whole.

use std::ops::Range;

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, Tagged};

/// A reader of a SEQUENCE's elements that knows their places in the file.
pub(crate) struct Walk<'a> {
    reader: SliceReader<'a>,
    /// Where the reader's first byte stands.
    start: usize,
}

impl<'a> Walk<'a> {
    /// Enters a SEQUENCE that fills `der` to the last byte and stands at `place`.
    pub(crate) fn enter(der: &'a [u8], place: usize) -> Result<Walk<'a>, der::Error> {
        let content = sequence(der)?;
        Ok(Walk {
            reader: SliceReader::new(content)?,
            start: place + (der.len() - content.len()),
        })
    }

    /// The next element, header and all, and its place.
    pub(crate) fn element(&mut self) -> Result<(Range<usize>, &'a [u8]), der::Error> {
        let start = self.place()?;
        let element = self.reader.tlv_bytes()?;
        Ok((start..start + element.len(), element))
    }

    /// The next element's tag; none at the end, or where none can be read.
    pub(crate) fn peek(&self) -> Option<Tag> {
        self.reader.peek_header().ok().map(|header| header.tag)
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.reader.is_finished()
    }

    /// Nothing may follow.
    pub(crate) fn finish(self) -> Result<(), der::Error> {
        self.reader.finish(())
    }

    fn place(&self) -> Result<usize, der::Error> {
        Ok(self.start + usize::try_from(self.reader.position())?)
    }
}

/// The element that these bytes begin with, header and all.
pub(crate) fn first(bytes: &[u8]) -> Result<&[u8], der::Error> {
    SliceReader::new(bytes)?.tlv_bytes()
}

/// The content of a SEQUENCE that fills `der` to the last byte.
pub(crate) fn sequence(der: &[u8]) -> Result<&[u8], der::Error> {
    let any = AnyRef::from_der(der)?;
    any.tag().assert_eq(Tag::Sequence)?;
    Ok(any.value())
}
