//! A display whose driver tells Windows' programs no refresh rate: Xvfb.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use crate::wait_for;

/// The display; it ends with this.
pub struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    /// Starts it, with room for the whole window.
    pub fn start() -> Screen {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24"])
            .args(["-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        let output = server.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut number).unwrap();
        Screen {
            server,
            name: format!(":{}", number.trim()),
        }
    }

    /// Its name, for DISPLAY.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits for the window of this title, and gives it the keyboard.
    pub fn window(&self, title: &str) -> String {
        let window = wait_for(title, || {
            let found = self.xdotool(&format!("search --onlyvisible --name \"{title}\"\n"))?;
            found.lines().next().map(str::to_owned)
        });
        self.xdotool(&format!("windowfocus {window}\n")).unwrap();
        window
    }

    /// Whether a window is still there.
    pub fn shows(&self, window: &str) -> bool {
        self.xdotool(&format!("getwindowname {window}\n")).is_some()
    }

    /// Presses and releases keys, one after the other.
    pub fn press(&self, keys: &[&str]) {
        let lines: String = keys.iter().map(|key| format!("key {key}\n")).collect();
        self.xdotool(&lines).unwrap();
    }

    /// A window's pixels; none where it is gone.
    pub fn picture(&self, window: &str) -> Vec<u8> {
        // Of a window that is gone `import` waits for another one to be pointed at.
        let mut command = Command::new("timeout");
        command.args(["10", "import", "-window", window, "rgb:-"]);
        command.env("DISPLAY", &self.name).output().unwrap().stdout
    }

    /// The commands go through standard input: a key typed is nobody's argument list.
    fn xdotool(&self, lines: &str) -> Option<String> {
        let mut xdotool = Command::new("xdotool")
            .arg("-")
            .env("DISPLAY", &self.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = xdotool.stdin.take().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        drop(input);
        let output = xdotool.wait_with_output().unwrap();
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
