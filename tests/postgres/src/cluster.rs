//! A cluster's folder and the processes over it.

use std::{
    fs::File,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{account, undertaker::Undertaker};

const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with `data` in it; a server over it, or none at the moment.
pub(crate) struct Cluster {
    folder: PathBuf,
    pub(crate) port: u16,
    server: Option<Child>,
    _undertaker: Undertaker,
}

impl Cluster {
    /// A new one, as `initdb` makes it.
    pub(crate) fn create() -> Cluster {
        let cluster = Cluster::in_new_folder();
        let mut initdb = account::program("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        initdb.args([
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=it",
        ]);
        initdb.args(["--no-sync", "--pgdata"]).arg(cluster.data());
        succeed(&mut initdb);
        // Who is asked for a password; everybody else on this machine is let in.
        let asked = "host all with_password 127.0.0.1/32 scram-sha-256\n";
        let rules = cluster.data().join("pg_hba.conf");
        let others = std::fs::read_to_string(&rules).unwrap();
        std::fs::write(&rules, format!("{asked}{others}")).unwrap();
        cluster
    }

    /// One that follows this one under that name.
    pub(crate) fn copy(&self, name: &str) -> Cluster {
        let cluster = Cluster::in_new_folder();
        let mut backup = account::program("pg_basebackup");
        backup.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
        backup.arg("--pgdata").arg(cluster.data());
        backup.arg(format!(
            "--dbname=host=127.0.0.1 port={} user=postgres application_name={name}",
            self.port
        ));
        succeed(&mut backup);
        cluster
    }

    fn in_new_folder() -> Cluster {
        let folder = tempfile::Builder::new().prefix("postgres-").tempdir();
        let folder = folder.unwrap().keep();
        account::give(&folder);
        Cluster {
            _undertaker: Undertaker::watch(&folder),
            folder,
            port: free_port(),
            server: None,
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts a server and waits until it takes connections.
    pub(crate) fn start(&mut self) {
        let log = self.folder.join("log");
        let mut server = account::program("postgres");
        server.arg("-D").arg(self.data());
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("port={}", self.port),
            &format!("unix_socket_directories={}", self.folder.display()),
            "max_connections=400",
            "shared_buffers=64MB",
            // A standby looks for its primary as often; every five seconds out of the box.
            "wal_retrieve_retry_interval=500ms",
        ] {
            server.args(["-c", setting]);
        }
        let server = server
            .stdin(Stdio::null())
            .stdout(File::create(&log).unwrap())
            .stderr(File::options().append(true).open(&log).unwrap())
            .process_group(0)
            .spawn();
        let mut server = server.unwrap();
        let state = self.data().join("postmaster.pid");
        let pid = server.id().to_string();
        wait_until("the server takes connections", || {
            let told = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(server.try_wait().unwrap().is_none(), "{}", told());
            let lines = std::fs::read_to_string(&state).unwrap_or_default();
            let mut lines = lines.lines();
            lines.next() == Some(&pid)
                && matches!(lines.last().map(str::trim), Some("ready" | "standby"))
        });
        self.server = Some(server);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.server.is_some()
    }

    /// A signal to the first of its processes.
    pub(crate) fn signal(&self, signal: &str) {
        send(signal, &[self.pid()]);
    }

    /// A signal to every process.
    pub(crate) fn signal_all(&self, signal: &str) {
        send(signal, &self.processes());
    }

    /// Lets no process, nor those they start, write beyond so many bytes of a file.
    pub(crate) fn limit_files(&self, bytes: u32) {
        for process in self.processes() {
            // One that has ended by itself meanwhile is no failure.
            let _ = account::as_owner(Path::new("prlimit"))
                .arg(format!("--pid={process}"))
                .arg(format!("--fsize={bytes}:"))
                .output();
        }
    }

    /// Its processes, the first one first: it would start others anew.
    fn processes(&self) -> Vec<String> {
        let pid = self.pid();
        let children = Command::new("pgrep").args(["-P", &pid]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let mut all = vec![pid];
        all.extend(children.lines().map(str::to_owned));
        all
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) {
        let mut server = self.server.take().expect("a running server");
        wait_until("the server ends", || server.try_wait().unwrap().is_some());
    }

    pub(crate) fn psql(&self, database: &str, statements: &str) -> String {
        let mut psql = account::program("psql");
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"]);
        psql.args([
            "--set=ON_ERROR_STOP=1",
            "--host=127.0.0.1",
            "--username=postgres",
        ]);
        psql.arg(format!("--port={}", self.port));
        psql.args(["--dbname", database, "--command", statements]);
        succeed(&mut psql)
    }

    pub(crate) fn process(&self) -> u32 {
        self.server.as_ref().expect("a running server").id()
    }

    fn pid(&self) -> String {
        self.process().to_string()
    }
}

/// A port that stays its own while no server is there: not one of those that the system gives
/// to connections that go out, such as a client's own attempts to reach the stopped server, nor
/// one that a test program running beside takes in the meantime.
fn free_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let begin = first_port(std::process::id());
    (0..PORTS.len() as u16)
        .map(|_| TRIED.fetch_add(1, Ordering::Relaxed))
        .map(|tried| PORTS.start + (begin - PORTS.start).wrapping_add(tried) % PORTS.len() as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

const PORTS: std::ops::Range<u16> = 16_000..32_000;

/// Where a process looks first. Those begun together have numbers close to one another: each is
/// given more ports than it starts servers.
fn first_port(process: u32) -> u16 {
    const APART: u32 = 199;
    let ports = PORTS.len() as u32;
    PORTS.start + (process % ports * APART % ports) as u16
}

fn send(signal: &str, processes: &[String]) {
    // One that has ended by itself meanwhile is no failure.
    let _ = Command::new("kill")
        .arg(format!("-{signal}"))
        .args(processes)
        .stderr(Stdio::null())
        .status();
}

fn succeed(command: &mut Command) -> String {
    // Not in a folder the server's account may not enter.
    let output = command.current_dir(Path::new("/")).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "waited too long until {what}");
        sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_begun_together_look_for_ports_apart() {
        for process in [1, 4_000, 15_999, 16_000, 70_000, 4_194_303] {
            let first = first_port(process);
            assert!(PORTS.contains(&first), "{process}");
            for beside in 1..20 {
                let other = first_port(process + beside);
                let apart = first.abs_diff(other);
                // The range is a ring.
                let apart = apart.min(PORTS.len() as u16 - apart);
                assert!(apart >= 100, "{process} {beside}: {first} {other}");
            }
        }
    }
}
