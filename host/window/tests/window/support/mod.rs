//! A display without a screen, the real program on it, and what a person does with both.

pub mod memory;
pub mod session;
pub mod views;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use protocol::window::WindowView;

/// Longer than anything takes, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Long enough for an answer that should not come.
const SILENCE: Duration = Duration::from_millis(700);

/// A screen with room for the whole window.
const SCREEN: &str = "800x900x24";

/// The lines of a program's output, as they come.
pub fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Waits until a program says this line.
pub fn wait_for(lines: &Receiver<String>, expected: &str) {
    while lines.recv_timeout(PATIENCE).expect(expected) != expected {}
}

/// What windows wish of a window manager (Extended Window Manager Hints, `_NET_WM_STATE`).
pub struct Wishes {
    connection: x11rb::rust_connection::RustConnection,
    state: u32,
    above: u32,
}

impl Wishes {
    /// Waits until a window wishes to be above all others, or to be so no longer.
    pub fn wait_for_above(&self, wished: bool) {
        use x11rb::connection::Connection;
        use x11rb::protocol::Event;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            match self.connection.poll_for_event().unwrap() {
                Some(Event::ClientMessage(message)) if message.type_ == self.state => {
                    let [action, first, second, ..] = message.data.as_data32();
                    if [first, second].contains(&self.above) && (action == 1) == wished {
                        return;
                    }
                }
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        panic!("no window wished to be above: {wished}");
    }
}

/// A virtual display of its own, so that tests can run side by side.
pub struct Display {
    server: Child,
    pub name: String,
}

impl Display {
    fn start(screen: &str) -> Display {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", screen])
            .args(["-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let name = format!(":{}", number.trim());
        Display { server, name }
    }

    /// Says how dense the screen is, as desktops do: 96 dots an inch are 100 %.
    fn set_density(&self, dots_per_inch: u32) {
        use x11rb::protocol::xproto::{AtomEnum, PropMode};
        use x11rb::wrapper::ConnectionExt;
        let (connection, number) = x11rb::connect(Some(&self.name)).unwrap();
        let root = x11rb::connection::Connection::setup(&connection).roots[number].root;
        let resources = format!("Xft.dpi:\t{dots_per_inch}\n");
        connection
            .change_property8(
                PropMode::REPLACE,
                root,
                AtomEnum::RESOURCE_MANAGER,
                AtomEnum::STRING,
                resources.as_bytes(),
            )
            .unwrap()
            .check()
            .unwrap();
    }

    /// Whether anything was copied: someone owns the clipboard or the selection then.
    pub fn has_copied(&self) -> bool {
        use x11rb::protocol::xproto::ConnectionExt;
        let (connection, _) = x11rb::connect(Some(&self.name)).unwrap();
        ["CLIPBOARD", "PRIMARY", "SECONDARY"].iter().any(|name| {
            let atom = connection.intern_atom(false, name.as_bytes()).unwrap();
            let atom = atom.reply().unwrap().atom;
            let owner = connection.get_selection_owner(atom).unwrap();
            owner.reply().unwrap().owner != x11rb::NONE
        })
    }

    /// Red, green and blue of one place on the screen.
    pub fn colour_at(&self, x: usize, y: usize) -> [u8; 3] {
        let width: usize = 800;
        let at = (y * width + x) * 4;
        let pixels = self.pixels();
        [pixels[at + 2], pixels[at + 1], pixels[at]]
    }

    /// Everything on the screen.
    pub fn pixels(&self) -> Vec<u8> {
        use x11rb::connection::Connection;
        use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
        let (connection, number) = x11rb::connect(Some(&self.name)).unwrap();
        let screen = &connection.setup().roots[number];
        let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
        let image = connection
            .get_image(ImageFormat::Z_PIXMAP, screen.root, 0, 0, width, height, !0)
            .unwrap();
        image.reply().unwrap().data
    }

    /// Waits until the screen is another one than `before`.
    pub fn wait_until_other(&self, before: &[u8]) {
        let since = Instant::now();
        while self.pixels() == before {
            assert!(since.elapsed() < PATIENCE, "the screen does not change");
        }
    }

    /// Waits until the screen is another one than `before`, and then the same for a while.
    pub fn wait_for_change(&self, before: &[u8]) {
        let since = Instant::now();
        let mut last = before.to_vec();
        let mut calm = 0;
        while calm < 3 {
            assert!(since.elapsed() < PATIENCE, "the screen does not change");
            std::thread::sleep(Duration::from_millis(100));
            let now = self.pixels();
            calm = if now != before && now == last {
                calm + 1
            } else {
                0
            };
            last = now;
        }
    }

    fn ask_to_close(&self, window: u32) {
        use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};
        let (connection, _) = x11rb::connect(Some(&self.name)).unwrap();
        let [protocols, delete] = ["WM_PROTOCOLS", "WM_DELETE_WINDOW"].map(|name| {
            let atom = connection.intern_atom(false, name.as_bytes()).unwrap();
            atom.reply().unwrap().atom
        });
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        // What a server has not read when its client is gone may be lost.
        connection
            .send_event(false, window, EventMask::NO_EVENT, message)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Hears what windows wish of a window manager, which there is none.
    pub fn hear_wishes(&self) -> Wishes {
        use x11rb::connection::Connection;
        use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt, EventMask};
        let (connection, number) = x11rb::connect(Some(&self.name)).unwrap();
        let root = connection.setup().roots[number].root;
        let masks = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection
            .change_window_attributes(root, &masks)
            .unwrap()
            .check()
            .unwrap();
        let [state, above] = ["_NET_WM_STATE", "_NET_WM_STATE_ABOVE"].map(|name| {
            let atom = connection.intern_atom(false, name.as_bytes()).unwrap();
            atom.reply().unwrap().atom
        });
        Wishes {
            connection,
            state,
            above,
        }
    }

    /// Runs xdotool to its end and gives what it said.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output()
            .expect("xdotool is installed");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn program(display: &Display) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera-window"));
    command
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("DISPLAY", &display.name);
    command
}

/// The program, as the host runs it.
pub struct Window {
    process: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
    pub display: Display,
}

impl Window {
    /// Started, nothing said yet.
    pub fn start() -> Window {
        Window::start_on(SCREEN, &[])
    }

