//! Keeping the state in step with what is in force.

use std::{io, path::PathBuf};

use super::{TrustSources, parts::Parts, points::PointKey, trouble::Where};

impl TrustSources {
    /// Makes the state say what is in force: keeps the list, takes away what was not believed.
    pub(super) fn settle(&self) {
        let mut parts = self.parts();
        for (file, fault) in &parts.disbelieved {
            tracing::warn!(file = %file.display(), %fault, "what was kept is not believed, and is fetched again");
        }
        for (file, fault) in &parts.unread {
            tracing::error!(file = %file.display(), %fault, "what was kept cannot be read, and is fetched again");
        }
        if let Some(fault) = &parts.unreadable {
            tracing::error!(folder = %self.config.state.display(), %fault, "trust.state cannot be read");
        }
        // Without its trusted list this server cannot tell whose lists are good.
        if !self.lacks_list() {
            self.take_away(&mut parts, &[]);
        }
        self.keep(&mut parts);
        if let Err(fault) = self.state.tidy() {
            tracing::warn!(%fault, "unfinished files stay in trust.state");
        }
    }

    /// Writes what is in force and not in the state yet; what cannot be written is tried again
    /// at every look at the files, and is this server's own trouble until then.
    pub(super) fn keep(&self, parts: &mut Parts) {
        let mut failed: Option<(PathBuf, io::Error)> = None;
        if let Some(bytes) = &parts.unkept {
            let file = self.state.trusted_list_file();
            match self.state.keep(&file, bytes) {
                Ok(()) => {
                    parts.unkept = None;
                    parts.is_good_now(&file);
                }
                Err(fault) => failed = Some((file, fault)),
            }
        }
        for key in parts.unkept_lists.clone() {
            let file = self.state.revocation_list_file(&key);
            let list = parts.fetched.get(&key);
            match list.map_or(Ok(()), |list| self.state.keep(&file, list.der())) {
                Ok(()) => {
                    parts.unkept_lists.remove(&key);
                    parts.is_good_now(&file);
                }
                Err(fault) => failed = Some((file, fault)),
            }
        }
        match failed {
            None => self.trouble.over(Where::State),
            Some((file, fault)) => {
                let told = format!("{}: {fault}", file.display());
                if self.trouble.set(Where::State, told) {
                    tracing::error!(file = %file.display(), %fault, "trust.state cannot be written: make its folder writable");
                }
            }
        }
    }

    /// Takes away the files of lists that are none any more, and those that are not believed.
    pub(super) fn take_away(&self, parts: &mut Parts, lost: &[PointKey]) {
        for key in lost {
            self.points.lost(key);
            self.forget(&self.state.revocation_list_file(key));
        }
        parts.disbelieved.retain(|(file, _)| !self.forget(file));
    }

    /// Whether a file is gone now.
    fn forget(&self, file: &std::path::Path) -> bool {
        let forgotten = self.state.forget(file);
        if let Err(fault) = &forgotten {
            tracing::error!(file = %file.display(), %fault, "what is not believed stays in trust.state: take it away");
        }
        forgotten.is_ok()
    }
}
