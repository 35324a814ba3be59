//! The host's window, as the person before it sees and uses it.

use std::{path::Path, time::Duration};

use crate::{
    Failure, Outcome,
    desktop::Node,
    screen::Screen,
    waiting::{holds_within, wait_for, wait_until},
    workstation::Workstation,
};

/// The role screen readers are told for the PIN field.
const PIN_FIELD: &str = "password text";
/// The role of a line in the list of certificates.
const CERTIFICATE: &str = "list item";
const BULLET: char = '●';

/// How long a key may take to show before it is pressed again: at first, and on a busy machine.
const KEY_SHOWS_WITHIN: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The window that asks for the PIN: of several the newest, and each look is at that one.
///
/// A login's window still says that it is done while the next login's comes (contract §6).
pub struct PinWindow<'a> {
    workstation: &'a mut Workstation,
    /// As X numbers it.
    number: String,
    /// The process that shows it.
    process: u32,
}

impl<'a> PinWindow<'a> {
    /// Waits for the window and gives it the keyboard.
    pub fn wait(workstation: &'a mut Workstation) -> Outcome<PinWindow<'a>> {
        let mut window = PinWindow::any(workstation);
        wait_until("window of the host", || window.follow().is_ok())?;
        Ok(window)
    }

    /// The window with the keyboard, where one stands now.
    pub fn standing(workstation: &'a mut Workstation) -> Option<PinWindow<'a>> {
        let mut window = PinWindow::any(workstation);
        window.follow().is_ok().then_some(window)
    }

    fn any(workstation: &'a mut Workstation) -> PinWindow<'a> {
        PinWindow {
            workstation,
            number: String::new(),
            process: 0,
        }
    }

    /// Turns to the newest window; gives it the keyboard, since no window manager does.
    fn follow(&mut self) -> Outcome<()> {
        let screen = self.workstation.screen()?;
        let newest = screen.windows().pop().ok_or("there is no window")?;
        if newest != self.number {
            screen.focus(&newest)?;
            self.process = screen.process_of(&newest)?;
            self.number = newest;
        }
        Ok(())
    }

    /// Every node of its accessibility tree; none when it is gone.
    pub fn nodes(&mut self) -> Outcome<Vec<Node>> {
        // One that goes away between two looks was the last.
        let _ = self.follow();
        let mut nodes = self.workstation.desktop().window_nodes()?;
        nodes.retain(|node| node.process == self.process);
        Ok(nodes)
    }

    /// All that a screen reader can say of it.
    pub fn text(&mut self) -> Outcome<String> {
        let nodes = self.nodes()?;
        let said = nodes.iter().flat_map(|node| {
            let own = [&node.name, &node.description];
            own.into_iter().chain(&node.text).map(String::as_str)
        });
        Ok(said.collect::<Vec<_>>().join("\n"))
    }

    /// Waits until it asks for the PIN, and answers what the field says of itself.
    pub fn wait_for_pin_field(&mut self) -> Outcome<Node> {
        Ok(wait_for("PIN field with the focus", || {
            let nodes = self.nodes().ok()?;
            nodes.into_iter().find(|node| {
                node.role == PIN_FIELD && node.states.iter().any(|state| state == "focused")
            })
        })?)
    }

    /// Waits until a screen reader can say this.
    pub fn wait_for_text(&mut self, text: &str) -> Outcome<()> {
        Ok(wait_until(&format!("\"{text}\" in the window"), || {
            self.text().is_ok_and(|said| said.contains(text))
        })?)
    }

    /// Chooses the certificate whose line says this, with the keyboard.
    pub fn choose(&mut self, text: &str) -> Outcome<()> {
        let line = wait_for("certificate to choose", || self.line_of(text))?;
        let mut is_pressed = false;
        // Keys of a stage's first moments are dropped, see below.
        for patience in KEY_SHOWS_WITHIN {
            if is_pressed && !self.is_current(line) {
                return Ok(());
            }
            let keys = std::iter::once("Home").chain(std::iter::repeat_n("Down", line));
            self.workstation.screen()?.press(keys)?;
            if !holds_within(patience, || self.is_current(line)) {
                continue;
            }
            self.press("Return")?;
            is_pressed = true;
            if holds_within(patience, || !self.is_current(line)) {
                return Ok(());
            }
        }
        Err("the keys do not reach the list of certificates".into())
    }

    /// Types the PIN and waits until every key has arrived.
    pub fn type_pin(&mut self, pin: &str) -> Outcome<()> {
        self.wait_for_pin_field()?;
        let keys: Vec<String> = pin.chars().map(String::from).collect();
        let (first, rest) = keys.split_first().ok_or("an empty PIN cannot be typed")?;
        self.type_first(first)?;
        let screen = self.workstation.screen()?;
        screen.press(rest.iter().map(String::as_str))?;
        self.wait_for_bullets(keys.len())
    }

    /// Types the PIN and submits it.
    pub fn enter_pin(&mut self, pin: &str) -> Outcome<()> {
        self.type_pin(pin)?;
        self.submit(pin.chars().count())
    }

    /// Presses Return until the PIN is taken: what the host has to say anew while it is
    /// pressed makes it a key of another moment, which is dropped (contract §6).
    fn submit(&mut self, typed: usize) -> Outcome<()> {
        for patience in KEY_SHOWS_WITHIN {
            self.press("Return")?;
            if holds_within(patience, || {
                self.bullets().is_ok_and(|bullets| bullets < typed)
            }) {
                return Ok(());
            }
        }
        Err(self.explained("the window does not take the PIN"))
    }

    /// Presses Enter until it counts, see below: the window then shows something else.
    pub fn confirm(&mut self) -> Outcome<()> {
        let before = self.text()?;
        for patience in KEY_SHOWS_WITHIN {
            self.press("Return")?;
            let shows_else = || self.is_gone() || self.text().is_ok_and(|now| now != before);
            if holds_within(patience, shows_else) {
                return Ok(());
            }
        }
        Err(format!("Enter changes nothing of\n{before}").into())
    }

    /// Presses a key, by its X name.
    pub fn press(&mut self, key: &str) -> Outcome<()> {
        Ok(self.workstation.screen()?.press([key])?)
    }

    /// Cancels with Escape, and waits until the window is gone.
    pub fn cancel(mut self) -> Outcome<()> {
        self.escape()?;
        self.wait_until_gone()
    }

    /// Presses Escape until it counts, see below; then the window goes away.
    pub fn escape(&mut self) -> Outcome<()> {
        for patience in KEY_SHOWS_WITHIN {
            // One that went away by itself leaves nothing to cancel.
            if self.is_gone() {
                return Ok(());
            }
            self.press("Escape")?;
            if holds_within(patience, || self.is_gone()) {
                return Ok(());
            }
        }
        // A busy machine takes its time.
        Ok(())
    }

    /// Waits until the window is gone.
    pub fn wait_until_gone(mut self) -> Outcome<()> {
        wait_until_no_window(self.workstation)
            .map_err(|failure| self.explained(&failure.to_string()))
    }

    /// Whether it is gone.
    pub fn is_gone(&self) -> bool {
        let screen = self.workstation.screen();
        screen.is_ok_and(|screen| !screen.windows().contains(&self.number))
    }

    /// Photographs it into a PNG file.
    pub fn photograph(&self, file: &Path) -> Outcome<()> {
        Ok(self.workstation.screen()?.photograph(&self.number, file)?)
    }

    /// Keys of a window's first moments are dropped by design (contract §6): such a key is
    /// pressed again, as a person would.
    fn type_first(&mut self, key: &str) -> Outcome<()> {
        for (presses, patience) in KEY_SHOWS_WITHIN.into_iter().enumerate() {
            self.press(key)?;
            if !holds_within(patience, || self.bullets().is_ok_and(|bullets| bullets > 0)) {
                continue;
            }
            if presses > 0 {
                // One that was only slow to show stands there twice: all of it again.
                let back = std::iter::repeat_n("BackSpace", presses + 1);
                self.workstation.screen()?.press(back)?;
                self.wait_for_bullets(0)?;
                self.press(key)?;
            }
            return Ok(());
        }
        Err(self.explained("the keys pressed do not arrive in the PIN field"))
    }

    fn wait_for_bullets(&mut self, count: usize) -> Outcome<()> {
        let mut seen = Vec::new();
        wait_until(&format!("{count} bullets for the keys pressed"), || {
            let now = self.bullets().ok();
            if seen.last() != Some(&now) {
                seen.push(now);
            }
            now == Some(count)
        })
        .map_err(|timed_out| self.explained(&format!("{timed_out}, only {seen:?}")))
    }

    /// What went wrong, and what there is to see of the window. No PIN is in it: a screen
    /// reader is told bullets.
    fn explained(&mut self, what: &str) -> Failure {
        let windows = self.workstation.screen().map(Screen::windows);
        let nodes = self.nodes().unwrap_or_default();
        let lines = nodes.iter().map(|node| {
            let Node {
                role,
                name,
                description,
                text,
                states,
                ..
            } = node;
            format!("{role} {name:?} {description:?} {text:?} {states:?}")
        });
        let shown = lines.collect::<Vec<_>>().join("\n");
        format!(
            "{what}; windows {windows:?}, of which {} of the process {} shows:\n{shown}",
            self.number, self.process
        )
        .into()
    }

    fn lines(&mut self) -> Vec<Node> {
        let mut nodes = self.nodes().unwrap_or_default();
        nodes.retain(|node| node.role == CERTIFICATE);
        nodes
    }

    fn line_of(&mut self, text: &str) -> Option<usize> {
        let lines = self.lines();
        lines.iter().position(|line| line.name.contains(text))
    }

    fn is_current(&mut self, line: usize) -> bool {
        let lines = self.lines();
        let states = lines.get(line).map(|line| &line.states[..]);
        states.is_some_and(|states| states.iter().any(|state| state == "selected"))
    }

    fn bullets(&mut self) -> Outcome<usize> {
        let nodes = self.nodes()?;
        let field = nodes.iter().find(|node| node.role == PIN_FIELD);
        Ok(field.map_or(0, |field| {
            let content = field.text.first().map_or("", String::as_str);
            content
                .chars()
                .filter(|character| *character == BULLET)
                .count()
        }))
    }
}

/// Waits until the host shows no window at all.
pub fn wait_until_no_window(workstation: &Workstation) -> Outcome<()> {
    let screen = workstation.screen()?;
    Ok(wait_until("end of the host's window", || {
        screen.windows().is_empty()
    })?)
}
