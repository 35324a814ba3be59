//! The demonstration's pictures, numbered in the order they were taken.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Outcome, browser::Browser, pin_window::PinWindow, program::run};

/// A folder of numbered pictures.
pub struct Photographs {
    folder: PathBuf,
    taken: u32,
}

impl Photographs {
    /// Begins an empty folder; pictures of an earlier run go.
    pub fn begin(folder: &Path) -> io::Result<Photographs> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "png") {
                fs::remove_file(path)?;
            }
        }
        Ok(Photographs {
            folder: folder.to_owned(),
            taken: 0,
        })
    }

    /// Takes a picture of the page.
    pub fn page(&mut self, name: &str, browser: &Browser) -> Outcome<()> {
        let file = self.next(name);
        browser.photograph(&file)
    }

    /// Takes a picture of the host's window.
    pub fn window(&mut self, name: &str, window: &PinWindow) -> Outcome<()> {
        let file = self.next(name);
        window.photograph(&file)
    }

    /// Takes a picture of a PDF's first page.
    pub fn document(&mut self, name: &str, document: &Path) -> Outcome<()> {
        let file = self.next(name).with_extension("");
        let mut command = Command::new("pdftoppm");
        command.args(["-png", "-singlefile", "-r", "80"]);
        command.arg(document).arg(file);
        run(&mut command)?;
        Ok(())
    }

    /// How many there are.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    fn next(&mut self, name: &str) -> PathBuf {
        self.taken += 1;
        self.folder.join(format!("{:02}-{name}.png", self.taken))
    }
}