    /// Started with these variables besides.
    pub fn start_with(variables: &[(&str, &str)]) -> Window {
        Window::start_on(SCREEN, variables)
    }

    /// Started on a screen of this size.
    pub fn start_on(screen: &str, variables: &[(&str, &str)]) -> Window {
        Window::start_in(Display::start(screen), variables)
    }

    /// Started on a screen of this size and density.
    pub fn start_scaled(screen: &str, percent: u32, variables: &[(&str, &str)]) -> Window {
        let display = Display::start(screen);
        display.set_density(96 * percent / 100);
        Window::start_in(display, variables)
    }

    /// Started where it cannot show itself: how it ended, and what it said.
    pub fn give_up(variables: &[(&str, &str)]) -> (ExitStatus, String) {
        let display = Display::start(SCREEN);
        let output = program(&display)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status, said)
    }

    fn start_in(display: Display, variables: &[(&str, &str)]) -> Window {
        let mut process = program(&display)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let answers = lines(process.stdout.take().unwrap());
        Window {
            input: process.stdin.take(),
            process,
            answers,
            display,
        }
    }

    /// Showing this view, with the keyboard, and its first moment over.
    pub fn showing(view: &WindowView) -> Window {
        let mut window = Window::start();
        window.begin(view);
        window
    }

    /// Shows the first view and waits until keys count.
    pub fn begin(&mut self, view: &WindowView) {
        self.show(view);
        assert_eq!(self.answer(), "ready");
        self.focus();
        std::thread::sleep(Duration::from_millis(400));
    }

    pub fn show(&mut self, view: &WindowView) {
        let mut line = serde_json::to_string(view).unwrap();
        line.push('\n');
        let input = self.input.as_mut().unwrap();
        input.write_all(line.as_bytes()).unwrap();
    }

    /// Shows the next view and waits until it is there.
    pub fn go_on(&mut self, view: &WindowView) {
        let before = self.display.pixels();
        self.show(view);
        self.display.wait_for_change(&before);
    }

    /// Writes what is no view at all; the window may be gone before all of it is written.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.input.as_mut().unwrap().write_all(bytes);
    }

    /// Without a window manager nobody gives a window the keyboard.
    pub fn focus(&self) {
        self.display.xdotool(&[
            "search",
            "--sync",
            "--class",
            "^tessera-window$",
            "windowfocus",
            "--sync",
        ]);
    }

    pub fn press(&self, keys: &[&str]) {
        let mut arguments = vec!["key", "--delay", "15"];
        arguments.extend(keys);
        self.display.xdotool(&arguments);
    }

    /// Presses keys and waits until they are seen.
    pub fn type_visibly(&self, keys: &[&str]) {
        let before = self.display.pixels();
        self.press(keys);
        self.display.wait_for_change(&before);
    }

    /// Sends what a window manager's close button sends.
    pub fn press_close_button(&self) {
        let found = self
            .display
            .xdotool(&["search", "--class", "^tessera-window$"]);
        self.display.ask_to_close(found.trim().parse().unwrap());
    }

    #[track_caller]
    pub fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).expect("an answer")
    }

    pub fn assert_silent(&self) {
        if let Ok(answer) = self.answers.recv_timeout(SILENCE) {
            panic!("an answer nobody gave: {}", answer.len());
        }
    }

    pub fn is_visible(&self) -> bool {
        let found =
            self.display
                .xdotool(&["search", "--onlyvisible", "--class", "^tessera-window$"]);
        !found.trim().is_empty()
    }

    /// Where the keyboard goes when somebody uses another window, and comes back from.
    pub fn lose_keyboard(&self) {
        use x11rb::connection::Connection;
        use x11rb::protocol::xproto::{ConnectionExt, InputFocus};
        let (connection, number) = x11rb::connect(Some(&self.display.name)).unwrap();
        let root = connection.setup().roots[number].root;
        connection
            .set_input_focus(InputFocus::NONE, root, x11rb::CURRENT_TIME)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Width and height on the screen, in pixels.
    pub fn size(&self) -> (u32, u32) {
        let shown =
            self.display
                .xdotool(&["search", "--class", "^tessera-window$", "getwindowgeometry"]);
        let size = shown.split("Geometry: ").nth(1).unwrap().trim();
        let (width, height) = size.split_once('x').unwrap();
        (width.parse().unwrap(), height.parse().unwrap())
    }

    /// Waits until it has this size: the screen's answer to a wish for it takes a moment.
    #[track_caller]
    pub fn wait_for_size(&self, expected: (u32, u32)) {
        let since = Instant::now();
        while self.size() != expected {
            assert!(since.elapsed() < PATIENCE, "{:?}", self.size());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends its input, as the host does when the request is over.
    pub fn end_input(&mut self) {
        self.input = None;
    }

    pub fn wait(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(since.elapsed() < PATIENCE, "the window does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
