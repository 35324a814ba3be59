//! The file of signed heads, outside the database

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{Node, PublicKeys, SignedHead, marks::group};
use crate::{clock::DAY, file_lock::FileLock};

/// From which size on it is worth leaving out old heads.
const LARGE: u64 = 16 * 1024 * 1024;

/// How long another program of this node is waited for: to make a large file small takes it
/// a while.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// Where heads are put, a line each. The server and commands on this node share it.
#[derive(Debug, Clone)]
pub struct HeadsFile {
    path: PathBuf,
}

/// The file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {fault}", file.display())]
pub struct HeadsFileFault {
    file: PathBuf,
    fault: io::Error,
}

/// What was found in a file of heads.
#[derive(Debug, Clone, Default)]
pub struct ReadHeads {
    /// Each head with the number of its line.
    pub heads: Vec<(usize, SignedHead)>,
    /// Lines that are no heads.
    pub unreadable: Vec<usize>,
    /// The last line has no end: a crash while it was written, or somebody cut it.
    pub is_torn: bool,
}

impl ReadHeads {
    /// The heads of a chain, as they follow.
    pub(super) fn of(&self, node: &Node) -> impl DoubleEndedIterator<Item = &SignedHead> {
        let heads = self.heads.iter().map(|(_, head)| head);
        heads.filter(move |signed| signed.head.node == *node)
    }

    /// The last end of a chain that was signed with one of these keys.
    pub(crate) fn last(&self, node: &Node, keys: &PublicKeys) -> Option<&SignedHead> {
        let mut heads: Vec<_> = self.of(node).collect();
        heads.sort_by_key(|signed| signed.head.sequence);
        // To verify a signature takes longer than all else.
        heads
            .into_iter()
            .rev()
            .find(|signed| signed.is_signed_by(keys))
    }
}

impl HeadsFile {
    /// The file of that name, which need not be there.
    pub fn at(path: &Path) -> HeadsFile {
        HeadsFile {
            path: path.to_owned(),
        }
    }

    /// Puts heads at the end, on the disk when this returns; true when a torn last line had to
    /// be taken away first.
    pub fn append(&self, heads: &[SignedHead]) -> Result<bool, HeadsFileFault> {
        self.locked(|| {
            let is_new = !self.path.exists();
            let mut file = self.open()?;
            let torn = mend(&mut file)?;
            let mut lines = String::new();
            for head in heads {
                lines.push_str(&head.to_line());
                lines.push('\n');
            }
            // One call, so that a crash leaves a beginning of it and nothing else.
            file.write_all(lines.as_bytes())?;
            file.sync_data()?;
            if is_new {
                sync_folder(&self.path)?;
            }
            Ok(torn)
        })
    }

    /// What is in it; nothing where there is no file.
    pub fn read(&self) -> Result<ReadHeads, HeadsFileFault> {
        match read(&self.path) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(ReadHeads::default()),
            read => read.map_err(|fault| self.fault(fault)),
        }
    }

    /// What is in it; it must be there.
    pub fn read_existing(&self) -> Result<ReadHeads, HeadsFileFault> {
        read(&self.path).map_err(|fault| self.fault(fault))
    }

    /// Leaves out what later heads say too, if the file is large: of what is older than a
    /// day, the last head of each hour, and of each thousand entries, stays for each chain.
    pub fn thin(&self, now: i64) -> Result<(), HeadsFileFault> {
        self.thin_from(LARGE, now)
    }

    fn thin_from(&self, size: u64, now: i64) -> Result<(), HeadsFileFault> {
        if fs::metadata(&self.path).map_or(0, |file| file.len()) < size {
            return Ok(());
        }
        self.locked(|| {
            let found = read(&self.path)?;
            if !found.unreadable.is_empty() {
                // Evidence of what somebody did to it.
                return Ok(());
            }
            let of_which_one_stays = |head: &SignedHead| {
                let head = &head.head;
                let is_old = head.at < now - DAY;
                is_old.then(|| (head.node.clone(), group(head.sequence, head.at)))
            };
            let heads = || found.heads.iter().map(|(_, head)| head);
            let last: HashMap<_, _> = heads()
                .enumerate()
                .filter_map(|(place, head)| Some((of_which_one_stays(head)?, place)))
                .collect();
            let mut part = self.path.clone().into_os_string();
            part.push(".part");
            let mut written = io::BufWriter::new(create(Path::new(&part))?);
            for (place, head) in heads().enumerate() {
                if of_which_one_stays(head).is_none_or(|group| last[&group] == place) {
                    writeln!(written, "{}", head.to_line())?;
                }
            }
            written
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .sync_all()?;
            fs::rename(&part, &self.path)?;
            sync_folder(&self.path)
        })
    }

    fn open(&self) -> io::Result<File> {
        let mut options = fs::OpenOptions::new();
        options.read(true).append(true).create(true);
        private(&mut options);
        options.open(&self.path)
    }

    /// Does something while no other program of this node does.
    fn locked<T>(&self, work: impl FnOnce() -> io::Result<T>) -> Result<T, HeadsFileFault> {
        // A file of its own: thinning puts another in the place of the heads' file.
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        // Whoever could open it could hold it, and so keep the log from being signed.
        mode(&mut options, 0o600);
        let locked = || {
            let until = Instant::now() + PATIENCE;
            let _lock = loop {
                match FileLock::try_take(options.open(&name)?)? {
                    Some(lock) => break lock,
                    None if Instant::now() < until => sleep(PAUSE),
                    None => {
                        let told = "another program keeps its .lock";
                        return Err(io::Error::new(io::ErrorKind::TimedOut, told));
                    }
                }
            };
            work()
        };
        locked().map_err(|fault| self.fault(fault))
    }

    fn fault(&self, fault: io::Error) -> HeadsFileFault {
        HeadsFileFault {
            file: self.path.clone(),
            fault,
        }
    }
}

