//! What a host sees of its machine, changed for that host alone.
//!
//! A script takes the host's place in the browser's manifest: it changes what is seen, and
//! becomes the host. The machine itself and whatever else runs on it stay as they are.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::{Outcome, middleware::opensc, product};

/// What is different there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// OpenSC is not installed.
    NoModule,
    /// OpenSC is there for programs of 32 bits.
    ModuleOfOtherBitness,
    /// The clock is thirty years behind.
    ClockBehind,
}

impl Difference {
    /// Writes the program that is the host on such a machine, with all it needs in `folder`.
    pub fn host(self, folder: &Path) -> Outcome<PathBuf> {
        let host = product::host()?;
        let host = host.display();
        let script = match self {
            Difference::NoModule => changing_modules(folder, "rm \"$module\"")?,
            Difference::ModuleOfOtherBitness => changing_modules(
                folder,
                // The class in an ELF file's fifth byte: 1 is 32 bits.
                "printf '\\001' | dd of=\"$module\" bs=1 seek=4 conv=notrunc status=none",
            )?,
            Difference::ClockBehind => format!(
                "export LD_PRELOAD={} FAKETIME=-10950d FAKETIME_DONT_FAKE_MONOTONIC=1\n",
                library_of_faked_times()?.display()
            ),
        };
        let path = folder.join(format!("host-{self:?}"));
        fs::write(&path, format!("#!/bin/sh -e\n{script}exec {host} \"$@\"\n"))?;
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755))?;
        Ok(path)
    }
}

/// Does something to OpenSC's module in a layer over its folder that nobody else sees.
fn changing_modules(folder: &Path, change: &str) -> io::Result<String> {
    let module = opensc();
    let libraries = module.parent().unwrap_or(Path::new("/"));
    let layer = folder.join("layer");
    fs::create_dir_all(&layer)?;
    let (layer, libraries, module) = (layer.display(), libraries.display(), module.display());
    Ok(format!(
        "if [ \"$TESSERA_SEES\" != \"$0\" ]; then
           export TESSERA_SEES=\"$0\"
           exec unshare --mount -- \"$0\" \"$@\"
         fi
         unset TESSERA_SEES
         mount -t tmpfs tmpfs {layer}
         mkdir {layer}/upper {layer}/work
         mount -t overlay overlay \
           -o lowerdir={libraries},upperdir={layer}/upper,workdir={layer}/work {libraries}
         module={module}
         {change}\n"
    ))
}

/// Whether this user can change what a host of theirs sees. One who is root in a namespace
/// only is to the host a stranger to the administrator's files.
pub fn can_be_had() -> io::Result<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

fn library_of_faked_times() -> Outcome<PathBuf> {
    let folders = fs::read_dir("/usr/lib")?.flatten();
    let mut places = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    let library = places.find(|place| place.is_file());
    Ok(library.ok_or("libfaketime is not installed: apt-get install faketime")?)
}
