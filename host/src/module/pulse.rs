//! Whether a module that says nothing still talks to its card.
//!
//! One call can take very long with a slow card, a hundred commands to it, and does not come
//! back in between. Each command makes the process wait for the reader and go on again, which
//! the system counts; a module that is caught in itself does not move that count.

/// How often the process has waited for something and gone on; `None` where the system does
/// not tell, or the process has ended.
#[cfg(target_os = "linux")]
pub fn pulse(process: u32) -> Option<u64> {
    // The modules' calls are made by the first thread, whose status this is (proc(5)).
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    line.trim().parse().ok()
}

/// As above.
#[cfg(not(target_os = "linux"))]
pub fn pulse(_: u32) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn who_waits_and_goes_on_has_one_and_who_is_caught_has_none() {
        use std::process::{Command, Stdio};
        use std::thread::sleep;
        use std::time::Duration;

        let moves = |script| {
            let mut shell = Command::new("sh");
            let shell = shell.args(["-c", script]).stdin(Stdio::piped());
            let mut process = shell.spawn().unwrap();
            sleep(Duration::from_millis(500));
            let before = super::pulse(process.id()).unwrap();
            sleep(Duration::from_millis(700));
            let after = super::pulse(process.id()).unwrap();
            process.kill().unwrap();
            process.wait().unwrap();
            after > before
        };
        assert!(moves("while :; do sleep 0.1; done"));
        assert!(!moves("read line"));
        assert_eq!(super::pulse(u32::MAX), None);
    }
}
