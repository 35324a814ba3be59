//! The credentials document: its standards, and its words in every language.

use std::fs;

use end_to_end::{
    Outcome,
    credentials_document::CredentialsDocument,
    pdf_standards::{Standard, faults},
    people::ANNA_VERDI,
};
use protocol::Language;

use crate::walk::Walk;

/// A word of the document in each language that none of the others has.
const WORDS: [(Language, &str); 3] = [
    (Language::It, "credenziali"),
    (Language::De, "Zugangsdaten"),
    (Language::En, "credentials"),
];
const STANDARDS: [Standard; 2] = [Standard::Archive, Standard::Accessible];

/// The document is there to be fetched, in whatever language.
pub fn keeps_its_standards_in_every_language(walk: &Walk) -> Outcome<()> {
    let folder = walk.chain.workstation.folder();
    let browser = &walk.chain.browser;
    let mut secrets = Vec::new();
    for (language, word) in WORDS {
        let document = CredentialsDocument::fetch_in(language, browser, folder)?;
        assert_eq!(document.user_id()?, ANNA_VERDI.codice_fiscale);
        assert!(
            document.text().contains(word),
            "{word}: {}",
            language.code()
        );
        secrets.push((
            document.password()?.to_owned(),
            document.pincode()?.to_owned(),
        ));
        for standard in STANDARDS {
            let faults = faults(document.file(), standard)?;
            assert!(
                faults.is_empty(),
                "{standard:?} in {}: {faults:#?}",
                language.code()
            );
        }
        if language == Language::It {
            a_broken_one_is_told(document.file())?;
        }
    }
    // It says the same in each; the secrets stay out of a failure's words.
    secrets.dedup();
    assert!(secrets.len() == 1, "the languages have different secrets");
    Ok(())
}

/// The same document without its promise to keep the standards.
fn a_broken_one_is_told(file: &std::path::Path) -> Outcome<()> {
    let mut pdf = fs::read(file)?;
    for promise in [&b"pdfaid:part"[..], b"pdfuaid:part"] {
        let mut places: Vec<usize> = memchr::memmem::find_iter(&pdf, promise).collect();
        assert!(!places.is_empty());
        while let Some(place) = places.pop() {
            // As long, so that every offset in the file stays true.
            pdf[place + promise.len() - 1] = b'x';
        }
    }
    let broken = file.with_extension("broken.pdf");
    fs::write(&broken, pdf)?;
    for standard in STANDARDS {
        assert!(!faults(&broken, standard)?.is_empty(), "{standard:?}");
    }
    Ok(())
}
