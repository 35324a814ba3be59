//! A zip archive that is the same, byte for byte, whenever it is made of the same files.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::process::Failed;

/// A file's place in the archive, and what it holds.
pub type File = (String, Vec<u8>);

/// Packs the files in the order of their names, all from the first day zip knows, and none
/// compressed: they are small, and no compressor's version is in the package's hash.
pub fn pack(mut files: Vec<File>) -> Result<Vec<u8>, Failed> {
    files.sort();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut write = || -> zip::result::ZipResult<()> {
        for (name, content) in &files {
            archive.start_file(name.as_str(), options)?;
            archive.write_all(content)?;
        }
        Ok(())
    };
    write().map_err(fault)?;
    Ok(archive.finish().map_err(fault)?.into_inner())
}

fn fault(error: zip::result::ZipError) -> Failed {
    Failed(format!("the archive cannot be written: {error}"))
}

#[cfg(test)]
pub mod tests {
    use std::io::Read;

    use super::*;

    /// An archive's files, in its order.
    pub fn unpack(archive: &[u8]) -> Vec<File> {
        let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        (0..archive.len())
            .map(|number| {
                let mut file = archive.by_index(number).unwrap();
                let mut content = Vec::new();
                file.read_to_end(&mut content).unwrap();
                (file.name().unwrap().into_owned(), content)
            })
            .collect()
    }

    #[test]
    fn order_and_time_of_making_leave_no_trace() {
        let file = |name: &str| (name.to_owned(), name.repeat(100).into_bytes());
        let one = pack(vec![file("b"), file("a/c")]).unwrap();
        let other = pack(vec![file("a/c"), file("b")]).unwrap();
        assert_eq!(one, other);
        assert_eq!(unpack(&one), [file("a/c"), file("b")]);
        let mut archive = zip::ZipArchive::new(Cursor::new(&one)).unwrap();
        let first = archive.by_index(0).unwrap();
        let time = first.last_modified().unwrap();
        assert_eq!((time.year(), time.month(), time.day()), (1980, 1, 1));
        assert_eq!(first.unix_mode(), Some(0o100_644));
    }
}
