//! The judgement of one token.

use cns::Certificate;
use protocol::token::signed_message;
use protocol::{ChallengeNonce, Origin, Token};

use crate::anchor::sha_256;
use crate::revocation::Evidence;
use crate::{Identity, OcspAnswer, Reason, RevocationEvidence, RevocationPolicy, Trust, signature};

/// What a token must have been made for, and when it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The portal's own origin, as its pages' `location.origin`.
    pub origin: &'a Origin,
    /// The nonce issued to this browser; that it is fresh and spent once is the caller's care.
    pub nonce: &'a ChallengeNonce,
    /// The time of judgement, Unix seconds.
    pub now: i64,
    /// How much is asked of lists and answers.
    pub revocation: RevocationPolicy,
    /// A responder's answer about this certificate ([`crate::Question::read_answer`]), if
    /// one was asked; an answer about another certificate counts as none.
    pub online: Option<&'a OcspAnswer>,
}

/// Judges a token: its certificate first, then its signature (contract §4, "The order").
pub fn judge(token: &Token, expected: &Expected<'_>, trust: &Trust) -> Result<Identity, Reason> {
    let certificate =
        Certificate::read(&token.unverified_certificate).map_err(Reason::Malformed)?;
    let holder = certificate.judge(expected.now)?;
    let fingerprint = sha_256(certificate.der());
    let proof = judge_proof(&certificate, &fingerprint, token, expected, trust)?;
    Ok(Identity {
        codice_fiscale: holder.codice_fiscale,
        id_carta: holder.id_carta,
        cognome: holder.cognome,
        nome: holder.nome,
        certificate_fingerprint: fingerprint,
        serial: certificate.serial_hex(),
        issuer: certificate.issuer_name(),
        issuer_fingerprint: proof.issuer_fingerprint,
        not_after: certificate.not_after(),
        revocation: proof.revocation,
    })
}

/// What was shown of a card that is good.
pub(crate) struct Proof {
    pub(crate) revocation: RevocationEvidence,
    pub(crate) issuer_fingerprint: [u8; 32],
}

/// Judges what is the same for every card: that a trusted issuer signed the certificate and
/// did not revoke it, and that its key made the token for this origin and nonce.
pub(crate) fn judge_proof(
    certificate: &Certificate,
    fingerprint: &[u8; 32],
    token: &Token,
    expected: &Expected<'_>,
    trust: &Trust,
) -> Result<Proof, Reason> {
    let issuer = trust.issuer(certificate, fingerprint, expected.now)?;
    let evidence = Evidence {
        online: expected
            .online
            .filter(|answer| answer.is_about(certificate, issuer.anchor)),
        lists: issuer.lists,
    };
    let revocation = evidence.judge(certificate, expected.revocation, expected.now)?;
    signature::verify_token(
        certificate.key(),
        certificate.public_key_info(),
        token.algorithm,
        &signed_message(token.algorithm.hash(), expected.origin, expected.nonce),
        &token.signature,
    )
    .map_err(|_| Reason::SignatureInvalid)?;
    Ok(Proof {
        revocation,
        issuer_fingerprint: issuer.anchor.fingerprint(),
    })
}
