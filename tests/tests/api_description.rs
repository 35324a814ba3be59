//! The running server is as it describes itself: `GET /api/openapi.json`, played by schemathesis.

use std::collections::BTreeSet;

use end_to_end::{
    Outcome,
    credentials_document::CredentialsDocument,
    people::{ANNA_VERDI, GRETA_MAIR, Issuer, LUCA_BIANCHI, PAOLA_NERI, Person},
    plain_client::software_card,
    portal::Portal,
    schemathesis::{self, Caller},
    visit::Visit,
};
use pki::Card;
use reqwest::Method;
use serde_json::{Value, json};

const OPERATORS: [Person; 3] = [ANNA_VERDI, LUCA_BIANCHI, PAOLA_NERI];
const OWN_PASSWORD: &str = "quattro aironi sopra Merano";

/// Thousands of calls come from one address: its limits are not what is looked at.
const LIMITS: &str = "challenges_per_minute = 1000000\npasswords_per_quarter_hour = 1000\n\
    reports_per_hour = 1000\n";

struct Scene {
    issuer: Issuer,
    portal: Portal,
}

impl Scene {
    fn set() -> Outcome<Scene> {
        let issuer = Issuer::new();
        let portal = Portal::start(&issuer, &OPERATORS)?;
        // The file ends with the section of the limits.
        portal.configure(LIMITS)?;
        Ok(Scene { issuer, portal })
    }

    fn card(&self, person: &Person) -> Card {
        let place = OPERATORS.iter().position(|known| known == person);
        let id = format!("61010000000000{:02}", place.unwrap_or(OPERATORS.len()));
        software_card(&self.issuer, person, &id)
    }

    /// A browser in which this person's card was registered and the document read.
    fn registered(&self, person: &Person) -> Outcome<(Visit, Card, Vec<u8>)> {
        let card = self.card(person);
        let mut visit = Visit::new(&self.portal)?;
        let registered = visit.by_card("/api/registrations", &card)?;
        expect(&registered.json(), registered.status, 201)?;
        let document = match registered.json()["credentials_document"] {
            Value::Null => Vec::new(),
            _ => {
                let path = "/api/credentials-document";
                visit.call(Method::GET, path, None)?.body
            }
        };
        Ok((visit, card, document))
    }

    /// The same, and they logged in by card.
    fn by_card(&self, person: &Person) -> Outcome<Visit> {
        let (mut visit, card, _) = self.registered(person)?;
        let opened = visit.by_card("/api/session", &card)?;
        expect(&opened.json(), opened.status, 201)?;
        Ok(visit)
    }

    /// A browser in which this person logged in by a password of their own.
    fn by_password(&self, person: &Person) -> Outcome<Visit> {
        let (mut visit, _, document) = self.registered(person)?;
        let folder = tempfile::tempdir()?;
        let document = CredentialsDocument::read(&document, folder.path())?;
        let username = person.codice_fiscale;
        let change = json!({
            "username": username, "current": document.password()?, "new": OWN_PASSWORD,
        });
        let changed = visit.call(Method::PUT, "/api/password", Some(change))?;
        expect(&changed.json(), changed.status, 204)?;
        let login = json!({ "username": username, "password": OWN_PASSWORD });
        let opened = visit.call(Method::POST, "/api/session", Some(login))?;
        expect(&opened.json(), opened.status, 201)?;
        Ok(visit)
    }
}

fn expect(answer: &Value, status: u16, expected: u16) -> Outcome<()> {
    match status == expected {
        true => Ok(()),
        false => Err(format!("{status}, not {expected}: {answer}").into()),
    }
}

/// The id of a person whom the one who searches looks after.
fn find(visit: &mut Visit, person: &Person) -> Outcome<String> {
    let words = json!({ "words": person.codice_fiscale });
    let found = visit.call(Method::POST, "/api/operators/search", Some(words))?;
    let id = found.json()["operators"][0]["id"].clone();
    Ok(id.as_str().ok_or("nobody was found")?.to_owned())
}

#[test]
fn for_a_stranger() -> Outcome<()> {
    let scene = Scene::set()?;
    schemathesis::play(&scene.portal, &Caller::default())
}

#[test]
fn for_a_doctor_by_card() -> Outcome<()> {
    let scene = Scene::set()?;
    let cookies = scene.by_card(&ANNA_VERDI)?.cookies;
    let caller = Caller {
        cookies,
        leaves_out: &["endSession", "reprintCredentials"],
        ..Caller::default()
    };
    schemathesis::play(&scene.portal, &caller)
}

#[test]
fn for_a_doctor_by_password() -> Outcome<()> {
    let scene = Scene::set()?;
    let cookies = scene.by_password(&ANNA_VERDI)?.cookies;
    let caller = Caller {
        cookies,
        leaves_out: &["endSession"],
        ..Caller::default()
    };
    schemathesis::play(&scene.portal, &caller)
}

