//! Signs lists, well or with a fault of one's choice.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra_dsig::DsigContext;
use bergshamra_keys::{KeysManager, loader};
use der::asn1::BitString;
use pki::{Authority, Key};
use sha2::{Digest, Sha256};

use crate::{NOW, date};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Exclusive canonicalisation 1.0.
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// A signer of lists, with a certificate to pin.
#[derive(Clone)]
pub struct Signer {
    key: Key,
    certificate: Vec<u8>,
}

/// How a list is signed; by default as AgID's is.
#[derive(Clone)]
pub struct Form {
    /// CanonicalizationMethod, and the canonicalisation of both references.
    pub canonicalization: String,
    /// SignatureMethod; by the key, with SHA-256, where nothing is said.
    pub signature_method: Option<String>,
    /// DigestMethod of both references.
    pub digest: String,
    /// What the list's reference refers to: `""` or `#list`.
    pub list_uri: String,
    /// The certificates in KeyInfo; the signer's own where nothing is said.
    pub certificates: Option<Vec<Vec<u8>>>,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            canonicalization: EXCLUSIVE.to_owned(),
            signature_method: None,
            digest: "http://www.w3.org/2001/04/xmlenc#sha256".to_owned(),
            list_uri: String::new(),
            certificates: None,
        }
    }
}

impl Default for Signer {
    fn default() -> Signer {
        Signer::new()
    }
}

impl Signer {
    /// A signer with a fresh P-256 key, quick to make, and a certificate of 2020 to 2049.
    pub fn new() -> Signer {
        Signer::with_key(Key::p256())
    }

    /// A signer with this key.
    pub fn with_key(key: Key) -> Signer {
        Signer::valid(key, pki::AUTHORITY_FROM, pki::AUTHORITY_UNTIL)
    }

    /// A signer whose certificate has a validity of its own, Unix time.
    pub fn valid(key: Key, not_before: i64, not_after: i64) -> Signer {
        let name = "Lista di fiducia - firma di prova";
        let authority = Authority::valid(name, key.clone(), not_before, not_after);
        Signer::of(key, authority.certificate().to_vec())
    }

    /// A signer whose certificate is of an RSA key of 1024 bits. The key it has is another:
    /// no library of ours makes such short ones.
    pub fn with_short_key() -> Signer {
        let key = Key::rsa(0);
        let authority = Authority::new("Lista di fiducia - chiave corta", key.clone());
        let mut body = authority.own_body(pki::AUTHORITY_FROM, pki::AUTHORITY_UNTIL);
        let modulus = [[0xc5; 128].as_slice(), &[2, 3, 1, 0, 1]].concat();
        let short = [&[0x30, 0x81, 0x89, 2, 0x81, 0x81, 0], modulus.as_slice()].concat();
        body.subject_public_key_info.subject_public_key = BitString::from_bytes(&short).unwrap();
        Signer::of(key, authority.sign(&body))
    }

    /// A signer of any key and certificate, whether they fit or not.
    pub fn of(key: Key, certificate: Vec<u8>) -> Signer {
        Signer { key, certificate }
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Its key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The SHA-256 of its certificate in hexadecimal: what an administrator configures.
    pub fn pin(&self) -> String {
        let digest = Sha256::digest(&self.certificate);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Signs a list as AgID signs its own.
    pub fn sign(&self, xml: &str) -> String {
        self.sign_as(xml, &Form::default())
    }

    /// Signs a list in a form of one's choice.
    pub fn sign_as(&self, xml: &str, form: &Form) -> String {
        self.fill(insert(xml, &self.template(form))).unwrap()
    }

    /// Fills in the empty digests and value of the first signature; none where the XML does
    /// not parse or the library does not know an algorithm.
    pub fn fill(&self, with_template: String) -> Option<String> {
        let pem = pki::pem("PRIVATE KEY", self.key.pkcs8());
        let mut keys = KeysManager::new();
        keys.add_key(loader::load_pem_auto(pem.as_bytes(), None).unwrap());
        bergshamra_dsig::sign::sign_owned(&DsigContext::new(keys), with_template).ok()
    }

    /// A signature whose digests and value are still empty.
    pub fn template(&self, form: &Form) -> String {
        let Form {
            canonicalization,
            digest,
            list_uri,
            ..
        } = form;
        let method = form
            .signature_method
            .as_deref()
            .unwrap_or(match self.key.is_rsa() {
                true => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                false => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            });
        let certificates: String = match &form.certificates {
            None => vec![self.certificate.clone()],
            Some(certificates) => certificates.clone(),
        }
        .iter()
        .map(|der| {
            format!(
                "<ds:X509Certificate>{}</ds:X509Certificate>",
                STANDARD.encode(der)
            )
        })
        .collect();
        let digested = format!(
            "<ds:DigestMethod Algorithm=\"{digest}\"></ds:DigestMethod>\
             <ds:DigestValue></ds:DigestValue>"
        );
        let canonical = format!("<ds:Transform Algorithm=\"{canonicalization}\"></ds:Transform>");
        format!(
            "<ds:Signature xmlns:ds=\"{DSIG}\" Id=\"signature\"><ds:SignedInfo>\
             <ds:CanonicalizationMethod Algorithm=\"{canonicalization}\">\
             </ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod>\
             <ds:Reference Id=\"reference\" URI=\"{list_uri}\"><ds:Transforms>\
             <ds:Transform Algorithm=\"{DSIG}enveloped-signature\"></ds:Transform>{canonical}\
             </ds:Transforms>{digested}</ds:Reference>\
             <ds:Reference Type=\"http://uri.etsi.org/01903#SignedProperties\" \
             URI=\"#properties\"><ds:Transforms>{canonical}</ds:Transforms>{digested}\
             </ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>\
             <ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>\
             <ds:Object><xades:QualifyingProperties \
             xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#signature\">\
             <xades:SignedProperties Id=\"properties\"><xades:SignedSignatureProperties>\
             <xades:SigningTime>{time}</xades:SigningTime>\
             <xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
             <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">\
             </ds:DigestMethod><ds:DigestValue>{certificate_digest}</ds:DigestValue>\
             </xades:CertDigest></xades:Cert></xades:SigningCertificateV2>\
             </xades:SignedSignatureProperties></xades:SignedProperties>\
             </xades:QualifyingProperties></ds:Object></ds:Signature>",
            time = date(NOW - 86_400),
            certificate_digest = STANDARD.encode(Sha256::digest(&self.certificate)),
        )
    }
}

/// Puts a signature where lists have it: as the root's last child.
pub fn insert(xml: &str, signature: &str) -> String {
    let end = xml.rfind("</").unwrap_or(xml.len());
    [&xml[..end], signature, &xml[end..]].concat()
}

/// The signature in a signed list, from its first `<` to its last `>`.
pub fn signature_of(signed: &str) -> &str {
    let (start, end) = ("<ds:Signature ", "</ds:Signature>");
    let from = signed.find(start).unwrap();
    let until = signed.rfind(end).unwrap() + end.len();
    &signed[from..until]
}
