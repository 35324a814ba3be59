//! What is learnt of a request on its way to a decision

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use protocol::CodiceFiscale;

use super::{Attempt, Deed, Entry, Evidence, Hand, Hash, Place, Revocation};
use crate::{
    app::App, http::address::ClientAddress, session::OpenSession, telemetry::request::RequestId,
};

/// From where a request came, who makes it, and on what evidence.
#[derive(Debug)]
pub struct Trail {
    address: IpAddr,
    request: Option<RequestId>,
    who: Option<CodiceFiscale>,
    by_card: bool,
    evidence: Option<Evidence>,
    /// Whether there is something to be audited: what anybody can have refused as often as they
    /// like, at no cost of theirs, would fill the disk.
    is_serious: bool,
}

impl Trail {
    /// A challenge of ours was sent back.
    pub fn challenge(&mut self, nonce: Hash) {
        self.is_serious = true;
        self.by_card = true;
        self.evidence.get_or_insert_default().nonce = Some(nonce);
    }

    /// A card's certificate is being judged.
    pub fn certificate(&mut self, fingerprint: [u8; 32], revocation: Option<Revocation>) {
        let evidence = self.evidence.get_or_insert_default();
        evidence.certificate = Some(Hash(fingerprint));
        evidence.revocation = revocation;
    }

    /// The card is good.
    pub fn card(&mut self, who: &CodiceFiscale, issuer: [u8; 32]) {
        self.who = Some(who.clone());
        self.evidence.get_or_insert_default().issuer = Some(Hash(issuer));
    }

    /// A password is given for that user id.
    pub fn password(&mut self, user_id: Option<CodiceFiscale>) {
        self.is_serious = true;
        self.by_card = false;
        self.who = user_id;
    }

    /// Somebody is logged in.
    pub fn session(&mut self, session: &OpenSession) {
        self.is_serious = true;
        self.by_card = session.row.by_card;
        self.who = Some(session.row.operator.operator.codice_fiscale.clone());
    }

    /// Whether a refusal is to be audited.
    pub fn is_serious(&self) -> bool {
        self.is_serious
    }

    /// What the person did.
    pub fn entry<'a>(&'a self, deed: Deed<'a>) -> Entry<'a> {
        Entry {
            deed,
            who: self.who.as_ref(),
            by: if self.by_card {
                Hand::Card
            } else {
                Hand::Password
            },
            from: Some(self.place()),
            evidence: self.evidence,
        }
    }

    /// What an administrator did with another's access.
    pub fn entry_about<'a>(
        &'a self,
        deed: Deed<'a>,
        who: &'a CodiceFiscale,
        by: Hand<'a>,
    ) -> Entry<'a> {
        Entry {
            deed,
            who: Some(who),
            by,
            from: Some(self.place()),
            evidence: None,
        }
    }

    /// That it was refused.
    pub fn refusal(&self, attempt: Attempt, code: protocol::ProblemCode) -> Entry<'_> {
        self.entry(Deed::Refused { attempt, code })
    }

    fn place(&self) -> Place<'_> {
        Place {
            address: self.address,
            request: self.request.as_ref().map(RequestId::as_str),
        }
    }
}

impl FromRequestParts<Arc<App>> for Trail {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Trail, Infallible> {
        let address = ClientAddress::from_request_parts(parts, app).await?;
        Ok(Trail {
            address: address.ip(),
            request: parts.extensions.get().cloned(),
            who: None,
            by_card: false,
            evidence: None,
            is_serious: false,
        })
    }
}
