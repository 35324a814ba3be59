//! Moving what was committed from SQLite's side file into the database's file.
//!
//! SQLite itself does it within a commit, now and then: pages all over a large file are written,
//! and everybody waits for the disk meanwhile (SQLite, "Write-Ahead Logging", "Performance
//! Considerations"). Here it is done beside the commits, more seldom, so that a page that many
//! of them changed is written once. Only the last few pages are moved while nobody writes: with
//! none left, the side file is written from its beginning again, and so stays small.

use std::{
    path::PathBuf,
    sync::{Arc, Weak},
};

use tokio::{sync::Mutex, task::spawn_blocking};

use super::{direct::Direct, shared::Pen};
use crate::store::StoreFault;

/// After so many changes, of some 20 to 30 kB each in the side file.
pub(super) const CHANGES: usize = 1_000;
/// As few pages as may be left for when nobody writes.
const FEW: i64 = 64;
/// How often it is tried to come down to few, while others go on writing.
const ROUNDS: usize = 5;

/// Moves all of it, and says so to the pen.
pub(super) async fn move_pages(path: PathBuf, pen: Weak<Mutex<Pen>>) {
    if let Err(fault) = move_most(path.clone()).await {
        tracing::warn!(%fault, "the database's side file is not moved into it, and grows");
    }
    let Some(pen) = pen.upgrade() else { return };
    let mut pen = Arc::clone(&pen).lock_owned().await;
    if pen.is_open()
        && let Err(fault) = moved(path).await
    {
        tracing::warn!(%fault, "the database's side file is not begun anew, and grows");
    }
    pen.has_moved_pages();
}

async fn move_most(path: PathBuf) -> Result<(), StoreFault> {
    let mut before = 0;
    for _ in 0..ROUNDS {
        let pages = moved(path.clone()).await?;
        if pages - before <= FEW {
            break;
        }
        before = pages;
    }
    Ok(())
}

/// Moves what can be moved without waiting for anybody; how many pages the side file has.
async fn moved(path: PathBuf) -> Result<i64, StoreFault> {
    spawn_blocking(move || {
        let mut connection = Direct::open(&path)?;
        connection.move_pages()
    })
    .await
    .map_err(|_| StoreFault::Silent)?
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Runs, sql, sqlite::Sqlite},
        *,
    };

    #[tokio::test]
    async fn the_side_file_stays_small_while_changes_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("x.db")).await.unwrap();
        let side_file = || std::fs::metadata(folder.path().join("x.db-wal")).map(|file| file.len());
        let write = async |changes: usize| {
            for name in 0..changes {
                let mut part = sqlite.begin_shared().await.unwrap();
                let statement = sql("INSERT INTO secrets (name, value) VALUES ($1, $2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value");
                let statement = statement.bind(name.to_string()).bind(vec![7; 3000]);
                part.execute(statement).await.unwrap();
                part.commit(None).await.unwrap();
            }
        };
        write(CHANGES).await;
        let once = side_file().unwrap();
        assert!(once > 3_000_000, "{once}");
        write(5 * CHANGES).await;
        let in_the_end = side_file().unwrap();
        assert!(in_the_end < 3 * once, "{in_the_end}, at first {once}");
    }
}
