//! Whether a PDF keeps its standards, judged by veraPDF: not the library that wrote it.
//!
//! veraPDF is the PDF Association's own checker. Its engine and its rules for every part of
//! PDF/A and PDF/UA come in the jar of the npm package `@opendataloader/pdf`.

use std::path::Path;

use crate::{
    Outcome, product,
    program::{mortal, run},
};

/// A standard, by veraPDF's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    /// PDF/A-2a: can be read in decades (ISO 19005-2, level A).
    Archive,
    /// PDF/UA-1: can be read by screen readers (ISO 14289-1).
    Accessible,
}

/// What a file does that the standard forbids, a line each.
pub fn faults(file: &Path, standard: Standard) -> Outcome<Vec<String>> {
    let (flavour, rules) = match standard {
        Standard::Archive => ("PDFA_2_A", "PDFA-2A.xml"),
        Standard::Accessible => ("PDFUA_1", "PDFUA-1.xml"),
    };
    let mut command = mortal("java");
    command
        // It runs for seconds: compiling more than once costs more than it saves.
        .arg("-XX:TieredStopAtLevel=1")
        .arg("-cp")
        .arg(product::node_module(
            "@opendataloader/pdf/lib/opendataloader-pdf-cli.jar",
        )?)
        .args(["org.mozilla.javascript.tools.shell.Main", "-version", "200"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pdf_standards/check.js"))
        .arg(file)
        .arg(flavour)
        .arg(format!("org/verapdf/pdfa/validation/{rules}"));
    let said = run(&mut command)?;
    let mut lines = said.lines();
    // The shell ends well even where the script did not.
    let checks = lines.next().and_then(|line| line.parse::<u32>().ok());
    match checks {
        Some(1..) => Ok(lines.map(str::to_owned).collect()),
        _ => Err(format!("veraPDF did not judge {}:\n{said}", file.display()).into()),
    }
}
