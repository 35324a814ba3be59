//! Whether a call that does not come back still talks to its card.
//!
//! One call can take very long with a slow card, a hundred commands to it. Each of the card's
//! answers is read from the smart-card service, and the system counts what a thread reads with
//! read(2), as libpcsclite does. A module that is caught in itself reads nothing, not even one that wakes up again and again
//! to see whether anything has come.

#[cfg(unix)]
use std::fs::File;

/// What a thread has read, as the system counts it.
#[cfg(unix)]
pub struct Traffic(File);

/// Windows counts what is read for a whole process only, and of talks with services nothing:
/// there is none.
#[cfg(windows)]
pub enum Traffic {}

#[cfg(windows)]
impl Traffic {
    /// None: a call that takes longer than a module may be silent is given up.
    pub fn of_this_thread() -> Option<Traffic> {
        None
    }

    /// How many bytes it has read so far.
    pub fn bytes_read(&self) -> Option<u64> {
        match *self {}
    }
}

#[cfg(unix)]
impl Traffic {
    /// That of the thread that asks; none where the system does not tell. To be asked before
    /// the process refuses inspection: from then on such files are root's alone.
    pub fn of_this_thread() -> Option<Traffic> {
        // proc(5); elsewhere than on Linux there is no such file.
        File::open("/proc/thread-self/io").ok().map(Traffic)
    }

    /// How many bytes it has read so far, from whatever.
    pub fn bytes_read(&self) -> Option<u64> {
        use std::os::unix::fs::FileExt;
        let mut text = [0; 512];
        let length = self.0.read_at(&mut text, 0).ok()?;
        let text = std::str::from_utf8(&text[..length]).ok()?;
        let count = text.lines().find_map(|line| line.strip_prefix("rchar:"))?;
        count.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn who_is_answered_has_some_and_who_only_looks_for_answers_has_none() {
        let (mut card, reader) = UnixStream::pair().unwrap();
        let moment = Some(Duration::from_millis(20));
        reader.set_read_timeout(moment).unwrap();
        // Its own reading is recv(2), which is not counted.
        let mut reader = File::from(OwnedFd::from(reader));
        let (sender, told) = channel();
        let (go_on, looked) = channel();
        let module = thread::spawn(move || {
            sender.send(Traffic::of_this_thread().unwrap()).unwrap();
            for heard in 0..2 {
                let heard_now = (0..3).filter(|_| reader.read_exact(&mut [0]).is_ok());
                assert_eq!(heard_now.count(), 3 * heard);
                sender.send(Traffic::of_this_thread().unwrap()).unwrap();
                looked.recv().unwrap();
            }
        });
        let traffic = told.recv().unwrap();
        let read = || traffic.bytes_read().unwrap();
        let before = read();
        told.recv().unwrap();
        assert_eq!(read(), before);
        card.write_all(b"90 00").unwrap();
        go_on.send(()).unwrap();
        told.recv().unwrap();
        assert_eq!(read(), before + 3);
        go_on.send(()).unwrap();
        module.join().unwrap();
    }
}
