//! Changes of SQLite's file that share a commit.
//!
//! A commit waits for the disk, and by far the longest of all that a short change does. So such
//! changes are made one after the other within one transaction, each as a part of its own that
//! can be undone by itself; the entries they put on the audit log are written at its end, and
//! nobody is told anything before all of it is on the disk. While one batch is committed the
//! next ones queue, and are the next batch: how many share a commit follows from how many
//! come, and a single one waits for nobody.

use std::{
    mem,
    path::{Path, PathBuf},
    sync::Arc,
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
    patience,
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
        Writing(Arc::new(Mutex::new(Pen {
            path: path.to_owned(),
            watched,
            connection: None,
            batch: None,
            is_over,
        })))
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

    /// Makes hold what was done, and tells all who wait for it.
    async fn close_batch(&mut self) {
        let Some(batch) = self.batch.take() else {
            return;
        };
        let done = self.commit(batch.chain, batch.entries).await;
        if done.is_err() {
            self.undo();
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
        // Waits for the disk, and now and then moves the side file's pages into the file.
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
    fn takes_several_changes_at_once(&self) -> bool {
        false
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
mod tests {
    use super::{
        super::{PATIENCE, sql, sqlite::Sqlite},
        *,
    };

    struct Scene {
        sqlite: Arc<Sqlite>,
        folder: tempfile::TempDir,
    }

    impl Scene {
        async fn new() -> Scene {
            let folder = tempfile::tempdir().unwrap();
            let sqlite = Sqlite::open(&folder.path().join("x.db")).await.unwrap();
            Scene {
                sqlite: Arc::new(sqlite),
                folder,
            }
        }

        /// What came of changes that were asked for while somebody else wrote.
        async fn together(&self, names: &[&str]) -> Vec<Result<(), StoreFault>> {
            let pen = self.sqlite.writing.alone().await.unwrap();
            let changes: Vec<_> = names
                .iter()
                .map(|name| tokio::spawn(change(Arc::clone(&self.sqlite), (*name).to_owned())))
                .collect();
            tokio::task::yield_now().await;
            drop(pen);
            let mut ends = Vec::new();
            for change in changes {
                ends.push(change.await.unwrap());
            }
            ends
        }

        async fn names(&self) -> String {
            let statement =
                sql("SELECT GROUP_CONCAT(name, ' ' ORDER BY name) AS names FROM secrets");
            let row = self.sqlite.look_up(&statement).await.unwrap().unwrap();
            row.get::<Option<String>>("names")
                .unwrap()
                .unwrap_or_default()
        }

        /// How many transactions are in the side file (SQLite, "WAL-mode File Format").
        fn commits(&self) -> usize {
            let wal = std::fs::read(self.folder.path().join("x.db-wal")).unwrap();
            let number = |at: &[u8]| u32::from_be_bytes(at.try_into().unwrap());
            let page = number(&wal[8..12]) as usize;
            let frames = wal[32..].chunks(24 + page);
            let frames = frames.filter(|frame| frame[8..16] == wal[16..24]);
            frames.filter(|frame| number(&frame[4..8]) != 0).count()
        }

        /// Does to the connection of the parts what a test needs.
        async fn control(&self, text: &'static str) {
            let mut part = self.sqlite.begin_shared().await.unwrap();
            let connection = part.connection().unwrap();
            connection.run_as_it_is(text);
        }
    }

    async fn change(sqlite: Arc<Sqlite>, name: impl Into<String>) -> Result<(), StoreFault> {
        let name = name.into();
        let mut part = sqlite.begin_shared().await?;
        let bytes: i64 = if name == "huge" { 1_000_000 } else { 1 };
        let statement = sql("INSERT INTO secrets (name, value) VALUES ($1, zeroblob($2))");
        part.execute(statement.bind(name).bind(bytes)).await?;
        part.commit(None).await
    }

    #[tokio::test]
    async fn changes_that_come_together_share_a_commit_and_each_fails_by_itself() {
        let scene = Scene::new().await;
        let before = scene.commits();
        let ends = scene.together(&["a", "b", "a", "c", "b", "d"]).await;
        let done: Vec<bool> = ends.iter().map(Result::is_ok).collect();
        assert_eq!(done, [true, true, false, true, false, true]);
        assert_eq!(scene.names().await, "a b c d");
        assert_eq!(scene.commits() - before, 1);
        scene.together(&["e"]).await.remove(0).unwrap();
        assert_eq!(scene.commits() - before, 2);
    }

    #[tokio::test]
    async fn more_than_a_batch_holds_are_more_than_one() {
        let scene = Scene::new().await;
        let before = scene.commits();
        let names: Vec<_> = (0..2 * MOST + 1)
            .map(|number| format!("{number:03}"))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for end in scene.together(&names).await {
            end.unwrap();
        }
        assert_eq!(scene.names().await, names.join(" "));
        assert_eq!(scene.commits() - before, 3);
    }

    #[tokio::test]
    async fn the_first_of_a_batch_may_fail_too() {
        let scene = Scene::new().await;
        scene.together(&["a"]).await.remove(0).unwrap();
        let ends = scene.together(&["a", "b"]).await;
        assert!(ends[0].is_err() && ends[1].is_ok(), "{ends:?}");
        assert_eq!(scene.names().await, "a b");
    }

    #[tokio::test]
    async fn a_commit_that_fails_is_told_to_all_who_share_it_and_nothing_holds() {
        let scene = Scene::new().await;
        scene
            .control(
                "CREATE TABLE doomed (x REFERENCES secrets (name) DEFERRABLE INITIALLY DEFERRED);
                 CREATE TRIGGER dooms AFTER INSERT ON secrets WHEN NEW.name = 'bad'
                 BEGIN INSERT INTO doomed VALUES ('nobody'); END;
                 RELEASE part; COMMIT; BEGIN; SAVEPOINT part",
            )
            .await;
        let ends = scene.together(&["a", "bad", "b"]).await;
        for end in ends {
            assert!(matches!(end, Err(StoreFault::Shared(_))), "{end:?}");
        }
        assert_eq!(scene.names().await, "");
        scene.together(&["a"]).await.remove(0).unwrap();
        assert_eq!(scene.names().await, "a");
    }

    #[tokio::test]
    async fn a_full_disk_takes_all_of_the_batch_along_and_leaves_it_usable() {
        let scene = Scene::new().await;
        scene.control("PRAGMA max_page_count = 1").await;
        let ends = scene.together(&["a", "huge", "b"]).await;
        let told: Vec<_> = ends
            .into_iter()
            .map(|end| end.map_or_else(|fault| fault.to_string(), |()| "done".to_owned()))
            .collect();
        assert!(told[0].contains("gave up"), "{told:?}");
        assert!(told[1].contains("full"), "{told:?}");
        assert_eq!(told[2], "done");
        assert_eq!(scene.names().await, "b");
    }

    #[tokio::test]
    async fn who_goes_away_leaves_nothing_behind() {
        let scene = Scene::new().await;
        let mut part = scene.sqlite.begin_shared().await.unwrap();
        let statement = sql("INSERT INTO secrets (name, value) VALUES ('x', x'')");
        part.execute(statement).await.unwrap();
        drop(part);
        let other = rusqlite::Connection::open(scene.folder.path().join("x.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").unwrap();
        assert_eq!(scene.names().await, "");

        // Who leaves once the change is made does not stop it, nor others with it.
        let gone = tokio::spawn(change(Arc::clone(&scene.sqlite), "a"));
        let stays = tokio::spawn(change(Arc::clone(&scene.sqlite), "b"));
        tokio::task::yield_now().await;
        gone.abort();
        stays.await.unwrap().unwrap();
        assert_eq!(scene.names().await, "a b");
    }

    #[tokio::test]
    async fn a_transaction_of_its_own_begins_when_the_batch_before_it_holds() {
        let scene = Scene::new().await;
        let mut part = scene.sqlite.begin_shared().await.unwrap();
        let statement = sql("INSERT INTO secrets (name, value) VALUES ('x', x'')");
        part.execute(statement).await.unwrap();
        let shared = tokio::spawn(part.commit(None));
        let alone = scene.sqlite.begin().await.unwrap();
        assert_eq!(scene.names().await, "x");
        shared.await.unwrap().unwrap();
        drop(alone);
    }

    #[tokio::test]
    async fn another_programs_lock_is_waited_for_and_not_for_ever() {
        let scene = Scene::new().await;
        let other = rusqlite::Connection::open(scene.folder.path().join("x.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let waits = tokio::spawn(change(Arc::clone(&scene.sqlite), "a"));
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!waits.is_finished());
        other.execute_batch("ROLLBACK").unwrap();
        waits.await.unwrap().unwrap();

        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let begun = Instant::now();
        let fault = change(Arc::clone(&scene.sqlite), "b").await.unwrap_err();
        assert!(fault.to_string().contains("locked"), "{fault}");
        assert!(begun.elapsed() < PATIENCE + Duration::from_secs(1));
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(scene.names().await, "a");
    }

    #[tokio::test]
    async fn after_the_end_nothing_is_written() {
        let scene = Scene::new().await;
        scene.sqlite.close().await;
        let sqlite = Arc::clone(&scene.sqlite);
        assert!(change(sqlite, "a").await.is_err());
        let statement = sql("SELECT 1 AS one");
        assert!(scene.sqlite.look_up(&statement).await.is_err());
    }
}
