//! The host as a browser starts it: frames over its standard input and output.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use crate::{PATIENCE, wait_for};

/// A host that runs.
pub struct Host {
    process: Child,
    input: Option<ChildStdin>,
    frames: Receiver<Value>,
    log: Option<JoinHandle<String>>,
}

impl Host {
    /// Starts it.
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
                let mut body = vec![0; u32::from_le_bytes(length) as usize];
                output.read_exact(&mut body).unwrap();
                if sender.send(serde_json::from_slice(&body).unwrap()).is_err() {
                    return;
                }
            }
        });
        let mut errors = process.stderr.take().unwrap();
        let log = thread::spawn(move || {
            let mut log = String::new();
            let _ = errors.read_to_string(&mut log);
            log
        });
        Host {
            process,
            input,
            frames,
            log: Some(log),
        }
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let length = u32::try_from(body.len()).unwrap();
        let bytes = [&length.to_le_bytes(), body.as_bytes()].concat();
        let input = self.input.as_mut().unwrap();
        input.write_all(&bytes).unwrap();
        input.flush().unwrap();
    }

    /// The next frame.
    #[track_caller]
    pub fn frame(&mut self) -> Value {
        match self.frames.recv_timeout(PATIENCE) {
            Ok(frame) => frame,
            Err(error) => {
                let _ = self.process.kill();
                panic!("no frame ({error}); its log:\n{}", self.log());
            }
        }
    }

    /// The answer, after whatever progress is told.
    #[track_caller]
    pub fn answer(&mut self) -> Value {
        loop {
            let frame = self.frame();
            if frame.get("progress").is_none() {
                return frame;
            }
        }
    }

    /// Waits until it tells that it has come to this state.
    #[track_caller]
    pub fn wait_for_progress(&mut self, state: &str) {
        loop {
            let frame = self.frame();
            match frame["progress"]["state"].as_str() {
                Some(now) if now == state => return,
                Some(_) => {}
                None => panic!("instead of {state} came {frame}"),
            }
        }
    }

    /// Closes its input, as a browser does that needs it no more, and waits for its end.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        self.input = None;
        wait_for("the host's end", || self.process.try_wait().unwrap())
    }

    /// Ends it as a crash does.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
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
