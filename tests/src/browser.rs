//! A real Chromium, driven as a person uses it: by addresses and by what controls are called.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use thirtyfour::{
    ChromiumLikeCapabilities, DesiredCapabilities, WebDriver,
    common::log::LoggingPrefsLogLevel,
    error::WebDriverResult,
    prelude::{By, WebElement},
};
use tokio::runtime::{self, Runtime};

use crate::{
    Outcome,
    program::{Program, mortal},
    waiting::wait_for,
};

/// How a browser is started.
pub struct BrowserSetup<'a> {
    /// Its profile; a native host's manifest below it is found.
    pub profile: PathBuf,
    /// What it and everything it starts have in their environment.
    pub environment: &'a [(String, String)],
    /// The extension, where it has one.
    pub extension: Extension<'a>,
    /// On the person's display instead of on none.
    pub visible: bool,
    /// Whether it keeps what its pages ask for and what they complain of
    /// ([`crate::page_log`]).
    pub watched: bool,
    /// Where its log goes; each browser has its own.
    pub logs: PathBuf,
}

/// Where a browser has its extension from.
#[derive(Debug, Clone, Copy)]
pub enum Extension<'a> {
    /// It has none.
    None,
    /// Folders that it is told of, one each.
    Unpacked(&'a [&'a Path]),
    /// The machine's policy, which it obeys by itself.
    ByPolicy,
}

/// A running browser with one tab.
pub struct Browser {
    // Before the driver's process, so that it can still say goodbye.
    driver: Option<WebDriver>,
    runtime: Runtime,
    chromedriver: Program,
}

/// A refusal or failure as a page shows it (contract §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// A problem's or failure's code.
    pub code: String,
    /// All that it says.
    pub text: String,
}

impl Browser {
    /// Starts a browser.
    pub fn start(setup: &BrowserSetup) -> Outcome<Browser> {
        let mut command = mortal("chromedriver");
        command.arg("--port=0");
        command.envs(setup.environment.iter().cloned());
        let mut chromedriver = Program::start("chromedriver", &mut command, &setup.logs)?;
        let log = setup.logs.join("chromedriver.log");
        let port = chromedriver.wait_until("port of chromedriver", || {
            let said = std::fs::read_to_string(&log).ok()?;
            let after = said.split("successfully on port ").nth(1)?;
            after.split('.').next()?.trim().parse::<u16>().ok()
        })?;

        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in arguments(setup) {
            capabilities.add_arg(&argument)?;
        }
        if setup.visible {
            capabilities.add_exclude_switch("enable-automation")?;
        }
        if let Extension::ByPolicy = setup.extension {
            // With this switch of the driver's a browser installs nothing.
            capabilities.add_exclude_switch("disable-background-networking")?;
        }
        if setup.watched {
            for log in ["browser", "performance"] {
                capabilities.set_logging_prefs(log, LoggingPrefsLogLevel::All)?;
            }
        }
        let address = format!("http://127.0.0.1:{port}");
        let driver = runtime.block_on(WebDriver::new(address, capabilities))?;
        Ok(Browser {
            driver: Some(driver),
            runtime,
            chromedriver,
        })
    }

    /// Opens an address in the tab.
    pub fn open(&self, address: &str) -> Outcome<()> {
        Ok(self.run(async |driver| driver.goto(address).await)?)
    }

    /// Loads the page once more.
    pub fn reload(&self) -> Outcome<()> {
        Ok(self.run(async |driver| driver.refresh().await)?)
    }

    /// The path of the page that is open.
    pub fn path(&self) -> Outcome<String> {
        let address = self.run(async |driver| driver.current_url().await)?;
        Ok(address.path().to_owned())
    }

    /// The whole address of the page that is open.
    pub fn address(&self) -> Outcome<String> {
        let address = self.run(async |driver| driver.current_url().await)?;
        Ok(address.into())
    }

    /// Waits until the page at this path is open and has its heading.
    pub fn wait_for_page(&self, path: &str) -> Outcome<()> {
        wait_for(&format!("page {path}"), || {
            let heading = self.heading().unwrap_or_default();
            (self.path().ok()? == path && !heading.is_empty()).then_some(())
        })
        .map_err(|timed_out| self.explained(&timed_out.to_string()))
    }

    /// The page's heading.
    pub fn heading(&self) -> Outcome<String> {
        self.text_of("h1")
    }

    /// All the text the page shows.
    pub fn text(&self) -> Outcome<String> {
        self.text_of("body")
    }

    /// Clicks the control with this accessible name, once it is there.
    pub fn click(&self, name: &str) -> Outcome<()> {
        let control = self.control(name)?;
        Ok(self.run(async |_| control.click().await)?)
    }

