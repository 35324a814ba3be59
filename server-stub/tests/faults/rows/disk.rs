//! No room on the disk

use std::{fs::File, io::Write, path::PathBuf, process::Command, thread, time::Duration};

use crate::{
    installation::{Installation, Server},
    ledger::Ledger,
    load::{Crowd, Load, browser_that_keeps},
    place,
    stage::{self, Servers, Stage, wait_until, wait_until_ready},
    table::Tally,
};

/// Mounts a small file system where the database goes, where only the program sees it.
const ON_SMALL_DISK: &str = r#"
mount -t tmpfs -o size=24m tmpfs "$4/data" &&
"$0" operators import "$4/o.csv" --config "$3" &&
exec "$0" "$1" "$2" "$3"
"#;

/// A write beyond the limit is to be an error, as on a full disk, and not the program's end.
const UNDER_A_LIMIT: &str = r#"
trap "" XFSZ
"$0" operators import "$4/o.csv" --config "$3" &&
exec "$0" "$1" "$2" "$3"
"#;

/// A real full disk; where nothing can be mounted, as in some containers, a limit instead.
pub fn full() -> Tally {
    let as_root: &[&str] = &["--mount"];
    let as_anybody: &[&str] = &["--user", "--map-root-user", "--mount"];
    let can_mount = |options: &&&[&str]| {
        let script = "mount -t tmpfs tmpfs /mnt";
        let told = Command::new("unshare")
            .args(**options)
            .args(["sh", "-c", script])
            .output();
        told.unwrap().status.success()
    };
    let Some(options) = [as_root, as_anybody].iter().find(can_mount).copied() else {
        return limited();
    };
    let mut unshare = Command::new("unshare");
    unshare.args(options);
    let node = Node::start(unshare, ON_SMALL_DISK);
    let load = node.load();
    let filler = node.data().join("filler");
    let mut file = File::create(&filler).unwrap();
    while file.write(&[7; 4096]).is_ok_and(|length| length > 0) {}
    drop(file);
    node.stands_still(&load);
    std::fs::remove_file(&filler).unwrap();
    node.goes_on(load)
}

/// The limit of a file's size is reached.
pub fn limited() -> Tally {
    let node = Node::start(Command::new("env"), UNDER_A_LIMIT);
    let load = node.load();
    let longest = std::fs::metadata(node.data().join("portal.db-wal")).unwrap();
    limit(node.server.id(), &longest.len().to_string());
    node.stands_still(&load);
    limit(node.server.id(), "unlimited");
    node.goes_on(load)
}

/// The database server's files cannot grow: it stops, and is started when there is room.
pub fn of_the_server() -> Tally {
    let mut servers = Servers::start();
    let stage = Stage::set(&servers.url());
    let load = stage.load();
    stage::gather(&servers.primary, &servers.database);
    servers.primary.fill_disk();
    stage.wait_until_both_are(false, Duration::from_secs(15));
    thread::sleep(Duration::from_secs(3));
    servers.primary.restart();
    load.wait_for_more(30, Duration::from_secs(20));
    stage.wait_until_both_are(true, Duration::from_secs(5));
    let report = load.stop();
    Tally::count(
        &report,
        &Ledger::Postgres(&servers.primary, &servers.database),
    )
}

fn limit(process: u32, bytes: &str) {
    let told = Command::new("prlimit")
        .arg(format!("--pid={process}"))
        .arg(format!("--fsize={bytes}:"))
        .status();
    assert!(told.unwrap().success());
}

/// One node on SQLite, alone.
struct Node {
    installation: Installation,
    server: Server,
}

impl Node {
    /// By this command, which runs a shell's script.
    fn start(mut command: Command, script: &str) -> Node {
        let installation = Installation::new();
        installation.configure(&stage::configuration(stage::CHALLENGE_SECONDS));
        installation.write("o.csv", Crowd::file().as_bytes());
        std::fs::create_dir(installation.folder().join("data")).unwrap();
        let serve = installation.command(&["serve"]);
        command
            .args(["sh", "-c", script])
            .arg(serve.get_program())
            .args(serve.get_args())
            .arg(installation.folder())
            .env("TESSERA_DATABASE", "sqlite:data/portal.db")
            .env("TESSERA_LISTEN", place::new().to_string());
        Node {
            server: Server::start(command),
            installation,
        }
    }

    /// Where its database is, seen from here.
    fn data(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.server.id()));
        let folder = self.installation.folder().strip_prefix("/").unwrap();
        root.join(folder).join("data")
    }

    fn load(&self) -> Load {
        let crowd = std::sync::Arc::new(Crowd::of(&self.installation));
        let load = Load::start(&crowd, self.server.portal, browser_that_keeps);
        load.wait_for_more(30, Duration::from_secs(30));
        load
    }

    /// What fits into the files as they are still works for a moment; then nobody is
    /// registered, and it says so.
    fn stands_still(&self, load: &Load) {
        let mut before = usize::MAX;
        wait_until("nobody is registered", Duration::from_secs(30), || {
            thread::sleep(Duration::from_secs(1));
            std::mem::replace(&mut before, load.registered()) == load.registered()
        });
        wait_until_ready(self.server.portal, false, Duration::from_secs(5));
    }

    fn goes_on(&self, load: Load) -> Tally {
        load.wait_for_more(40, Duration::from_secs(10));
        wait_until_ready(self.server.portal, true, Duration::from_secs(5));
        let report = load.stop();
        // SQLite would look for the file by the name it has where only the program sees it.
        let copy = self.installation.folder().join("copy");
        std::fs::create_dir(&copy).unwrap();
        for name in ["portal.db", "portal.db-wal"] {
            std::fs::copy(self.data().join(name), copy.join(name)).unwrap();
        }
        Tally::count(&report, &Ledger::Sqlite(copy.join("portal.db")))
    }
}
