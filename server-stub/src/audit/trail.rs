//! What is learnt of a request on its way to a decision

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use protocol::CodiceFiscale;

use super::{Attempt, Author, Deed, Entry, Evidence, Hash, Place, Revocation};
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
    behind: Behind,
}

/// Who stands behind a request, and so whether its refusal is audited: what anybody can have
/// refused as often as they like would fill the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behind {
    /// Who has shown nothing: it is not audited.
    Nobody,
    /// Anybody: so many are audited in a minute, and the others counted.
    Anybody,
    /// A card that a trusted authority issued, or a person there is: it is audited.
    Somebody,
}

impl Trail {
    /// A challenge of ours was sent back, which whoever has one can do again and again.
    pub fn challenge(&mut self, nonce: Hash) {
        self.behind = Behind::Anybody;
        self.by_card = true;
        self.evidence.get_or_insert_default().nonce = Some(nonce);
    }

    /// The challenge was spent by another before: what was judged counts for nothing.
    pub fn was_judged_in_vain(&mut self) {
        let nonce = self.evidence.and_then(|evidence| evidence.nonce);
        self.who = None;
        self.evidence = nonce.map(|nonce| Evidence {
            nonce: Some(nonce),
            ..Evidence::default()
        });
        self.behind = Behind::Anybody;
    }

    /// A card's certificate is being judged.
    pub fn certificate(&mut self, fingerprint: [u8; 32], revocation: Option<Revocation>) {
        let evidence = self.evidence.get_or_insert_default();
        evidence.certificate = Some(Hash(fingerprint));
        evidence.revocation = revocation;
    }

    /// It is a card's, not one that anybody could make up.
    pub fn is_of_a_card(&mut self) {
        self.behind = Behind::Somebody;
    }

    /// The card is good.
    pub fn card(&mut self, who: &CodiceFiscale, issuer: [u8; 32]) {
        self.who = Some(who.clone());
        self.evidence.get_or_insert_default().issuer = Some(Hash(issuer));
    }

    /// A password is given for that user id.
    pub fn password(&mut self, user_id: Option<CodiceFiscale>) {
        self.behind = Behind::Anybody;
        self.by_card = false;
        self.who = user_id;
    }

    /// There is a person of that user id, with a password.
    pub fn person_exists(&mut self) {
        self.behind = Behind::Somebody;
    }

    /// Somebody is logged in.
    pub fn session(&mut self, session: &OpenSession) {
        self.behind = Behind::Somebody;
        self.by_card = session.row.by_card;
        self.who = Some(session.row.operator.operator.codice_fiscale.clone());
    }

    /// Who stands behind it, as far as it was judged.
    pub fn behind(&self) -> Behind {
        self.behind
    }

    /// Whether it came by a password.
    pub fn is_by_password(&self) -> bool {
        !self.by_card
    }

    /// What the person did.
    pub fn entry<'a>(&'a self, deed: Deed<'a>) -> Entry<'a> {
        Entry {
            deed,
            who: self.who.as_ref(),
            by: if self.by_card {
                Author::Card
            } else {
                Author::Password
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
        by: Author<'a>,
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
            behind: Behind::Nobody,
        })
    }
}
