//! A portal with many operators, some of whom really log in.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use postgres_server::Postgres;
use protocol::Origin;

use super::Cost;
use crate::{
    Outcome,
    bench::cpu::{self, Usage},
    load::{Confirmed, Crowd, Load, Population, Report},
    people::Issuer,
    portal::{Node, Portal},
};

/// How many people really log in.
const CROWD: u32 = 1_000;

pub(super) struct Site {
    /// Beside the portal's own server.
    further_nodes: Vec<Node>,
    portal: Portal,
    database: Option<Postgres>,
    crowd: Arc<Crowd>,
    /// How long bringing the operators in took: on SQLite by the server's own command.
    pub(super) imported_in: Duration,
    /// From the server's start to its word that it is ready.
    pub(super) started_in: Duration,
}

impl Site {
    /// On SQLite: the crowd has registered, and logged in once.
    pub(super) fn on_sqlite(issuer: &Issuer, operators: u32, registrations: u32) -> Outcome<Site> {
        let portal = Site::portal(issuer)?;
        portal.stop();
        let file = portal.folder().join("population.csv");
        Population::new(operators, CROWD).write(&file)?;
        let began = Instant::now();
        portal.command(&["operators", "import", &file.display().to_string()])?;
        let imported_in = began.elapsed();
        fs::remove_file(file)?;
        Population::register_in_sqlite(&portal, registrations)?;
        Site::open(issuer, portal, None, imported_in)
    }

    /// The same on a PostgreSQL of its own, on this machine.
    pub(super) fn on_postgres(
        issuer: &Issuer,
        operators: u32,
        registrations: u32,
    ) -> Outcome<Site> {
        let portal = Site::portal(issuer)?;
        let database = Postgres::start();
        let name = database.empty_database();
        portal.move_to(&database.url(&name))?;
        portal.stop();
        let began = Instant::now();
        Population::new(operators, CROWD).fill_postgres(&database, &name, registrations)?;
        Site::open(issuer, portal, Some(database), began.elapsed())
    }

    fn portal(issuer: &Issuer) -> Outcome<Portal> {
        let portal = Portal::start_served(issuer)?;
        // All of the load comes from one address.
        portal.configure("challenges_per_minute = 1000000\n")?;
        Ok(portal)
    }

    fn open(
        issuer: &Issuer,
        portal: Portal,
        database: Option<Postgres>,
        imported_in: Duration,
    ) -> Outcome<Site> {
        let began = Instant::now();
        portal.resume()?;
        let started_in = began.elapsed();
        let site = Site {
            crowd: Arc::new(Crowd::new(issuer, 0..CROWD)?),
            imported_in,
            started_in,
            database,
            portal,
            further_nodes: Vec::new(),
        };
        site.load(0)?.registering().run()?.expect_all_done()?;
        site.log_in(CROWD.into())?;
        Ok(site)
    }

    /// Starts as many nodes as it takes to have so many.
    pub(super) fn start_nodes(&mut self, count: usize) -> Outcome<()> {
        while self.further_nodes.len() + 1 < count {
            self.further_nodes.push(self.portal.another_node()?);
        }
        Ok(())
    }

    /// So many logins, and what they cost.
    pub(super) fn log_in(&self, visits: u64) -> Outcome<(Cost, Report)> {
        self.log_in_at(1, visits)
    }

    /// The same at so many of its nodes by turns; the server's cost is theirs together.
    pub(super) fn log_in_at(&self, nodes: usize, visits: u64) -> Outcome<(Cost, Report)> {
        let further = self.further_nodes.iter().take(nodes.saturating_sub(1));
        let (ports, processes): (Vec<u16>, Vec<u32>) = further
            .map(|node| (node.port(), node.process()))
            .chain([(self.portal.port(), self.portal.process()?)])
            .unzip();
        let database = self.database.as_ref().map(Postgres::process);
        let used = || -> Outcome<_> {
            let servers: Duration = processes
                .iter()
                .map(|process| cpu::of_process(*process))
                .sum::<Result<_, _>>()?;
            Ok((
                servers,
                database.map(Usage::of_family).transpose()?,
                self.written()?,
            ))
        };
        let load = Load {
            nodes: ports.into_iter().map(address).collect(),
            ..self.load(visits)?
        };
        if load.nodes.len() != nodes {
            return Err(format!("{} nodes instead of {nodes}", load.nodes.len()).into());
        }
        let (servers_before, database_before, written_before) = used()?;
        let report = load.run()?.expect_all_done()?;
        let (servers_after, database_after, written_after) = used()?;
        let each = |time: Duration| time.as_secs_f64() * 1e6 / report.done() as f64;
        let of_database = database_after.zip(database_before);
        let cost = Cost {
            server: each(servers_after.saturating_sub(servers_before)),
            database: of_database.map_or(0.0, |(after, before)| each(after.since(&before))),
            load: each(report.own_cpu),
            written: (written_after - written_before) / report.done() as f64,
        };
        Ok((cost, report))
    }

    /// How many bytes PostgreSQL has written to its log (PostgreSQL 15 §9.27.3).
    fn written(&self) -> Outcome<f64> {
        let Some(database) = &self.database else {
            return Ok(0.0);
        };
        let said = database.run("postgres", "SELECT pg_current_wal_lsn() - '0/0'");
        Ok(said.trim().parse()?)
    }

    /// Looks whether these sessions stand.
    pub(super) fn come_back(&self, sessions: Vec<Confirmed>) -> Outcome<Report> {
        self.load(0)?.coming_back(sessions).run()?.expect_all_done()
    }

    /// Logins as fast as can be, unless the caller says otherwise.
    pub(super) fn load(&self, visits: u64) -> Outcome<Load> {
        let node = address(self.portal.port());
        let origin = Origin::parse(self.portal.origin())?;
        Ok(Load::of_logins(node, origin, &self.crowd, visits))
    }

    /// What the server keeps in memory, in megabytes (proc_pid_status(5): VmRSS).
    pub(super) fn resident(&self) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.portal.process()?))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        Ok(kib.ok_or("the kernel tells no resident memory")? * 1024.0 / 1e6)
    }
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
