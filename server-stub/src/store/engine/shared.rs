//! Changes of SQLite's file that share a commit.
//!
//! A commit waits for the disk, and by far the longest of all that a short change does. So such
//! changes are made one after the other within one transaction, each as a part of its own that
//! can be undone by itself; the entries they put on the audit log are written at its end, and
//! nobody is told anything before all of it is on the disk. While one batch is committed the
//! next ones queue, and are the next batch: how many share a commit follows from how many
//! come, and a single one waits for nobody.
//!
//! The pen comes before the turn of the audit log's chain, here as everywhere: who had the turn
//! and waited for the pen would wait for its holder, who waits for the turn.

use std::{
    mem,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    sync::{Mutex, OwnedMutexGuard, oneshot},
    task::spawn_blocking,
    time::{Instant, sleep, timeout_at},
};

use super::{
    Row, Runs, Statement,
    direct::{Direct, is_busy},
    file::DatabaseFile,
    moving, patience,
};
use crate::{
    audit::Written,
    clock,
    store::{StoreFault, audit::Chain},
};

/// How many changes share a commit at the most: what is done for all of them just before it
/// holds up a thread, at some ten microseconds an entry, and a fault takes all of them along.
/// A disk that takes 20 ms for a commit still makes 6,400 changes hold in a second.
const MOST: usize = 128;

/// Between two attempts at a lock that another program holds.
const PAUSE: Duration = Duration::from_millis(2);

/// A longer wait for one's turn is told.
const LONG: Duration = Duration::from_secs(2);
/// Who counts long waits listens for this.
pub(crate) const WAITED: &str = "tessera::waited";

/// Who writes: one at a time, in the order in which they came.
#[derive(Clone)]
pub(super) struct Writing(Arc<Mutex<Pen>>);

/// Held by whoever writes.
pub(super) struct Pen {
    path: PathBuf,
    watched: Arc<DatabaseFile>,
    connection: Option<Direct>,
    batch: Option<Batch>,
    is_over: bool,
    /// How many changes the side file has since its pages were last moved.
    unmoved: usize,
    are_pages_moved: bool,
    itself: Weak<Mutex<Pen>>,
}

/// Changes that were made, and do not hold yet.
#[derive(Default)]
struct Batch {
    waiting: Vec<oneshot::Sender<Result<(), Arc<StoreFault>>>>,
    entries: Vec<Written>,
    chain: Option<Arc<Chain>>,
}

/// A change that is being made. Dropped before its commit, it changes nothing.
pub(in crate::store) struct Part {
    /// None once it was left to the batch.
    pen: Option<OwnedMutexGuard<Pen>>,
}

impl Writing {
    pub(super) fn new(path: &Path, watched: Arc<DatabaseFile>) -> Writing {
        Writing::from(path, watched, false)
    }

    /// For a file that is only read.
    pub(super) fn over(path: &Path, watched: Arc<DatabaseFile>) -> Writing {
        Writing::from(path, watched, true)
    }

    fn from(path: &Path, watched: Arc<DatabaseFile>, is_over: bool) -> Writing {
        Writing(Arc::new_cyclic(|itself| {
            Mutex::new(Pen {
                path: path.to_owned(),
                watched,
                connection: None,
                batch: None,
                is_over,
                unmoved: 0,
                are_pages_moved: false,
                itself: itself.clone(),
            })
        }))
    }

    /// For a change with a transaction of its own.
    pub(super) async fn alone(&self) -> Result<OwnedMutexGuard<Pen>, StoreFault> {
        let pen = self.take(patience::end()).await?;
        match &pen.batch {
            None => Ok(pen),
            Some(_) => without_batch(pen).await,
        }
    }

    /// For a change that shares its commit.
    pub(super) async fn part(&self) -> Result<Part, StoreFault> {
        let until = patience::end();
        let mut pen = self.take(until).await?;
        if pen.batch.as_ref().is_some_and(Batch::is_full) {
            pen = without_batch(pen).await?;
        }
        pen.open_batch(until).await?;
        let mut part = Part { pen: Some(pen) };
        part.connection()?.control("SAVEPOINT part")?;
        Ok(part)
    }

