//! What a fresh machine lacks: shown with what it is for, installed once, skipped when present.

use std::{path::Path, process::Command};

use crate::process::{Failed, command, output, root, run, step, target, wait};

/// Windows, by Rust's name for it with GNU's linker.
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// macOS on both kinds of processor.
pub const MACOS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];

/// Debian packages, each group with its use.
const FOR_THE_CHAIN: &[(&str, &[&str])] = &[
    (
        "a real browser and its driver",
        &["chromium", "chromium-driver"],
    ),
    (
        "the card's middleware and a virtual reader",
        &[
            "pcscd",
            "vsmartcard-vpcd",
            "opensc",
            "opensc-pkcs11",
            "iproute2",
            "softhsm2",
        ],
    ),
    (
        "the PIN window's libraries and a screen for it",
        &[
            "libx11-6",
            "libx11-xcb1",
            "libxcursor1",
            "libxi6",
            "libxkbcommon0",
            "libxkbcommon-x11-0",
            "libfontconfig1",
            "fonts-dejavu-core",
            "xvfb",
            "xdotool",
            "x11-utils",
            "imagemagick",
        ],
    ),
    (
        "the accessibility tree the window shows itself in",
        &[
            "at-spi2-core",
            "dbus",
            "python3-dbus",
            "python3-pyatspi",
            "gir1.2-atspi-2.0",
        ],
    ),
    READING_DOCUMENTS,
    (
        "judging the credentials document",
        &["default-jre-headless"],
    ),
    (
        "a second judge of certificates, and a responder to ask about them",
        &["openssl"],
    ),
];

const READING_DOCUMENTS: (&str, &[&str]) =
    ("reading the credentials document back", &["poppler-utils"]);

const FOR_JUDGING: &[(&str, &[&str])] = &[("a second judge of XML signatures", &["xmlsec1"])];

const FOR_THE_SERVER: &[(&str, &[&str])] = &[(
    "a database server, which the tests start themselves",
    &[POSTGRESQL],
)];
const POSTGRESQL: &str = "postgresql-15";

const FOR_PYTHON: &[(&str, &[&str])] = &[("judges of the running server", &["python3-venv"])];

/// Servers that the tests start themselves, and what they are looked at with.
const FOR_DEPLOYING: &[(&str, &[&str])] = &[
    ("the proxies in front of several nodes", PROXIES),
    ("judging the systemd unit", &["systemd"]),
    (
        "what the server asks of the system, and a system that allows little",
        &["strace", "bubblewrap"],
    ),
    ("a node whose clock jumps", &["faketime"]),
];

/// Each would serve this machine from its installation on.
const PROXIES: &[&str] = &["nginx", "haproxy"];

const FOR_COMPARING: &[(&str, &[&str])] = &[(
    "what asks for client certificates, to be measured beside",
    &["nginx"],
)];

const FOR_DEBIAN_PACKAGE: &[(&str, &[&str])] =
    &[("making a Debian package", &["dpkg-dev", "openssl"])];

const FOR_USING_PACKAGES: &[(&str, &[&str])] = &[
    ("judging the Debian package", &["lintian"]),
    ("a second browser that obeys policies", &["firefox-esr"]),
];

const FOR_WINDOWS_PACKAGE: &[(&str, &[&str])] = &[
    ("linking Windows' programs", &["gcc-mingw-w64-x86-64"]),
    ("making a Windows package", &["wixl", "msitools", "openssl"]),
];

const FOR_WINDOWS: &[(&str, &[&str])] = &[
    ("running them", &["wine", "wine64"]),
    (
        "a screen for them, and somebody at it",
        &["xvfb", "xdotool", "imagemagick"],
    ),
];

const FOR_FUZZING: &[(&str, &[&str])] = &[("compiling the fuzzers' engine", &["g++"])];

/// What the pages and programs are built with.
pub fn for_build() -> Result<(), Failed> {
    step("Setting up: what the build needs");
    rust_target("wasm32-unknown-unknown", "the browser")?;
    node_packages()?;
    cargo_tool(
        "wasm-bindgen-cli",
        "wasm-bindgen",
        &locked_version("wasm-bindgen")?,
        &[],
    )
}

/// What a front-end developer needs besides.
pub fn for_dev() -> Result<(), Failed> {
    debian_packages(&[READING_DOCUMENTS])?;
    for_build()
}

/// What the demo needs besides.
pub fn for_demo() -> Result<(), Failed> {
    step("Setting up: what the demo needs");
    debian_packages(FOR_THE_CHAIN)?;
    for_build()
}

/// What playing situations without a browser needs: neither pages nor their tools.
pub fn for_field() -> Result<(), Failed> {
    step("Setting up: what the virtual desk needs");
    debian_packages(FOR_THE_CHAIN)
}

