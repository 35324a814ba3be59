//! One visit: Registra CNS, Effettua la login, and who one is

use std::sync::Mutex;

use page_calls::{Browser, End, Method};
use pki::Card;
use protocol::{ChallengeNonce, Origin};
use serde_json::{Value, json};

use super::{Crowd, Person, Report, lock};
use crate::installation::ORIGIN;

/// The body that carries a token.
pub type Token = Value;

/// Somebody comes who is not registered, and logs in when they are.
pub(super) async fn make(crowd: &Crowd, browser: &mut Browser, report: &Mutex<Report>) {
    let person = crowd.next();
    browser.forget_cookies();
    let mut visit = Visit {
        browser,
        report,
        person: &person,
    };
    match visit.register().await {
        Some(()) => {
            let _ = visit.log_in().await;
        }
        None => crowd.put_back(&person),
    }
}

/// What a card signs for a challenge.
pub fn sign_in(card: &Card, challenge: &Value) -> Token {
    let nonce = challenge["nonce"].as_str().unwrap_or_default();
    let nonce = ChallengeNonce::parse(nonce).unwrap();
    let token = card.token(&Origin::parse(ORIGIN).unwrap(), &nonce);
    json!({ "token": token })
}

struct Visit<'a> {
    browser: &'a mut Browser,
    report: &'a Mutex<Report>,
    person: &'a Person,
}

impl Visit<'_> {
    async fn register(&mut self) -> Option<()> {
        let token = self.challenge().await?;
        self.ask(
            "register",
            Method::POST,
            "/api/registrations",
            Some(&token),
            201,
        )
        .await?;
        lock(self.report).register(self.person);
        Some(())
    }

    async fn log_in(&mut self) -> Option<()> {
        let token = self.challenge().await?;
        self.ask("log in", Method::POST, "/api/session", Some(&token), 201)
            .await?;
        let (_, cookie) = self.browser.cookie("tessera-session")?;
        let cookie = cookie.to_owned();
        lock(self.report).open(self.person, cookie);
        self.ask("who am I", Method::GET, "/api/session", None, 200)
            .await?;
        Some(())
    }

    async fn challenge(&mut self) -> Option<Token> {
        let challenge = self
            .ask("challenge", Method::POST, "/api/challenges", None, 201)
            .await?;
        Some(sign_in(&self.person.card, &challenge))
    }

    /// The body of an answer that is what was asked for.
    async fn ask(
        &mut self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Option<&Value>,
        status: u16,
    ) -> Option<Value> {
        let answered = self.browser.ask(method, path, body).await;
        let mut report = lock(self.report);
        let (end, told) = match answered {
            Err(silence) => (silence.into(), None),
            Ok(answer) => {
                report.longest = report.longest.max(answer.took);
                report.without_retry_after += u64::from(answer.lacks_retry_after());
                let told = answer.json();
                let whose = &told["operator"]["codice_fiscale"];
                let is_theirs =
                    what == "challenge" || *whose == self.person.codice_fiscale.as_str();
                if answer.status == status && is_theirs {
                    (End::Done, Some(told))
                } else {
                    (End::of_refusal(&answer), None)
                }
            }
        };
        *report.ends.entry((what, end)).or_default() += 1;
        told
    }
}
