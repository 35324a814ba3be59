//! Load: many people at once, each with a card in software, and what came of it.
//!
//! For the bench, and for tests that break something meanwhile: every end of a visit is counted,
//! and whoever was told that their registration or session stands is remembered, so that it can be
//! looked for afterwards. All of it runs in one thread, whose own clock tells what the load itself
//! costs.

mod crowd;
mod population;
mod queue;
mod report;
#[cfg(test)]
mod tests;
mod visit;

use std::{
    net::SocketAddr,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use nix::time::ClockId;
use page_calls::Browser;
use protocol::Origin;
use tokio::task::{JoinSet, LocalSet};

pub use crowd::{CardHolder, Crowd};
pub use page_calls::{End, Silence};
pub use population::{Population, codice_fiscale};
pub use queue::Pace;
pub use report::{Confirmed, Report};

use crate::{Outcome, waiting::wait_until};
use queue::Queue;

/// How long a browser that got no answer leaves the server alone.
const BREATH: Duration = Duration::from_millis(20);

/// What is to be done, by whom, where, how often.
#[derive(Clone)]
pub struct Load {
    /// Where the portal's nodes listen, or a proxy before them. Each call goes to the next one, as
    /// behind a proxy that ties nobody to a node; each browser begins with another, so that all get
    /// as many calls of each kind.
    pub nodes: Vec<SocketAddr>,
    /// The origin of its pages.
    pub origin: Origin,
    /// Who comes: in turn, from the first again after the last.
    pub crowd: Arc<Crowd>,
    /// What each wants.
    pub errand: Errand,
    /// How soon after one another they come.
    pub pace: Pace,
    /// How many browsers there are, each with its connections kept open: who comes while all are
    /// busy waits.
    pub browsers: usize,
    /// How many come in all; none: until it is stopped.
    pub visits: Option<u64>,
}

/// What a person comes for.
#[derive(Debug, Clone)]
pub enum Errand {
    /// Registra CNS, and the credentials document where there is one.
    Register,
    /// Effettua la login.
    LogIn,
    /// To see whether these sessions still stand, each once.
    ComeBack(Arc<[Confirmed]>),
}

impl Load {
    /// So many logins one after the other in each of 32 browsers: what a server can do.
    pub fn of_logins(node: SocketAddr, origin: Origin, crowd: &Arc<Crowd>, visits: u64) -> Load {
        Load {
            nodes: vec![node],
            origin,
            crowd: Arc::clone(crowd),
            errand: Errand::LogIn,
            pace: Pace::AsFastAsPossible,
            browsers: 32,
            visits: Some(visits),
        }
    }

    /// Everybody registers, once.
    pub fn registering(self) -> Load {
        Load {
            visits: Some(self.crowd.people().len() as u64),
            errand: Errand::Register,
            ..self
        }
    }

    /// Everybody who was told that they have a session looks whether they have it.
    pub fn coming_back(self, sessions: Vec<Confirmed>) -> Load {
        Load {
            visits: Some(sessions.len() as u64),
            errand: Errand::ComeBack(sessions.into()),
            ..self
        }
    }

    /// Runs to its end.
    pub fn run(self) -> Outcome<Report> {
        self.start().finish()
    }

    /// Begins; dropped, it is stopped.
    pub fn start(self) -> Running {
        let progress = Arc::new(Progress::default());
        let thread = thread::spawn({
            let progress = Arc::clone(&progress);
            move || self.drive(&progress)
        });
        Running {
            thread: Some(thread),
            progress,
        }
    }

    fn drive(self, progress: &Arc<Progress>) -> Outcome<Report> {
        let own_clock = ClockId::CLOCK_THREAD_CPUTIME_ID;
        let before = Duration::from(own_clock.now()?);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let began = Instant::now();
        let load = Rc::new(self);
        let queue = Rc::new(Queue::new(load.pace, load.visits, Arc::clone(progress)));
        let mut report = LocalSet::new().block_on(&runtime, async {
            let mut browsers = JoinSet::new();
            for number in 0..load.browsers {
                let (load, queue) = (Rc::clone(&load), Rc::clone(&queue));
                browsers.spawn_local(async move { load.serve(number, &queue).await });
            }
            let mut report = Report::default();
            while let Some(part) = browsers.join_next().await {
                report.take_in(part?);
            }
            Outcome::Ok(report)
        })?;
        report.time = began.elapsed();
        report.own_cpu = Duration::from(own_clock.now()?).saturating_sub(before);
        Ok(report)
    }

    /// The browser of this number: whoever is next uses it, and leaves no cookie behind.
    async fn serve(&self, number: usize, queue: &Queue) -> Report {
        let mut nodes = self.nodes.clone();
        nodes.rotate_left(number % self.nodes.len().max(1));
        let mut browser = Browser::new(&nodes, self.origin.as_str());
        let mut report = Report::default();
        while let Some(turn) = queue.next().await {
            let end = visit::make(self, turn.number, &mut browser, &mut report).await;
            let progress = queue.progress();
            if end == End::Done {
                progress.done.fetch_add(1, Ordering::Relaxed);
            }
            progress.ended.fetch_add(1, Ordering::Relaxed);
            let is_unanswered = matches!(end, End::Unanswered(_));
            report.count(end, turn.due);
            browser.forget_cookies();
            if is_unanswered {
                tokio::time::sleep(BREATH).await;
            }
        }
        report
    }
}

/// How far it is.
#[derive(Default)]
struct Progress {
    is_stopped: AtomicBool,
    done: AtomicU64,
    ended: AtomicU64,
}

/// A load under way.
pub struct Running {
    thread: Option<JoinHandle<Outcome<Report>>>,
    progress: Arc<Progress>,
}

impl Running {
    /// How many have got what they came for.
    pub fn done(&self) -> u64 {
        self.progress.done.load(Ordering::Relaxed)
    }

    /// How many visits are over, however they ended.
    pub fn ended(&self) -> u64 {
        self.progress.ended.load(Ordering::Relaxed)
    }

    /// Waits until so many more have got what they came for.
    pub fn wait_for_more_done(&self, more: u64) -> Outcome<()> {
        let goal = self.done() + more;
        let what = format!("{more} more visits that get what they came for");
        Ok(wait_until(&what, || self.done() >= goal)?)
    }

    /// Lets nobody else come, and waits for those who are there.
    pub fn stop(self) -> Outcome<Report> {
        self.progress.is_stopped.store(true, Ordering::Relaxed);
        self.finish()
    }

    /// Waits until everybody has come who was to come.
    pub fn finish(mut self) -> Outcome<Report> {
        let thread = self.thread.take().ok_or("the load is over")?;
        thread.join().map_err(|_| "the load broke off")?
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.progress.is_stopped.store(true, Ordering::Relaxed);
    }
}
