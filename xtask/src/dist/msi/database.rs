//! The package as Windows Installer reads it: a database, made by wixl.
//!
//! wixl knows a part of WiX. What it leaves out is written into its tables afterwards; and it
//! writes down the hour and a number at random, in whose place come the commit's and the package's own.

use std::{
    fs::{self, FileTimes},
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};

use super::{
    NAME, Scope,
    codes::Code,
    origins::{KEPT_PROPERTY, PROPERTY},
    source::{LANGUAGE, OTHER_VERSION, Source},
    summary,
};
use crate::process::{Failed, command, wait};

/// Writes the package; its files are in this folder, and what is written aside as well.
pub fn make(source: &Source, folder: &Path, package: &Path, moment: u64) -> Result<(), Failed> {
    let content = contents(source, folder)?;
    let product = Code::of(&[b"product", &content]);
    let wxs = folder.join("package.wxs");
    fs::write(&wxs, source.text(product)).map_err(|error| fault(&wxs, error))?;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(moment);
    for file in files(source) {
        let path = folder.join(file);
        fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_times(FileTimes::new().set_modified(time)))
            .map_err(|error| fault(&path, error))?;
    }
    let made = folder.join("package.msi");
    let mut wixl = within("wixl", folder);
    wixl.args(["--arch", "x64", "--output"]).args([&made, &wxs]);
    wait(&mut wixl)?;
    let mut rest = within("msibuild", folder);
    rest.arg(&made).arg("-q").args(what_wixl_leaves_out(source));
    wait(&mut rest)?;
    let mut names = within("msibuild", folder);
    let language = format!("x64;{LANGUAGE}");
    // Two files that differ in their times alone are two packages.
    let code = Code::of(&[b"package", &content, &moment.to_le_bytes()]).to_string();
    names.arg(&made).args(["-s", NAME, NAME, &language, &code]);
    wait(&mut names)?;
    let mut bytes = fs::read(&made).map_err(|error| fault(&made, error))?;
    summary::set_times(&mut bytes, moment)?;
    fs::write(package, bytes).map_err(|error| fault(package, error))
}

/// The hash of all that makes this package another one than others.
fn contents(source: &Source, folder: &Path) -> Result<Vec<u8>, Failed> {
    let mut content = Sha256::new_with_prefix(source.text(Code::of(&[])));
    for statement in what_wixl_leaves_out(source) {
        content.update(statement);
    }
    for file in files(source) {
        let path = folder.join(file);
        content.update(fs::read(&path).map_err(|error| fault(&path, error))?);
    }
    Ok(content.finalize().to_vec())
}

fn files<'a>(source: &Source<'a>) -> impl Iterator<Item = &'static str> + use<'a> {
    source
        .components
        .iter()
        .filter_map(|component| component.file)
}

/// Conditions of components, properties that reach the installer's service, the order of deeds,
/// and a property that takes another one's place.
fn what_wixl_leaves_out(source: &Source) -> Vec<String> {
    const KEEP: &str = "KeepOrigins";
    /// Sets a property (Windows Installer's "Custom Action Type 51").
    const SETS_PROPERTY: u32 = 51;
    let mut statements = Vec::new();
    for component in source.components {
        if let Some(condition) = component.condition {
            statements.push(format!(
                "UPDATE `Component` SET `Condition` = '{condition}' WHERE `Component` = '{}'",
                component.name
            ));
        }
    }
    // After InstallInitialize: what goes wrong after it brings the old version back.
    statements.push(
        "UPDATE `InstallExecuteSequence` SET `Sequence` = 1501 \
         WHERE `Action` = 'RemoveExistingProducts'"
            .to_owned(),
    );
    if source.scope == Scope::User {
        return statements;
    }
    // Of what is looked for nothing is taken from whoever is no administrator and has a package
    // repaired: it is looked for where the installer's service does its deeds, and there alone.
    statements.push(format!(
        "UPDATE `Property` SET `Value` = '{OTHER_VERSION}' \
         WHERE `Property` = 'SecureCustomProperties'"
    ));
    statements.push("DELETE FROM `InstallUISequence` WHERE `Action` = 'AppSearch'".to_owned());
    statements.push(format!(
        "INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) \
         VALUES ('{KEEP}', {SETS_PROPERTY}, '{PROPERTY}', '[{KEPT_PROPERTY}]')"
    ));
    // Between AppSearch and the deeds.
    statements.push(format!(
        "INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) \
         VALUES ('{KEEP}', '{KEPT_PROPERTY} AND NOT {PROPERTY}', 60)"
    ));
    statements
}

/// A program, in the package's folder.
fn within(program: &str, folder: &Path) -> Command {
    let mut within = command(program);
    // Cabinets hold their files' times as the zone has them.
    within.current_dir(folder).env("TZ", "UTC");
    within
}

fn fault(path: &Path, error: std::io::Error) -> Failed {
    Failed(format!("{}: {error}", path.display()))
}
