//! Seeing that a file changed, and what has to be built again for it.

use std::{path::Path, sync::mpsc::Sender};

use end_to_end::Outcome;
use notify::{
    EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{MetadataKind, ModifyKind},
    recommended_watcher,
};

/// Parts that are built apart, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The server.
    Server,
    /// `index.html` and what else is used as it is.
    Shell,
    /// The style sheet.
    Style,
    /// The pages' program.
    Program,
    /// The page of all components.
    Gallery,
}

/// What the workshop is asked for.
#[derive(Debug, Clone)]
pub enum Order {
    /// Build a part.
    Build {
        /// Which one.
        part: Part,
        /// The file that changed, as a person would name it.
        cause: String,
    },
    /// End.
    Stop,
}

/// The folders of the checkout that are watched.
const WATCHED: [&str; 7] = [
    "frontend",
    "protocol/src",
    "server-stub/src",
    "server-stub/texts",
    "server-stub/migrations",
    "verifier/src",
    "cns/src",
];

/// Watches as long as the answer lives.
pub fn watch(root: &Path, orders: Sender<Order>) -> Outcome<RecommendedWatcher> {
    // What the watcher names begins with the folder's real path.
    let root = root.canonicalize()?;
    let base = root.clone();
    let mut watcher = recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if !is_change(event.kind) {
            return;
        }
        for path in &event.paths {
            let Ok(path) = path.strip_prefix(&base) else {
                continue;
            };
            let cause = path.display().to_string();
            for part in parts_of(&cause) {
                let (part, cause) = (*part, cause.clone());
                let _ = orders.send(Order::Build { part, cause });
            }
        }
    })?;
    for folder in WATCHED {
        watcher.watch(&root.join(folder), RecursiveMode::Recursive)?;
    }
    Ok(watcher)
}

fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime)) => true,
        EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Access(_) => false,
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
        EventKind::Other => false,
    }
}

/// What a file, named from the checkout's root, is part of.
fn parts_of(path: &str) -> &'static [Part] {
    let name = path.rsplit('/').next().unwrap_or(path);
    let of_an_editor = name.starts_with(['.', '#']) || name.ends_with(['~', '#']);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if of_an_editor || matches!(extension, "swp" | "swx" | "tmp" | "") {
        return &[];
    }
    let mut folders = path.split('/');
    match (folders.next(), folders.next(), extension) {
        (Some("frontend"), Some("tests"), _) => &[],
        (Some("frontend"), Some("gallery"), _) => &[Part::Gallery],
        (Some("frontend"), Some("style"), "scss") => &[Part::Style],
        (Some("frontend"), Some("style"), _) => &[],
        (Some("frontend"), _, "rs" | "toml") => &[Part::Program, Part::Gallery],
        (Some("frontend"), _, _) => &[Part::Shell],
        (Some("protocol"), _, _) => &[Part::Program, Part::Gallery, Part::Server],
        _ => &[Part::Server],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_what_is_built_from_it() {
        for (path, parts) in [
            (
                "frontend/src/app.rs",
                &[Part::Program, Part::Gallery] as &[Part],
            ),
            ("frontend/src/i18n/home.rs", &[Part::Program, Part::Gallery]),
            ("frontend/gallery/src/lib.rs", &[Part::Gallery]),
            ("frontend/style/_forms.scss", &[Part::Style]),
            ("frontend/index.html", &[Part::Shell]),
            (
                "protocol/src/api.rs",
                &[Part::Program, Part::Gallery, Part::Server],
            ),
            ("server-stub/texts/it.toml", &[Part::Server]),
            ("frontend/tests/pages.rs", &[]),
        ] {
            assert_eq!(parts_of(path), parts, "{path}");
        }
    }

    #[test]
    fn what_editors_keep_beside_a_file_is_no_change() {
        for path in [
            "frontend/src/.app.rs.swp",
            "frontend/src/app.rs~",
            "frontend/src/#app.rs#",
            "frontend/src/4913",
            "frontend/src/.#app.rs",
        ] {
            assert_eq!(parts_of(path), &[], "{path}");
        }
    }
}
