//! Finding and reading anchor and revocation list files, PEM or DER.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, pem::PemObject};
use verifier::{Anchor, AnchorFault, RevocationList, RevocationListFault};

use crate::config::{ConfigFault, TrustConfig};

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Anchors,
    RevocationLists,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Kind::Anchors => "trust.anchors",
            Kind::RevocationLists => "trust.crls",
        }
    }
}

/// The files there are, with what tells that one changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamps(BTreeMap<(Kind, PathBuf), Stamp>);

/// Length and times of a file. The time of the last change of anything about it tells
/// even a file that was put in place of another of the same age.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    changed: (i64, i64, u64),
}

impl Stamps {
    /// Looks at what the patterns match; matching nothing is a fault.
    pub(super) fn take(config: &TrustConfig) -> Result<Stamps, ConfigFault> {
        let mut stamps = BTreeMap::new();
        for (kind, patterns) in [
            (Kind::Anchors, &config.anchors),
            (Kind::RevocationLists, &config.crls),
        ] {
            for pattern in patterns {
                let fault =
                    |mend: String| ConfigFault::new(kind.key(), format_args!("{pattern:?}"), mend);
                let paths = glob::glob(pattern)
                    .map_err(|wrong| fault(format!("{wrong}; mend the pattern")))?;
                let mut matched = false;
                for path in paths {
                    let path = path.map_err(|wrong| fault(format!("{wrong}; make it readable")))?;
                    let stamp = Stamp::take(&path).map_err(|wrong| {
                        fault(format!("{}: {wrong}; make it readable", path.display()))
                    })?;
                    stamps.insert((kind, path), stamp);
                    matched = true;
                }
                if !matched {
                    return Err(fault(
                        "matches no file; put one there or mend the pattern".to_owned(),
                    ));
                }
            }
        }
        Ok(Stamps(stamps))
    }

    /// Forgets a file, so that it counts as changed the next time.
    pub(super) fn forget(&mut self, path: &Path) {
        self.0.retain(|(_, stamped), _| stamped != path);
    }
}

impl Stamp {
    pub(super) fn take(path: &Path) -> Result<Stamp, std::io::Error> {
        let metadata = std::fs::metadata(path)?;
        Ok(Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            changed: {
                use std::os::unix::fs::MetadataExt;
                (metadata.ctime(), metadata.ctime_nsec(), metadata.ino())
            },
        })
    }
}

/// Why a file is not what it is there for.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileFault {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("not PEM: {0}")]
    Pem(rustls::pki_types::pem::Error),
    #[error("nothing of its kind in it")]
    Empty,
    #[error("no anchor: {0}")]
    Anchor(#[from] AnchorFault),
    #[error("no revocation list: {0}")]
    RevocationList(#[from] RevocationListFault),
}

impl FileFault {
    /// Whether the file could not be read at all: it may be the next time, unchanged.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, FileFault::Unreadable(_))
    }
}

/// What came of reading files again.
pub(super) struct ReadAgain {
    pub(super) files: Files,
    pub(super) faults: Vec<(PathBuf, FileFault)>,
    /// Whether something was read, or a file is no longer there.
    pub(super) is_news: bool,
}

/// What was read from each file.
#[derive(Debug, Default)]
pub(super) struct Files(BTreeMap<(Kind, PathBuf), Vec<Content>>);

/// One anchor or list, shared by every snapshot made of it.
#[derive(Debug, Clone)]
enum Content {
    Anchor(Arc<Anchor>),
    RevocationList(Arc<RevocationList>),
}

impl Files {
    /// Reads every file; the first that cannot be read is a fault.
    pub(super) fn read(stamps: &Stamps) -> Result<Files, ConfigFault> {
        let ReadAgain {
            files, mut faults, ..
        } = Files::read_again(stamps, &Files::default(), None);
        match faults.drain(..).next() {
            None => Ok(files),
            Some((path, fault)) => {
                let key = stamps
                    .0
                    .keys()
                    .find(|(_, found)| *found == path)
                    .map_or("trust", |(kind, _)| kind.key());
                Err(ConfigFault::new(
                    key,
                    format_args!("{:?}", path.display().to_string()),
                    format_args!("{fault}; put a good file there or take it away"),
                ))
            }
        }
    }

    /// Reads every file that has changed since it had these stamps, or every one; what cannot
    /// be read stays as it last was, if it ever was.
    pub(super) fn read_again(
        stamps: &Stamps,
        last_good: &Files,
        since: Option<&Stamps>,
    ) -> ReadAgain {
        let mut files = Files::default();
        let mut faults = Vec::new();
        let mut is_news = last_good
            .0
            .keys()
            .any(|place| !stamps.0.contains_key(place));
        for (place, stamp) in &stamps.0 {
            let (kind, path) = place;
            let before = last_good.0.get(place);
            let is_same = since.is_some_and(|since| since.0.get(place) == Some(stamp));
            if !is_same {
                match read(*kind, path) {
                    Ok(contents) => {
                        files.0.insert(place.clone(), contents);
                        is_news = true;
                        continue;
                    }
                    Err(fault) => faults.push((path.clone(), fault)),
                }
            }
            if let Some(contents) = before {
                files.0.insert(place.clone(), contents.clone());
            }
        }
        ReadAgain {
            files,
            faults,
            is_news,
        }
    }

