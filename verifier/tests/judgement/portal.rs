//! The portal that judges, and the authority and card of most tests.

use std::sync::Arc;

use pki::{Authority, Card, Holder, Key};
use protocol::{ChallengeNonce, Origin, Token};
use verifier::{
    Anchor, Expected, Identity, OcspAnswer, Reason, RevocationList, RevocationPolicy, Trust, judge,
};

/// 2026-11-18, between everything that is valid by default.
pub const NOW: i64 = 1_795_000_000;
pub const DAY: i64 = 86_400;

pub struct Portal {
    pub trust: Trust,
    pub now: i64,
    pub policy: RevocationPolicy,
    pub online: Option<OcspAnswer>,
}

pub fn origin() -> Origin {
    Origin::parse("https://portal.example").unwrap()
}

pub fn nonce() -> ChallengeNonce {
    ChallengeNonce::from_random([7; 32])
}

/// The authority of most tests; P-256, since its keys are made at once.
pub fn authority() -> Authority {
    Authority::new("Regione di Prova - CA Cittadini 2020", Key::p256())
}

impl Portal {
    pub fn trusting(authorities: &[&Authority]) -> Portal {
        Portal::with_lists(authorities, &[])
    }

    pub fn with_lists(authorities: &[&Authority], lists: &[Vec<u8>]) -> Portal {
        let anchors = authorities
            .iter()
            .map(|authority| Arc::new(Anchor::from_der(authority.certificate()).unwrap()));
        let lists = lists
            .iter()
            .map(|list| Arc::new(RevocationList::from_der(list.clone()).unwrap()));
        Portal {
            trust: Trust::new(anchors.collect(), lists.collect()),
            now: NOW,
            policy: RevocationPolicy::Off,
            online: None,
        }
    }

    pub fn at(mut self, now: i64) -> Portal {
        self.now = now;
        self
    }

    pub fn asking(mut self, policy: RevocationPolicy) -> Portal {
        self.policy = policy;
        self
    }

    pub fn judge(&self, token: &Token) -> Result<Identity, Reason> {
        self.expecting(|expected| judge(token, expected, &self.trust))
    }

    /// Calls a judge with what this portal expects of every token.
    pub fn expecting<T>(&self, judge: impl FnOnce(&Expected<'_>) -> T) -> T {
        judge(&Expected {
            origin: &origin(),
            nonce: &nonce(),
            now: self.now,
            revocation: self.policy,
            online: self.online.as_ref(),
        })
    }

    pub fn judge_card(&self, card: &Card) -> Result<Identity, Reason> {
        self.judge(&card.token(&origin(), &nonce()))
    }

    /// Judges a certificate with a signature that its key would have made.
    pub fn judge_certificate(&self, certificate: Vec<u8>, key: &Key) -> Result<Identity, Reason> {
        self.judge_card(&Card::new(certificate, key.clone()))
    }
}

/// Changes the body of a good CNS certificate, signs it properly, and says what becomes of it.
pub fn judge_changed(change: impl FnOnce(&mut pki::TbsCertificate)) -> Result<Identity, Reason> {
    let authority = authority();
    let key = Key::p256();
    let mut body = authority.body(&Holder::default(), &key);
    change(&mut body);
    Portal::trusting(&[&authority]).judge_certificate(authority.sign(&body), &key)
}

/// One DER element.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    match length {
        0..=127 => der.push(length as u8),
        128..=255 => der.extend([0x81, length as u8]),
        _ => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend_from_slice(content);
    der
}
