//! A lock on a file, given back at once

use std::{
    fs::{File, TryLockError},
    io,
};

/// A file that this program alone has, until this is dropped.
///
/// To close it would not be enough: a process that was just forked has a copy of the
/// descriptor, and the lock with it, until it runs another program (flock(2)).
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Takes the lock, if nobody has it.
    pub fn try_take(file: File) -> io::Result<Option<FileLock>> {
        match file.try_lock() {
            Ok(()) => Ok(Some(FileLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(fault)) => Err(fault),
        }
    }

    /// Waits until nobody else has the lock.
    pub fn take(file: File) -> io::Result<FileLock> {
        file.lock()?;
        Ok(FileLock(file))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // A lock that cannot be given back ends with the program.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_given_back_although_somebody_has_a_copy_of_the_descriptor() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let first = file.reopen().unwrap();
        let copy = first.try_clone().unwrap();
        let lock = FileLock::try_take(first).unwrap();
        assert!(lock.is_some());
        let again = || FileLock::try_take(file.reopen().unwrap()).unwrap();
        assert!(again().is_none());
        drop(lock);
        assert!(again().is_some());
        drop(copy);
    }
}
