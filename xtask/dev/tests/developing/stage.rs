//! The program under test, and a browser that looks at it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use end_to_end::{
    Outcome,
    browser::{Browser, BrowserSetup, Extension},
    ports::free_ports,
    processes, product,
    program::Program,
    suite,
    waiting::holds_within,
};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::checkout::Checkout;

/// How long the first build may take on a machine that has built nothing yet.
const THE_FIRST_BUILD: Duration = Duration::from_secs(1200);

/// All of it.
pub struct Stage {
    pub browser: Browser,
    pub portal: DevPortal,
    pub checkout: Checkout,
    /// The browser's.
    _folder: TempDir,
}

impl suite::Stage for Stage {
    fn start() -> Outcome<Stage> {
        let checkout = Checkout::copy()?;
        let folder = tempfile::tempdir()?;
        let logs = folder.path().to_owned();
        let portal = DevPortal::start(&checkout)?;
        let browser = Browser::start(&BrowserSetup {
            profile: logs.join("profile"),
            environment: &[],
            extension: Extension::None,
            visible: false,
            watched: false,
            logs,
        })?;
        let stage = Stage {
            browser,
            portal,
            checkout,
            _folder: folder,
        };
        stage.browser.open(&stage.portal.address("/"))?;
        stage.wait("the first build", THE_FIRST_BUILD, |browser| {
            browser.heading().is_ok_and(|heading| !heading.is_empty())
        })?;
        Ok(stage)
    }

    fn expect_at_rest(&mut self) -> Outcome<()> {
        self.checkout.restore()
    }
}

impl Stage {
    /// Opens a page and waits until the program in it has drawn it.
    pub fn open(&self, path: &str) -> Outcome<()> {
        self.browser.open(&self.portal.address(path))?;
        self.wait("the page", Duration::from_secs(60), |browser| {
            browser.heading().is_ok_and(|heading| !heading.is_empty())
        })
    }

    /// Waits until the page shows something; else says what it shows and what was built.
    pub fn wait(
        &self,
        what: &str,
        patience: Duration,
        mut shows: impl FnMut(&Browser) -> bool,
    ) -> Outcome<()> {
        if holds_within(patience, || shows(&self.browser)) {
            return Ok(());
        }
        let text = self.browser.text().unwrap_or_default();
        let log = self.portal.log();
        Err(format!("waited in vain for {what}; the page shows:\n{text}\n{log}").into())
    }
}

/// `cargo xtask dev`, past its setting up.
pub struct DevPortal {
    program: Program,
    port: u16,
    folder: PathBuf,
}

impl DevPortal {
    /// Starts it on a copy of the checkout, with the server as it ships.
    pub fn start(checkout: &Checkout) -> Outcome<DevPortal> {
        let port = free_ports(1)?;
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_dev-portal"));
        command
            .args(["--port", &port.to_string(), "--root"])
            .arg(checkout.folder())
            .arg("--server")
            .arg(product::server()?)
            .env("CARGO_TARGET_DIR", temporary.parent().unwrap_or(temporary));
        let program = Program::start("dev-portal", &mut command, temporary)?;
        Ok(DevPortal {
            program,
            port,
            folder: checkout.folder().to_owned(),
        })
    }

    /// The address of a page.
    pub fn address(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// What it has written.
    pub fn log(&self) -> String {
        self.program.log()
    }

    /// Its own process and all that it started, however far down: they work in the copy.
    /// Those that ended and wait to be collected are left out.
    pub fn processes(&self) -> Vec<String> {
        let own = self.program.id().to_string();
        let is_ours = |process: &PathBuf| {
            let place = fs::read_link(process.join("cwd")).unwrap_or_default();
            let status = fs::read_to_string(process.join("status")).unwrap_or_default();
            let ended = status.contains("State:\tZ");
            !ended && (process.ends_with(&own) || place.starts_with(&self.folder))
        };
        let ours = processes::all().into_iter().filter(is_ours);
        ours.map(|process| fs::read_to_string(process.join("cmdline")).unwrap_or_default())
            .map(|words| words.replace('\0', " "))
            .collect()
    }

    /// Sends it a signal.
    pub fn send(&self, signal: Signal) {
        processes::send(self.program.id(), signal);
    }
}

/// Fails unless something holds.
pub fn expect(holds: bool, what: &str) -> Outcome<()> {
    match holds {
        true => Ok(()),
        false => Err(format!("not found: {what}").into()),
    }
}
