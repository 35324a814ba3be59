//! Looks into SQLite's indices, made where they are asked for.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Statement,
    direct::{Direct, DirectRow},
    file::DatabaseFile,
};
use crate::store::StoreFault;

/// Connections for it: as many as threads have looked at once.
pub(super) struct LookUps {
    path: PathBuf,
    watched: Arc<DatabaseFile>,
    /// None: there are to be no more.
    idle: Mutex<Option<Vec<Direct>>>,
}

impl LookUps {
    pub(super) fn new(path: &Path, watched: Arc<DatabaseFile>) -> LookUps {
        LookUps {
            path: path.to_owned(),
            watched,
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    /// Reads the one row there may be.
    pub(super) fn fetch_optional(
        &self,
        statement: &Statement<'_>,
    ) -> Result<Option<DirectRow>, StoreFault> {
        let idle = match &mut *self.idle() {
            Some(idle) => idle.pop(),
            None => return Err(sqlx::Error::PoolClosed.into()),
        };
        let idle = idle.filter(|idle| self.watched.is_held_since(idle.age()));
        let mut connection = match idle {
            Some(connection) => connection,
            None => Direct::open_to_read(&self.path)?,
        };
        let row = connection.fetch_optional(statement)?;
        if let Some(idle) = &mut *self.idle() {
            idle.push(connection);
        }
        Ok(row)
    }

    pub(super) fn close(&self) {
        *self.idle() = None;
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Option<Vec<Direct>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