    /// Types into the field with this accessible name.
    pub fn fill(&self, name: &str, text: &str) -> Outcome<()> {
        let field = self.control(name)?;
        Ok(self.run(async |_| field.send_keys(text).await)?)
    }

    /// Whether a control with this accessible name is on the page now.
    pub fn offers(&self, name: &str) -> Outcome<bool> {
        Ok(self.point_at(name)?.is_some())
    }

    /// Waits for a refusal or failure.
    pub fn wait_for_alert(&self) -> Outcome<Alert> {
        wait_for("alert on the page", || self.alert().ok().flatten())
            .map_err(|timed_out| self.explained(&timed_out.to_string()))
    }

    /// The refusal or failure the page shows now.
    pub fn alert(&self) -> Outcome<Option<Alert>> {
        let found = self.script(
            "const alert = document.querySelector('[role=alert][data-code]');
             return alert && {code: alert.dataset.code, text: alert.innerText};",
        )?;
        let text = |member: &str| found[member].as_str().unwrap_or_default().to_owned();
        Ok(found.is_object().then(|| Alert {
            code: text("code"),
            text: text("text"),
        }))
    }

    /// The state of the request that the page tells of; empty where there is none.
    pub fn progress(&self) -> Outcome<String> {
        let state = self
            .script("return document.querySelector('[data-progress]')?.dataset.progress ?? ''")?;
        Ok(state.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page; a promise is waited for.
    pub fn script(&self, script: &str) -> Outcome<Value> {
        let returned = self.run(async |driver| driver.execute(script, Vec::new()).await)?;
        Ok(returned.json().clone())
    }

    /// Runs a script before any of the page's own, in every page opened from now on.
    pub fn run_in_every_page(&self, script: &str) -> Outcome<()> {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)?;
        Ok(())
    }

    /// Opens another tab and turns to it.
    pub fn open_tab(&self) -> Outcome<()> {
        self.run(async |driver| {
            let tab = driver.new_tab().await?;
            driver.switch_to_window(tab).await
        })?;
        Ok(())
    }

    /// Closes the tab in front and turns to the one that was opened first.
    pub fn close_tab(&self) -> Outcome<()> {
        self.run(async |driver| {
            driver.close_window().await?;
            let tabs = driver.windows().await?;
            match tabs.into_iter().next() {
                Some(tab) => driver.switch_to_window(tab).await,
                None => Ok(()),
            }
        })?;
        self.bring_to_front()
    }

    /// Turns to a tab, as they were opened; the first is 0.
    pub fn turn_to_tab(&self, number: usize) -> Outcome<()> {
        let tabs = self.run(async |driver| driver.windows().await)?;
        let tab = tabs.into_iter().nth(number);
        let tab = tab.ok_or_else(|| format!("there is no tab {number}"))?;
        self.run(async |driver| driver.switch_to_window(tab).await)?;
        self.bring_to_front()
    }

    /// Shows the tab that is turned to: one that lies behind does less.
    fn bring_to_front(&self) -> Outcome<()> {
        self.devtools("Page.bringToFront", json!({}))?;
        Ok(())
    }

    /// Goes back to the page before, as with the browser's own button.
    pub fn go_back(&self) -> Outcome<()> {
        Ok(self.run(async |driver| driver.back().await)?)
    }

    /// Stops the extension's service worker, as the browser does when it likes.
    pub fn stop_service_worker(&self) -> Outcome<()> {
        let listed = self.devtools("Target.getTargets", json!({}))?;
        let targets = listed["targetInfos"].as_array();
        let worker = targets
            .into_iter()
            .flatten()
            .find(|target| target["type"] == "service_worker")
            .ok_or("the extension's service worker does not run")?;
        let target = json!({ "targetId": worker["targetId"] });
        self.devtools("Target.closeTarget", target)?;
        Ok(())
    }

    /// How many tabs are open; none once the person has closed the browser.
    pub fn tabs(&self) -> usize {
        self.run(async |driver| driver.windows().await)
            .map_or(0, |tabs| tabs.len())
    }

    /// Forgets every cookie and everything pages have stored.
    pub fn forget_everything(&self) -> Outcome<()> {
        self.devtools("Network.clearBrowserCookies", json!({}))?;
        self.open("about:blank")
    }

    /// Photographs the page into a PNG file.
    pub fn photograph(&self, file: &Path) -> Outcome<()> {
        Ok(self.run(async |driver| driver.screenshot(file).await)?)
    }

    /// Ends it at once, without a word.
    pub fn kill(&mut self) {
        self.chromedriver.kill();
    }

    /// What the browser, its pages' consoles included, has written.
    pub fn log(&self) -> String {
        self.chromedriver.log()
    }

    /// The control with this accessible name, once it is there and can be used.
    fn control(&self, name: &str) -> Outcome<WebElement> {
        wait_for(&format!("control \"{name}\""), || {
            let control = self.point_at(name).ok().flatten()?;
            let usable = self.run(async |_| control.is_clickable().await);
            usable.ok()?.then_some(control)
        })
        .map_err(|timed_out| self.explained(&timed_out.to_string()))
    }

    /// Finds a control by the name the browser computes for screen readers.
    fn point_at(&self, name: &str) -> Outcome<Option<WebElement>> {
        const CONTROLS: [&str; 8] = [
            "button",
            "checkbox",
            "combobox",
            "link",
            "menuitem",
            "searchbox",
            "tab",
            "textbox",
        ];
        const MARK: &str = "function() { this.setAttribute('data-pointed-at', ''); }";
        const UNMARK: &str = "document.querySelectorAll('[data-pointed-at]')
                              .forEach(element => element.removeAttribute('data-pointed-at'));";

        let document = self.devtools("Runtime.evaluate", json!({"expression": "document"}))?;
        let query = json!({
            "objectId": document["result"]["objectId"],
            "accessibleName": name,
        });
        let found = self.devtools("Accessibility.queryAXTree", query)?;
        let nodes = found["nodes"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let is_control = |node: &&Value| {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            node["ignored"] != json!(true) && CONTROLS.contains(&role)
        };
        let Some(node) = nodes.iter().find(is_control) else {
            return Ok(None);
        };
        let resolve = json!({"backendNodeId": node["backendDOMNodeId"]});
        let object = self.devtools("DOM.resolveNode", resolve)?;
        let mark = json!({
            "objectId": object["object"]["objectId"],
            "functionDeclaration": MARK,
        });
        self.script(UNMARK)?;
        self.devtools("Runtime.callFunctionOn", mark)?;
        let element = self.run(async |driver| driver.find(By::Css("[data-pointed-at]")).await)?;
        Ok(Some(element))
    }

    fn text_of(&self, selector: &str) -> Outcome<String> {
        let script = format!("return document.querySelector('{selector}')?.innerText ?? ''");
        Ok(self
            .script(&script)?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// What was waited for in vain, and what the page shows instead.
    fn explained(&self, what: &str) -> crate::Failure {
        let path = self.path().unwrap_or_default();
        let text = self.text().unwrap_or_default();
        format!("{what}; the page {path} shows:\n{text}").into()
    }

    /// Gives the browser a command of the Chrome DevTools Protocol for this tab.
    pub fn devtools(&self, command: &str, parameters: Value) -> WebDriverResult<Value> {
        self.run(async |driver| driver.cdp().send_raw(command, parameters).await)
    }

    /// What a watched browser has written into this log since it was last asked.
    pub fn drain_log(&self, log: &str) -> Outcome<Vec<String>> {
        let entries = self.run(async |driver| driver.get_log(log).await)?;
        let worth_saying = entries.into_iter().filter(|entry| entry.level != "DEBUG");
        Ok(worth_saying
            .map(|entry| match log {
                "performance" => entry.message,
                _ => format!("{} {}", entry.level, entry.message),
            })
            .collect())
    }

    fn run<T>(
        &self,
        action: impl AsyncFnOnce(&WebDriver) -> WebDriverResult<T>,
    ) -> WebDriverResult<T> {
        match &self.driver {
            Some(driver) => self.runtime.block_on(action(driver)),
            None => unreachable!("the driver is taken in Drop only"),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let Some(driver) = self.driver.take() else {
            return;
        };
        let goodbye = async { tokio::time::timeout(Duration::from_secs(5), driver.quit()).await };
        // A browser that is gone already has no answer; its processes end with the driver.
        let _ = self.runtime.block_on(goodbye);
    }
}

fn arguments(setup: &BrowserSetup) -> Vec<String> {
    let mut arguments = vec![
        format!("--user-data-dir={}", setup.profile.display()),
        "--no-sandbox".into(),
        "--disable-dev-shm-usage".into(),
        "--no-first-run".into(),
        "--lang=it".into(),
        "--accept-lang=it".into(),
        "--window-size=1280,1000".into(),
    ];
    if !setup.visible {
        arguments.push("--headless=new".into());
    }
    if let Extension::Unpacked(extensions) = setup.extension {
        let folders: Vec<_> = extensions.iter().map(|it| it.to_string_lossy()).collect();
        arguments.push(format!("--load-extension={}", folders.join(",")));
    }
    arguments
}
