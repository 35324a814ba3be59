//! A copy of the checkout, whose files may be changed.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use end_to_end::Outcome;

/// What no build reads.
const LEFT_OUT: [&str; 4] = [".git", ".cargo", "target", "node_modules"];

/// The copy; it stands below the checkout, whose Cargo configuration holds there too.
pub struct Checkout {
    folder: PathBuf,
    /// Files as they were.
    changed: HashMap<PathBuf, Vec<u8>>,
}

impl Checkout {
    /// Copies; what did not change since the last time is left alone, and not built again.
    pub fn copy() -> Outcome<Checkout> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dev-checkout");
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .canonicalize()?;
        copy(&from, &folder)?;
        let (tools, link) = (from.join("node_modules"), folder.join("node_modules"));
        // A link of an earlier time leads nowhere once the checkout has moved.
        if std::fs::read_link(&link).ok().as_ref() != Some(&tools) {
            let _ = std::fs::remove_file(&link);
            std::os::unix::fs::symlink(tools, link)?;
        }
        Ok(Checkout {
            folder,
            changed: HashMap::new(),
        })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a line to a file.
    pub fn append(&mut self, file: &str, line: &str) -> Outcome<()> {
        let file = self.folder.join(file);
        let text = fs::read_to_string(&file)?;
        self.write(file, format!("{text}\n{line}\n"))
    }

    /// Replaces some words wherever they stand in the files of a folder.
    pub fn replace(&mut self, folder: &str, words: &str, by: &str) -> Outcome<()> {
        let mut found = false;
        for entry in fs::read_dir(self.folder.join(folder))? {
            let file = entry?.path();
            let text = fs::read_to_string(&file).unwrap_or_default();
            if text.contains(words) {
                found = true;
                self.write(file, text.replace(words, by))?;
            }
        }
        match found {
            true => Ok(()),
            false => Err(format!("{folder} nowhere says {words}").into()),
        }
    }

    /// Makes every file what it was.
    pub fn restore(&mut self) -> Outcome<()> {
        for (file, content) in self.changed.drain() {
            fs::write(file, content)?;
        }
        Ok(())
    }

    fn write(&mut self, file: PathBuf, text: String) -> Outcome<()> {
        let before = fs::read(&file)?;
        fs::write(&file, text)?;
        self.changed.entry(file).or_insert(before);
        Ok(())
    }
}

/// Copies a folder; what stands in the copy only goes.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let target = to.join(&name);
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else if fs::read(&target).ok() != Some(fs::read(entry.path())?) {
            fs::copy(entry.path(), &target)?;
        }
        names.push(name);
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let name = entry.file_name();
        let kept = names.contains(&name) || LEFT_OUT.iter().any(|left_out| name == *left_out);
        match (kept, entry.path().is_dir()) {
            (true, _) => {}
            (false, true) => fs::remove_dir_all(entry.path())?,
            (false, false) => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}
