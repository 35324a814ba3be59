//! A program that knows the contract only registers, logs in, and is refused as it says (§4).

use std::{thread, time::Duration};

use end_to_end::{
    Outcome,
    credentials_document::CredentialsDocument,
    people::{ANNA_VERDI, GRETA_MAIR, Issuer, LUCA_BIANCHI},
    plain_client::{PlainClient, software_card},
    portal::{Portal, PortalSetup},
};
use pki::{Authority, Card, Key};
use protocol::Origin;
use reqwest::Method;
use serde_json::json;

const OPERATORS: [end_to_end::people::Person; 2] = [ANNA_VERDI, LUCA_BIANCHI];

struct Scene {
    issuer: Issuer,
    portal: Portal,
    client: PlainClient,
}

impl Scene {
    fn set() -> Outcome<Scene> {
        let issuer = Issuer::new();
        let portal = Portal::start(&issuer, &OPERATORS)?;
        let client = PlainClient::new(&portal)?;
        Ok(Scene {
            issuer,
            portal,
            client,
        })
    }

    fn officers_card(&self) -> Card {
        software_card(&self.issuer, &LUCA_BIANCHI, "6101000000000001")
    }

    fn doctors_card(&self) -> Card {
        software_card(&self.issuer, &ANNA_VERDI, "6101000000000002")
    }
}

