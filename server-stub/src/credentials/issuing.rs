//! Issuing credentials: drawn, hashed, and sealed for the one browser that asked.

use protocol::CodiceFiscale;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    app::App,
    clock::{self, MINUTE},
    credentials::FirstCredentials,
    http::cookies::{Cookies, Jar},
    problem::Refusal,
    seal::{Purpose, SealKey, random},
    store::{NewCredentials, SealedDocument},
};

/// The document's address.
pub const DOCUMENT_PATH: &str = "/api/credentials-document";
/// How long the document waits, in milliseconds.
const DOCUMENT_LIFE: i64 = 30 * MINUTE;
/// How long its cookie is kept, in seconds: past the document's own time, so that
/// someone who comes late learns that, and not that it was another browser.
pub const COOKIE_SECONDS: i64 = 8 * 60 * 60;

/// Credentials ready to be kept, and the cookie that alone opens their document.
pub struct Issued {
    /// For the database.
    pub credentials: NewCredentials,
    /// For the browser.
    pub cookie: String,
}

/// What the document says of the credentials.
#[derive(Serialize, Deserialize)]
pub struct DocumentSecrets {
    /// The first password.
    pub password: String,
    /// Ten digits.
    pub pincode: String,
    /// When they were issued, in Unix milliseconds.
    pub issued_at: i64,
}

impl Drop for DocumentSecrets {
    fn drop(&mut self) {
        self.password.zeroize();
        self.pincode.zeroize();
    }
}

/// Draws new credentials; nothing of them can be read without the cookie.
pub async fn issue(app: &App, codice_fiscale: &CodiceFiscale) -> Result<Issued, Refusal> {
    let drawn = FirstCredentials::draw()?;
    let now = clock::now();
    let secrets = DocumentSecrets {
        password: drawn.password.clone(),
        pincode: drawn.pincode.clone(),
        issued_at: now,
    };
    let key = DocumentKey::draw()?;
    let plain = Zeroizing::new(serde_json::to_vec(&secrets).unwrap_or_default());
    let sealed = SealKey::new(key.secret.as_slice()).seal(Purpose::Document, &plain)?;
    let credentials = NewCredentials {
        password_hash: app.hashing.hash(&drawn.password).await?,
        pincode_hash: app.hashing.hash(&drawn.pincode).await?,
        document: SealedDocument {
            id: key.id,
            sealed: sealed.into_bytes(),
            expires_at: now + DOCUMENT_LIFE,
        },
    };
    let person = crate::telemetry::pseudonym(&app.seal_key, codice_fiscale);
    tracing::info!(%person, "credentials drawn");
    Ok(Issued {
        credentials,
        cookie: key.seal(app)?,
    })
}

/// A cookie for a registration that yields no document: this browser is the right one,
/// and there is nothing there.
pub fn empty_cookie(app: &App) -> Result<String, Refusal> {
    DocumentKey::draw()?.seal(app)
}

/// Which document a browser may read, and the key to it; held by its cookie alone.
pub struct DocumentKey {
    /// What the document is found by.
    pub id: [u8; 32],
    secret: Zeroizing<[u8; 32]>,
}

impl DocumentKey {
    fn draw() -> Result<DocumentKey, Refusal> {
        Ok(DocumentKey {
            id: random()?,
            secret: Zeroizing::new(random()?),
        })
    }

    /// Reads the browser's cookie; none for anything this installation did not make.
    pub fn sent(app: &App, cookies: &Cookies) -> Option<DocumentKey> {
        let cookie = cookies.get(Jar::Document)?;
        let plain = Zeroizing::new(app.seal_key.open(Purpose::DocumentCookie, cookie)?);
        let (id, secret) = plain.split_at_checked(32)?;
        Some(DocumentKey {
            id: id.try_into().ok()?,
            secret: Zeroizing::new(secret.try_into().ok()?),
        })
    }

    /// Opens the document's secrets; none if they were sealed for another.
    pub fn read(&self, sealed: &[u8]) -> Option<DocumentSecrets> {
        let sealed = std::str::from_utf8(sealed).ok()?;
        let plain = SealKey::new(self.secret.as_slice()).open(Purpose::Document, sealed)?;
        serde_json::from_slice(&Zeroizing::new(plain)).ok()
    }

    fn seal(&self, app: &App) -> Result<String, Refusal> {
        let mut plain = Zeroizing::new(self.id.to_vec());
        plain.extend_from_slice(self.secret.as_slice());
        Ok(app.seal_key.seal(Purpose::DocumentCookie, &plain)?)
    }
}
