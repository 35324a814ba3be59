//! A folder with a configuration, and the program run in it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use pki::{Authority, Card, Holder, Key};
use tempfile::TempDir;

pub const ORIGIN: &str = "http://localhost:8080";

/// A folder as an administrator sets it up.
pub struct Installation {
    folder: TempDir,
    pub authority: Authority,
    database: String,
}

impl Installation {
    pub fn new() -> Installation {
        let installation = Installation {
            folder: tempfile::tempdir().unwrap(),
            authority: Authority::new("Regione di prova - CA Cittadini", Key::p256()),
            database: crate::database(),
        };
        let authority = &installation.authority;
        installation.write("ca/prova.pem", authority.certificate_pem().as_bytes());
        installation.write("crl/prova.crl", &authority.revoke(&[]));
        installation.configure("");
        installation
    }

    /// Writes `tessera.toml`; `more` begins with top-level keys, then sections.
    pub fn configure(&self, more: &str) {
        let text = format!(
            "listen = \"127.0.0.1:0\"\norigin = \"{ORIGIN}\"\ndatabase = \"{}\"\n\
             trust.anchors = [\"ca/*.pem\"]\ntrust.crls = [\"crl/*.crl\"]\n{more}",
            self.database,
        );
        self.write("tessera.toml", text.as_bytes());
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A card of somebody's, of the authority that is trusted.
    pub fn card(&self, codice_fiscale: &str) -> Card {
        let holder = Holder {
            codice_fiscale: codice_fiscale.to_owned(),
            ..Holder::default()
        };
        self.authority.issue(&holder, Key::p256())
    }

    /// The program, not in the installation's folder but told of its file.
    pub fn command(&self, arguments: &[&str]) -> Command {
        static NODES: AtomicUsize = AtomicUsize::new(1);
        let node = NODES.fetch_add(1, Ordering::Relaxed);
        let mut command = Command::new(env!("CARGO_BIN_EXE_server-stub"));
        command
            .env("TESSERA_AUDIT__NODE", format!("node-{node}"))
            .args(arguments)
            .arg("--config")
            .arg(self.folder.path().join("tessera.toml"))
            .current_dir(std::env::temp_dir());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Told {
        Told::from(self.command(arguments).output().unwrap())
    }

    /// Starts serving and waits until it listens.
    pub fn serve(&self) -> Server {
        Server::start(self.command(&["serve"]))
    }

    /// The same, at `https://portal.example`.
    pub fn serve_https(&self) -> Server {
        let mut command = self.command(&["serve"]);
        command.env("TESSERA_ORIGIN", "https://portal.example");
        Server::start(command)
    }

    /// Writes a file that is for its owner only.
    pub fn write_secret(&self, name: &str, bytes: &[u8]) {
        use std::os::unix::fs::PermissionsExt;
        self.write(name, bytes);
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(self.folder.path().join(name), private).unwrap();
    }
}

/// What a finished command said.
#[derive(Debug)]
pub struct Told {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Told {
        Told {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A running server.
pub struct Server {
    child: Child,
    lines: mpsc::Receiver<String>,
    log: Vec<String>,
    pub portal: SocketAddr,
    pub metrics: Option<SocketAddr>,
}

impl Server {
    pub fn start(mut command: Command) -> Server {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                if sender.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        let mut server = Server {
            child,
            lines,
            log: Vec::new(),
            portal: SocketAddr::from(([127, 0, 0, 1], 0)),
            metrics: None,
        };
        server.wait_for_line("ready");
        for line in server.log.clone() {
            let Some(address) = address(&line) else {
                continue;
            };
            if line.contains("listening: the portal") {
                server.portal = address;
            } else {
                server.metrics = Some(address);
            }
        }
        server
    }

    /// Waits until the log has said something, at any time.
    #[allow(dead_code)] // not every suite waits for words
    pub fn wait_until_said(&mut self, part: &str) {
        if !self.log.iter().any(|line| line.contains(part)) {
            self.wait_for_line(part);
        }
    }

    /// Waits until the log says something from now on.
    pub fn wait_for_line(&mut self, part: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("no {part:?} in {:#?}", self.log));
            self.log.push(line.clone());
            if line.contains(part) {
                return;
            }
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How many descriptors it has open.
    pub fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.id());
        std::fs::read_dir(folder).unwrap().count()
    }

    /// How long it has used a processor.
    pub fn processor_time(&self) -> Duration {
        let line = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap();
        // After the name, which ends with the last bracket: user and system time, in hundredths
        // of a second (proc(5)).
        let (_, fields) = line.rsplit_once(')').unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }

    pub fn resident_kilobytes(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        let number = line.split_whitespace().nth(1).unwrap();
        number.parse().unwrap()
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Asks it to stop; its exit code and whole log.
    pub fn stop(mut self) -> (Option<i32>, String) {
        self.signal("TERM");
        let code = self.child.wait().unwrap().code();
        self.log.extend(self.lines.iter());
        (code, self.log.join("\n"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in a line of the log: of JSON, or of text.
fn address(line: &str) -> Option<SocketAddr> {
    if let Ok(line) = serde_json::from_str::<serde_json::Value>(line) {
        return line["address"].as_str()?.parse().ok();
    }
    line.split_once("address=")?.1.trim().parse().ok()
}

/// One request over a connection of its own.
pub fn ask(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Reply {
    let stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).unwrap();
    exchange(stream, method, path, headers, body)
}

pub fn exchange(
    mut stream: impl Read + Write,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Reply {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Origin: {ORIGIN}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // A TLS peer may close without saying goodbye: what arrived is looked at.
    let _ = stream.read_to_end(&mut reply);
    let end = reply
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(reply[..end].to_vec()).unwrap();
    Reply {
        status: head[9..12].parse().unwrap(),
        head,
        body: reply[end + 4..].to_vec(),
    }
}

/// An answer.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The cookie it sets, ready to be sent.
    pub fn cookie(&self) -> String {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "))
            .and_then(|line| line.split(';').next())
            .unwrap()
            .to_owned()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
