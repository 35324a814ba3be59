//! The credentials document, as the person reads it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use protocol::Language;

use crate::{Outcome, browser::Browser, program::run};

/// A fetched document.
pub struct CredentialsDocument {
    file: PathBuf,
    text: String,
}

impl CredentialsDocument {
    /// Fetches it within the page, with the browser's own cookies, into a file in `folder`.
    pub fn fetch(browser: &Browser, folder: &Path) -> Outcome<CredentialsDocument> {
        CredentialsDocument::fetch_in(Language::It, browser, folder)
    }

    /// The same in another language.
    pub fn fetch_in(
        language: Language,
        browser: &Browser,
        folder: &Path,
    ) -> Outcome<CredentialsDocument> {
        let answer = browser.script(&format!(
            "return fetch('/api/credentials-document?lang={}')
               .then(async answer => {{
                 const bytes = new Uint8Array(await answer.arrayBuffer());
                 const text = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
                 return {{status: answer.status, body: btoa(text)}};
               }});",
            language.code()
        ))?;
        if answer["status"] != 200 {
            return Err(format!("the document was answered with {}", answer["status"]).into());
        }
        let body = answer["body"].as_str().unwrap_or_default();
        CredentialsDocument::read(&STANDARD.decode(body)?, folder)
    }

    /// Reads a PDF's text.
    pub fn read(pdf: &[u8], folder: &Path) -> Outcome<CredentialsDocument> {
        let file = folder.join("credentials.pdf");
        fs::write(&file, pdf)?;
        let mut command = Command::new("pdftotext");
        command.arg("-layout").arg(&file).arg("-");
        let text = run(&mut command)?;
        Ok(CredentialsDocument { file, text })
    }

    /// Where it was kept.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// All its text, line by line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The user id.
    pub fn user_id(&self) -> Outcome<&str> {
        self.labelled("User id:")
    }

    /// The first password.
    pub fn password(&self) -> Outcome<&str> {
        self.labelled("Password:")
    }

    /// The Pincode.
    pub fn pincode(&self) -> Outcome<&str> {
        self.labelled("Pincode:")
    }

    /// Label and value stand on one line (contract §4).
    fn labelled(&self, label: &str) -> Outcome<&str> {
        let value = self.text.lines().find_map(|line| line.split_once(label));
        match value {
            Some((_, value)) => Ok(value.trim()),
            None => Err(format!("the document has no line with `{label}`").into()),
        }
    }
}
