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
        let statement = sql("SELECT GROUP_CONCAT(name, ' ' ORDER BY name) AS names FROM secrets");
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
