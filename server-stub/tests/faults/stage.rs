//! Two nodes behind a proxy, on a database

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    panic::{self, AssertUnwindSafe},
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use page_calls::Browser;
use postgres_server::Postgres;

use crate::{
    installation::{Installation, Server},
    load::{self, Crowd, Load},
    place,
    proxy::Proxy,
};

/// A server with its standby, and a database of the portal's on it.
pub struct Servers {
    pub primary: Postgres,
    pub standby: Postgres,
    pub database: String,
}

impl Servers {
    pub fn start() -> Servers {
        let primary = Postgres::start();
        let standby = primary.standby();
        Servers {
            database: primary.empty_database(),
            primary,
            standby,
        }
    }

    /// As the configuration names both.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@{},{}/{}",
            self.primary.address(),
            self.standby.address(),
            self.database
        )
    }
}

/// Lets people come to the point where they are registered, and all of them on at once.
pub fn gather(primary: &Postgres, database: &str) {
    let hold = "LOCK TABLE registrations IN SHARE MODE; SELECT pg_sleep(2)";
    primary.run(database, hold);
}

const HELD: &str = "SELECT COUNT(*) FROM pg_locks
    WHERE relation = 'registrations'::regclass AND mode = 'ShareLock' AND granted";

/// Does this while people stand there.
pub fn while_gathered(primary: &Postgres, database: &str, act: impl FnOnce()) {
    thread::scope(|scope| {
        scope.spawn(|| gather(primary, database));
        // Whoever was before the lock is let by; then half of the time that it is held.
        wait_until("the lock is held", Duration::from_secs(20), || {
            primary.run(database, HELD) != "0"
        });
        thread::sleep(Duration::from_secs(1));
        let done = panic::catch_unwind(AssertUnwindSafe(act));
        // The scope waits for the other thread's word, and so for a server that stands still.
        primary.resume();
        done.unwrap_or_else(|fault| panic::resume_unwind(fault));
    });
}

/// Two nodes behind a proxy.
pub struct Stage {
    pub installation: Installation,
    pub crowd: Arc<Crowd>,
    pub proxy: Proxy,
    pub nodes: [SocketAddr; 2],
    pub servers: [Option<Server>; 2],
    database: String,
}

impl Stage {
    /// Sets it up on the database of that address.
    pub fn set(database: &str) -> Stage {
        let installation = Installation::new();
        installation.configure(&configuration(CHALLENGE_SECONDS));
        let nodes = [place::new(), place::new()];
        let mut stage = Stage {
            crowd: Arc::new(Crowd::of(&installation)),
            proxy: Proxy::before(nodes),
            installation,
            nodes,
            servers: [None, None],
            database: database.to_owned(),
        };
        import(&stage.installation, stage.command(&["operators", "import"]));
        for node in [0, 1] {
            stage.serve(node);
        }
        let proxy = stage.proxy.address;
        wait_until("the proxy carries", Duration::from_secs(20), || {
            is_ready(proxy)
        });
        stage
    }

    /// A command of the program, on the stage's database.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.installation.command(arguments);
        command.env("TESSERA_DATABASE", &self.database);
        command
    }

    /// What a node is started with.
    pub fn node(&self, node: usize) -> Command {
        let mut command = self.command(&["serve"]);
        command.env("TESSERA_LISTEN", self.nodes[node].to_string());
        command
    }

    /// Starts a node where it was.
    pub fn serve(&mut self, node: usize) {
        self.servers[node] = Some(Server::start(self.node(node)));
    }

    /// Lets people come.
    pub fn load(&self) -> Load {
        self.load_by(load::browser)
    }

    /// Lets people come with browsers of this make.
    pub fn load_by(&self, browser: fn(SocketAddr) -> Browser) -> Load {
        let load = Load::start(&self.crowd, self.proxy.address, browser);
        load.wait_for_more(30, Duration::from_secs(30));
        load
    }

    /// Waits until both nodes say of themselves that they are ready, or that they are not.
    #[track_caller]
    pub fn wait_until_both_are(&self, ready: bool, bound: Duration) {
        for node in self.nodes {
            wait_until_ready(node, ready, bound);
        }
    }
}

/// How long a challenge is good, where it does not matter.
pub const CHALLENGE_SECONDS: u32 = 300;

/// What a node's configuration says besides: 127.0.0.1 is the proxy.
pub fn configuration(challenge_seconds: u32) -> String {
    format!(
        "trusted_proxies = [\"127.0.0.1\"]\n\
         [limits]\ndrain_seconds = 5\nchallenges_per_minute = 100000\nchallenge_seconds = {challenge_seconds}\n"
    )
}

/// Brings everybody in, by this command.
pub fn import(installation: &Installation, mut command: Command) {
    installation.write("o.csv", Crowd::file().as_bytes());
    command.arg(installation.folder().join("o.csv"));
    let told = command.output().unwrap();
    assert!(told.status.success(), "{told:?}");
}

/// Waits until a node says that it is ready, or that it is not.
#[track_caller]
pub fn wait_until_ready(node: SocketAddr, ready: bool, bound: Duration) {
    let what = format!("a node's readiness is {ready}");
    wait_until(&what, bound, || is_ready(node) == ready);
}

/// What a load balancer hears; whoever does not answer is not ready.
pub fn is_ready(node: SocketAddr) -> bool {
    let request = b"GET /api/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut head = [0; 12];
    let mut asked = || {
        let patience = Duration::from_secs(5);
        let mut stream = TcpStream::connect_timeout(&node, patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.write_all(request)?;
        stream.read_exact(&mut head)
    };
    asked().is_ok() && head.ends_with(b" 200")
}

#[track_caller]
pub fn wait_until(what: &str, bound: Duration, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + bound;
    while !holds() {
        assert!(Instant::now() < until, "not within {bound:?}: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}
