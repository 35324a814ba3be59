//! The real host in a home of its own, with a window's double beside it.
#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used)] // a fault in the stage is a fault of the test

pub mod quirky_module;
pub mod token;
pub mod verification;
pub mod window;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than anything the host does by itself takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A nonce that is one: base64 of 32 bytes.
pub const NONCE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A folder with a home and the host's program.
pub struct Stage {
    folder: TempDir,
    environment: Vec<(String, PathBuf)>,
}

impl Stage {
    pub fn new() -> Stage {
        assert!(
            !Path::new("/etc/tessera/policy.toml").exists(),
            "this machine's own policy would decide instead of the tests'"
        );
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "programs"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let host = Path::new(env!("CARGO_BIN_EXE_tessera-host"));
        place_program(host, &folder.path().join("programs/tessera-host"));
        // The readers of this machine are nobody's in these tests.
        let no_readers = folder.path().join("no-pcscd");
        Stage {
            environment: vec![("PCSCLITE_CSOCK_NAME".to_owned(), no_readers)],
            folder,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the host finds in its environment besides its home.
    pub fn set(&mut self, variable: &str, value: PathBuf) {
        self.environment.push((variable.to_owned(), value));
    }

    /// Writes the person's policy.
    pub fn policy(&self, text: &str) -> PathBuf {
        let path = self.path("home/.config/tessera/policy.toml");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path("programs/tessera-host"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", "/usr/bin:/bin")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the host as a browser does.
    pub fn start(&self) -> Host {
        self.start_with(&[])
    }

    pub fn start_with(&self, arguments: &[&str]) -> Host {
        Host::start(self.command(arguments))
    }

    /// How many processes of the host's program there are, modules' included.
    pub fn running(&self) -> usize {
        let program = self.path("programs/tessera-host");
        let processes = fs::read_dir("/proc").unwrap().flatten();
        processes
            .filter_map(|process| fs::read_link(process.path().join("exe")).ok())
            .filter(|executed| *executed == program)
            .count()
    }

    /// Lets any user run the host's program.
    pub fn open_to_everybody(&self) {
        let open = PermissionsExt::from_mode(0o755);
        fs::set_permissions(self.folder.path(), open).unwrap();
    }
}

/// A host that runs.
pub struct Host {
    process: Child,
    input: Option<ChildStdin>,
    frames: Receiver<Value>,
    log: Option<thread::JoinHandle<String>>,
}

impl Host {
    pub fn start(mut command: Command) -> Host {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take();
        let mut output = process.stdout.take().unwrap();
        let (sender, frames) = channel();
        thread::spawn(move || {
            let mut length = [0; 4];
            while output.read_exact(&mut length).is_ok() {
                let mut body = vec![0; u32::from_ne_bytes(length) as usize];
                output.read_exact(&mut body).unwrap();
                let message = serde_json::from_slice(&body).unwrap();
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut errors = process.stderr.take().unwrap();
        let log = thread::spawn(move || {
            let mut log = String::new();
            errors.read_to_string(&mut log).unwrap();
            log
        });
        Host {
            process,
            input,
            frames,
            log: Some(log),
        }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn send(&mut self, message: &Value) {
        self.send_body(message.to_string().as_bytes());
    }

    pub fn send_body(&mut self, body: &[u8]) {
        let length = u32::try_from(body.len()).unwrap();
        self.send_raw(&[&length.to_ne_bytes(), body].concat());
    }

    pub fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        // A host that has already answered and gone reads no more.
        let _ = input.write_all(bytes).and_then(|()| input.flush());
    }

    /// The browser goes.
    pub fn leave(&mut self) {
        self.input = None;
    }

    /// The next frame.
    #[track_caller]
    pub fn frame(&self) -> Value {
        self.frames.recv_timeout(PATIENCE).expect("a frame")
    }

    /// The next frame's error code.
    #[track_caller]
    pub fn error(&self) -> String {
        let frame = self.frame();
        let code = frame["error"]["code"].as_str();
        code.unwrap_or_else(|| panic!("{frame}")).to_owned()
    }

    /// Waits for the host's end; nothing may be left unread, and it must end well.
    #[track_caller]
    pub fn end(&mut self) {
        let status = self.end_status();
        assert!(status.success(), "{status}");
    }

    #[track_caller]
    pub fn end_status(&mut self) -> ExitStatus {
        assert_eq!(
            self.frames.recv_timeout(PATIENCE),
            Err(RecvTimeoutError::Disconnected),
            "more frames, or no end"
        );
        self.process.wait().unwrap()
    }

    /// What it wrote to its log; only after its end.
    pub fn log(&mut self) -> String {
        self.log.take().unwrap().join().unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A host that has greeted and been asked.
pub fn asked(stage: &Stage, message: &Value) -> Host {
    let mut host = stage.start();
    assert!(host.frame()["version"].is_string());
    host.send(message);
    host
}

pub fn authenticate() -> Value {
    json!({"command": "authenticate", "arguments": {
        "challengeNonce": NONCE, "origin": "https://sistemats.it", "lang": "it"}})
}

pub fn with_progress() -> Value {
    let mut message = authenticate();
    message["arguments"]["progress"] = json!(true);
    message
}

/// Copies a program, in a process of its own: a file that this one had written could not be
/// started while another test's fork still holds it open.
pub fn place_program(from: &Path, to: &Path) {
    let copied = Command::new("install")
        .args(["-m", "755"])
        .arg(from)
        .arg(to)
        .status();
    assert!(copied.unwrap().success());
}

/// Waits until `condition` holds.
#[track_caller]
pub fn wait_until(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited in vain");
        thread::sleep(Duration::from_millis(10));
    }
}
