//! A real Firefox, as the machine's policy has it, driven over WebDriver BiDi.
//!
//! Firefox speaks BiDi itself: no driver has to be built that only passes it on.

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    fs,
    net::TcpStream,
    path::Path,
    time::Duration,
};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, client};

use crate::{
    Failure, Outcome,
    program::{Program, mortal},
    waiting::{wait_for, wait_until},
};

/// What a person chooses: the pages in Italian, and no greeting.
const PREFERENCES: &str = "\
user_pref('intl.accept_languages', 'it');
user_pref('browser.aboutwelcome.enabled', false);
user_pref('datareporting.policy.dataSubmissionEnabled', false);
";

/// The roles of what a person clicks.
const CONTROLS: [&str; 2] = ["button", "link"];

/// How long it may take to answer a command.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Firefox with one tab.
pub struct Firefox {
    socket: RefCell<WebSocket<TcpStream>>,
    commands: Cell<u64>,
    tab: String,
    program: Program,
}

impl Firefox {
    /// Starts it with a new profile in `folder`.
    pub fn start(folder: &Path, environment: &[(String, String)]) -> Outcome<Firefox> {
        let profile = folder.join("firefox");
        fs::create_dir_all(&profile)?;
        fs::write(profile.join("user.js"), PREFERENCES)?;
        let mut command = mortal("firefox-esr");
        command.args(["--headless", "--no-remote", "--remote-debugging-port=0"]);
        command.arg("--profile").arg(&profile).arg("about:blank");
        command.envs(environment.iter().cloned());
        let mut program = Program::start("firefox", &mut command, folder)?;
        let log = folder.join("firefox.log");
        let address = program.wait_until("address of Firefox", || {
            let said = fs::read_to_string(&log).ok()?;
            let (_, address) = said.split_once("WebDriver BiDi listening on ws://")?;
            let (address, _) = address.split_once('\n')?;
            Some(address.trim().to_owned())
        })?;
        let stream = TcpStream::connect(&address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = client(format!("ws://{address}/session"), stream)?;
        let mut firefox = Firefox {
            socket: RefCell::new(socket),
            commands: Cell::new(0),
            tab: String::new(),
            program,
        };
        firefox.command("session.new", json!({"capabilities": {}}))?;
        let tree = firefox.command("browsingContext.getTree", json!({}))?;
        let tab = &tree["contexts"][0]["context"];
        firefox.tab = tab.as_str().ok_or("Firefox has no tab")?.to_owned();
        Ok(firefox)
    }

    /// Opens a page of the portal in the tab, and waits until its program has taken the place
    /// of the HTML: what is pressed at that very moment meets neither.
    pub fn open(&self, address: &str) -> Outcome<()> {
        let parameters = json!({"context": self.tab, "url": address, "wait": "complete"});
        self.command("browsingContext.navigate", parameters)?;
        const STATE: &str = "document.getElementById('portal')?.dataset.state ?? ''";
        wait_until("program of the page", || {
            self.evaluate(STATE).is_ok_and(|state| state == "open")
        })
        .map_err(|timed_out| self.explained(&timed_out))
    }

    /// Evaluates an expression in the page; a promise is waited for.
    pub fn evaluate(&self, expression: &str) -> Outcome<Value> {
        let evaluated = self.command(
            "script.evaluate",
            json!({
                "expression": expression,
                "target": {"context": self.tab},
                "awaitPromise": true,
            }),
        )?;
        match evaluated["type"] == "success" {
            true => Ok(evaluated["result"]["value"].clone()),
            false => Err(format!("a script of the test's failed: {evaluated}").into()),
        }
    }

    /// All the text the page shows.
    pub fn text(&self) -> Outcome<String> {
        let text = self.evaluate("document.body.innerText")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Clicks the control with this accessible name, once it is there and to be seen.
    pub fn click(&self, name: &str) -> Outcome<()> {
        wait_for(&format!("control \"{name}\""), || {
            let control = self.point_at(name).ok().flatten()?;
            // One that the page replaces or moves meanwhile is looked for again.
            let pressed = self.press(&control).and_then(|()| self.evaluate("pressed"));
            pressed.is_ok_and(|pressed| pressed == true).then_some(())
        })
        .map_err(|timed_out| self.explained(&timed_out))
    }

    /// Waits until the page at this path is open and has its heading.
    pub fn wait_for_page(&self, path: &str) -> Outcome<()> {
        const HERE: &str = "document.querySelector('h1')?.innerText ? location.pathname : ''";
        wait_until(&format!("page {path}"), || {
            self.evaluate(HERE).is_ok_and(|here| here == path)
        })
        .map_err(|timed_out| self.explained(&timed_out))
    }

    fn point_at(&self, name: &str) -> Outcome<Option<String>> {
        for role in CONTROLS {
            let locator = json!({"type": "accessibility", "value": {"name": name, "role": role}});
            let parameters = json!({"context": self.tab, "locator": locator, "maxNodeCount": 1});
            let located = self.command("browsingContext.locateNodes", parameters)?;
            if let Some(node) = located["nodes"][0]["sharedId"].as_str() {
                return Ok(Some(node.to_owned()));
            }
        }
        Ok(None)
    }

    fn press(&self, control: &str) -> Outcome<()> {
        const PREPARE: &str = "element => {
            element.scrollIntoView({block: 'center', behavior: 'instant'});
            window.pressed = false;
            element.addEventListener('click', () => { window.pressed = true; }, {capture: true});
        }";
        let element = json!({"sharedId": control});
        self.command(
            "script.callFunction",
            json!({
                "functionDeclaration": PREPARE,
                "arguments": [element],
                "target": {"context": self.tab},
                "awaitPromise": false,
            }),
        )?;
        let origin = json!({"type": "element", "element": element});
        let actions = json!([
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]);
        let mouse = json!([{"type": "pointer", "id": "mouse", "actions": actions}]);
        self.command(
            "input.performActions",
            json!({"context": self.tab, "actions": mouse}),
        )?;
        Ok(())
    }

    /// What went wrong, and what the page shows and browser and host have written instead.
    pub fn explained(&self, what: &dyn Display) -> Failure {
        let text = self.text().unwrap_or_default();
        let log = self.program.log();
        format!("{what}; the page shows:\n{text}\nFirefox and the host:\n{log}").into()
    }

    fn command(&self, method: &str, parameters: Value) -> Outcome<Value> {
        let id = self.commands.get() + 1;
        self.commands.set(id);
        let mut socket = self.socket.borrow_mut();
        let command = json!({"id": id, "method": method, "params": parameters});
        socket.send(Message::text(command.to_string()))?;
        loop {
            let Message::Text(text) = socket.read()? else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text)?;
            if answer["id"] != id {
                continue;
            }
            return match answer["type"] == "success" {
                true => Ok(answer["result"].clone()),
                false => Err(format!("{method}: {answer}").into()),
            };
        }
    }
}