fn private(options: &mut fs::OpenOptions) {
    mode(options, 0o640);
}

fn mode(options: &mut fs::OpenOptions, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = (options, mode);
}

fn create(part: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    private(&mut options);
    options.open(part)
}

/// A new name is on the disk once its folder is.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) {
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Takes a last line without an end away; whether there was one.
fn mend(file: &mut File) -> io::Result<bool> {
    const STEP: u64 = 4096;
    let length = file.metadata()?.len();
    let mut end = length;
    while end > 0 {
        let from = end.saturating_sub(STEP);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        Read::take(&mut *file, end - from).read_to_end(&mut bytes)?;
        if let Some(place) = bytes.iter().rposition(|byte| *byte == b'\n') {
            end = from + place as u64 + 1;
            break;
        }
        end = from;
    }
    if end < length {
        file.set_len(end)?;
    }
    Ok(end < length)
}

fn read(path: &Path) -> io::Result<ReadHeads> {
    let mut lines = BufReader::new(File::open(path)?);
    let mut found = ReadHeads::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let Some(text) = line.strip_suffix(b"\n") else {
            found.is_torn = true;
            break;
        };
        let head = std::str::from_utf8(text).ok().and_then(SignedHead::parse);
        match head {
            Some(head) => found.heads.push((number, head)),
            None => found.unreadable.push(number),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::{End, Hash, Head, Node, key::tests::new_key},
        clock::HOUR,
    };

    fn head(node: &str, sequence: i64, at: i64) -> SignedHead {
        let end = End {
            sequence,
            hash: Hash([7; 32]),
        };
        Head::of(&Node::parse(node).unwrap(), end, at).sign(&new_key())
    }

    fn sequences(file: &HeadsFile) -> Vec<i64> {
        let read = file.read().unwrap();
        assert!(read.unreadable.is_empty());
        read.heads
            .iter()
            .map(|(_, head)| head.head.sequence)
            .collect()
    }

    #[test]
    fn heads_are_put_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = HeadsFile::at(&folder.path().join("heads.jsonl"));
        assert!(file.read().unwrap().heads.is_empty(), "no file yet");
        assert!(!file.append(&[head("a", 1, 0), head("b", 2, 0)]).unwrap());
        assert!(!file.append(&[head("a", 3, 0)]).unwrap());
        assert_eq!(sequences(&file), [1, 2, 3]);
    }

    #[test]
    fn a_torn_last_line_is_said_and_makes_room_for_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heads.jsonl");
        let file = HeadsFile::at(&path);
        file.append(&[head("a", 1, 0), head("a", 2, 0)]).unwrap();
        let whole = fs::read(&path).unwrap();
        let first_line = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for length in first_line..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let read = file.read().unwrap();
            assert_eq!(read.heads.len(), 1);
            assert!(read.unreadable.is_empty());
            assert_eq!(read.is_torn, length > first_line, "{length}");
            assert_eq!(
                file.append(&[head("a", 3, 0)]).unwrap(),
                length > first_line
            );
            assert_eq!(sequences(&file), [1, 3]);
        }
        fs::write(&path, vec![b'x'; 10_000]).unwrap();
        assert!(file.append(&[head("a", 4, 0)]).unwrap());
        assert_eq!(sequences(&file), [4]);
    }

    #[test]
    fn old_heads_are_left_out_but_the_last_of_each_hour_and_chain() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heads.jsonl");
        let file = HeadsFile::at(&path);
        file.append(&[
            head("a", 1, 0),
            head("a", 2, 10),
            head("b", 3, 20),
            head("a", 4, HOUR),
            head("a", 5, 2 * HOUR + DAY),
            head("a", 6, 2 * HOUR + DAY + 1),
        ])
        .unwrap();
        let now = 2 * HOUR + DAY + 2;
        file.thin(now).unwrap();
        assert_eq!(sequences(&file).len(), 6, "it is small");
        file.thin_from(0, now).unwrap();
        assert_eq!(sequences(&file), [2, 3, 4, 5, 6]);

        let mut edited = fs::read(&path).unwrap();
        edited[0] = b'x';
        fs::write(&path, &edited).unwrap();
        file.thin_from(0, now + DAY).unwrap();
        assert_eq!(fs::read(&path).unwrap(), edited, "what was edited stays");
    }

    #[test]
    fn nobody_keeps_heads_from_being_written_for_ever_or_without_being_told() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = HeadsFile::at(&folder.path().join("heads.jsonl"));
        file.append(&[head("a", 1, 0)]).unwrap();
        let lock = File::open(folder.path().join("heads.jsonl.lock")).unwrap();
        let mode = lock.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
        let held = FileLock::take(lock).unwrap();
        let told = file.append(&[head("a", 2, 0)]).unwrap_err().to_string();
        assert!(told.contains("keeps its .lock"), "{told}");
        drop(held);
        file.append(&[head("a", 3, 0)]).unwrap();
        assert_eq!(sequences(&file), [1, 3]);
    }

    #[test]
    fn two_programs_that_write_at_once_break_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = HeadsFile::at(&folder.path().join("heads.jsonl"));
        std::thread::scope(|scope| {
            for node in ["a", "b"] {
                let file = file.clone();
                scope.spawn(move || {
                    for sequence in 0..50 {
                        file.append(&[head(node, sequence, 0)]).unwrap();
                        file.thin_from(0, 0).unwrap();
                    }
                });
            }
        });
        assert_eq!(sequences(&file).len(), 100);
    }
}
