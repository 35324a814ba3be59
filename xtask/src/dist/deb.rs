//! The Debian package: host, window, extension, and what makes browsers find and install them.
//!
//! It is written with Debian's own tools. The file that a technician may change,
//! `/etc/tessera/policy.toml`, is the only configuration file; what browsers read in `/etc` are
//! links into `/usr`, which go when the package is removed; those browsers then take the extension
//! away as well.

mod browsers;
mod control;
mod tree;

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    create,
    extension::Packing,
    licences,
    moment::moment,
    programs::{self, HOST, WINDOW},
    signed, update,
    wish::Wish,
};
use crate::process::{Failed, command, root, step};

use self::tree::Tree;

/// What the package is called.
pub const NAME: &str = "tessera";
/// Where the programs are; the window must stand beside the host.
const PROGRAMS: &str = "usr/lib/tessera";
/// Where the extension is, and what browsers are told of it.
const SHARED: &str = "usr/share/tessera";

/// Makes `target/dist/tessera_<version>_<architecture>.deb`.
pub fn make(wish: &Wish) -> Result<(), Failed> {
    make_of(|packing| programs::build(packing, None), wish)
}

/// The same of programs that are for this machine alone, and sooner built.
pub fn make_for_tests(wish: &Wish) -> Result<(), Failed> {
    make_of(programs::build_for_tests, wish)
}

fn make_of(build: fn(&Packing) -> Result<PathBuf, Failed>, wish: &Wish) -> Result<(), Failed> {
    let moment = moment()?;
    let packing = Packing::begin(wish, super::key(wish)?)?;
    super::told(&packing);
    let programs = build(&packing)?;

    step("The Debian package");
    let package = create(&wish.folder)?.join(control::file_name()?);
    let tree = assemble(wish, &packing, &programs, moment)?;
    tree.pack(&package, moment)?;
    println!("  written: {}", package.display());
    if wish.signed_xpi.is_none() {
        println!(
            "  Mozilla has not signed the extension: this package lets Firefox ESR take any\n  \
             unsigned one; --signed-xpi FILE mends that (docs/postazioni.md)"
        );
    }
    Ok(())
}

/// Puts everything in its place; the programs are in this folder.
fn assemble(wish: &Wish, packing: &Packing, programs: &Path, moment: u64) -> Result<Tree, Failed> {
    let tree = Tree::begin()?;
    for program in [HOST, WINDOW] {
        tree.program(&format!("{PROGRAMS}/{program}"), &programs.join(program))?;
    }
    tree.link(&format!("usr/bin/{HOST}"), &format!("/{PROGRAMS}/{HOST}"))?;
    extension(&tree, wish, packing)?;
    browsers::write(&tree, packing, wish.signed_xpi.is_some())?;
    tree.write("etc/tessera/policy.toml", policy(wish)?)?;
    documents(&tree, moment)?;
    control::write(&tree)?;
    Ok(tree)
}

/// Both packages of the extension, and the address under which Chromium is told of its own.
fn extension(tree: &Tree, wish: &Wish, packing: &Packing) -> Result<(), Failed> {
    let crx = format!("{SHARED}/{}", super::CRX[0]);
    let told = update::for_chromium(packing, &format!("file:///{crx}"));
    tree.write(&crx, packing.crx()?)?;
    tree.write(&format!("{SHARED}/{}", super::CRX[1]), told)?;
    let xpi = match &wish.signed_xpi {
        Some(file) => signed::read(file, packing)?,
        None => packing.xpi()?,
    };
    tree.write(&format!("{SHARED}/{}", super::XPI[0]), xpi)
}

/// The documented policy; the origins that the host does not answer by itself are in it.
fn policy(wish: &Wish) -> Result<String, Failed> {
    const NONE: &str = "allowed_origins = []";
    let policy = read("deploy/policy.toml")?;
    let added: Vec<&str> = wish.added_origins().map(|origin| origin.as_str()).collect();
    match policy.contains(NONE) {
        true => Ok(policy.replace(NONE, &format!("allowed_origins = {added:?}"))),
        false => Err(Failed(format!("deploy/policy.toml has no line {NONE}"))),
    }
}

fn documents(tree: &Tree, moment: u64) -> Result<(), Failed> {
    let documents = format!("usr/share/doc/{NAME}");
    tree.write(
        &format!("{documents}/changelog.gz"),
        packed(&control::changelog(moment)?)?,
    )?;
    tree.write(
        &format!("{documents}/copyright"),
        control::copyright(&read("LICENSE")?),
    )?;
    tree.write(
        &format!("{documents}/libraries.gz"),
        packed(&licences::of_libraries(None)?)?,
    )?;
    tree.write(
        &format!("usr/share/man/man1/{HOST}.1.gz"),
        packed(&read("deploy/debian/tessera-host.1")?)?,
    )?;
    tree.write(
        &format!("usr/share/lintian/overrides/{NAME}"),
        read("deploy/debian/lintian-overrides")?,
    )
}

/// Without name and time, as Debian asks.
fn packed(text: &str) -> Result<Vec<u8>, Failed> {
    use std::io::{Seek, Write};
    let fault = |error| Failed(format!("gzip: {error}"));
    let mut input = tempfile::tempfile().map_err(fault)?;
    input.write_all(text.as_bytes()).map_err(fault)?;
    input.rewind().map_err(fault)?;
    let packed = command("gzip")
        .args(["--best", "--no-name", "--stdout"])
        .stdin(input)
        .output()
        .map_err(fault)?;
    match packed.status.success() {
        true => Ok(packed.stdout),
        false => Err(Failed(format!("gzip ended with {}", packed.status))),
    }
}

