//! A double of `tessera-window`: shows the test what the host shows, says what it is told.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use protocol::window::{Stage as Shown, WindowView};

use super::{PATIENCE, Stage, place_program};

/// Copies its input to the pipe `views`, and the pipe `answers` to its output.
const SCRIPT: &str = r#"#!/bin/sh
cd "$(dirname "$0")"
cat answers &
cat > views
kill $!
"#;

/// The double's other end.
pub struct WindowDouble {
    views: Receiver<WindowView>,
    answers: Receiver<File>,
    open: Option<File>,
}

impl WindowDouble {
    /// Puts the double beside the host's program; it serves one login.
    pub fn place(stage: &Stage) -> WindowDouble {
        WindowDouble::place_script(stage, SCRIPT);
        let pipes = ["programs/views", "programs/answers"].map(|name| stage.path(name));
        for used in &pipes {
            let _ = fs::remove_file(used);
        }
        assert!(
            Command::new("mkfifo")
                .args(&pipes)
                .status()
                .unwrap()
                .success()
        );
        let [views_pipe, answers_pipe] = pipes;
        let (view_sender, views) = channel();
        thread::spawn(move || {
            for line in BufReader::new(File::open(views_pipe).unwrap()).lines() {
                let view = serde_json::from_str(&line.unwrap()).unwrap();
                if view_sender.send(view).is_err() {
                    return;
                }
            }
        });
        let (answer_sender, answers) = channel();
        thread::spawn(move || {
            let file = OpenOptions::new().write(true).open(answers_pipe).unwrap();
            let _ = answer_sender.send(file);
        });
        WindowDouble {
            views,
            answers,
            open: None,
        }
    }

    /// Puts another script in the double's place.
    pub fn place_script(stage: &Stage, script: &str) {
        let source = stage.path("window.sh");
        fs::write(&source, script).unwrap();
        place_program(&source, &stage.path("programs/tessera-window"));
    }

    /// The next view.
    #[track_caller]
    pub fn view(&self) -> WindowView {
        self.views.recv_timeout(PATIENCE).expect("a view")
    }

    /// Skips the views of waiting and reading, and answers the first after them.
    #[track_caller]
    pub fn settled_view(&self) -> WindowView {
        loop {
            let view = self.view();
            let underway = matches!(
                view.stage,
                Shown::ReadingCard
                    | Shown::WaitingForCard
                    | Shown::WaitingForReader
                    | Shown::WaitingForService
            );
            if !underway {
                return view;
            }
        }
    }

    /// Whether the window was opened within a moment; one that should not be never is.
    pub fn was_opened(&self) -> bool {
        self.answers
            .recv_timeout(Duration::from_millis(300))
            .is_ok()
    }

    /// The person does this.
    #[track_caller]
    pub fn say(&mut self, line: &str) {
        let answers = &self.answers;
        let pipe = self
            .open
            .get_or_insert_with(|| answers.recv_timeout(PATIENCE).expect("an open window"));
        writeln!(pipe, "{line}").unwrap();
    }

    /// The host has closed the window.
    #[track_caller]
    pub fn wait_until_closed(&self) {
        loop {
            match self.views.recv_timeout(PATIENCE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("the window stays open"),
            }
        }
    }
}