#[test]
fn an_officer_registers_logs_in_and_out() -> Outcome<()> {
    let scene = Scene::set()?;
    let card = scene.officers_card();
    let registered = scene.client.register(&card)?;
    assert_eq!(registered.status, 201, "{registered:?}");
    assert_eq!(
        registered.body["operator"]["codice_fiscale"],
        LUCA_BIANCHI.codice_fiscale
    );
    assert_eq!(registered.body["credentials_document"], json!(null));

    let logged_in = scene.client.log_in(&card)?;
    assert_eq!(logged_in.status, 201, "{logged_in:?}");
    let services: Vec<_> = logged_in.body["services"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|service| service["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        services,
        [
            "gestione-assistiti",
            "esenzioni-da-reddito",
            "gestione-ts",
            "assistenza-online",
            "messaggi",
            "profilo-utente"
        ]
    );
    let session = scene.client.call(Method::GET, "/api/session", None)?;
    assert_eq!(session.status, 200, "{session:?}");
    assert_eq!(
        scene
            .client
            .call(Method::DELETE, "/api/session", None)?
            .status,
        204
    );
    let session = scene.client.call(Method::GET, "/api/session", None)?;
    assert_eq!((session.status, session.code()), (401, "not-authenticated"));
    Ok(())
}

#[test]
fn a_doctor_is_through_when_the_document_came() -> Outcome<()> {
    let scene = Scene::set()?;
    let card = scene.doctors_card();
    let registered = scene.client.register(&card)?;
    assert_eq!(registered.status, 201, "{registered:?}");
    assert!(
        registered.body["credentials_document"].is_string(),
        "{registered:?}"
    );
    let pending = scene.client.log_in(&card)?;
    assert_eq!(
        (pending.status, pending.code()),
        (403, "credentials-document-pending")
    );

    let stranger = PlainClient::new(&scene.portal)?;
    let refused = stranger.call(Method::GET, "/api/credentials-document", None)?;
    assert_eq!((refused.status, refused.code()), (401, "not-authenticated"));

    let folder = tempfile::tempdir()?;
    let document = CredentialsDocument::read(&scene.client.document()?, folder.path())?;
    assert_eq!(document.user_id()?, ANNA_VERDI.codice_fiscale);
    assert_eq!(document.pincode()?.len(), 10);
    assert_eq!(scene.client.log_in(&card)?.status, 201);
    Ok(())
}

#[test]
fn the_first_password_must_be_changed_and_is_then_void() -> Outcome<()> {
    const NEW: &str = "quattro aironi sopra Merano";
    let scene = Scene::set()?;
    scene.client.register(&scene.doctors_card())?;
    let folder = tempfile::tempdir()?;
    let document = CredentialsDocument::read(&scene.client.document()?, folder.path())?;
    let (username, first) = (document.user_id()?, document.password()?);

    let by_password = |password: &str| {
        let credentials = json!({"username": username.to_lowercase(), "password": password});
        PlainClient::new(&scene.portal)?.call(Method::POST, "/api/session", Some(credentials))
    };
    let refused = by_password(first)?;
    assert_eq!(
        (refused.status, refused.code()),
        (403, "password-change-required")
    );
    let change = json!({"username": username, "current": first, "new": NEW});
    let changed = scene
        .client
        .call(Method::PUT, "/api/password", Some(change))?;
    assert_eq!(changed.status, 204, "{changed:?}");
    assert_eq!(by_password(NEW)?.status, 201);
    let refused = by_password(first)?;
    assert_eq!(
        (refused.status, refused.code()),
        (401, "credentials-invalid")
    );
    Ok(())
}

#[test]
fn a_renewed_card_voids_the_old_one() -> Outcome<()> {
    let scene = Scene::set()?;
    let old = scene.officers_card();
    let new = software_card(&scene.issuer, &LUCA_BIANCHI, "6101000000000009");
    scene.client.register(&old)?;
    assert_eq!(scene.client.log_in(&old)?.status, 201);
    scene.client.register(&new)?;
    let session = scene.client.call(Method::GET, "/api/session", None)?;
    assert_eq!(
        session.status, 401,
        "the old card's session lives on: {session:?}"
    );
    let refused = scene.client.log_in(&old)?;
    assert_eq!(
        (refused.status, refused.code()),
        (403, "card-not-registered")
    );
    assert_eq!(scene.client.log_in(&new)?.status, 201);
    Ok(())
}

#[test]
fn people_and_cards_that_are_not_known_are_told_apart() -> Outcome<()> {
    let scene = Scene::set()?;
    let unknown = software_card(&scene.issuer, &GRETA_MAIR, "6101000000000003");
    let other_authority = Authority::new("Regione Prova - CA Cittadini 2020", Key::rsa(1));
    let holder = pki::Holder::new(
        LUCA_BIANCHI.codice_fiscale,
        "6101000000000004",
        "BIANCHI",
        "LUCA",
    );
    let forged = other_authority.issue(&holder, Key::rsa(0));
    for (card, status, code) in [
        (&unknown, 403, "operator-unknown"),
        (&forged, 401, "certificate-untrusted"),
    ] {
        for answer in [scene.client.register(card)?, scene.client.log_in(card)?] {
            assert_eq!((answer.status, answer.code()), (status, code));
        }
    }
    Ok(())
}

#[test]
fn a_revoked_card_is_refused() -> Outcome<()> {
    let scene = Scene::set()?;
    let card = scene.officers_card();
    assert_eq!(scene.client.register(&card)?.status, 201);
    scene.portal.stop();
    scene.portal.revoke(&scene.issuer, &[card.serial()])?;
    scene.portal.resume()?;
    let refused = scene.client.log_in(&card)?;
    assert_eq!(
        (refused.status, refused.code()),
        (401, "certificate-revoked")
    );
    Ok(())
}

#[test]
fn a_nonce_is_good_once_and_for_its_own_browser() -> Outcome<()> {
    let scene = Scene::set()?;
    let token = scene.client.token(&scene.officers_card())?;
    let stranger = PlainClient::new(&scene.portal)?;
    let missing = stranger.post_token("/api/registrations", &token)?;
    assert_eq!((missing.status, missing.code()), (401, "challenge-missing"));
    stranger.challenge()?;
    let of_another = stranger.post_token("/api/registrations", &token)?;
    assert_eq!(
        (of_another.status, of_another.code()),
        (401, "signature-invalid")
    );

    assert_eq!(
        scene
            .client
            .post_token("/api/registrations", &token)?
            .status,
        201
    );
    let again = scene.client.post_token("/api/registrations", &token)?;
    assert_eq!((again.status, again.code()), (409, "challenge-used"));
    Ok(())
}

#[test]
fn of_many_simultaneous_attempts_one_is_judged() -> Outcome<()> {
    let scene = Scene::set()?;
    let token = scene.client.token(&scene.officers_card())?;
    let answers: Vec<_> = thread::scope(|scope| {
        let attempts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| scene.client.post_token("/api/registrations", &token)))
            .collect();
        let answers = attempts.into_iter().map(|attempt| attempt.join());
        answers.filter_map(|joined| joined.ok()?.ok()).collect()
    });
    let judged = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers
        .iter()
        .filter(|answer| answer.code() == "challenge-used")
        .count();
    assert_eq!((judged, refused), (1, 7), "{answers:?}");
    Ok(())
}