    /// Whether somebody writes at the moment.
    pub(super) fn is_taken(&self) -> bool {
        self.0.try_lock().is_err()
    }

    /// Waits until what was done until now holds.
    pub(super) async fn finish_batch(&self) {
        let pen = Arc::clone(&self.0).lock_owned().await;
        drop(without_batch(pen).await);
    }

    /// Nothing is written any more.
    pub(super) async fn close(&self) {
        self.finish_batch().await;
        let mut pen = self.0.lock().await;
        pen.connection = None;
        pen.is_over = true;
    }

    async fn take(&self, until: Instant) -> Result<OwnedMutexGuard<Pen>, StoreFault> {
        let came = Instant::now();
        let pen = timeout_at(until, Arc::clone(&self.0).lock_owned()).await;
        let waited = came.elapsed();
        if waited > LONG {
            tracing::warn!(target: WAITED, ?waited, "others wrote to the database for long");
        }
        pen.map_err(|_| StoreFault::Silent)
    }
}

impl Pen {
    async fn open_batch(&mut self, until: Instant) -> Result<(), StoreFault> {
        if self.batch.is_some() {
            return Ok(());
        }
        if self.is_over {
            return Err(sqlx::Error::PoolClosed.into());
        }
        let held = |connection: &Direct| self.watched.is_held_since(connection.age());
        if !self.connection.as_ref().is_some_and(held) {
            self.connection = None;
        }
        while let Err(fault) = self.begin() {
            if !is_busy(&fault) || Instant::now() + PAUSE >= until {
                return Err(fault);
            }
            sleep(PAUSE).await;
        }
        self.batch = Some(Batch::default());
        Ok(())
    }

    /// The file's lock is taken at once, as for every change.
    fn begin(&mut self) -> Result<(), StoreFault> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => self.connection.insert(Direct::open(&self.path)?),
        };
        connection.control("BEGIN IMMEDIATE")
    }

    /// So many changes are committed; after many, the side file's pages are moved.
    pub(super) fn wrote(&mut self, changes: usize) {
        self.unmoved += changes;
        if self.unmoved >= moving::CHANGES && !self.are_pages_moved {
            self.are_pages_moved = true;
            self.unmoved = 0;
            tokio::spawn(moving::move_pages(self.path.clone(), self.itself.clone()));
        }
    }

    /// The side file's pages are moved.
    pub(super) fn has_moved_pages(&mut self) {
        self.are_pages_moved = false;
    }

    /// Whether anything may be written still.
    pub(super) fn is_open(&self) -> bool {
        !self.is_over
    }

    /// Makes hold what was done, and tells all who wait for it.
    async fn close_batch(&mut self) {
        let Some(batch) = self.batch.take() else {
            return;
        };
        let changes = batch.waiting.len();
        let done = self.commit(batch.chain, batch.entries).await;
        match done {
            Ok(()) => self.wrote(changes),
            Err(_) => self.undo(),
        }
        tell(batch.waiting, done);
    }

    async fn commit(
        &mut self,
        chain: Option<Arc<Chain>>,
        entries: Vec<Written>,
    ) -> Result<(), StoreFault> {
        let connection = self.connection.as_mut().ok_or(StoreFault::Silent)?;
        let put = match &chain {
            Some(chain) => Some(chain.put(connection, entries, clock::now()).await?),
            None => None,
        };
        let mut connection = self.connection.take().ok_or(StoreFault::Silent)?;
        // Waits for the disk.
        let committing = spawn_blocking(move || {
            let done = connection.control("COMMIT");
            (connection, done)
        });
        let (connection, done) = committing.await.map_err(|_| StoreFault::Silent)?;
        self.connection = Some(connection);
        done?;
        if let Some(put) = put {
            put.holds();
        }
        Ok(())
    }

    /// Undoes one part: with it, if it is the only one, the whole transaction, which must not
    /// stay open with nobody to end it; or all of them, if the fault has ended the transaction.
    fn undo_part(&mut self) {
        let others = self
            .batch
            .as_ref()
            .is_some_and(|batch| !batch.waiting.is_empty());
        if others && self.undo_to_savepoint().is_ok() {
            return;
        }
        self.undo();
        if let Some(batch) = self.batch.take() {
            tell(batch.waiting, Err(StoreFault::GivenUp));
        }
    }

    fn undo_to_savepoint(&mut self) -> Result<(), StoreFault> {
        let connection = self.connection.as_mut().ok_or(StoreFault::Silent)?;
        connection.control("ROLLBACK TO part")?;
        connection.control("RELEASE part")
    }

    fn undo(&mut self) {
        if let Some(connection) = &mut self.connection
            && connection.is_in_transaction()
            && connection.control("ROLLBACK").is_err()
        {
            // Closed, it undoes it.
            self.connection = None;
        }
    }
}