/// What the tests need besides [`for_build`]. Nothing of it is needed to build for this machine
/// and the browser, and most of it is waiting for the network.
pub fn for_test() -> Result<(), Failed> {
    step("Setting up: what the tests need");
    tell_postgresql()?;
    // All at once: Debian's package manager begins anew each time it is asked.
    debian_packages_at_rest(
        &[
            FOR_THE_CHAIN,
            FOR_JUDGING,
            FOR_DEBIAN_PACKAGE,
            FOR_USING_PACKAGES,
            FOR_THE_SERVER,
            FOR_PYTHON,
            FOR_DEPLOYING,
            FOR_FUZZING,
            FOR_WINDOWS_PACKAGE,
            FOR_WINDOWS,
        ]
        .concat(),
    )?;
    python_packages()?;
    unpacked(
        "prometheus",
        "a judge of metrics, alert rules and dashboard",
    )?;
    // It only starts others: quickly built is better than quick.
    cargo_tool("wasm-pack", "wasm-pack", "0.15.1", &["--locked", "--debug"])
}

/// Rust's libraries for all systems that the tests build or check for. Not beside another
/// `rustup`: two at a time write the same list.
pub fn systems_for_test() -> Result<(), Failed> {
    step("Setting up: the systems that the tests build for");
    rust_target(WINDOWS, "Windows")?;
    MACOS
        .into_iter()
        .try_for_each(|target| rust_target(target, "macOS"))
}

/// Installs these; a proxy among them that was not here is not left serving.
fn debian_packages_at_rest(groups: &[(&str, &[&str])]) -> Result<(), Failed> {
    let wanted = groups.iter().flat_map(|(_, packages)| packages.iter());
    let new: Vec<&str> = wanted
        .copied()
        .filter(|package| PROXIES.contains(package) && !is_installed(package))
        .collect();
    debian_packages(groups)?;
    for service in new {
        let mut stop = match Path::new("/run/systemd/system").is_dir() {
            true => as_root("systemctl", &["disable", "--now", "--quiet", service]),
            false => as_root("service", &[service, "stop"]),
        };
        // Where it was not started there is nothing to stop.
        let _ = stop.output();
    }
    Ok(())
}

/// What the bench needs besides.
pub fn for_bench() -> Result<(), Failed> {
    for_demo()?;
    python_packages()?;
    debian_packages_at_rest(FOR_COMPARING)?;
    postgresql()
}

/// What making the Debian package needs.
pub fn for_debian_package() -> Result<(), Failed> {
    step("Setting up: what the Debian package needs");
    debian_packages(FOR_DEBIAN_PACKAGE)
}

/// What testing the packages needs besides the demo.
pub fn for_test_of_packages() -> Result<(), Failed> {
    for_demo()?;
    debian_packages(FOR_DEBIAN_PACKAGE)?;
    debian_packages(FOR_USING_PACKAGES)
}

/// What fuzzing alone needs.
pub fn for_fuzzing() -> Result<(), Failed> {
    debian_packages(FOR_FUZZING)
}

/// What making the Windows packages needs.
pub fn for_windows_package() -> Result<(), Failed> {
    step("Setting up: what the Windows packages need");
    rust_target(WINDOWS, "Windows")?;
    debian_packages(FOR_WINDOWS_PACKAGE)
}

/// What building for Windows and running that needs.
pub fn for_windows() -> Result<(), Failed> {
    rust_target(WINDOWS, "Windows")?;
    debian_packages(FOR_WINDOWS_PACKAGE)?;
    debian_packages(FOR_WINDOWS)
}

fn postgresql() -> Result<(), Failed> {
    tell_postgresql()?;
    debian_packages(FOR_THE_SERVER)
}

/// Debian's package makes a cluster and starts a server, unless it is told beforehand not to.
fn tell_postgresql() -> Result<(), Failed> {
    const TOLD: &str = "/etc/postgresql-common/createcluster.conf";
    if is_installed(POSTGRESQL) || Path::new(TOLD).exists() {
        return Ok(());
    }
    let tell = format!("mkdir -p $(dirname {TOLD}) && echo 'create_main_cluster = false' > {TOLD}");
    wait(&mut as_root("sh", &["-c", &tell]))
}

