//! AlgorithmIdentifiers of issuers' signatures.

use der::Sequence;
use der::asn1::Any;
use der::oid::db::rfc5912;
use protocol::token::{Hash, Scheme};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// RFC 4055 §3.1.
#[derive(Sequence)]
struct PssParameters {
    #[asn1(context_specific = "0")]
    hash: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1")]
    mask: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "2")]
    salt_length: u16,
}

/// The identifier of a signature algorithm (RFC 4055, RFC 5758).
pub(crate) fn identifier(scheme: Scheme, hash: Hash) -> AlgorithmIdentifierOwned {
    match scheme {
        Scheme::RsaPkcs1 => AlgorithmIdentifierOwned {
            oid: match hash {
                Hash::Sha256 => rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
                Hash::Sha384 => rfc5912::SHA_384_WITH_RSA_ENCRYPTION,
                Hash::Sha512 => rfc5912::SHA_512_WITH_RSA_ENCRYPTION,
            },
            parameters: Some(Any::null()),
        },
        Scheme::RsaPss => pss(hash),
        Scheme::Ecdsa => AlgorithmIdentifierOwned {
            oid: match hash {
                Hash::Sha256 => rfc5912::ECDSA_WITH_SHA_256,
                Hash::Sha384 => rfc5912::ECDSA_WITH_SHA_384,
                Hash::Sha512 => rfc5912::ECDSA_WITH_SHA_512,
            },
            parameters: None,
        },
    }
}

fn pss(hash: Hash) -> AlgorithmIdentifierOwned {
    let digest = AlgorithmIdentifierOwned {
        oid: match hash {
            Hash::Sha256 => rfc5912::ID_SHA_256,
            Hash::Sha384 => rfc5912::ID_SHA_384,
            Hash::Sha512 => rfc5912::ID_SHA_512,
        },
        parameters: Some(Any::null()),
    };
    let parameters = PssParameters {
        mask: AlgorithmIdentifierOwned {
            oid: rfc5912::ID_MGF_1,
            parameters: Some(Any::encode_from(&digest).unwrap()),
        },
        hash: digest,
        salt_length: u16::try_from(hash.len()).unwrap(),
    };
    AlgorithmIdentifierOwned {
        oid: rfc5912::ID_RSASSA_PSS,
        parameters: Some(Any::encode_from(&parameters).unwrap()),
    }
}
