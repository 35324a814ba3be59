//! What the open pages are told: which build is the newest, and what is wrong.

use serde::Serialize;
use tokio::sync::watch;

/// The newest state; numbers grow with each build, over restarts too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    /// A page of another build is reloaded.
    pub build: u64,
    /// A page with another style sheet takes this one.
    pub style: u64,
    /// Why what was changed last is not shown: a sentence, then the tool's own words.
    pub fault: Option<Fault>,
}

/// A build that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What failed, where, and what is shown instead.
    pub sentence: String,
    /// What the tool said.
    pub said: String,
}

/// Tells all pages that are open.
#[derive(Debug, Clone)]
pub struct Herald(watch::Sender<News>);

impl Herald {
    /// Begins with nothing built.
    pub fn begin() -> Herald {
        let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        let first = u64::try_from(now.as_millis()).unwrap_or_default();
        Herald(watch::Sender::new(News {
            build: first,
            style: first,
            fault: None,
        }))
    }

    /// The newest.
    pub fn now(&self) -> News {
        self.0.borrow().clone()
    }

    /// Hears the newest, then each change.
    pub fn listen(&self) -> watch::Receiver<News> {
        let mut news = self.0.subscribe();
        news.mark_changed();
        news
    }

    /// How many pages are open.
    pub fn listeners(&self) -> usize {
        self.0.receiver_count()
    }

    /// Everything is new.
    pub fn reload(&self) {
        self.0.send_modify(|news| {
            news.build += 1;
            news.style += 1;
        });
    }

    /// Only the style sheet is new.
    pub fn restyle(&self) {
        self.0.send_modify(|news| news.style += 1);
    }

    /// Something does not build, or all does.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.0.send_if_modified(|news| {
            let changed = news.fault != fault;
            news.fault = fault;
            changed
        });
    }
}
