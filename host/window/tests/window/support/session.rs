//! A desktop's session bus, for screen readers and settings.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use protocol::window::WindowView;
use serde_json::Value;

use super::Window;

/// Debian's own Python: the one its accessibility packages belong to.
const PYTHON: &str = "/usr/bin/python3";

/// A session bus on which assistive technologies are switched on.
pub struct Session {
    bus: Child,
    address: String,
    home: PathBuf,
}

impl Session {
    pub fn start(name: &str) -> Session {
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&home).unwrap();
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .env("HOME", &home)
            .env("XDG_RUNTIME_DIR", &home)
            .env_remove("DISPLAY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus is installed");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let session = Session {
            bus,
            address: address.trim().to_owned(),
            home,
        };
        let switched_on = session
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.a11y.Bus"])
            .args([
                "/org/a11y/bus",
                "org.freedesktop.DBus.Properties.Set",
                "string:org.a11y.Status",
                "string:IsEnabled",
                "variant:boolean:true",
            ])
            .output()
            .unwrap();
        assert!(switched_on.status.success(), "at-spi2-core is installed");
        session
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", &self.home)
            .env_remove("DISPLAY");
        command
    }

    /// Runs one of the scripts beside these tests.
    pub fn python(&self, script: &str) -> Command {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/window/");
        let mut command = self.command(PYTHON);
        command.arg(format!("{folder}{script}"));
        command
    }

    /// Every node of the window, as soon as there are any.
    pub fn nodes(&self) -> Vec<Value> {
        for _ in 0..40 {
            let output = self
                .python("accessibility_tree.py")
                .arg("tessera-window")
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{error}");
            let nodes: Vec<Value> = output
                .stdout
                .lines()
                .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
                .collect();
            if nodes.len() > 2 {
                return nodes;
            }
            std::thread::sleep(Duration::from_millis(250));
        }
        panic!("the window is not in the accessibility tree");
    }

    /// Shows a view with this bus at hand.
    pub fn window(&self, view: &WindowView) -> Window {
        self.scaled_window(super::SCREEN, 100, view)
    }

    /// Shows a view on a screen of this size and density.
    pub fn scaled_window(&self, screen: &str, percent: u32, view: &WindowView) -> Window {
        let home = self.home.to_str().unwrap();
        let variables = [
            ("DBUS_SESSION_BUS_ADDRESS", self.address.as_str()),
            ("HOME", home),
            ("XDG_RUNTIME_DIR", home),
        ];
        let mut window = Window::start_scaled(screen, percent, &variables);
        window.begin(view);
        window
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}
