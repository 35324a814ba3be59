//! Fuzzing: programs that throw mutated bytes at whatever reads a stranger's.
//!
//! The engine is libFuzzer, its instrumentation the compiler's own, switched on with flags
//! that the pinned stable toolchain accepts: no other tool is needed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process::{Failed, gently, output, root, step, target, wait};

/// A target, and how it is run.
struct Target {
    name: &'static str,
    /// The longest input, in bytes: past the longest that is read, where there is a limit.
    length_max: usize,
    /// How many inputs `cargo xtask test` tries, some seconds' worth.
    runs: u32,
}

const TARGETS: [Target; 10] = [
    Target {
        name: "native_frames",
        length_max: 10_000,
        runs: 200_000,
    },
    Target {
        name: "window_lines",
        length_max: 5_000,
        runs: 5_000,
    },
    Target {
        name: "window_views",
        length_max: 70_000,
        runs: 100_000,
    },
    Target {
        name: "certificate",
        length_max: 4_096,
        runs: 20_000,
    },
    Target {
        name: "module_reports",
        length_max: 16_384,
        runs: 50_000,
    },
    Target {
        name: "token_info",
        length_max: 256,
        runs: 50_000,
    },
    Target {
        name: "token",
        length_max: 8_192,
        runs: 100_000,
    },
    Target {
        name: "revocation_list",
        length_max: 8_192,
        runs: 50_000,
    },
    Target {
        name: "ocsp_answer",
        length_max: 4_096,
        runs: 20_000,
    },
    Target {
        name: "trusted_list",
        length_max: 16_384,
        runs: 10_000,
    },
];

/// What cargo-fuzz passes for LLVM's coverage without a sanitizer.
const INSTRUMENTATION: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
];

/// Runs every target for a fixed number of inputs, the same ones each time.
pub fn all() -> Result<(), Failed> {
    let programs = build()?;
    for target in &TARGETS {
        // Begun anew each time: what is found must not depend on what was found before.
        let found = folder("fresh", target.name);
        remove(&found)?;
        let mut engine = target.engine(&programs, &found)?;
        let runs = format!("-runs={}", target.runs);
        engine.args(["-seed=1", runs.as_str()]);
        // How many, and no line for each that is new.
        engine.args(["-verbosity=0", "-print_funcs=0", "-print_final_stats=1"]);
        target.run(engine.arg(&found).arg(target.kept()))?;
    }
    Ok(())
}

/// Runs one target until it finds something or is stopped, or tries the files given; words
/// that begin with `-` are the engine's options.
pub fn one(name: &str, words: &[&str]) -> Result<(), Failed> {
    let target = named(name)?;
    let programs = build()?;
    let found = folder("found", name);
    let mut engine = target.engine(&programs, &found)?;
    if words.iter().all(|word| word.starts_with('-')) {
        engine.arg(&found).arg(target.kept());
    }
    target.run(engine.args(words))
}

/// Keeps of what [`one`] has found the inputs that reach code which no kept one reaches.
pub fn keep(name: &str) -> Result<(), Failed> {
    let target = named(name)?;
    let programs = build()?;
    let found = folder("found", name);
    let mut engine = target.engine(&programs, &found)?;
    engine.args(["-set_cover_merge=1", "-use_counters=0"]);
    target.run(engine.arg(target.kept()).arg(&found))
}

fn named(name: &str) -> Result<&'static Target, Failed> {
    let target = TARGETS.iter().find(|target| target.name == name);
    target.ok_or_else(|| {
        let names = TARGETS.map(|target| target.name).join(", ");
        Failed(format!("there is no target {name}; there are {names}"))
    })
}

impl Target {
    fn engine(&self, programs: &Path, found: &Path) -> Result<Command, Failed> {
        step(&format!("Fuzzing {}", self.name));
        let artifacts = self.artifacts();
        for folder in [found, &artifacts] {
            fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        }
        let mut engine = gently(programs.join(self.name).to_str().unwrap_or_default());
        engine.args([
            format!("-max_len={}", self.length_max),
            format!("-artifact_prefix={}/", artifacts.display()),
            // An input that keeps its reader busy, or fills memory, is a find too. In seconds by
            // the wall's clock, and others go before.
            "-timeout=30".to_owned(),
            "-rss_limit_mb=1024".to_owned(),
        ]);
        Ok(engine)
    }

    fn run(&self, engine: &mut Command) -> Result<(), Failed> {
        wait(engine).map_err(|_| {
            Failed(format!(
                "{0} failed on an input now in {1}; once more: cargo xtask fuzz {0} FILE",
                self.name,
                self.artifacts().display()
            ))
        })
    }

    /// The inputs every run begins with.
    fn kept(&self) -> PathBuf {
        root().join("fuzz/corpus").join(self.name)
    }

    fn artifacts(&self) -> PathBuf {
        folder("artifacts", self.name)
    }
}

/// Builds all targets; the folder they are in then.
///
/// For a target named to Cargo, since only then the flags spare build scripts and macros.
fn build() -> Result<PathBuf, Failed> {
    step("Building the fuzz targets");
    let host = output("rustc", &["--print", "host-tuple"])
        .ok_or_else(|| Failed("rustc does not tell its host".to_owned()))?;
    let host = host.trim();
    let folder = target().join("fuzz");
    wait(
        gently("cargo")
            .args(["build", "--quiet", "--profile=fuzz", "--package=fuzz"])
            .args(["--bins", "--target", host, "--target-dir"])
            .arg(&folder)
            .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTATION.join("\x1f")),
    )?;
    Ok(folder.join(host).join("fuzz"))
}

fn folder(kind: &str, name: &str) -> PathBuf {
    target().join("fuzz").join(kind).join(name)
}

fn remove(folder: &Path) -> Result<(), Failed> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(folder, &error)),
        _ => Ok(()),
    }
}

fn failed(folder: &Path, error: &io::Error) -> Failed {
    Failed(format!("{}: {error}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_built_run_and_has_a_kept_corpus() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        let mut built: Vec<&str> = manifest
            .split("[[bin]]\nname = \"")
            .skip(1)
            .filter_map(|bin| bin.split('"').next())
            .collect();
        let mut run = TARGETS.map(|target| target.name).to_vec();
        built.sort_unstable();
        run.sort_unstable();
        assert_eq!(built, run);
        for target in &TARGETS {
            assert!(target.kept().is_dir(), "{}", target.kept().display());
        }
    }
}
