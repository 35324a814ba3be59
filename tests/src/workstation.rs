//! A person's workstation: reader, desktop, screen, home folder, native host, browser.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{
    Outcome,
    browser::{Browser, BrowserSetup, Extension},
    desktop::Desktop,
    middleware::Middleware,
    product,
    program::run,
    screen::Screen,
};

/// A workstation of our own; all of it ends when it is dropped.
pub struct Workstation {
    // In this order, so that what uses the folder ends before it is removed.
    desktop: Desktop,
    screen: Option<Screen>,
    middleware: Middleware,
    environment: Vec<(String, String)>,
    folder: TempDir,
}

impl Workstation {
    /// Starts a workstation whose screen nobody sees.
    pub fn start() -> Outcome<Workstation> {
        let folder = new_folder()?;
        let screen = Screen::start(folder.path())?;
        let display = screen.display().to_owned();
        Workstation::with(folder, Some(screen), &display)
    }

    /// Starts a workstation on a person's display.
    pub fn start_on_display(display: &str) -> Outcome<Workstation> {
        Workstation::with(new_folder()?, None, display)
    }

    fn with(folder: TempDir, screen: Option<Screen>, display: &str) -> Outcome<Workstation> {
        let middleware = Middleware::start(folder.path())?;
        let mut environment = vec![
            ("HOME".to_owned(), in_words(&home(&folder))),
            (
                "XDG_RUNTIME_DIR".to_owned(),
                in_words(&folder.path().join("runtime")),
            ),
            (
                "XDG_CONFIG_HOME".to_owned(),
                in_words(&home(&folder).join(".config")),
            ),
            ("DISPLAY".to_owned(), display.to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ];
        if screen.is_none()
            && let Some(key) = persons_display_key()
        {
            environment.push(("XAUTHORITY".to_owned(), in_words(&key)));
        }
        if let Some((name, socket)) = middleware.client_environment() {
            environment.push((name.to_owned(), in_words(socket)));
        }
        let desktop = Desktop::start(folder.path(), &environment)?;
        let bus = desktop.bus_address().to_owned();
        environment.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), bus));
        Ok(Workstation {
            desktop,
            screen,
            middleware,
            environment,
            folder,
        })
    }

    /// The card readers.
    pub fn middleware(&self) -> &Middleware {
        &self.middleware
    }

    /// The smart-card service, to unplug its readers and plug them in.
    pub fn middleware_mut(&mut self) -> &mut Middleware {
        &mut self.middleware
    }

    /// The accessibility tree.
    pub fn desktop(&mut self) -> &mut Desktop {
        &mut self.desktop
    }

    /// The screen, where it is one of ours.
    pub fn screen(&self) -> Outcome<&Screen> {
        self.screen
            .as_ref()
            .ok_or_else(|| "the screen is the person's own".into())
    }

    /// What the person's programs have in their environment.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// The folder everything the workstation writes is in: home, profiles, logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets the native host up for the person's browsers, as a technician does.
    pub fn install_host(&self) -> Outcome<()> {
        let mut install = Command::new(product::host()?);
        install.args(["install", "--user"]);
        install.envs(self.environment.iter().cloned());
        run(&mut install)?;
        Ok(())
    }

    /// Takes it away again.
    pub fn uninstall_host(&self) -> Outcome<()> {
        let mut uninstall = Command::new(product::host()?);
        uninstall.args(["uninstall", "--user"]);
        uninstall.envs(self.environment.iter().cloned());
        run(&mut uninstall)?;
        Ok(())
    }

    /// Allows these origins to ask for a signature, besides the portal's own.
    pub fn allow_origins(&self, origins: &[&str]) -> io::Result<()> {
        self.write_policy(&format!("allowed_origins = {origins:?}\n"))
    }

    /// Has the host load these modules before those it knows itself.
    pub fn name_modules(&self, modules: &[PathBuf]) -> io::Result<()> {
        self.write_policy(&format!("modules = {modules:?}\n"))
    }

    fn write_policy(&self, policy: &str) -> io::Result<()> {
        let folder = home(&self.folder).join(".config/tessera");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("policy.toml"), policy)
    }

    /// Starts the person's browser with the extension.
    pub fn browser(&self) -> Outcome<Browser> {
        self.start_browser(
            self.profile(),
            Extension::Unpacked(&[&product::extension()]),
            false,
        )
    }

    /// Starts the person's browser with an extension unpacked elsewhere.
    pub fn browser_with(&self, extension: &Path) -> Outcome<Browser> {
        self.start_browser(self.profile(), Extension::Unpacked(&[extension]), false)
    }

    /// The same as their own, with another extension beside ours.
    pub fn browser_with_another(&self, other: &Path) -> Outcome<Browser> {
        let ours = product::extension();
        self.start_browser(self.profile(), Extension::Unpacked(&[&ours, other]), false)
    }

    /// The same as their own, with this library loaded before its others.
    pub fn browser_preloading(&self, library: &Path) -> Outcome<Browser> {
        let mut environment = self.environment.clone();
        environment.push(("LD_PRELOAD".to_owned(), in_words(library)));
        let extension = product::extension();
        let extensions = [extension.as_path()];
        let extension = Extension::Unpacked(&extensions);
        self.start_browser_in(&environment, self.profile(), extension, false)
    }

    /// The same as their own, and what its pages ask for and complain of can be read.
    pub fn watched_browser(&self) -> Outcome<Browser> {
        self.start_browser(
            self.profile(),
            Extension::Unpacked(&[&product::extension()]),
            true,
        )
    }

    /// Starts the person's browser as the machine's policy has it.
    pub fn managed_browser(&self) -> Outcome<Browser> {
        self.start_browser(self.profile(), Extension::ByPolicy, false)
    }

    /// Starts a browser without the extension, beside the person's own.
    pub fn browser_without_extension(&self) -> Outcome<Browser> {
        self.start_browser(
            home(&self.folder).join("other-profile"),
            Extension::None,
            false,
        )
    }

    /// The same, and what its pages ask for and complain of can be read.
    pub fn watched_browser_without_extension(&self) -> Outcome<Browser> {
        self.start_browser(
            home(&self.folder).join("other-profile"),
            Extension::None,
            true,
        )
    }

    /// Where the browsers put what the person downloads.
    pub fn downloads(&self) -> PathBuf {
        home(&self.folder).join("Downloads")
    }

    /// Where the person's Chromium keeps its profile, native hosts' manifests included.
    pub fn profile(&self) -> PathBuf {
        home(&self.folder).join(".config/chromium")
    }

    fn start_browser(
        &self,
        profile: PathBuf,
        extension: Extension,
        watched: bool,
    ) -> Outcome<Browser> {
        self.start_browser_in(&self.environment, profile, extension, watched)
    }

    fn start_browser_in(
        &self,
        environment: &[(String, String)],
        profile: PathBuf,
        extension: Extension,
        watched: bool,
    ) -> Outcome<Browser> {
        let logs = profile.with_extension("log");
        fs::create_dir_all(&logs)?;
        Browser::start(&BrowserSetup {
            profile,
            environment,
            extension,
            visible: self.screen.is_none(),
            watched,
            logs,
        })
    }
}

/// Where the person's X server keeps the key to itself: by default in the home folder,
/// which is another one here.
fn persons_display_key() -> Option<PathBuf> {
    let told = std::env::var_os("XAUTHORITY").map(PathBuf::from);
    let usual = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".Xauthority"));
    told.or_else(usual).filter(|path| path.is_file())
}

/// What the host will believe lies in folders only their owner writes.
fn new_folder() -> io::Result<TempDir> {
    let folder = tempfile::Builder::new()
        .prefix("tessera-workstation-")
        .tempdir()?;
    for name in ["home", "runtime"] {
        let path = folder.path().join(name);
        fs::create_dir(&path)?;
        fs::set_permissions(&path, PermissionsExt::from_mode(0o700))?;
    }
    Ok(folder)
}

fn home(folder: &TempDir) -> PathBuf {
    folder.path().join("home")
}

fn in_words(path: &Path) -> String {
    path.display().to_string()
}
