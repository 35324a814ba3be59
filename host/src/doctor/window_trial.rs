//! Tries whether the window could open, without showing one.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::manifest::is_executable;
use crate::window_process;

/// How long the window's program may take; on an idle machine it is a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of its complaint is repeated, in characters.
const COMPLAINT_MAX: usize = 300;

/// What came of the trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowTrial {
    /// A window could be shown.
    Opens,
    /// There is no program that could be started.
    ProgramAbsent(PathBuf),
    /// Not tried: there is nothing to show a window on.
    NoDisplay,
    /// It gave up, for this reason.
    Fails(String),
    /// It neither opened nor gave up.
    Hangs,
}

/// Starts the window's program beside the host's, `host`, with nothing to show: it opens its
/// libraries and the display, and ends.
pub fn attempt(host: Option<&Path>, has_display: bool) -> WindowTrial {
    let program = host
        .unwrap_or(Path::new(""))
        .with_file_name(window_process::PROGRAM);
    if !fs::metadata(&program).is_ok_and(|file| is_executable(&file)) {
        return WindowTrial::ProgramAbsent(program);
    }
    if !has_display {
        return WindowTrial::NoDisplay;
    }
    let started = Command::new(program)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .env("RUST_BACKTRACE", "0")
        .spawn();
    match started {
        Ok(process) => wait(process, PATIENCE),
        Err(error) => WindowTrial::Fails(error.to_string()),
    }
}

fn wait(mut process: Child, patience: Duration) -> WindowTrial {
    let (sender, complaint) = channel();
    if let Some(errors) = process.stderr.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // What cannot be read is not repeated.
            let _ = errors.take(64 * 1024).read_to_end(&mut bytes);
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        });
    }
    let begin = Instant::now();
    loop {
        match process.try_wait() {
            Ok(Some(status)) if status.success() => return WindowTrial::Opens,
            Ok(Some(status)) => {
                // Whoever inherited the pipe may keep it open.
                let said = complaint
                    .recv_timeout(Duration::from_secs(1))
                    .unwrap_or_default();
                return WindowTrial::Fails(match reason(&said) {
                    reason if reason.is_empty() => status.to_string(),
                    reason => reason,
                });
            }
            Ok(None) if begin.elapsed() < patience => thread::sleep(Duration::from_millis(10)),
            Ok(None) | Err(_) => {
                let _ = process.kill();
                let _ = process.wait();
                return WindowTrial::Hangs;
            }
        }
    }
}

/// What the window's program says first where it cannot open.
const NO_WINDOW: &str = "tessera-window: no window: ";

/// The last line of a complaint, without who complains and the places in sources that libraries
/// put into it.
fn reason(complaint: &str) -> String {
    // A panic's last line says how to hear more of it.
    let tells = |line: &&str| !line.trim().is_empty() && !line.starts_with("note: ");
    let line = complaint.lines().rfind(tells).unwrap_or_default().trim();
    let line = line.strip_prefix(NO_WINDOW).unwrap_or(line);
    let after_place = line
        .rsplit_once(".rs:")
        .and_then(|(_, rest)| rest.split_once(": "))
        .map_or(line, |(_, reason)| reason);
    after_place.chars().take(COMPLAINT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn outcome(script: &str, patience: Duration) -> WindowTrial {
        let process = Command::new("sh")
            .args(["-c", script])
            .stderr(Stdio::piped())
            .spawn();
        wait(process.unwrap(), patience)
    }

    #[test]
    fn a_window_opens_fails_or_hangs() {
        let long = Duration::from_secs(30);
        assert_eq!(outcome("exit 0", long), WindowTrial::Opens);
        assert_eq!(
            outcome("echo first >&2; echo no display >&2; exit 1", long),
            WindowTrial::Fails("no display".to_owned())
        );
        assert_eq!(
            outcome("exit 3", long),
            WindowTrial::Fails("exit status: 3".to_owned())
        );
        let begin = Instant::now();
        assert_eq!(
            outcome("exec sleep 60", Duration::from_millis(100)),
            WindowTrial::Hangs
        );
        assert!(begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn places_in_sources_are_not_repeated() {
        assert_eq!(
            reason("tessera-window: no window: os error at /x/winit/src/mod.rs:765: not set.\n\n"),
            "not set."
        );
        assert_eq!(
            reason("tessera-window: no window: no connection to X server\n"),
            "no connection to X server"
        );
        assert_eq!(
            reason("libX11.so.6: cannot open"),
            "libX11.so.6: cannot open"
        );
        assert_eq!(
            reason("thread 'main' panicked at x.rs:1:2:\nXKBNotFound\nnote: run with `R` to see"),
            "XKBNotFound"
        );
        assert_eq!(reason(""), "");
    }

    #[test]
    fn without_program_or_display_nothing_is_started() {
        let folder = tempfile::tempdir().unwrap();
        let host = folder.path().join("tessera-host");
        let window = folder.path().join("tessera-window");
        assert_eq!(
            attempt(Some(&host), true),
            WindowTrial::ProgramAbsent(window.clone())
        );
        fs::write(&window, "").unwrap();
        assert!(matches!(
            attempt(Some(&host), true),
            WindowTrial::ProgramAbsent(_)
        ));
        fs::set_permissions(&window, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(attempt(Some(&host), false), WindowTrial::NoDisplay);
    }
}
