//! Judging a card, and asking for the evidence that lacks.
//!
//! First the token is judged by what is at hand, with no evidence demanded. Only a card that
//! has then shown to hold its key makes this server ask anybody; and then it is judged again,
//! for good, with what came of it.

use protocol::{ChallengeNonce, ProblemCode, Token};
use verifier::{
    Expected, Identity, OcspAnswer, OcspStatus, Reason, RevocationEvidence, RevocationPolicy,
    Trust, UntrustedCause, judge,
};

use crate::{
    app::App,
    audit::{Revocation, RevocationSource, Trail},
    clock,
    problem::Refusal,
    telemetry::{self, Evidence, METERS},
    trust::Further,
};

/// Judges a card's token for a nonce.
pub async fn judge_card(
    app: &App,
    token: &Token,
    nonce: &ChallengeNonce,
    trail: &mut Trail,
) -> Result<Identity, Refusal> {
    let case = Case {
        app,
        token,
        nonce,
        certificate: telemetry::fingerprint(&token.unverified_certificate),
        // Before the snapshot is taken: the list may arrive while the card is judged.
        lacks_list: app.trust.lacks_list(),
    };
    let decision = case.decide().await;
    case.log(&decision);
    decision.put_on(trail, case.certificate);
    if case.is_of_a_card(&decision) {
        trail.is_of_a_card();
    }
    let code = case.code(&decision);
    decision.judged.map_err(|_| Refusal::new(code))
}

/// A token, and the certificate it carries by the SHA-256 of its DER.
struct Case<'a> {
    app: &'a App,
    token: &'a Token,
    nonce: &'a ChallengeNonce,
    certificate: [u8; 32],
    /// Whether the trusted list was not there when the judgement began.
    lacks_list: bool,
}

/// What it came to, and on what evidence.
struct Decision {
    judged: Result<Identity, Reason>,
    answer: Option<OcspAnswer>,
    further: Option<Further>,
}

