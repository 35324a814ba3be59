//! An XPI that has come back from Mozilla with its signature.

use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
};

use zip::ZipArchive;

use super::extension::Packing;
use crate::process::Failed;

/// What Mozilla puts into a package that it signs.
const SIGNATURE: &str = "META-INF/mozilla.rsa";

/// Reads it, when it is the same extension as this packing's but for the signature, which
/// Firefox itself judges.
pub fn read(file: &Path, packing: &Packing) -> Result<Vec<u8>, Failed> {
    let named = |fault: &str| Failed(format!("--signed-xpi {}: {fault}", file.display()));
    let package = fs::read(file).map_err(|error| named(&error.to_string()))?;
    let mut signed = ZipArchive::new(Cursor::new(package.as_slice()))
        .map_err(|error| named(&format!("it is no package: {error}")))?;
    if signed.index_for_name(SIGNATURE).is_none() {
        return Err(named(
            "Mozilla has not signed it; upload it at \
             https://addons.mozilla.org/developers/, and give the file that comes back",
        ));
    }
    for (name, ours) in packing.xpi_files()? {
        let mut theirs = Vec::new();
        let is_read = signed
            .by_name(&name)
            .is_ok_and(|mut entry| entry.read_to_end(&mut theirs).is_ok());
        if !is_read || theirs != ours {
            return Err(named(&format!(
                "its {name} is not this commit's for this key and these origins; \
                 have this one's tessera.xpi signed (cargo xtask dist xpi)"
            )));
        }
    }
    Ok(package)
}

#[cfg(test)]
mod tests {
    use tempfile::{TempDir, tempdir};

    use super::super::{archive, extension::tests::packing};
    use super::*;

    fn signed(folder: &TempDir, packing: &Packing) -> std::path::PathBuf {
        let mut files = packing.xpi_files().unwrap();
        files.push((SIGNATURE.to_owned(), b"PKCS #7".to_vec()));
        let file = folder.path().join("signed.xpi");
        fs::write(&file, archive::pack(files).unwrap()).unwrap();
        file
    }

    #[test]
    fn the_same_extension_with_a_signature_is_taken() {
        let folder = tempdir().unwrap();
        let packing = packing(&folder, &[]);
        let file = signed(&folder, &packing);
        assert_eq!(read(&file, &packing).unwrap(), fs::read(&file).unwrap());
    }

    #[test]
    fn another_or_one_without_signature_is_refused_with_its_mend() {
        let folder = tempdir().unwrap();
        let ours = packing(&folder, &[]);
        let file = folder.path().join("unsigned.xpi");
        fs::write(&file, ours.xpi().unwrap()).unwrap();
        let fault = |file: &Path| read(file, &ours).unwrap_err().to_string();
        assert!(fault(&file).contains("Mozilla has not signed it"));

        let other_folder = tempdir().unwrap();
        let other = packing(&other_folder, &["--origin", "https://other.example"]);
        let file = signed(&other_folder, &other);
        assert!(fault(&file).contains("its manifest.json is not this commit's"));

        let text = folder.path().join("text.xpi");
        fs::write(&text, "no package").unwrap();
        assert!(fault(&text).contains("it is no package"));
    }
}
