//! A screen without a monitor: what the host's window is shown on, photographed and typed into.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{ChangeWindowAttributesAux, ConnectionExt, EventMask},
    },
    rust_connection::RustConnection,
};

use crate::{
    Outcome,
    program::{Program, mortal, run},
};

/// An X server of our own; no window manager, so nothing but the host draws on it.
pub struct Screen {
    _server: Program,
    display: String,
}

impl Screen {
    /// Starts the X server on a free display and waits until it serves.
    pub fn start(folder: &Path) -> io::Result<Screen> {
        let mut command = mortal("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24"]);
        command.args(["-nolisten", "tcp", "-noreset"]);
        let mut server = Program::start_talking("xvfb", &mut command, folder)?;
        let mut number = String::new();
        if let Some(output) = server.child().stdout.take() {
            BufReader::new(output).read_line(&mut number)?;
        }
        if number.trim().is_empty() {
            return Err(io::Error::other(format!("Xvfb: {}", server.log())));
        }
        Ok(Screen {
            _server: server,
            display: format!(":{}", number.trim()),
        })
    }

    /// Its name, for DISPLAY.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The windows on it, as X numbers them, the newest last: nobody changes their order.
    pub fn windows(&self) -> Vec<String> {
        // Found none is an error status.
        self.xdotool(["search --onlyvisible --name .+"])
            .map(|windows| windows.lines().map(str::to_owned).collect())
            .unwrap_or_default()
    }

    /// Gives a window the keyboard, as a window manager does for a new one.
    pub fn focus(&self, window: &str) -> io::Result<()> {
        self.xdotool([format!("windowfocus {window}")]).map(drop)
    }

    /// Hears from now on of every window that comes.
    pub fn watch_windows(&self) -> Outcome<WindowWatch> {
        let (connection, number) = x11rb::connect(Some(&self.display))?;
        let root = connection.setup().roots[number].root;
        let wanted = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection
            .change_window_attributes(root, &wanted)?
            .check()?;
        Ok(WindowWatch { connection })
    }

    /// The number of the process that shows a window.
    pub fn process_of(&self, window: &str) -> io::Result<u32> {
        let number = self.xdotool([format!("getwindowpid {window}")])?;
        number.trim().parse().map_err(io::Error::other)
    }

    /// Presses and releases keys, one after the other, as the keyboard would.
    pub fn press<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        let keys = keys.into_iter().map(|key| format!("key {key}"));
        self.xdotool(keys).map(drop)
    }

    /// Photographs a window into a PNG file.
    pub fn photograph(&self, window: &str, file: &Path) -> io::Result<()> {
        let mut command = Command::new("import");
        command.env("DISPLAY", &self.display);
        command.args(["-window", window]).arg(file);
        run(&mut command).map(drop)
    }

    /// The commands go through standard input: a key typed is nobody's argument list.
    fn xdotool<L: AsRef<str>>(&self, lines: impl IntoIterator<Item = L>) -> io::Result<String> {
        let mut script = String::new();
        for line in lines {
            let _ = writeln!(script, "{}", line.as_ref());
        }
        let mut xdotool = Command::new("xdotool")
            .arg("-")
            .env("DISPLAY", &self.display)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = xdotool.stdin.take() {
            input.write_all(script.as_bytes())?;
        }
        let output = xdotool.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(io::Error::other(format!("xdotool: {said}")));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Sees windows come that are gone again before anybody looks.
pub struct WindowWatch {
    connection: RustConnection,
}

impl WindowWatch {
    /// Whether one has stood on the screen since the watch began, however shortly.
    pub fn saw_one(&self) -> Outcome<bool> {
        // What the server had to tell before this answer has come before it.
        self.connection.get_input_focus()?.reply()?;
        while let Some(event) = self.connection.poll_for_event()? {
            if matches!(event, Event::MapNotify(_)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