impl Case<'_> {
    async fn decide(&self) -> Decision {
        let sources = &self.app.trust;
        let trust = sources.snapshot();
        let policy = sources.policy();
        if policy == RevocationPolicy::Off {
            return Decision::at_hand(self.judge(&trust, policy, None), None);
        }
        let kept = sources.kept_answer(&self.certificate);
        let judged = self.judge(&trust, RevocationPolicy::WhenAvailable, kept);
        match &judged {
            Ok(identity) if is_evidence(&identity.revocation) => {
                let der = &self.token.unverified_certificate;
                sources.learn(&self.certificate, || trust.question(der, now()));
                return Decision::at_hand(judged, kept);
            }
            Ok(_) => {}
            // It still holds, but may have been taken back since.
            Err(Reason::Revoked { on_hold: true, .. }) if self.is_past(&trust, kept) => {}
            // The contract names what is wrong with a certificate before what is wrong with a
            // signature; but nobody is asked on behalf of a card that did not sign.
            Err(Reason::SignatureInvalid) => {
                return Decision::at_hand(self.judge(&trust, policy, kept), kept);
            }
            Err(_) => return Decision::at_hand(judged, kept),
        }
        let Some(question) = trust.question(&self.token.unverified_certificate, now()) else {
            return Decision::at_hand(self.judge(&trust, policy, kept), kept);
        };
        let further = sources
            .look_further(&self.certificate, &question, kept)
            .await;
        let said = |answer: &OcspAnswer| answer.status() != OcspStatus::Unknown;
        let answer = further.answer.filter(said).or(kept);
        Decision {
            judged: self.judge(&sources.snapshot(), policy, answer),
            answer,
            further: Some(further),
        }
    }

    /// Whether a hold at hand is past its time, so that newer word may have ended it: the
    /// responder's, or where a list has it too, that of all lists that speak for the card.
    ///
    /// Never of a card that did not sign: nobody is asked on its behalf.
    fn is_past(&self, trust: &Trust, kept: Option<OcspAnswer>) -> bool {
        let holds = |word: &OcspAnswer| matches!(word.status(), OcspStatus::Revoked(_));
        if kept.is_some_and(|word| holds(&word) && word.keep_until() >= now()) {
            return false;
        }
        match self.judge(trust, RevocationPolicy::WhenAvailable, None) {
            Ok(_) => true,
            Err(Reason::Revoked { on_hold: true, .. }) => {
                let has_signed = self.judge(trust, RevocationPolicy::Off, None).is_ok();
                let der = &self.token.unverified_certificate;
                let question = has_signed.then(|| trust.question(der, now())).flatten();
                question.is_some_and(|question| !question.has_current_list())
            }
            Err(_) => false,
        }
    }

    /// Some tens of microseconds: less than handing it to another thread would take.
    fn judge(
        &self,
        trust: &Trust,
        revocation: RevocationPolicy,
        answer: Option<OcspAnswer>,
    ) -> Result<Identity, Reason> {
        let expected = Expected {
            origin: &self.app.config.origin,
            nonce: self.nonce,
            now: now(),
            revocation,
            online: answer.as_ref(),
        };
        judge(self.token, &expected, trust)
    }

    /// Whether a card stands behind it: of an authority that is trusted, and it has signed, as
    /// far as that was looked at. Anybody can make a certificate up, or have a copy of one.
    fn is_of_a_card(&self, decision: &Decision) -> bool {
        let trust = self.app.trust.snapshot();
        match &decision.judged {
            Ok(_) => true,
            Err(Reason::SignatureInvalid) => false,
            Err(Reason::Revoked { .. } | Reason::RevocationUnknown { .. }) => {
                self.judge(&trust, RevocationPolicy::Off, None).is_ok()
            }
            Err(_) => {
                let der = &self.token.unverified_certificate;
                trust.question(der, now()).is_some()
            }
        }
    }

    /// What is answered: whose fault it is that something lacks.
    fn code(&self, decision: &Decision) -> ProblemCode {
        let own_fault = || {
            let further = decision.further.as_ref();
            further.is_some_and(|further| further.own_fault.is_some())
        };
        match &decision.judged {
            Err(Reason::RevocationUnknown { .. }) if own_fault() => {
                ProblemCode::SecuritySystemsUnavailable
            }
            Err(Reason::Untrusted {
                cause: UntrustedCause::IssuerUnknown,
                ..
            }) if self.lacks_list => ProblemCode::SecuritySystemsUnavailable,
            Err(reason) => reason.code(),
            // Not asked for.
            Ok(_) => ProblemCode::SecuritySystemsUnavailable,
        }
    }

    /// Each decision in one line, with its evidence and nobody's name.
    fn log(&self, decision: &Decision) {
        let card = telemetry::card(&self.app.seal_key, &self.certificate);
        let asked = decision
            .further
            .as_ref()
            .map_or("nobody", |further| &*further.told);
        let further = decision.further.as_ref();
        if let Some(fault) = further.and_then(|further| further.own_fault.as_ref())
            && matches!(decision.judged, Err(Reason::RevocationUnknown { .. }))
        {
            tracing::error!(%fault, "asking for revocation fails by a fault of our own");
        }
        match &decision.judged {
            Ok(identity) => {
                let evidence = Found::of(&identity.revocation);
                METERS.token_judged(true, evidence.source);
                tracing::info!(
                    %card,
                    issuer = identity.issuer,
                    source = evidence.source.name(),
                    this_update = evidence.this_update,
                    until = evidence.until,
                    asked,
                    "a card was taken"
                );
            }
            Err(reason) => {
                let evidence = decision.against(reason);
                METERS.token_judged(false, evidence.source);
                tracing::info!(
                    %card,
                    code = self.code(decision).name(),
                    %reason,
                    source = evidence.source.name(),
                    this_update = evidence.this_update,
                    until = evidence.until,
                    asked,
                    "a card was refused"
                );
            }
        }
    }
}

