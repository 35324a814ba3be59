//! A portal with many operators, some of whom really log in.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use protocol::Origin;

use super::Cost;
use crate::{
    Outcome,
    bench::cpu,
    load::{Confirmed, Crowd, Load, Population, Report, register_unseen},
    people::Issuer,
    portal::Portal,
};

/// How many people really log in.
const CROWD: u32 = 1_000;

pub(super) struct Site {
    portal: Portal,
    crowd: Arc<Crowd>,
    /// How long the import took, by the server's own command.
    pub(super) imported_in: Duration,
    /// From the server's start to its word that it is ready.
    pub(super) started_in: Duration,
}

impl Site {
    /// Sets it up: the crowd has registered, and logged in once.
    pub(super) fn open(issuer: &Issuer, operators: u32, registrations: u32) -> Outcome<Site> {
        let portal = Portal::start(issuer, &[])?;
        // All of the load comes from one address.
        portal.configure("challenges_per_minute = 1000000\n")?;
        portal.stop();
        let population = Population {
            operators,
            officers: CROWD,
        };
        let file = portal.folder().join("population.csv");
        population.write(&file)?;
        let began = Instant::now();
        portal.command(&["operators", "import", &file.display().to_string()])?;
        let imported_in = began.elapsed();
        fs::remove_file(file)?;
        register_unseen(&portal, registrations)?;
        let began = Instant::now();
        portal.resume()?;
        let site = Site {
            crowd: Arc::new(Crowd::new(issuer, 0..CROWD)?),
            imported_in,
            started_in: began.elapsed(),
            portal,
        };
        site.load(0)?.registering().run()?.expect_all_done()?;
        site.log_in(CROWD.into())?;
        Ok(site)
    }

    /// So many logins, and what they cost.
    pub(super) fn log_in(&self, visits: u64) -> Outcome<(Cost, Report)> {
        let before = self.server_cpu()?;
        let report = self.load(visits)?.run()?.expect_all_done()?;
        let used = self.server_cpu()?.saturating_sub(before);
        Ok((Cost::of(used, &report), report))
    }

    /// Looks whether these sessions stand.
    pub(super) fn come_back(&self, sessions: Vec<Confirmed>) -> Outcome<Report> {
        self.load(0)?.coming_back(sessions).run()?.expect_all_done()
    }

    /// Logins as fast as can be, unless the caller says otherwise.
    pub(super) fn load(&self, visits: u64) -> Outcome<Load> {
        let node = SocketAddr::from((Ipv4Addr::LOCALHOST, self.portal.port()));
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

    fn server_cpu(&self) -> Outcome<Duration> {
        Ok(cpu::of_process(self.portal.process()?)?)
    }
}
