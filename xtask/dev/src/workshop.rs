//! Builds what changed, the fast way: no optimiser, no compression, nothing swept out.

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use end_to_end::{Outcome, program::mortal};

use crate::{
    arguments::Arguments,
    building::Running,
    cards::Cards,
    changes::{Order, Part},
    news::{Fault, Herald},
    server::Server,
};

/// An editor writes a file in several steps, a branch is changed in many.
const QUIET: Duration = Duration::from_millis(60);

const FONTS: &str = "node_modules/bootstrap-italia/dist/fonts/Titillium_Web";

const PAGES: &str = "The pages do not build";
const SERVER: &str = "The server does not build";

/// What was built last, by address; pages are served from here only, so that a build that
/// fails or is not done yet changes nothing.
#[derive(Default)]
pub struct Built {
    files: RwLock<HashMap<String, Arc<Vec<u8>>>>,
    gallery_wanted: AtomicBool,
}

impl Built {
    /// The file of that address.
    pub fn file(&self, address: &str) -> Option<Arc<Vec<u8>>> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.get(address).cloned()
    }

    /// Somebody looks at the page of components: from now on it is built too. Whether it was
    /// not wanted before.
    pub fn want_gallery(&self) -> bool {
        !self.gallery_wanted.swap(true, Ordering::Relaxed)
    }

    fn keep(&self, files: Vec<(String, Vec<u8>)>) {
        let mut kept = self.files.write().unwrap_or_else(PoisonError::into_inner);
        kept.extend(files.into_iter().map(|(name, file)| (name, Arc::new(file))));
    }
}

/// Builds, and tells the pages.
pub struct Workshop {
    root: PathBuf,
    target: PathBuf,
    work: PathBuf,
    /// Whether the server is built here, or came built.
    builds_server: bool,
    server: Server,
    running: Running,
    herald: Herald,
    built: Arc<Built>,
    orders: Receiver<Order>,
    /// What changed and was not built since.
    due: BTreeSet<Part>,
}

impl Workshop {
    /// A workshop, and where to leave orders.
    pub fn set_up(arguments: &Arguments, server: Server) -> (Workshop, Sender<Order>) {
        let (orders, received) = channel();
        let workshop = Workshop {
            root: arguments.root.clone(),
            target: arguments.target.clone(),
            work: arguments.folder().join("pages"),
            builds_server: arguments.server.is_none(),
            server,
            running: Running::default(),
            herald: Herald::begin(),
            built: Arc::default(),
            orders: received,
            due: BTreeSet::from([Part::Program, Part::Style, Part::Shell]),
        };
        (workshop, orders)
    }

    /// The tool that runs now.
    pub fn running(&self) -> Running {
        self.running.clone()
    }

    /// What the pages hear.
    pub fn herald(&self) -> Herald {
        self.herald.clone()
    }

    /// What was built last.
    pub fn built(&self) -> Arc<Built> {
        Arc::clone(&self.built)
    }

    /// The server's own address.
    pub fn server_address(&self) -> String {
        self.server.address()
    }

    /// Starts the server, builds, and builds again whatever changes, until told to stop.
    pub fn run(mut self, cards: &Cards) {
        if let Err(failure) = self.open(cards) {
            eprintln!("The server: {failure}");
        }
        while !self.running.is_stopped() {
            self.build();
            if !self.wait_for_orders() {
                return;
            }
        }
    }

    fn open(&mut self, cards: &Cards) -> Outcome<()> {
        self.server.start()?;
        let origin = self.server.origin().to_owned();
        cards.register(&origin, self.server.folder())
    }

    /// Takes orders until no more come; false when it is over.
    fn wait_for_orders(&mut self) -> bool {
        let mut next = self.orders.recv().ok();
        let mut causes = BTreeSet::new();
        while let Some(order) = next {
            let Order::Build { part, cause } = order else {
                return false;
            };
            if self.is_built(part) {
                self.due.insert(part);
                causes.insert(cause);
            }
            next = self.orders.recv_timeout(QUIET).ok();
        }
        if !causes.is_empty() {
            let causes: Vec<String> = causes.into_iter().collect();
            println!("Changed: {}", causes.join(", "));
        }
        !self.running.is_stopped()
    }

    fn is_built(&self, part: Part) -> bool {
        match part {
            Part::Gallery => self.built.gallery_wanted.load(Ordering::Relaxed),
            Part::Server => self.builds_server,
            Part::Program | Part::Style | Part::Shell => true,
        }
    }