fn debian_packages(groups: &[(&str, &[&str])]) -> Result<(), Failed> {
    let mut missing = Vec::new();
    for (purpose, packages) in groups {
        let lacking: Vec<&str> = packages
            .iter()
            .copied()
            .filter(|package| !is_installed(package))
            .collect();
        if !lacking.is_empty() {
            println!("  {purpose}: {}", lacking.join(" "));
        }
        missing.extend(lacking);
    }
    if missing.is_empty() {
        println!("  Debian packages: all present");
        return Ok(());
    }
    if output("apt-get", &["--version"]).is_none() {
        return Err(Failed(format!(
            "this is no Debian system; install what these packages hold, then try again: {}",
            missing.join(" ")
        )));
    }
    wait(&mut as_root("apt-get", &["update", "--quiet=2"]))?;
    let mut install = vec!["install", "--yes", "--no-install-recommends", "--quiet=2"];
    install.extend(missing);
    wait(as_root("apt-get", &install).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// A Debian package whose service nobody wants to run, unpacked beside the build and not
/// installed: its programs are in `target/tools/<package>/usr/bin`.
fn unpacked(package: &str, purpose: &str) -> Result<(), Failed> {
    let folder = target().join("tools").join(package);
    if folder.join("usr/bin").is_dir() {
        println!("  {purpose} ({package}): present");
        return Ok(());
    }
    println!("  {purpose}: {package}, unpacked in target/tools");
    let fault = |fault: std::io::Error| Failed(format!("{}: {fault}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(fault)?;
    wait(&mut as_root("apt-get", &["update", "--quiet=2"]))?;
    let download = ["download", "--quiet=2", package];
    wait(command("apt-get").args(download).current_dir(&folder))?;
    for entry in std::fs::read_dir(&folder).map_err(fault)? {
        let file = entry.map_err(fault)?.path();
        if file.extension().is_some_and(|end| end == "deb") {
            wait(command("dpkg-deb").arg("--extract").args([&file, &folder]))?;
            std::fs::remove_file(&file).map_err(fault)?;
        }
    }
    Ok(())
}

fn is_installed(package: &str) -> bool {
    output("dpkg-query", &["-W", "-f=${db:Status-Status}", package])
        .is_some_and(|status| status == "installed")
}

fn as_root(program: &str, arguments: &[&str]) -> Command {
    let is_root = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    let mut full = if is_root {
        command(program)
    } else {
        let mut sudo = command("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", program]);
        sudo
    };
    full.args(arguments);
    full
}

/// Rust's libraries for another system.
fn rust_target(target: &str, system: &str) -> Result<(), Failed> {
    let libraries = output("rustc", &["--print", "target-libdir", "--target", target]);
    let present = libraries.is_some_and(|folder| Path::new(folder.trim()).is_dir());
    if present {
        println!("  Rust's target for {system} ({target}): present");
        return Ok(());
    }
    println!("  Rust's target for {system}: {target}");
    run("rustup", &["target", "add", target])
}

/// sass, bootstrap-italia, binaryen, esbuild, purgecss, typescript; axe-core, lighthouse and veraPDF
/// (a jar in `@opendataloader/pdf`) for the tests: exactly as locked.
fn node_packages() -> Result<(), Failed> {
    let lock = std::fs::read(root().join("package-lock.json"))
        .map_err(|error| Failed(format!("package-lock.json: {error}")))?;
    let stamp = root().join("node_modules/.tessera-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        println!("  style sheet, optimiser and checkers from npm: present");
        return Ok(());
    }
    println!(
        "  style sheet (bootstrap-italia, sass), optimisers (binaryen, esbuild), type checker from npm,"
    );
    println!("  checkers of pages and documents (axe-core, lighthouse, veraPDF)");
    run(
        "npm",
        &["ci", "--ignore-scripts", "--no-fund", "--no-audit"],
    )?;
    std::fs::write(&stamp, lock).map_err(|error| Failed(format!("{}: {error}", stamp.display())))
}

/// schemathesis and drHEADer, which hold the running server to its description and to good
/// headers: exactly as locked, in a folder of their own.
fn python_packages() -> Result<(), Failed> {
    let folder = target().join("python");
    let wanted = root().join("tests/python/requirements.txt");
    let mut lock =
        std::fs::read(&wanted).map_err(|error| Failed(format!("{}: {error}", wanted.display())))?;
    // Its programs name their interpreter by its path: one that was moved runs no more.
    lock.extend_from_slice(folder.as_os_str().as_encoded_bytes());
    let stamp = folder.join("tessera-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        println!("  Python packages: present");
        return Ok(());
    }
    println!(
        "  Python packages from PyPI: judges of the running server, and a validator to be measured beside"
    );
    debian_packages(FOR_PYTHON)?;
    let folder = folder.display().to_string();
    run("python3", &["-m", "venv", "--clear", &folder])?;
    let install = ["-m", "pip", "install", "--quiet", "--require-hashes"];
    let from = ["--only-binary=:all:", "--requirement"];
    wait(
        command(&format!("{folder}/bin/python"))
            .args(install)
            .args(from)
            .arg(&wanted),
    )?;
    std::fs::write(&stamp, lock).map_err(|error| Failed(format!("{}: {error}", stamp.display())))
}

/// A program from crates.io, of exactly this version.
fn cargo_tool(package: &str, program: &str, version: &str, options: &[&str]) -> Result<(), Failed> {
    let present = output(program, &["--version"])
        .is_some_and(|line| line.split_whitespace().any(|word| word == version));
    if present {
        println!("  {package} {version}: present");
        return Ok(());
    }
    println!("  {package} {version}, built from source");
    let wanted = format!("{package}@{version}");
    let install = ["install", "--quiet", wanted.as_str()];
    run("cargo", &[&install, options].concat())
}

/// The version of a crate in Cargo.lock: tool and crate must be of one version.
fn locked_version(package: &str) -> Result<String, Failed> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| Failed(format!("Cargo.lock: {error}")))?;
    let after_name = lock
        .split(&format!("name = \"{package}\"\nversion = \""))
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    after_name
        .map(str::to_owned)
        .ok_or_else(|| Failed(format!("Cargo.lock names no {package}")))
}
