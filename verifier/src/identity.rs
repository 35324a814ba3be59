//! What a good token proves.

use protocol::CodiceFiscale;

/// The person and card behind a token that was judged good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The holder's codice fiscale.
    pub codice_fiscale: CodiceFiscale,
    /// The card's number.
    pub id_carta: String,
    /// The holder's surname, where the certificate has it.
    pub cognome: Option<String>,
    /// The holder's given name, where the certificate has it.
    pub nome: Option<String>,
    /// SHA-256 of the certificate's DER; what a registration keeps (contract §4).
    pub certificate_fingerprint: [u8; 32],
    /// The certificate's serial number, lower-case hexadecimal.
    pub serial: String,
    /// The issuer's common name, for logs.
    pub issuer: String,
    /// SHA-256 of the issuer's certificate.
    pub issuer_fingerprint: [u8; 32],
    /// Last second of the certificate's validity, Unix time.
    pub not_after: i64,
    /// What is known of its revocation.
    pub revocation: RevocationEvidence,
}

/// The evidence on which a certificate counted as not revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationEvidence {
    /// A current list of its issuer does not name it.
    Good {
        /// When that list was issued, Unix time.
        this_update: i64,
        /// Until when it is current, Unix time.
        next_update: i64,
    },
    /// A responder's current answer says so (OCSP).
    Online {
        /// As of when, Unix time.
        this_update: i64,
        /// Until when it may be believed, Unix time.
        keep_until: i64,
    },
    /// No valid, current evidence; only with [`crate::RevocationPolicy::WhenAvailable`].
    Absent,
    /// Nobody looked: [`crate::RevocationPolicy::Off`].
    Unchecked,
}
