//! A copy of the database while it is in use, whole or not at all.

use std::path::{Path, PathBuf};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{PATIENCE, address::DatabaseAddress};

/// There is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// A name that is taken.
    #[error("{0}: is there already; name a file that is not")]
    Taken(PathBuf),
    /// The copy's file or folder.
    #[error("{0}: {1}; name a file in a folder that this user can write, with room for the copy")]
    File(PathBuf, std::io::Error),
    /// A database that has means of its own.
    #[error("{0} is PostgreSQL's, and copied by it while it runs: see pg_dump and pg_basebackup")]
    Postgres(DatabaseAddress),
    /// The database.
    #[error("the database: {0}; nothing was kept")]
    Engine(#[from] sqlx::Error),
    /// What was written is not what was read.
    #[error("the copy is damaged ({0}) and was not kept; look after the disks")]
    Damaged(String),
}

/// Copies the database as it is at this moment; whatever is written meanwhile goes on.
///
/// The copy is made aside and gets its name last: a file of that name is a whole copy. It is
/// for this user only, since it holds what the database holds.
pub async fn back_up(database: &DatabaseAddress, copy: &Path) -> Result<(), BackupFault> {
    let DatabaseAddress::Sqlite(database) = database else {
        return Err(BackupFault::Postgres(database.clone()));
    };
    let of_file = |fault| BackupFault::File(copy.to_owned(), fault);
    // Told before the work; what comes in between is told by the system below.
    if copy.symlink_metadata().is_ok() {
        return Err(BackupFault::Taken(copy.to_owned()));
    }
    let folder = match copy.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let aside = tempfile::Builder::new()
        .prefix(".tessera-backup-")
        .tempfile_in(folder)
        .map_err(of_file)?;
    let options = SqliteConnectOptions::new()
        .busy_timeout(PATIENCE)
        .read_only(true);
    // One read transaction: a snapshot (sqlite.org/lang_vacuum.html §3).
    let mut source = options.clone().filename(database).connect().await?;
    sqlx::query("VACUUM INTO $1")
        .bind(aside.path().to_string_lossy().into_owned())
        .execute(&mut source)
        .await?;
    source.close().await?;
    let written = options.filename(aside.path()).immutable(true);
    judge(written.connect().await?).await?;
    aside.as_file().sync_all().map_err(of_file)?;
    aside
        .persist_noclobber(copy)
        .map_err(|fault| match fault.error.kind() {
            std::io::ErrorKind::AlreadyExists => BackupFault::Taken(copy.to_owned()),
            _ => of_file(fault.error),
        })?;
    // The name is as durable as the bytes.
    #[cfg(unix)]
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(of_file)?;
    Ok(())
}

async fn judge(mut copy: SqliteConnection) -> Result<(), BackupFault> {
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut copy)
        .await?;
    copy.close().await?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(BackupFault::Damaged(found)),
    }
}
