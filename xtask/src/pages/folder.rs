//! A folder of pages as a server takes them, and what is written there.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::process::Failed;

/// The folder being filled; what an earlier build left and this one did not write goes.
pub struct Folder {
    folder: PathBuf,
    written: Vec<PathBuf>,
}

impl Folder {
    /// Begins to fill it.
    pub fn begin(folder: PathBuf) -> Result<Folder, Failed> {
        create(&folder)?;
        Ok(Folder {
            folder,
            written: Vec::new(),
        })
    }

    /// Writes a file under a name that changes with its content; its absolute address.
    pub fn asset(&mut self, name: &str, content: &[u8]) -> Result<String, Failed> {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let address = format!("assets/{stem}-{}.{extension}", &hash(content)[..16]);
        self.write(&address, content)?;
        Ok(format!("/{address}"))
    }

    /// Writes a file and its Brotli twin; fonts are packed already.
    pub fn write(&mut self, address: &str, content: &[u8]) -> Result<(), Failed> {
        let path = self.folder.join(address);
        let twin = self.folder.join(format!("{address}.br"));
        // Packing takes longest: a twin of what did not change is still the twin.
        let same = fs::read(&path).is_ok_and(|there| there == content);
        if !address.ends_with(".woff2") {
            if !(same && twin.exists()) {
                place(&twin, &brotli(content)?)?;
            }
            self.written.push(twin);
        }
        if !same {
            place(&path, content)?;
        }
        self.written.push(path);
        Ok(())
    }

    /// Removes what was not written.
    pub fn finish(self) -> Result<(), Failed> {
        for path in files(&self.folder)? {
            if !self.written.contains(&path) {
                fs::remove_file(&path).map_err(|error| failed(&path, error))?;
            }
        }
        Ok(())
    }
}

fn place(path: &Path, content: &[u8]) -> Result<(), Failed> {
    if let Some(folder) = path.parent() {
        create(folder)?;
    }
    fs::write(path, content).map_err(|error| failed(path, error))
}

/// Every file in a folder and below it.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn brotli(content: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 11, 22);
    writer
        .write_all(content)
        .map_err(|error| Failed(format!("Brotli: {error}")))?;
    drop(writer);
    Ok(packed)
}

/// SHA-256, in hexadecimal.
pub fn hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    fs::read(path).map_err(|error| failed(path, error))
}

pub fn create(folder: &Path) -> Result<(), Failed> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))
}

pub fn failed(path: &Path, error: std::io::Error) -> Failed {
    Failed(format!("{}: {error}", path.display()))
}
