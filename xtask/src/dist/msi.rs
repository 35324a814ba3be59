//! The Windows packages: host and window, and what makes browsers find the host and install the
//! extension. One for everybody on a workstation, and one for a single person.
//!
//! They are made on Linux, with Debian's msitools. The extension is not in them: browsers fetch
//! it from the web folder that `--served-at` names.

mod browsers;
mod codes;
mod component;
mod database;
mod origins;
mod source;
mod summary;

use std::{fs, path::Path};

use self::{
    codes::Code,
    component::{Component, Folder},
    source::Source,
};
use super::{
    create,
    extension::Packing,
    key::Key,
    licences,
    moment::moment,
    programs::{self, HOST, WINDOW},
    wish::Wish,
};
use crate::{
    process::{Failed, root, step},
    setup::WINDOWS,
};

/// What the product is called, and its folder.
const NAME: &str = "Tessera";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The documents beside the programs.
const LICENCE: &str = "LICENSE.txt";
const LIBRARIES: &str = "libraries.txt";

/// For whom a package is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Machine,
    User,
}

impl Scope {
    fn file_name(self) -> &'static str {
        match self {
            Scope::Machine => "tessera.msi",
            Scope::User => "tessera-user.msi",
        }
    }

    /// The name in WiX.
    fn in_wix(self) -> &'static str {
        match self {
            Scope::Machine => "perMachine",
            Scope::User => "perUser",
        }
    }

    /// The part of the registry.
    fn root(self) -> &'static str {
        match self {
            Scope::Machine => "HKLM",
            Scope::User => "HKCU",
        }
    }

    /// By which a version knows the others; never another one.
    fn upgrade_code(self) -> Code {
        Code::of(&[b"it.tessera.cns", self.in_wix().as_bytes()])
    }
}

/// Makes `target/dist/tessera.msi` and `target/dist/tessera-user.msi`.
pub fn make(wish: &Wish) -> Result<(), Failed> {
    let packing = Packing::begin(wish, super::key(wish)?)?;
    super::told(&packing);
    let programs = programs::build(&packing, Some(WINDOWS))?;

    step("The Windows packages");
    for scope in [Scope::Machine, Scope::User] {
        let package = create(&wish.folder)?.join(scope.file_name());
        pack(
            &Made {
                wish,
                packing: &packing,
                programs: &programs,
                scope,
                version: version(VERSION),
                moment: moment()?,
            },
            &package,
        )?;
        println!("  written: {}", package.display());
    }
    match wish.is_served {
        true => println!(
            "  browsers are told to install the extension from {}\n  (tessera.msi alone; \
             dist crx and dist xpi make what is to stand there)",
            wish.served_at
        ),
        false => println!("  without --served-at no browser is told to install the extension"),
    }
    println!("  not signed (Authenticode): docs/postazioni.md");
    Ok(())
}

/// The packages that are tested, beside the programs they are made of: those of the unpacked
/// extension's ids. One is of a version that went before.
pub fn for_tests(programs: &Path) -> Result<(), Failed> {
    step("The Windows packages that are tested");
    let words = [
        "--origin",
        "https://portal.example",
        "https://sistemats.it",
        "--served-at",
        "https://portal.example/postazione/",
    ];
    for (words, scope, version, name) in [
        (&[][..], Scope::Machine, version(VERSION), "tessera.msi"),
        (&[], Scope::Machine, "0.0.1", "tessera-older.msi"),
        (
            &words,
            Scope::Machine,
            version(VERSION),
            "tessera-portal.msi",
        ),
        (&words, Scope::User, version(VERSION), "tessera-user.msi"),
    ] {
        let wish = Wish::read(words)?;
        let packing = Packing::begin(&wish, Key::of_the_unpacked_extension()?)?;
        pack(
            &Made {
                wish: &wish,
                packing: &packing,
                programs,
                scope,
                version,
                moment: moment()?,
            },
            &programs.join(name),
        )?;
    }
    Ok(())
}

/// A package about to be written.
struct Made<'a> {
    wish: &'a Wish,
    packing: &'a Packing,
    /// The folder of the programs.
    programs: &'a Path,
    scope: Scope,
    version: &'a str,
    moment: u64,
}

