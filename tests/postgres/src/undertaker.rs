//! Who ends a server whose test has ended, in whatever way.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

/// Waits for the end of its input, which comes when the test lets go of it or is no more; then
/// lets what was paused go on, ends the server, and takes its folder away.
const SCRIPT: &str = r#"
cat > /dev/null
processes() { server=$(head -n 1 "$1/data/postmaster.pid") && echo "$server" $(pgrep -P "$server"); }
if all=$(processes "$1" 2> /dev/null); then
    kill -CONT $all; kill -QUIT ${all%% *}
    for moment in $(seq 100); do kill -0 ${all%% *} || break; sleep 0.05; done
    kill -KILL $all
fi 2> /dev/null
rm -rf "$1"
"#;

/// A process of its own, that outlives the test by a moment.
pub(crate) struct Undertaker(Child);

impl Undertaker {
    pub(crate) fn watch(folder: &Path) -> Undertaker {
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "undertaker"])
            .arg(folder)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn();
        Undertaker(child.expect("sh"))
    }
}

impl Drop for Undertaker {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
