//! One visit: the calls that the portal's page makes for a person.

use page_calls::{Answer, Browser, Method};
use protocol::ChallengeNonce;
use serde_json::Value;

use super::{CardHolder, Confirmed, End, Errand, Load, Report};

/// The end of the session cookie's name, with a prefix or without.
const SESSION_COOKIE: &str = "tessera-session";

/// Does what the person of this number came for.
pub(super) async fn make(
    load: &Load,
    number: u64,
    browser: &mut Browser,
    report: &mut Report,
) -> End {
    let mut visit = Visit {
        load,
        browser,
        report,
    };
    let people = load.crowd.people();
    let place = number as usize % people.len().max(1);
    let ended = match (&load.errand, people.get(place)) {
        (_, None) => Err(End::Malformed("there is nobody in the crowd".to_owned())),
        (Errand::Register, Some(person)) => visit.register(place, person).await,
        (Errand::LogIn, Some(person)) => visit.log_in(place, person).await,
        (Errand::ComeBack(sessions), _) => {
            let place = number as usize % sessions.len().max(1);
            visit.come_back(&sessions[place]).await
        }
    };
    ended.err().unwrap_or(End::Done)
}

struct Visit<'a> {
    load: &'a Load,
    browser: &'a mut Browser,
    report: &'a mut Report,
}

impl Visit<'_> {
    async fn register(&mut self, place: usize, person: &CardHolder) -> Result<(), End> {
        let token = self.sign_in(person).await?;
        let answer = self
            .ask(Method::POST, "/api/registrations", Some(&token))
            .await?;
        let told = self.expect(&answer, 201, person)?;
        self.report.confirm(place, None);
        let Some(document) = told["credentials_document"].as_str() else {
            return Ok(());
        };
        let answer = self.ask(Method::GET, document, None).await?;
        match (answer.status, answer.media_type.as_str()) {
            (200, "application/pdf") => Ok(()),
            _ => Err(self.refusal(&answer)),
        }
    }

    async fn log_in(&mut self, place: usize, person: &CardHolder) -> Result<(), End> {
        let token = self.sign_in(person).await?;
        let answer = self.ask(Method::POST, "/api/session", Some(&token)).await?;
        self.expect(&answer, 201, person)?;
        match self.browser.cookie(SESSION_COOKIE) {
            Some((name, value)) => {
                self.report.confirm(place, Some(format!("{name}={value}")));
                Ok(())
            }
            None => Err(End::malformed(&answer, "a session without a cookie")),
        }
    }

    async fn come_back(&mut self, session: &Confirmed) -> Result<(), End> {
        let person = &self.load.crowd.people()[session.person];
        if let Some((name, value)) = session.session.as_deref().and_then(|it| it.split_once('=')) {
            self.browser.take_cookie(name, value);
        }
        let answer = self.ask(Method::GET, "/api/session", None).await?;
        self.expect(&answer, 200, person)?;
        Ok(())
    }

    /// Asks for a nonce and lets the card sign it; answers the body that carries the token.
    async fn sign_in(&mut self, person: &CardHolder) -> Result<Value, End> {
        let answer = self.ask(Method::POST, "/api/challenges", None).await?;
        if answer.status != 201 {
            return Err(self.refusal(&answer));
        }
        let nonce = ChallengeNonce::parse(answer.json()["nonce"].as_str().unwrap_or_default())
            .map_err(|_| End::malformed(&answer, "a challenge without a nonce"))?;
        Ok(person.sign_in(&self.load.origin, &nonce))
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, End> {
        Ok(self.browser.ask(method, path, body).await?)
    }

    /// The body of an answer that is what was asked for, and about this person.
    fn expect(&mut self, answer: &Answer, status: u16, person: &CardHolder) -> Result<Value, End> {
        if answer.status != status {
            return Err(self.refusal(answer));
        }
        let told = answer.json();
        match told["operator"]["codice_fiscale"].as_str() {
            Some(codice_fiscale) if codice_fiscale == person.codice_fiscale() => Ok(told),
            Some(_) => Err(End::malformed(answer, "it is about somebody else")),
            None => Err(End::malformed(answer, "it is about nobody")),
        }
    }

    fn refusal(&mut self, answer: &Answer) -> End {
        if answer.lacks_retry_after() {
            self.report.without_retry_after += 1;
        }
        End::of_refusal(answer)
    }
}