    /// Builds what is due; what fails stays due.
    fn build(&mut self) {
        if self.due.is_empty() {
            return;
        }
        let began = Instant::now();
        let mut faults: Vec<Fault> = Vec::new();
        let mut done = BTreeSet::new();
        for part in self.due.clone() {
            // It would only say the same once more.
            let hopeless = part == Part::Gallery && self.due.contains(&Part::Program);
            if hopeless || self.running.is_stopped() {
                continue;
            }
            match self.build_part(part) {
                Ok(()) => {
                    self.due.remove(&part);
                    done.insert(part);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if self.running.is_stopped() {
            return;
        }
        for fault in &faults {
            eprintln!("\n{}", fault.sentence);
        }
        self.herald.set_fault(faults.into_iter().next());
        if done.iter().any(|part| *part != Part::Style) {
            self.herald.reload();
        } else if !done.is_empty() {
            self.herald.restyle();
        }
        if !done.is_empty() {
            println!(
                "Built in {:.1} s: {done:?}; pages open: {}",
                began.elapsed().as_secs_f64(),
                self.herald.listeners()
            );
        }
    }

    fn build_part(&mut self, part: Part) -> Result<(), Fault> {
        match part {
            Part::Program => self.program("frontend"),
            Part::Gallery => self.program("gallery"),
            Part::Style => self.style(),
            Part::Shell => self.shell(),
            Part::Server => self.build_server(),
        }
    }

    /// A program for the browser, with its loader.
    fn program(&self, package: &str) -> Result<(), Fault> {
        let mut cargo = self.tool("cargo");
        cargo.args(["build", "--color=never", "--target=wasm32-unknown-unknown"]);
        cargo
            .args(["--package", package, "--target-dir"])
            .arg(&self.target);
        self.running.run(PAGES, &mut cargo)?;
        let made = self.target.join("wasm32-unknown-unknown/debug");
        let mut bindgen = self.tool("wasm-bindgen");
        bindgen.args(["--target=web", "--no-typescript", "--out-dir"]);
        bindgen
            .arg(&self.work)
            .arg(made.join(package).with_extension("wasm"));
        self.running.run(PAGES, &mut bindgen)?;
        let files = [format!("{package}.js"), format!("{package}_bg.wasm")];
        let files = files.into_iter().map(|name| {
            let file = read(&self.work.join(&name))?;
            Ok((format!("/assets/{name}"), file))
        });
        self.built.keep(files.collect::<Result<_, Fault>>()?);
        Ok(())
    }

    fn style(&self) -> Result<(), Fault> {
        let made = self.work.join("main.css");
        let mut sass = self.tool(
            &self
                .root
                .join("node_modules/.bin/sass")
                .display()
                .to_string(),
        );
        sass.args([
            "--no-source-map",
            "--quiet",
            "--no-color",
            "--no-error-css",
            "--load-path=node_modules",
            "--load-path=node_modules/bootstrap-italia/src/scss",
            "frontend/style/main.scss",
        ]);
        self.running.run(PAGES, sass.arg(&made))?;
        self.built
            .keep(vec![("/assets/main.css".to_owned(), read(&made)?)]);
        Ok(())
    }

    /// What is used as it is, its places filled with the names that never change here.
    fn shell(&self) -> Result<(), Fault> {
        let mut files = Vec::new();
        for (name, address) in [
            ("index.html", "/index.html"),
            ("start.js", "/assets/start.js"),
            ("icon.svg", "/assets/icon.svg"),
        ] {
            let file = read(&self.root.join("frontend").join(name))?;
            files.push((address.to_owned(), filled(&file)));
        }
        let fonts = self.root.join(FONTS);
        for entry in fs::read_dir(&fonts).map_err(|error| unread(&fonts, &error))? {
            let path = entry.map_err(|error| unread(&fonts, &error))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "woff2")
            {
                let name = path.file_name().unwrap_or_default().display();
                files.push((format!("/assets/fonts/{name}"), read(&path)?));
            }
        }
        self.built.keep(files);
        Ok(())
    }

    fn build_server(&mut self) -> Result<(), Fault> {
        let mut cargo = self.tool("cargo");
        cargo.args([
            "build",
            "--color=never",
            "--package=server-stub",
            "--target-dir",
        ]);
        self.running.run(SERVER, cargo.arg(&self.target))?;
        self.server.start().map_err(|failure| Fault {
            sentence: "The server was built and does not start.".to_owned(),
            said: failure.to_string(),
        })
    }

    /// A tool that ends with this program, however that comes about.
    fn tool(&self, program: &str) -> Command {
        let mut command = mortal(program);
        command.current_dir(&self.root);
        command
    }
}

/// A template with the addresses that never change here. What else is filled in for a page
/// that ships, its text above all, the program brings itself.
fn filled(template: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(template);
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once("}}").unwrap_or((part, ""));
        filled.push_str(match place {
            "stylesheet" => "/assets/main.css",
            "wasm" => "/assets/frontend_bg.wasm",
            "script" => "/assets/start.js",
            "language" => "it",
            "title" => "Sistema Tessera Sanitaria",
            _ => "",
        });
        filled.push_str(rest);
    }
    filled.into_bytes()
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|error| unread(path, &error))
}

fn unread(path: &Path, error: &io::Error) -> Fault {
    Fault {
        sentence: format!("{PAGES}: {} cannot be read ({error}).", path.display()),
        said: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_templates_places_are_filled_or_left_empty() {
        let template = b"<html lang=\"{{language}}\"><link href=\"{{stylesheet}}\">{{body}}</html>";
        assert_eq!(
            String::from_utf8_lossy(&filled(template)),
            "<html lang=\"it\"><link href=\"/assets/main.css\"></html>"
        );
    }
}
