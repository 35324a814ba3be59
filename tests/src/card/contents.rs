//! What a card is personalised with.

use protocol::CodiceFiscale;

use super::AnswerToReset;

/// Everything that differs from card to card.
///
/// No `Debug`: it holds a PIN, a PUK and a private key.
#[derive(Clone)]
pub struct Contents {
    /// Which kind of card it is made of.
    pub answer_to_reset: AnswerToReset,
    /// EF.ID_Carta: 16 ASCII characters, the token's serial number.
    pub id_carta: String,
    /// Who it was issued to.
    pub holder: Holder,
    /// EF.C_Carta, DER; a card without one holds no CNS credential.
    pub certificate: Option<Vec<u8>>,
    /// The RSA key of the certificate, PKCS#8 DER.
    pub private_key_pkcs8: Vec<u8>,
    /// 5 to 8 ASCII digits.
    pub pin: String,
    /// 8 ASCII digits.
    pub puk: String,
    /// The keys for signing documents, where it has them: none of our business.
    pub signature_keyset: Option<SignatureKeyset>,
}

/// The keyset "CNS1": certificate, key and PIN of their own beside the CNS's.
///
/// No `Debug`, as [`Contents`].
#[derive(Clone)]
pub struct SignatureKeyset {
    /// DER.
    pub certificate: Vec<u8>,
    /// PKCS#8 DER.
    pub private_key_pkcs8: Vec<u8>,
    /// 5 to 8 ASCII digits.
    pub pin: String,
    /// 8 ASCII digits.
    pub puk: String,
}

/// The person a card was issued to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // the file's own field names
pub struct Holder {
    pub codice_fiscale: CodiceFiscale,
    pub cognome: String,
    pub nome: String,
}

impl Holder {
    /// EF.DatiPersonali: six hex digits of total length, then each field behind two hex
    /// digits of its own (CNS File System).
    pub fn dati_personali(&self) -> Vec<u8> {
        let fields = [
            "6101",     // issuer
            "05032024", // issued
            "05032030", // expires
            self.cognome.as_str(),
            self.nome.as_str(),
            "", // birth date: said by the codice fiscale
            "", // sex
            "", // height
            self.codice_fiscale.as_str(),
            "I", // citizenship
            "",
            "",
            "", // birth: comune, country, number of the act
            "",
            "", // residence: comune, address
            "", // expatriation
        ];
        let body: String = fields
            .iter()
            .map(|field| format!("{:02X}{field}", field.len()))
            .collect();
        format!("{:06X}{body}", body.len()).into_bytes()
    }
}
