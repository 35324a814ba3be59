//! A person with a keyboard and nothing else: every key goes through the browser's own
//! input, as if it came from the desk.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    Outcome,
    browser::Browser,
    waiting::{holds_within, wait_for, wait_until},
};

/// More controls than any page has: whoever comes this far is going round in a trap.
const TOO_MANY: usize = 250;

/// How long a page may take to scroll to where the focus went.
const SCROLLING: Duration = Duration::from_secs(3);

/// A key that does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // what stands on them
pub enum Key {
    Tab,
    ShiftTab,
    Enter,
    Space,
    Escape,
    ArrowDown,
    ArrowUp,
}

impl Key {
    /// Its names in the UI Events standard, its old number, and the text it writes.
    fn described(self) -> (&'static str, &'static str, u32, &'static str) {
        match self {
            Key::Tab | Key::ShiftTab => ("Tab", "Tab", 9, ""),
            Key::Enter => ("Enter", "Enter", 13, "\r"),
            Key::Space => (" ", "Space", 32, " "),
            Key::Escape => ("Escape", "Escape", 27, ""),
            Key::ArrowDown => ("ArrowDown", "ArrowDown", 40, ""),
            Key::ArrowUp => ("ArrowUp", "ArrowUp", 38, ""),
        }
    }
}

/// Where the keyboard is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focus {
    /// What a screen reader calls it.
    pub name: String,
    /// What a screen reader says it is.
    pub role: String,
    /// Whether it is on nothing: the page as a whole.
    pub nowhere: bool,
    /// Whether one can see that it has the focus: outlined, and within the window.
    pub visible: bool,
    /// The same for the same element of the same page.
    pub place: String,
}

impl Browser {
    /// Presses and releases a key.
    pub fn press_key(&self, key: Key) -> Outcome<()> {
        let (name, code, number, text) = key.described();
        let shift = if key == Key::ShiftTab { 8 } else { 0 };
        self.key_event(json!({
            "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" },
            "key": name, "code": code, "text": text, "modifiers": shift,
            "windowsVirtualKeyCode": number,
        }))?;
        self.key_event(json!({
            "type": "keyUp", "key": name, "code": code, "modifiers": shift,
            "windowsVirtualKeyCode": number,
        }))
    }

    /// Types a text, key by key.
    pub fn type_keys(&self, text: &str) -> Outcome<()> {
        for letter in text.chars() {
            let letter = letter.to_string();
            self.key_event(json!({"type": "keyDown", "key": letter, "text": letter}))?;
            self.key_event(json!({"type": "keyUp", "key": letter}))?;
        }
        Ok(())
    }

    fn key_event(&self, event: Value) -> Outcome<()> {
        self.devtools("Input.dispatchKeyEvent", event)?;
        Ok(())
    }

    /// Where the keyboard is now.
    pub fn focus(&self) -> Outcome<Focus> {
        const LOOK: &str = "function() {
            const style = getComputedStyle(this);
            const box = this.getBoundingClientRect();
            const place = [];
            for (let element = this; element.parentElement; element = element.parentElement) {
              place.unshift([...element.parentElement.children].indexOf(element));
            }
            return {
              outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
              within: box.width > 0 && box.bottom > 0 && box.top < innerHeight
                && box.right > 0 && box.left < innerWidth,
              nowhere: this === document.body || this === document.documentElement,
              place: location.pathname + ' ' + place.join('.'),
            };
        }";
        let element = self.devtools(
            "Runtime.evaluate",
            json!({"expression": "document.activeElement ?? document.body"}),
        )?;
        let object = &element["result"]["objectId"];
        let look = json!({
            "objectId": object, "functionDeclaration": LOOK, "returnByValue": true,
        });
        let seen = self.devtools("Runtime.callFunctionOn", look)?;
        let seen = &seen["result"]["value"];
        let tree = self.devtools(
            "Accessibility.getPartialAXTree",
            json!({"objectId": object, "fetchRelatives": false}),
        )?;
        let node = &tree["nodes"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Focus {
            name: text(&node["name"]["value"]),
            role: text(&node["role"]["value"]),
            nowhere: seen["nowhere"] == true,
            visible: seen["outlined"] == true && seen["within"] == true,
            place: text(&seen["place"]),
        })
    }

    /// The same, once the page has been scrolled to it.
    fn focus_in_sight(&self) -> Outcome<Focus> {
        let mut focus = self.focus()?;
        if !focus.nowhere && !focus.visible {
            holds_within(SCROLLING, || match self.focus() {
                Ok(now) => {
                    focus = now;
                    focus.visible
                }
                Err(_) => false,
            });
        }
        Ok(focus)
    }

    /// Goes on to the next control until it is the one of this name.
    pub fn tab_to(&self, name: &str) -> Outcome<Focus> {
        self.wait_for_control(name)?;
        self.walk_to(name, Key::Tab)
    }

    /// The same backwards.
    pub fn tab_back_to(&self, name: &str) -> Outcome<Focus> {
        self.walk_to(name, Key::ShiftTab)
    }

    /// Goes to the control of this name and presses Enter.
    pub fn enter(&self, name: &str) -> Outcome<()> {
        self.tab_to(name)?;
        self.press_key(Key::Enter)
    }

    /// Waits until the page at this path is there and the keyboard has come with it: its
    /// heading is where reading goes on.
    pub fn wait_until_focus_moved_to(&self, path: &str) -> Outcome<()> {
        self.wait_for_page(path)?;
        let arrived = wait_until(&format!("focus on the heading of {path}"), || {
            self.focus().is_ok_and(|focus| focus.role == "heading")
        });
        match arrived {
            Ok(()) => Ok(()),
            Err(timed_out) => Err(format!("{timed_out}; it is on {:?}", self.focus()?).into()),
        }
    }

    /// Every control Tab comes to, once round the page.
    pub fn round_by_tab(&self) -> Outcome<Vec<Focus>> {
        let mut stops: Vec<Focus> = Vec::new();
        while stops.len() < TOO_MANY {
            self.press_key(Key::Tab)?;
            let stop = self.focus_in_sight()?;
            let is_round = stops.first().is_some_and(|first| first.place == stop.place);
            if is_round || (stop.nowhere && !stops.is_empty()) {
                return Ok(stops);
            }
            if !stop.nowhere {
                stops.push(stop);
            }
        }
        let last = stops.split_off(TOO_MANY - 3);
        Err(format!("Tab never comes round; the last stops are {last:?}").into())
    }

    fn walk_to(&self, name: &str, key: Key) -> Outcome<Focus> {
        let mut passed = Vec::new();
        for _ in 0..TOO_MANY {
            self.press_key(key)?;
            let focus = self.focus_in_sight()?;
            if focus.nowhere {
                continue;
            }
            if !focus.visible {
                return Err(format!("the focus cannot be seen on {focus:?}").into());
            }
            if focus.name == name {
                return Ok(focus);
            }
            passed.push(focus.name);
        }
        passed.truncate(60);
        Err(format!("Tab does not come to \"{name}\", only to {passed:?}").into())
    }

    fn wait_for_control(&self, name: &str) -> Outcome<()> {
        let there = wait_for(&format!("control \"{name}\""), || {
            self.offers(name).ok()?.then_some(())
        });
        there.map_err(|timed_out| {
            let text = self.text().unwrap_or_default();
            format!("{timed_out}; the page shows:\n{text}").into()
        })
    }
}