#[test]
fn a_nonce_expires() -> Outcome<()> {
    let issuer = Issuer::new();
    let portal = Portal::set_up(&PortalSetup {
        issuer: &issuer,
        operators: &OPERATORS,
        challenge_seconds: 1,
        public_port: None,
    })?;
    let client = PlainClient::new(&portal)?;
    let token = client.token(&software_card(&issuer, &LUCA_BIANCHI, "6101000000000001"))?;
    thread::sleep(Duration::from_secs(2));
    let expired = client.post_token("/api/registrations", &token)?;
    assert_eq!((expired.status, expired.code()), (401, "challenge-expired"));
    Ok(())
}

#[test]
fn a_token_made_for_another_origin_is_refused() -> Outcome<()> {
    let scene = Scene::set()?;
    let nonce = scene.client.challenge()?;
    let phished = scene
        .officers_card()
        .token(&Origin::parse("https://portal.example")?, &nonce);
    let refused = scene.client.post_token("/api/session", &phished)?;
    assert_eq!((refused.status, refused.code()), (401, "signature-invalid"));
    Ok(())
}

#[test]
fn other_origins_pages_change_nothing() -> Outcome<()> {
    let scene = Scene::set()?;
    let token = scene.client.token(&scene.officers_card())?;
    let body = || Some(json!({ "token": token }));
    let other_port = format!("{}0", scene.portal.origin());
    for origin in [
        None,
        Some("null"),
        Some("https://portal.example"),
        Some(other_port.as_str()),
    ] {
        for path in ["/api/registrations", "/api/session", "/api/challenges"] {
            let refused = scene.client.call_from(origin, Method::POST, path, body())?;
            assert_eq!(
                (refused.status, refused.code()),
                (403, "origin-not-allowed")
            );
        }
    }
    // The nonce was not spent on them.
    assert_eq!(
        scene
            .client
            .post_token("/api/registrations", &token)?
            .status,
        201
    );
    Ok(())
}

#[test]
fn the_nonce_is_spent_by_a_bad_token_but_not_by_a_bad_body() -> Outcome<()> {
    let scene = Scene::set()?;
    let token = scene.client.token(&scene.officers_card())?;
    for body in [json!({}), json!({"token": "x"}), json!([])] {
        let refused = scene
            .client
            .call(Method::POST, "/api/session", Some(body))?;
        assert_eq!((refused.status, refused.code()), (400, "token-malformed"));
    }
    assert_eq!(
        scene
            .client
            .post_token("/api/registrations", &token)?
            .status,
        201
    );

    let token = scene.client.token(&scene.officers_card())?;
    let empty = scene
        .client
        .call(Method::POST, "/api/session", Some(json!({"token": {}})))?;
    assert_eq!((empty.status, empty.code()), (400, "token-malformed"));
    let late = scene.client.post_token("/api/session", &token)?;
    assert_eq!((late.status, late.code()), (409, "challenge-used"));
    Ok(())
}
