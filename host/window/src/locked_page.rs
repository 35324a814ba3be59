//! One page of memory that reaches neither swap nor a core file.

use std::io;

use memmap2::MmapMut;
use zeroize::Zeroize;

use crate::system;

/// How many bytes are asked for; the system gives whole pages.
const SIZE: usize = 4096;

/// A page for a secret: locked, left out of core files, emptied in forked children.
pub struct LockedPage {
    memory: MmapMut,
}

impl LockedPage {
    /// Asks the system for the page; an error where it may not be locked.
    pub fn new() -> io::Result<LockedPage> {
        let memory = MmapMut::map_anon(SIZE)?;
        system::keep_private(&memory)?;
        Ok(LockedPage { memory })
    }

    /// What the page holds.
    pub fn bytes(&self) -> &[u8] {
        &self.memory
    }

    /// What the page holds, to be changed in place.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.memory
    }

    /// Overwrites all of it with zeros, in a way the compiler does not leave out.
    pub fn wipe(&mut self) {
        self.memory.as_mut().zeroize();
    }
}

impl Drop for LockedPage {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wiped_page_holds_nothing() {
        let mut page = LockedPage::new().unwrap();
        page.bytes_mut()[..5].copy_from_slice(b"12345");
        page.wipe();
        assert!(page.bytes().iter().all(|byte| *byte == 0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_page_is_locked_undumped_and_emptied_in_children() {
        let page = LockedPage::new().unwrap();
        let start = format!("{:x}-", page.bytes().as_ptr() as usize);
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let flags = maps
            .lines()
            .skip_while(|line| !line.starts_with(&start))
            .find_map(|line| line.strip_prefix("VmFlags:"))
            .unwrap();
        for flag in ["lo", "dd", "wf"] {
            assert!(
                flags.split_whitespace().any(|one| one == flag),
                "{flag} is not among {flags}"
            );
        }
    }
}
