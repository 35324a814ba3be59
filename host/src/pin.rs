//! The PIN's memory: one locked page, wiped when it is dropped.

use zeroize::Zeroize;

/// A page, so that locking and keeping it out of dumps touches nothing else.
#[repr(C, align(4096))]
struct Page([u8; PAGE_LENGTH]);

const PAGE_LENGTH: usize = 4096;

/// Bytes that are never written to swap or to a core dump, and wiped when dropped.
///
/// They stay where they were made: moving a `LockedBytes` moves a pointer.
pub struct LockedBytes(Box<Page>);

impl LockedBytes {
    /// How many bytes it holds.
    pub const LENGTH: usize = PAGE_LENGTH;

    /// A page of zeroes.
    pub fn new() -> LockedBytes {
        let mut page = Box::new(Page([0; PAGE_LENGTH]));
        lock(&mut page);
        LockedBytes(page)
    }

    /// All of it.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0.0
    }
}

impl Default for LockedBytes {
    fn default() -> LockedBytes {
        LockedBytes::new()
    }
}

impl Drop for LockedBytes {
    fn drop(&mut self) {
        self.0.0.zeroize();
        unlock(&mut self.0);
    }
}

/// Asks the system to keep the page in memory and, on Linux, out of core dumps. One that
/// refuses (a limit on locked memory) leaves a page that is wiped all the same.
#[cfg(unix)]
#[allow(unsafe_code)]
fn lock(page: &mut Page) {
    let start = page.0.as_mut_ptr().cast();
    // SAFETY: the range is exactly one page that `page` owns; locking it and leaving it
    // out of dumps changes no byte of it.
    unsafe {
        let _ = rustix::mm::mlock(start, PAGE_LENGTH);
        #[cfg(target_os = "linux")]
        let _ = rustix::mm::madvise(start, PAGE_LENGTH, rustix::mm::Advice::LinuxDontDump);
    }
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn unlock(page: &mut Page) {
    let start = page.0.as_mut_ptr().cast();
    // SAFETY: as in `lock`; the page goes back to the allocator as it came.
    unsafe {
        #[cfg(target_os = "linux")]
        let _ = rustix::mm::madvise(start, PAGE_LENGTH, rustix::mm::Advice::LinuxDoDump);
        let _ = rustix::mm::munlock(start, PAGE_LENGTH);
    }
}

#[cfg(windows)]
fn lock(page: &mut Page) {
    let _ = crate::windows::lock(&mut page.0);
}

#[cfg(windows)]
fn unlock(page: &mut Page) {
    let _ = crate::windows::unlock(&mut page.0);
}

/// A PIN on its way from the window to the card.
///
/// It cannot be copied, printed or serialised, and is wiped when dropped.
pub struct Pin {
    bytes: LockedBytes,
    length: usize,
}

impl Pin {
    /// Takes the characters over; more than a page of them is no PIN.
    pub fn new(characters: &[u8]) -> Option<Pin> {
        let mut bytes = LockedBytes::new();
        let length = characters.len();
        bytes
            .as_mut_slice()
            .get_mut(..length)?
            .copy_from_slice(characters);
        Some(Pin { bytes, length })
    }

    /// How many bytes the PIN has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The characters, to hand to the card.
    pub fn expose(&self) -> &[u8] {
        &self.bytes.0.0[..self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_holds_its_characters_and_nothing_else() {
        let pin = Pin::new(b"12345").unwrap();
        assert_eq!(pin.expose(), b"12345");
        assert_eq!(pin.length(), 5);
        assert!(Pin::new(&[b'1'; LockedBytes::LENGTH + 1]).is_none());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_page_is_locked_while_the_pin_lives() {
        let locked = || -> usize {
            let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
            let line = status.lines().find(|line| line.starts_with("VmLck:"));
            let number = line.unwrap().split_whitespace().nth(1).unwrap();
            number.parse().unwrap()
        };
        // Other tests lock pages too: a hundred are more than all of them hold at once.
        let before = locked();
        let pins: Vec<_> = (0..100).filter_map(|_| Pin::new(b"12345")).collect();
        let during = locked();
        drop(pins);
        assert!(during >= before + 300, "{before} kB, {during} kB");
        assert!(locked() < during, "still {} kB", locked());
    }
}