impl Decision {
    fn at_hand(judged: Result<Identity, Reason>, answer: Option<OcspAnswer>) -> Decision {
        Decision {
            judged,
            answer,
            further: None,
        }
    }

    /// For the audit log.
    fn put_on(&self, trail: &mut Trail, certificate: [u8; 32]) {
        match &self.judged {
            Ok(identity) => {
                let revocation = audited(&identity.revocation);
                trail.certificate(certificate, Some(revocation));
                trail.card(&identity.codice_fiscale, identity.issuer_fingerprint);
            }
            Err(Reason::Revoked { .. }) => {
                let answer = self.answer;
                let said = |answer: &OcspAnswer| matches!(answer.status(), OcspStatus::Revoked(_));
                let revocation = match answer.filter(said) {
                    Some(answer) => Revocation {
                        source: RevocationSource::Ocsp,
                        this_update: Some(answer.this_update()),
                        next_update: Some(answer.keep_until()),
                    },
                    None => Revocation::undated(RevocationSource::Crl),
                };
                trail.certificate(certificate, Some(revocation));
            }
            Err(_) => trail.certificate(certificate, None),
        }
    }

    /// What a refusal rests on: a list, unless the answer at hand says so itself.
    fn against(&self, reason: &Reason) -> Found {
        match (reason, self.answer) {
            (Reason::Revoked { .. }, Some(answer))
                if matches!(answer.status(), OcspStatus::Revoked(_)) =>
            {
                Found::at(Evidence::Ocsp, answer.this_update(), answer.keep_until())
            }
            (Reason::Revoked { .. }, _) => Found::undated(Evidence::Crl),
            (Reason::RevocationUnknown { stale_since, .. }, _) if stale_since.is_some() => {
                Found::undated(Evidence::Stale)
            }
            _ => Found::undated(Evidence::None),
        }
    }
}

/// Evidence as the log has it.
struct Found {
    source: Evidence,
    this_update: String,
    until: String,
}

impl Found {
    fn of(evidence: &RevocationEvidence) -> Found {
        match *evidence {
            RevocationEvidence::Good {
                this_update,
                next_update,
            } => Found::at(Evidence::Crl, this_update, next_update),
            RevocationEvidence::Online {
                this_update,
                keep_until,
            } => Found::at(Evidence::Ocsp, this_update, keep_until),
            RevocationEvidence::Absent => Found::undated(Evidence::None),
            RevocationEvidence::Unchecked => Found::undated(Evidence::Off),
        }
    }

    fn at(source: Evidence, this_update: i64, until: i64) -> Found {
        Found {
            source,
            this_update: clock::rfc3339(this_update.saturating_mul(1000)),
            until: clock::rfc3339(until.saturating_mul(1000)),
        }
    }

    fn undated(source: Evidence) -> Found {
        Found {
            source,
            this_update: String::new(),
            until: String::new(),
        }
    }
}

/// Evidence as the audit log has it.
fn audited(evidence: &RevocationEvidence) -> Revocation {
    match *evidence {
        RevocationEvidence::Good {
            this_update,
            next_update,
        } => Revocation {
            source: RevocationSource::Crl,
            this_update: Some(this_update),
            next_update: Some(next_update),
        },
        RevocationEvidence::Online {
            this_update,
            keep_until,
        } => Revocation {
            source: RevocationSource::Ocsp,
            this_update: Some(this_update),
            next_update: Some(keep_until),
        },
        RevocationEvidence::Absent => Revocation::undated(RevocationSource::Absent),
        RevocationEvidence::Unchecked => Revocation::undated(RevocationSource::Unchecked),
    }
}

fn is_evidence(evidence: &RevocationEvidence) -> bool {
    matches!(
        evidence,
        RevocationEvidence::Good { .. } | RevocationEvidence::Online { .. }
    )
}

/// Now, in Unix seconds.
fn now() -> i64 {
    clock::now() / 1000
}
