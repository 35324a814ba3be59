//! A real PostgreSQL 15 for tests, in a folder of its own.
//!
//! It writes to disk as in earnest, and speaks Italian: what compares texts by the database's
//! language instead of byte by byte is found. However a test ends, the server and its folder
//! go with it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // what fails here fails the test

mod account;
mod cluster;
mod undertaker;

use std::sync::{
    LazyLock,
    atomic::{AtomicU32, Ordering},
};

use cluster::Cluster;

/// A running server.
pub struct Postgres {
    cluster: Cluster,
    databases: AtomicU32,
}

/// The one server that the ordinary tests of a program share, each in its own database.
pub fn shared() -> &'static Postgres {
    static SHARED: LazyLock<Postgres> = LazyLock::new(Postgres::start);
    &SHARED
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub fn start() -> Postgres {
        let cluster = Cluster::create();
        Postgres::of(cluster)
    }

    fn of(mut cluster: Cluster) -> Postgres {
        cluster.start();
        Postgres {
            cluster,
            databases: AtomicU32::new(0),
        }
    }

    /// A server that follows this one, and without whose word nothing is confirmed from now on.
    pub fn standby(&self) -> Postgres {
        let standby = Postgres::of(self.cluster.copy("standby"));
        self.run(
            "postgres",
            "ALTER SYSTEM SET synchronous_standby_names = 'standby'",
        );
        self.run("postgres", "SELECT pg_reload_conf()");
        let state = "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        cluster::wait_until("the standby follows", || self.run("postgres", state) == "1");
        standby
    }

    /// Where a database of it is, for its superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address())
    }

    /// Host and port.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.cluster.port)
    }

    /// The number of its first process, which started the others.
    pub fn process(&self) -> u32 {
        self.cluster.process()
    }

    /// Makes a database with nothing in it; its name.
    pub fn empty_database(&self) -> String {
        self.database_like("template0")
    }

    /// Makes a database with all that is in another, to which nobody is connected; its name.
    pub fn database_like(&self, template: &str) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("database_{number}");
        self.run(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        );
        name
    }

    /// Runs statements; what they answer, a line for each row, `|` between columns.
    pub fn run(&self, database: &str, statements: &str) -> String {
        self.cluster.psql(database, statements)
    }

    /// The files of a database as they are on the disk.
    pub fn files(&self, database: &str) -> Vec<std::path::PathBuf> {
        self.run(database, "CHECKPOINT");
        let folder = "SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()";
        let folder = self.cluster.data().join(self.run(database, folder));
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Stops it, connections and all, as `pg_ctl stop -m fast` does.
    pub fn stop(&mut self) {
        self.cluster.signal("INT");
        self.cluster.wait();
    }

    /// Stops it without writing down what is under way, as when the machine goes down.
    pub fn stop_immediately(&mut self) {
        self.cluster.signal("QUIT");
        self.cluster.wait();
    }

    /// Kills every process of it.
    pub fn kill(&mut self) {
        self.cluster.signal_all("KILL");
        self.cluster.wait();
    }

    /// Starts it again where it was, after it was stopped or killed, or while it runs.
    pub fn restart(&mut self) {
        if self.cluster.is_running() {
            self.stop();
        }
        self.cluster.start();
    }

    /// Makes every process of it stand still: it takes connections and answers nothing.
    pub fn pause(&self) {
        self.cluster.signal_all("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.cluster.signal_all("CONT");
    }

    /// Lets its files grow no further, as on a full disk, until it is started again.
    pub fn fill_disk(&self) {
        self.cluster.limit_files(64 * 1024);
    }

    /// Makes a standby take writes.
    pub fn promote(&self) {
        assert_eq!(self.run("postgres", "SELECT pg_promote()"), "t");
    }
}