fn pack(made: &Made, package: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir().map_err(|error| Failed(error.to_string()))?;
    let folder = folder.path();
    for program in [HOST, WINDOW] {
        // Stripped when they were linked: a tool that does it afterwards writes the hour into them.
        let name = format!("{program}.exe");
        let from = made.programs.join(&name);
        fs::copy(&from, folder.join(&name))
            .map_err(|error| Failed(format!("{}: {error}", from.display())))?;
    }
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| Failed(format!("{}: {error}", path.display())))
    };
    for (name, text) in browsers::MANIFESTS
        .into_iter()
        .zip(browsers::manifests(made.packing))
    {
        write(name, text)?;
    }
    write(origins::POLICY_FILE, origins::file(made.wish))?;
    write(LICENCE, lines_as_on_windows(&licence()?))?;
    write(
        LIBRARIES,
        lines_as_on_windows(&licences::of_libraries(Some(WINDOWS))?),
    )?;
    let components = components(made);
    let source = Source {
        scope: made.scope,
        version: made.version,
        components: &components,
    };
    database::make(&source, folder, package, made.moment)
}

fn components(made: &Made) -> Vec<Component> {
    let mut components = vec![
        Component::file("Host", "tessera-host.exe"),
        Component::file("Window", "tessera-window.exe"),
        Component::file("Licence", LICENCE),
        Component::file("Libraries", LIBRARIES),
    ];
    components.extend(browsers::hosts());
    components.extend(origins::components(made.wish, made.scope));
    if made.scope == Scope::User {
        components.push(Component::folder("Above", Folder::Above));
    }
    // A browser's policies are the administrator's.
    if made.wish.is_served && made.scope == Scope::Machine {
        components.extend(browsers::policies(made.packing));
    }
    components
}

fn licence() -> Result<String, Failed> {
    let path = root().join("LICENSE");
    fs::read_to_string(&path).map_err(|error| Failed(format!("{}: {error}", path.display())))
}

fn lines_as_on_windows(text: &str) -> String {
    text.lines().map(|line| format!("{line}\r\n")).collect()
}

