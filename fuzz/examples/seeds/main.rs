//! Writes the seeds of the kept corpora: inputs with a meaning, one of each kind.
//!
//!     cargo run --package fuzz --example seeds
//!
//! Needed only when a format changes: the seeds are kept, since certificates come out
//! different each time. What the fuzzers found worth keeping beside them has its hash as name.

mod browser;
mod certificate;
mod module;
mod ocsp_answer;
mod revocation_list;
mod token;
mod trusted_list;
mod window;

use std::{fs, io, path::Path};

/// A file of a corpus: its name and content.
type Seed = (&'static str, Vec<u8>);

fn main() -> io::Result<()> {
    let (answers, about) = ocsp_answer::answers();
    // Not inputs, but what the inputs are about.
    write("material/ocsp_answer", about)?;
    for (target, seeds) in [
        ("native_frames", browser::frames()),
        ("window_lines", window::lines()),
        ("window_views", window::views()),
        ("certificate", certificate::certificates()),
        ("module_reports", module::reports(certificate::cns())),
        ("token_info", module::token_infos()),
        ("token", token::tokens(certificate::cns())),
        ("revocation_list", revocation_list::lists()),
        ("ocsp_answer", answers),
        ("trusted_list", trusted_list::lists()),
    ] {
        write(&format!("corpus/{target}"), seeds)?;
    }
    Ok(())
}

fn write(folder: &str, seeds: impl IntoIterator<Item = Seed>) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::create_dir_all(&folder)?;
    for (name, content) in seeds {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}
