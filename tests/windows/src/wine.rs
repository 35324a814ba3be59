//! Wine with a `C:` of its own, and Tessera's programs in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// Where the programs stand, as an installer puts them.
const PROGRAMS: &str = "Program Files/Tessera";

/// Rust's standard library asks Windows for random numbers by a function that Wine 8 lacks, and
/// does not start without it. This one asks for them in the older way. Every Windows from 7 on
/// has it.
const RANDOM_NUMBERS: &str = r"
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return SystemFunction036(data, (ULONG)length);
}
";

/// A Wine of our own.
pub struct Wine {
    folder: TempDir,
    display: String,
    /// A program with a window that stays. While one does, Windows' services and desktop stay
    /// too; else each program starts them and is not over, as far as its pipes tell, before
    /// they are.
    waiting: Option<Child>,
}

impl Wine {
    /// Makes one whose windows come on this display, with nothing of Tessera's in it.
    pub fn new(display: &str) -> Wine {
        let mut wine = Wine {
            folder: tempfile::tempdir().unwrap(),
            display: display.to_owned(),
            waiting: None,
        };
        wine.must(wine.command("wineboot").arg("--init"));
        wine.must(wine.command("wineserver").arg("--wait"));
        wine.give_random_numbers();
        let mut waiting = wine.program(&["notepad"]);
        waiting.stdin(Stdio::null());
        waiting.stdout(Stdio::null()).stderr(Stdio::null());
        wine.waiting = Some(waiting.spawn().unwrap());
        // The services may be started for whichever comes next, which therefore has no pipes.
        let mut first = wine.program(&["cmd", "/c", "exit"]);
        first.stdin(Stdio::null());
        first.stdout(Stdio::null()).stderr(Stdio::null());
        assert!(first.status().unwrap().success());
        wine
    }

    /// Puts the programs there, and nothing that tells of them.
    pub fn put_programs(&self) {
        let programs = self.drive_c(PROGRAMS);
        fs::create_dir_all(&programs).unwrap();
        for name in ["tessera-host.exe", "tessera-window.exe"] {
            fs::copy(built(name), programs.join(name)).unwrap();
        }
    }

    /// Has Windows Installer do something, without a word.
    #[track_caller]
    pub fn msiexec(&self, words: &[&str]) {
        self.must(&mut self.program(&[&["msiexec", "/qn"], words].concat()));
    }

    fn give_random_numbers(&self) {
        let source = self.folder.path().join("random.c");
        fs::write(&source, RANDOM_NUMBERS).unwrap();
        let library = self.drive_c("windows/system32/bcryptprimitives.dll");
        let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
        compiler.args(["-shared", "-o"]).arg(library).arg(source);
        self.must(compiler.arg("-ladvapi32"));
    }

    /// A file of its `C:`, as Linux names it.
    pub fn drive_c(&self, path: &str) -> PathBuf {
        self.folder.path().join("prefix/drive_c").join(path)
    }

    /// A file of the person's, below their own folder.
    pub fn person(&self, path: &str) -> PathBuf {
        let users = fs::read_dir(self.drive_c("users")).unwrap();
        let mut folders = users.map(|entry| entry.unwrap().path());
        let persons = folders.find(|folder| !folder.ends_with("Public"));
        persons.unwrap().join(path)
    }

    /// The host, to be run as it was installed.
    pub fn host(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("wine");
        command.arg(r"C:\Program Files\Tessera\tessera-host.exe");
        command.args(arguments);
        command
    }

    /// Runs the host to its end.
    pub fn run_host(&self, arguments: &[&str]) -> Output {
        self.host(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// A program of Windows' own.
    pub fn program(&self, line: &[&str]) -> Command {
        let mut command = self.command("wine");
        command.args(line);
        command
    }

    /// Sets a value of the registry, as an administrator's script does.
    pub fn set(&self, key: &str, value: &str, kind: &str, data: &str) {
        let line = ["reg", "add", key, "/v", value, "/t", kind, "/d", data, "/f"];
        self.must(&mut self.program(&line));
    }

    /// Removes a key and all below it.
    pub fn remove(&self, key: &str) {
        self.must(&mut self.program(&["reg", "delete", key, "/f"]));
    }

    /// All that the registry holds of `Software`, everybody's and the person's: a line a thing,
    /// in the order of their names.
    pub fn registry(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for hive in ["HKCU", "HKLM"] {
            let file = self.folder.path().join("registry.reg");
            let windows = format!("Z:{}", file.display());
            let key = format!(r"{hive}\Software");
            self.must(&mut self.program(&["reg", "export", &key, &windows, "/y"]));
            let bytes = fs::read(&file).unwrap();
            let letters = bytes[2..].chunks_exact(2);
            let letters: Vec<u16> = letters
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect();
            let mut key = String::new();
            for line in String::from_utf16(&letters).unwrap().lines() {
                match line.strip_prefix('[') {
                    Some(name) => {
                        key = name.trim_end_matches(']').to_owned();
                        lines.push(key.clone());
                    }
                    None => lines.push(format!("{key}: {line}")),
                }
            }
        }
        lines.retain(|line| !line.ends_with(": "));
        lines.sort();
        lines
    }

    /// The files of `C:`, but for those that Wine writes by itself.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.drive_c("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path.clone());
                }
                files.push(path);
            }
        }
        files.retain(|path| !path.starts_with(self.drive_c("windows")));
        files.sort();
        files
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("WINEPREFIX", self.folder.path().join("prefix"))
            .env("WINEARCH", "win64")
            // Neither what it thinks of itself, nor questions whether to fetch more of it.
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .env("DISPLAY", &self.display)
            .env_remove("XDG_RUNTIME_DIR");
        command
    }

    #[track_caller]
    fn must(&self, command: &mut Command) -> Output {
        let output = command.stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let said = [&output.stdout[..], &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(output.status.success(), "{command:?}: {said}");
        output
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let _ = self.command("wineserver").arg("--kill").output();
        let _ = self.command("wineserver").arg("--wait").output();
        if let Some(mut waiting) = self.waiting.take() {
            let _ = waiting.wait();
        }
    }
}

/// What was cross-built for the tests.
pub fn built(name: &str) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = cargo_products::folder(&checkout);
    let path = target.join("x86_64-pc-windows-gnu/release").join(name);
    assert!(
        path.is_file(),
        "{} is not built: `cargo xtask test windows` does it",
        path.display()
    );
    path
}
