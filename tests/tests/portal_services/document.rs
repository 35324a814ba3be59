//! The credentials document: its standards, and its words in every language.

use std::fs;

use end_to_end::{
    Outcome,
    credentials_document::CredentialsDocument,
    page_log::PageLog,
    pdf_standards::{Standard, faults},
    people::ANNA_VERDI,
    portal::Portal,
    product,
    waiting::{wait_for, wait_until},
    walk::{
        Walk,
        words::{SHOW_DOCUMENT, in_language},
    },
};
use protocol::Language;

/// A word of the document in each language that none of the others has.
const WORDS: [(Language, &str); 3] = [
    (Language::It, "credenziali"),
    (Language::De, "Zugangsdaten"),
    (Language::En, "credentials"),
];
/// What it is called where it was saved.
const FILE_NAMES: [&str; 3] = [
    "credenziali-sistema-ts.pdf",
    "zugangsdaten-sistema-ts.pdf",
    "credentials-sistema-ts.pdf",
];
/// Where Chromium's own viewer of PDFs stands.
const VIEWER: &str = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/";
/// A picture of the viewer before it shows anything has fewer bytes.
const BLANK: u64 = 10_000;
const STANDARDS: [Standard; 2] = [Standard::Archive, Standard::Accessible];

/// The document was clicked: it is saved whole.
pub fn is_saved(walk: &Walk) -> Outcome<()> {
    let name = in_language(FILE_NAMES, walk.language());
    let file = walk.chain.workstation.downloads().join(name);
    let pdf = wait_for(&format!("{}", file.display()), || fs::read(&file).ok())?;
    assert!(pdf.starts_with(b"%PDF-"), "{name}");
    Ok(fs::remove_file(file)?)
}

/// It opens in a tab of its own, where the browser's own viewer shows it.
pub fn can_be_viewed(walk: &Walk, portal: &Portal) -> Outcome<()> {
    let browser = &walk.chain.browser;
    let language = walk.language().code();
    walk.click(SHOW_DOCUMENT)?;
    wait_until("tab with the document", || browser.tabs() == 2)?;
    browser.turn_to_tab(1)?;
    let address = portal.address(&format!("/api/credentials-document?lang={language}"));
    wait_until(&address, || {
        browser.address().is_ok_and(|now| now == address)
    })?;
    wait_until("viewer of the document", || {
        let shown = browser.devtools("Target.getTargets", serde_json::json!({}));
        shown.is_ok_and(|shown| shown.to_string().contains(VIEWER))
    })?;
    let picture = product::pictures_of_the_portal().join(format!("document.{language}.png"));
    wait_until("document in the viewer", || {
        let taken = browser.photograph(&picture);
        taken.is_ok() && fs::metadata(&picture).is_ok_and(|file| file.len() > BLANK)
    })?;
    // A PDF names no icon, and the browser looks where one might be.
    let is_icon = |fault: &str| fault.contains("/favicon.ico");
    let faults = PageLog::read(browser, portal.origin())?.faults(is_icon);
    assert!(faults.is_empty(), "{faults:#?}");
    browser.close_tab()
}

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