#[test]
fn for_who_looks_after_others() -> Outcome<()> {
    let scene = Scene::set()?;
    scene.registered(&ANNA_VERDI)?;
    let mut visit = scene.by_card(&PAOLA_NERI)?;
    let id = find(&mut visit, &ANNA_VERDI)?;
    let caller = Caller {
        cookies: visit.cookies,
        leaves_out: &["endSession"],
        looks_after: Some((&id, "verdi anna")),
    };
    schemathesis::play(&scene.portal, &caller)
}

/// No program makes up a card's signature: what only a real one opens is walked through.
#[test]
fn for_a_whole_day() -> Outcome<()> {
    let scene = Scene::set()?;
    let mut answers = Vec::new();
    for path in ["/api/health/live", "/api/health/ready", "/api/openapi.json"] {
        let mut stranger = Visit::new(&scene.portal)?;
        stranger.call(Method::GET, path, None)?;
        answers.append(&mut stranger.answers);
    }
    answers.append(&mut refusals(&scene)?);
    let mut doctor = scene.by_password(&ANNA_VERDI)?;
    services(&mut doctor)?;
    answers.append(&mut doctor.answers);
    let mut doctor = scene.by_card(&ANNA_VERDI)?;
    services(&mut doctor)?;
    doctor.call(Method::POST, "/api/credentials-document", None)?;
    doctor.call(Method::GET, "/api/credentials-document", None)?;
    let mut officer = scene.by_card(&PAOLA_NERI)?;
    services(&mut officer)?;
    administration(&mut officer)?;
    for visit in [&mut doctor, &mut officer] {
        visit.call(Method::DELETE, "/api/session", None)?;
        visit.call(Method::GET, "/api/session", None)?;
        answers.append(&mut visit.answers);
    }
    let faults = schemathesis::faults(&scene.portal, &answers)?;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    every_success_was_met(&scene, &answers)
}

fn refusals(scene: &Scene) -> Outcome<Vec<Value>> {
    let mut stranger = Visit::new(&scene.portal)?;
    let unknown = scene.card(&GRETA_MAIR);
    stranger.by_card("/api/registrations", &unknown)?;
    stranger.by_card("/api/session", &scene.card(&LUCA_BIANCHI))?;
    let token = json!({ "token": {} });
    for _ in 0..2 {
        stranger.call(Method::POST, "/api/session", Some(token.clone()))?;
    }
    Ok(stranger.answers)
}

fn services(visit: &mut Visit) -> Outcome<()> {
    for path in ["/api/session", "/api/messages"] {
        visit.call(Method::GET, path, None)?;
    }
    visit.call(Method::POST, "/api/messages/read", None)?;
    for id in ["assistenza-online", "cms", "none"] {
        let path = format!("/api/services/{id}");
        visit.call_of(Method::GET, "/api/services/{id}", &path, None)?;
    }
    let profile = json!({ "telefono_ufficio": "0471 111111", "email": "posta@example.it" });
    visit.call(Method::PUT, "/api/profile", Some(profile))?;
    let report = json!({ "topic": "card", "text": "Il lettore non legge la carta" });
    visit.call(Method::POST, "/api/assistance", Some(report))?;
    Ok(())
}

fn administration(officer: &mut Visit) -> Outcome<()> {
    let id = find(officer, &ANNA_VERDI)?;
    let of = |what: &str| {
        let described = format!("/api/operators/{{id}}/{what}");
        let path = described.replace("{id}", &id);
        (described, path)
    };
    let (described, path) = of("history");
    officer.call_of(Method::GET, &described, &path, None)?;
    let (described, path) = of("active");
    for active in [false, true] {
        let body = json!({ "active": active });
        officer.call_of(Method::PUT, &described, &path, Some(body))?;
    }
    let (described, path) = of("registration");
    officer.call_of(Method::DELETE, &described, &path, None)?;
    Ok(())
}

/// Every operation was seen to succeed, so that its good answer was judged too.
fn every_success_was_met(scene: &Scene, answers: &[Value]) -> Outcome<()> {
    let mut visit = Visit::new(&scene.portal)?;
    let description = visit.call(Method::GET, "/api/openapi.json", None)?.json();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for (path, item) in description["paths"].as_object().into_iter().flatten() {
        for method in item.as_object().into_iter().flatten().map(|(name, _)| name) {
            missing.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert!(!missing.is_empty(), "nothing is described");
    for answer in answers {
        if answer["status"].as_u64().is_some_and(|status| status < 300) {
            let text = |member: &str| answer[member].as_str().unwrap_or_default();
            missing.remove(&format!("{} {}", text("method"), text("path")));
        }
    }
    assert!(missing.is_empty(), "never seen to succeed: {missing:?}");
    Ok(())
}
