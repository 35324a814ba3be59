//! People who register and log in while something breaks, and what each was told

mod crowd;
mod visit;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use page_calls::{Browser, End};

pub use crowd::{Crowd, Person};
pub use visit::{Token, sign_in};

use crate::installation::ORIGIN;

/// How many browsers there are.
const BROWSERS: usize = 10;
/// Between two visits in one browser: a row is to leave the others some of the processor.
const PAUSE: Duration = Duration::from_millis(150);

/// How browsers are made.
type Make = fn(SocketAddr) -> Browser;

/// A browser that makes a connection for each call.
pub fn browser(portal: SocketAddr) -> Browser {
    browser_that_keeps(portal).hanging_up()
}

/// A browser that keeps its connection open. HAProxy closes it without a word when its node is
/// gone.
pub fn browser_that_keeps(portal: SocketAddr) -> Browser {
    Browser::new(&[portal], ORIGIN)
}

/// What came of a load.
pub struct Report {
    /// How often a call ended in which way.
    pub ends: BTreeMap<(&'static str, End), u64>,
    /// How many answers of status 503 did not say when to come again.
    pub without_retry_after: u64,
    /// The longest that an answer took.
    pub longest: Duration,
    /// Who was told that they are registered, with what (as [`Ledger`](crate::ledger::Ledger)
    /// writes it).
    pub registrations: Vec<String>,
    /// Who was told that they have a session, and which.
    pub sessions: Vec<String>,
    /// The cookies of these sessions.
    pub cookies: Vec<String>,
    /// When somebody was registered, and the beginning and the end.
    work: Vec<Instant>,
}

impl Report {
    fn new() -> Report {
        Report {
            ends: BTreeMap::new(),
            without_retry_after: 0,
            longest: Duration::ZERO,
            registrations: Vec::new(),
            sessions: Vec::new(),
            cookies: Vec::new(),
            work: vec![Instant::now()],
        }
    }

    fn register(&mut self, person: &Person) {
        self.registrations.push(person.registration());
        self.work.push(Instant::now());
    }

    fn open(&mut self, person: &Person, cookie: String) {
        self.sessions.push(person.session(&cookie));
        self.cookies.push(cookie);
    }

    /// The longest time in which nobody was registered.
    pub fn longest_outage(&self) -> Duration {
        let pairs = self.work.windows(2);
        pairs
            .map(|pair| pair[1].saturating_duration_since(pair[0]))
            .max()
            .unwrap_or_default()
    }
}

/// A load under way; dropped, it is stopped.
pub struct Load {
    is_stopped: Arc<AtomicBool>,
    report: Arc<Mutex<Report>>,
    thread: Option<JoinHandle<()>>,
}

impl Load {
    /// Lets people come, with browsers of this make.
    pub fn start(crowd: &Arc<Crowd>, portal: SocketAddr, browser: Make) -> Load {
        let mut load = Load {
            is_stopped: Arc::default(),
            report: Arc::new(Mutex::new(Report::new())),
            thread: None,
        };
        let browsers = (0..BROWSERS).map(|_| {
            let (crowd, report) = (Arc::clone(crowd), Arc::clone(&load.report));
            let is_stopped = Arc::clone(&load.is_stopped);
            async move {
                let mut browser = browser(portal);
                while !is_stopped.load(Ordering::Relaxed) {
                    visit::make(&crowd, &mut browser, &report).await;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
        let browsers: Vec<_> = browsers.collect();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            let tasks: Vec<_> = browsers.into_iter().map(|it| runtime.spawn(it)).collect();
            for task in tasks {
                runtime.block_on(task).unwrap();
            }
        });
        load.thread = Some(thread);
        load
    }

    /// How many have been registered.
    pub fn registered(&self) -> usize {
        lock(&self.report).registrations.len()
    }

    /// Of sessions that were opened: their cookies.
    pub fn cookies(&self) -> Vec<String> {
        lock(&self.report).cookies.clone()
    }

    /// Waits until so many more have been registered.
    #[track_caller]
    pub fn wait_for_more(&self, more: usize, bound: Duration) {
        let goal = self.registered() + more;
        let until = Instant::now() + bound;
        while self.registered() < goal {
            let ends = || lock(&self.report).ends.clone();
            assert!(
                Instant::now() < until,
                "not {more} more registered within {bound:?}: {:?}",
                ends()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lets nobody else come and waits for those who are there.
    pub fn stop(mut self) -> Report {
        self.is_stopped.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        let mut report = std::mem::replace(&mut *lock(&self.report), Report::new());
        report.work.push(Instant::now());
        report
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

fn lock(report: &Mutex<Report>) -> MutexGuard<'_, Report> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}
