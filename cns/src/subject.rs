//! The subject of a CNS certificate: who holds which card.

use der::oid::db::rfc4519;
use protocol::CodiceFiscale;
use x509_cert::name::Name;

use crate::name;
use crate::refusal::CnsFault;

/// What a CNS common name says: `CODICEFISCALE/IDCARTA.HASH`.
pub(crate) struct CommonName {
    pub(crate) codice_fiscale: CodiceFiscale,
    pub(crate) id_carta: String,
}

/// Reads the one common name of a subject.
///
/// The hash is base64 and can hold `/` itself, so the text is split at the first `/`, what
/// follows at the first `.`, and never read backwards. The name is walked in its ASN.1
/// form: a textual DN cannot tell a `+` of the hash from one between two attributes.
pub(crate) fn common_name(subject: &Name) -> Result<CommonName, CnsFault> {
    let mut names = name::values(subject, rfc4519::COMMON_NAME);
    let value = names.next().ok_or(CnsFault::CommonNameAbsent)?;
    if names.next().is_some() {
        return Err(CnsFault::SeveralCommonNames);
    }
    let text = name::strict_text(value).ok_or(CnsFault::CommonNameForm)?;
    let (codice_fiscale, rest) = text.split_once('/').ok_or(CnsFault::CommonNameForm)?;
    let (id_carta, hash) = rest.split_once('.').ok_or(CnsFault::CommonNameForm)?;
    if id_carta.is_empty() || hash.is_empty() {
        return Err(CnsFault::CommonNameForm);
    }
    Ok(CommonName {
        codice_fiscale: CodiceFiscale::parse(codice_fiscale).map_err(CnsFault::CodiceFiscale)?,
        id_carta: id_carta.to_owned(),
    })
}