    /// The anchors, each with its file.
    pub(super) fn anchors(&self) -> impl Iterator<Item = (&Path, &Arc<Anchor>)> {
        self.contents().filter_map(|(path, content)| match content {
            Content::Anchor(anchor) => Some((path, anchor)),
            Content::RevocationList(_) => None,
        })
    }

    /// The revocation lists, each with its file.
    pub(super) fn revocation_lists(&self) -> impl Iterator<Item = (&Path, &Arc<RevocationList>)> {
        self.contents().filter_map(|(path, content)| match content {
            Content::RevocationList(list) => Some((path, list)),
            Content::Anchor(_) => None,
        })
    }

    fn contents(&self) -> impl Iterator<Item = (&Path, &Content)> {
        let files = self.0.iter();
        files.flat_map(|((_, path), contents)| {
            contents.iter().map(|content| (path.as_path(), content))
        })
    }
}

/// What is in a file, each found to be what it is there for.
fn read(kind: Kind, path: &Path) -> Result<Vec<Content>, FileFault> {
    let bytes = std::fs::read(path)?;
    match kind {
        Kind::Anchors => {
            let ders = ders(bytes, |bytes| {
                let ders = CertificateDer::pem_slice_iter(bytes);
                ders.map(|der| der.map(|der| der.to_vec())).collect()
            })?;
            let anchor = |der: Vec<u8>| Ok(Content::Anchor(Arc::new(Anchor::from_der(&der)?)));
            ders.into_iter().map(anchor).collect()
        }
        Kind::RevocationLists => {
            let lists = revocation_lists(bytes)?;
            Ok(lists.into_iter().map(Content::RevocationList).collect())
        }
    }
}

/// The revocation lists of a file or of an answer, PEM or DER; one at least.
pub(super) fn revocation_lists(bytes: Vec<u8>) -> Result<Vec<Arc<RevocationList>>, FileFault> {
    let ders = ders(bytes, |bytes| {
        let ders = CertificateRevocationListDer::pem_slice_iter(bytes);
        ders.map(|der| der.map(|der| der.to_vec())).collect()
    })?;
    let list = |der| Ok(Arc::new(RevocationList::from_der(der)?));
    ders.into_iter().map(list).collect()
}

/// The DER of what is in PEM, or the DER that it is already.
fn ders(
    bytes: Vec<u8>,
    from_pem: impl FnOnce(&[u8]) -> Result<Vec<Vec<u8>>, rustls::pki_types::pem::Error>,
) -> Result<Vec<Vec<u8>>, FileFault> {
    // DER of a certificate or list is a sequence with a length of two bytes or more.
    if matches!(bytes.as_slice(), [0x30, length, ..] if *length >= 0x80) {
        return Ok(vec![bytes]);
    }
    let ders = from_pem(&bytes).map_err(FileFault::Pem)?;
    if ders.is_empty() {
        return Err(FileFault::Empty);
    }
    Ok(ders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_not_changed_is_not_read_again_and_what_could_not_be_read_is() {
        let folder = tempfile::tempdir().unwrap();
        let [good, unreadable] = ["good", "unreadable"].map(|name| folder.path().join(name));
        let list = pki::Authority::new("Prova", pki::Key::p256()).revoke(&[]);
        std::fs::write(&good, list).unwrap();
        std::fs::create_dir(&unreadable).unwrap();
        let stamps = || {
            let paths = [&good, &unreadable];
            let places = paths.map(|path| (Kind::RevocationLists, path.clone()));
            let stamp = |place: (Kind, PathBuf)| (place.clone(), Stamp::take(&place.1).unwrap());
            Stamps(places.map(stamp).into())
        };
        let first = Files::read_again(&stamps(), &Files::default(), None);
        let mut read = stamps();
        for (path, fault) in &first.faults {
            assert!(fault.may_pass(), "{fault}");
            read.forget(path);
        }
        assert!(first.is_news);
        let again = Files::read_again(&stamps(), &first.files, Some(&read));
        assert_eq!(again.faults.len(), 1);
        assert!(!again.is_news);
        let only = |files: &Files| {
            let mut lists = files.revocation_lists();
            Arc::clone(lists.next().unwrap().1)
        };
        assert!(Arc::ptr_eq(&only(&first.files), &only(&again.files)));
        let gone = Files::read_again(&Stamps(BTreeMap::new()), &first.files, Some(&read));
        assert!(gone.is_news);
    }
}