/// Windows knows numbers alone.
fn version(version: &str) -> &str {
    version.split(['-', '+']).next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::{super::extension::tests::packing, *};

    const MOMENT: u64 = 1_800_000_000;
    const WORDS: [&str; 5] = [
        "--origin",
        "https://a.example",
        "https://sistemats.it",
        "--served-at",
        "https://a.example/postazione/",
    ];

    /// Programs that are others, and a key.
    struct Bench {
        folder: TempDir,
        packing: Packing,
    }

    impl Bench {
        fn new() -> Bench {
            let folder = tempfile::tempdir().unwrap();
            let source = folder.path().join("program.c");
            fs::write(&source, "int main(void) { return 0; }").unwrap();
            for program in [HOST, WINDOW] {
                let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
                compiler
                    .arg("-o")
                    .arg(folder.path().join(format!("{program}.exe")));
                assert!(compiler.arg(&source).status().unwrap().success());
            }
            let packing = packing(&folder, &WORDS);
            Bench { folder, packing }
        }

        fn pack(&self, words: &[&str], scope: Scope, version: &str) -> Vec<u8> {
            let package = self.folder.path().join("t.msi");
            let made = Made {
                wish: &Wish::read(words).unwrap(),
                packing: &self.packing,
                programs: self.folder.path(),
                scope,
                version,
                moment: MOMENT,
            };
            pack(&made, &package).unwrap();
            fs::read(package).unwrap()
        }

        /// The rows of a table of the package made last.
        fn table(&self, name: &str) -> Vec<Vec<String>> {
            let mut info = Command::new("msiinfo");
            info.arg("export").arg(self.folder.path().join("t.msi"));
            let told = String::from_utf8(info.arg(name).output().unwrap().stdout).unwrap();
            let rows = told.lines().skip(3).map(|line| line.split('\t'));
            rows.map(|row| row.map(str::to_owned).collect()).collect()
        }

        fn property(&self, name: &str) -> String {
            let mut rows = self.table("Property").into_iter();
            rows.find(|row| row[0] == name).unwrap().remove(1)
        }

        /// A line of what the package says of itself.
        fn summary(&self, name: &str) -> String {
            let mut info = Command::new("msiinfo");
            info.env("TZ", "UTC")
                .arg("suminfo")
                .arg(self.folder.path().join("t.msi"));
            let told = String::from_utf8(info.output().unwrap().stdout).unwrap();
            let line = told.lines().find(|line| line.starts_with(name));
            line.unwrap().split_once(": ").unwrap().1.to_owned()
        }

        /// Files, and keys and values with what they hold, each with its condition.
        fn contents(&self) -> String {
            let components = self.table("Component");
            let condition = |name: &str| {
                let component = components.iter().find(|row| row[0] == name);
                match component.unwrap()[4].as_str() {
                    "" => String::new(),
                    condition => format!(" (if {condition})"),
                }
            };
            let mut lines = Vec::new();
            for row in self.table("File") {
                lines.push(row[2].clone() + &condition(&row[1]));
            }
            for row in self.table("Registry") {
                let root = if row[1] == "2" { "HKLM" } else { "HKCU" };
                let (key, name, text) = (&row[2], &row[3], &row[4]);
                let condition = condition(&row[5]);
                lines.push(format!(r"{root}\{key} {name} = {text}{condition}"));
            }
            lines.sort();
            let whole = lines.join("\n");
            whole
                .replace(&self.packing.gecko_id(), "<id in Firefox>")
                .replace(&self.packing.key.chromium_id(), "<id>")
        }
    }

    #[test]
    fn the_same_commit_makes_the_same_package() {
        let bench = Bench::new();
        for scope in [Scope::Machine, Scope::User] {
            let one = bench.pack(&WORDS, scope, "1.2.3");
            // The second after: the hour would stand in it.
            std::thread::sleep(std::time::Duration::from_millis(1100));
            assert!(one == bench.pack(&WORDS, scope, "1.2.3"));
            assert_eq!(bench.summary("Template"), "x64;1040");
            for time in ["Created", "Last saved"] {
                assert_eq!(bench.summary(time), "Fri Jan 15 08:00:00 2027");
            }
        }
    }

    #[test]
    fn a_package_has_files_keys_and_policies() {
        let bench = Bench::new();
        bench.pack(&WORDS, Scope::Machine, "1.2.3");
        insta::assert_snapshot!("for_a_machine", bench.contents());
        bench.pack(&WORDS, Scope::User, "1.2.3");
        insta::assert_snapshot!("for_a_person", bench.contents());
        bench.pack(&[], Scope::Machine, "1.2.3");
        insta::assert_snapshot!("for_the_portal_itself", bench.contents());
        bench.pack(&[], Scope::User, "1.2.3");
        assert!(!bench.contents().contains("policy"), "{}", bench.contents());
    }

    #[test]
    fn another_content_is_another_package_of_the_same_product() {
        let bench = Bench::new();
        let mut codes = Vec::new();
        for (words, version) in [(&WORDS[..], "1.2.3"), (&[], "1.2.3"), (&[], "1.2.4")] {
            bench.pack(words, Scope::Machine, version);
            assert_eq!(bench.property("ProductVersion"), version);
            assert_eq!(
                bench.property("UpgradeCode"),
                Scope::Machine.upgrade_code().to_string()
            );
            codes.push(bench.property("ProductCode"));
            codes.push(bench.summary("Revision"));
        }
        let all = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), all, "{codes:?}");
    }

    #[test]
    fn a_package_removes_whatever_version_is_there() {
        let bench = Bench::new();
        bench.pack(&[], Scope::Machine, "1.2.3");
        let rows = bench.table("Upgrade");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0][1..3], ["0.0.0", ""]);
        assert_eq!(rows[0][6], "OTHER_VERSION");
        let order = bench.table("InstallExecuteSequence");
        let at = |action: &str| -> u32 {
            let row = order.iter().find(|row| row[0] == action).unwrap();
            row[2].parse().unwrap()
        };
        assert!(at("InstallInitialize") < at("RemoveExistingProducts"));
        assert!(at("RemoveExistingProducts") < at("ProcessComponents"));
        assert!(at("AppSearch") < at("KeepOrigins"));
        assert!(at("KeepOrigins") < at("CostInitialize"));
    }

    #[test]
    fn nobody_but_an_administrator_says_which_origins_a_repair_writes() {
        let bench = Bench::new();
        bench.pack(&[], Scope::Machine, "1.2.3");
        assert_eq!(bench.property("SecureCustomProperties"), "OTHER_VERSION");
        let before = bench.table("InstallUISequence");
        assert!(before.iter().all(|row| row[0] != "AppSearch"), "{before:?}");
    }

    #[test]
    fn a_version_is_numbers_alone() {
        assert_eq!(version("1.2.3"), "1.2.3");
        assert_eq!(version("1.2.3-rc.1+5"), "1.2.3");
    }
}