fn read(path: &str) -> Result<String, Failed> {
    let path = root().join(path);
    fs::read_to_string(&path).map_err(|error| Failed(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::{super::extension::tests::packing, *};

    const MOMENT: u64 = 1_800_000_000;
    const WORDS: [&str; 3] = ["--origin", "https://a.example", "https://sistemats.it"];

    /// A package whose programs are others, and the folder it is in.
    fn package() -> (TempDir, Packing) {
        let folder = tempfile::tempdir().unwrap();
        let packing = packing(&folder, &WORDS);
        for program in [HOST, WINDOW] {
            fs::copy("/bin/true", folder.path().join(program)).unwrap();
        }
        pack(&folder, &packing, "t.deb");
        (folder, packing)
    }

    fn pack(folder: &TempDir, packing: &Packing, name: &str) {
        let wish = Wish::read(&WORDS).unwrap();
        let tree = assemble(&wish, packing, folder.path(), MOMENT).unwrap();
        tree.pack(&folder.path().join(name), MOMENT).unwrap();
    }

    fn told(folder: &TempDir, words: &[&str]) -> String {
        let mut command = Command::new("dpkg-deb");
        let output = command.args(words).arg(folder.path().join("t.deb"));
        String::from_utf8(output.output().unwrap().stdout).unwrap()
    }

    #[test]
    fn a_package_has_each_file_in_its_place_and_root_owns_all() {
        let (folder, _) = package();
        let contents = told(&folder, &["--contents"]);
        let mut places = Vec::new();
        for line in contents.lines() {
            assert!(line.contains(" root/root "), "{line}");
            assert!(line.contains(" 2027-01-15 "), "{line}");
            let (_, path) = line.split_once(" ./").unwrap();
            if !path.is_empty() && !path.ends_with('/') {
                places.push(format!("{} {path}", &line[..10]));
            }
        }
        insta::assert_snapshot!(places.join("\n"));
    }

    #[test]
    fn a_package_describes_itself() {
        let (folder, _) = package();
        let control = told(&folder, &["--field"]);
        let field = |name: &str| {
            let line = control.lines().find(|line| line.starts_with(name));
            line.unwrap().split_once(": ").unwrap().1.to_owned()
        };
        assert_eq!(field("Package"), "tessera");
        assert_eq!(field("Version"), env!("CARGO_PKG_VERSION"));
        let depends = field("Depends");
        assert!(depends.starts_with("libc6 (>= "), "{depends}");
        // What the doctor names when the window cannot open, all of it.
        let doctor = include_str!("../../../host/src/doctor/host.rs");
        let named = doctor.split("packages are installed: ").nth(1).unwrap();
        let named = named.split('"').next().unwrap().replace('\\', "");
        for package in named.split_whitespace().chain(["pcscd", "libpcsclite1"]) {
            let is_there = depends.split(", ").any(|depended| depended == package);
            assert!(is_there, "{package} is not in {depends}");
        }
    }

    #[test]
    fn the_same_commit_makes_the_same_package() {
        let (folder, packing) = package();
        pack(&folder, &packing, "again.deb");
        let read = |name| fs::read(folder.path().join(name)).unwrap();
        assert!(read("t.deb") == read("again.deb"));
    }

    #[test]
    fn what_browsers_read_names_host_and_extension_of_this_package() {
        let (folder, packing) = package();
        let root = folder.path().join("root");
        let mut extract = Command::new("dpkg-deb");
        extract.arg("--extract").arg(folder.path().join("t.deb"));
        assert!(extract.arg(&root).status().unwrap().success());
        let json = |path: &str| -> serde_json::Value {
            serde_json::from_slice(&fs::read(root.join(path)).unwrap()).unwrap()
        };
        let id = packing.key.chromium_id();
        let gecko = packing.gecko_id();

        let manifest = json("usr/share/tessera/chromium/it.tessera.cns.json");
        assert_eq!(manifest["path"], "/usr/lib/tessera/tessera-host");
        assert_eq!(
            manifest["allowed_origins"],
            serde_json::json!([format!("chrome-extension://{id}/")])
        );
        let policy = json("usr/share/tessera/chromium/policy.json");
        assert_eq!(
            policy["ExtensionSettings"][&id]["update_url"],
            "file:///usr/share/tessera/update.xml"
        );
        let told = fs::read_to_string(root.join("usr/share/tessera/update.xml")).unwrap();
        assert!(told.contains("codebase='file:///usr/share/tessera/tessera.crx'"));

        let manifest = json("usr/lib/mozilla/native-messaging-hosts/it.tessera.cns.json");
        assert_eq!(manifest["allowed_extensions"], serde_json::json!([gecko]));
        assert_eq!(manifest.get("allowed_origins"), None);
        let policies = json("usr/lib/firefox/distribution/policies.json");
        assert_eq!(
            policies["policies"]["ExtensionSettings"][&gecko]["install_url"],
            "file:///usr/share/tessera/tessera.xpi"
        );

        // Only the origin that the host does not answer by itself.
        let policy = fs::read_to_string(root.join("etc/tessera/policy.toml")).unwrap();
        assert!(policy.contains("\nallowed_origins = [\"https://a.example\"]\n"));
        assert!(policy.contains("\nmodules = []\n"));
    }
}