impl Batch {
    fn is_full(&self) -> bool {
        self.waiting.len() >= MOST
    }
}

/// Makes hold what was done. Who waits for that may go away, and must not take others' commit
/// along.
async fn without_batch(mut pen: OwnedMutexGuard<Pen>) -> Result<OwnedMutexGuard<Pen>, StoreFault> {
    let closing = tokio::spawn(async move {
        pen.close_batch().await;
        pen
    });
    match timeout_at(patience::end(), closing).await {
        Ok(Ok(pen)) => Ok(pen),
        Ok(Err(_)) | Err(_) => Err(StoreFault::Silent),
    }
}

impl Part {
    /// Reads every row, of which there are few.
    pub(in crate::store) fn fetch_all(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>, StoreFault> {
        let rows = self.connection()?.fetch_all(&statement)?;
        Ok(rows.into_iter().map(Row::Direct).collect())
    }

    /// Leaves the change to the batch, with what is to be put on the audit log for it, and
    /// waits until it holds, on disk too.
    pub(in crate::store) async fn commit(
        mut self,
        audited: Option<(Arc<Chain>, Vec<Written>)>,
    ) -> Result<(), StoreFault> {
        self.connection()?.control("RELEASE part")?;
        let told = self.join(audited)?;
        // A disk that hangs: it may hold afterwards, and is told to nobody.
        match timeout_at(patience::end(), told).await {
            Ok(Ok(done)) => done.map_err(StoreFault::Shared),
            Ok(Err(_)) | Err(_) => Err(StoreFault::Silent),
        }
    }

    fn join(
        &mut self,
        audited: Option<(Arc<Chain>, Vec<Written>)>,
    ) -> Result<oneshot::Receiver<Result<(), Arc<StoreFault>>>, StoreFault> {
        let (tell, told) = oneshot::channel();
        let pen = self.pen.as_mut().ok_or(StoreFault::Silent)?;
        let batch = pen.batch.as_mut().ok_or(StoreFault::Silent)?;
        let is_first = batch.waiting.is_empty();
        batch.waiting.push(tell);
        if let Some((chain, mut entries)) = audited {
            batch.entries.append(&mut entries);
            batch.chain = Some(chain);
        }
        let Some(pen) = mem::take(&mut self.pen) else {
            return Err(StoreFault::Silent);
        };
        if is_first {
            // It queues behind those who have come until now.
            let mutex = Arc::clone(OwnedMutexGuard::mutex(&pen));
            tokio::spawn(async move { mutex.lock().await.close_batch().await });
        }
        Ok(told)
    }

    fn connection(&mut self) -> Result<&mut Direct, StoreFault> {
        let pen = self.pen.as_mut().ok_or(StoreFault::Silent)?;
        pen.connection.as_mut().ok_or(StoreFault::Silent)
    }
}

impl Runs for Part {
    async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreFault> {
        self.connection()?.execute(&statement)
    }
    async fn fetch_optional(
        &mut self,
        statement: Statement<'_>,
    ) -> Result<Option<Row>, StoreFault> {
        let row = self.connection()?.fetch_optional(&statement)?;
        Ok(row.map(Row::Direct))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(pen) = &mut self.pen {
            pen.undo_part();
        }
    }
}

fn tell(waiting: Vec<oneshot::Sender<Result<(), Arc<StoreFault>>>>, done: Result<(), StoreFault>) {
    let done = done.map_err(Arc::new);
    for one in waiting {
        // Who is gone need not know.
        let _ = one.send(done.clone());
    }
}

#[cfg(test)]
mod tests;
