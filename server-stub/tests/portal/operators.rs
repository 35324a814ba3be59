//! `/api/operators`: Gestione Credenziali

use protocol::{
    CodiceFiscale,
    service::{Profile, ServiceId},
};
use serde_json::{Value, json};
use server_stub::store::OperatorRow;

use crate::support::{ANNA, Answer, Browser, LUCA, MARIO, Portal, Request, cf, operator};

const SEARCH: &str = "/api/operators/search";
const OWN: ServiceId = ServiceId::GestioneCredenziali;

/// Anna, who looks after the operators of Abruzzo, A012.
async fn administrator(portal: &Portal) -> Browser {
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], true)
        .await;
    portal.logged_in(&portal.card(ANNA)).await
}

async fn search(browser: &mut Browser, words: &str) -> Answer {
    browser
        .call("POST", SEARCH, Some(json!({ "words": words })))
        .await
}

async fn found(browser: &mut Browser, words: &str) -> Vec<Value> {
    let answer = search(browser, words).await.expect(200).json();
    answer["operators"].as_array().unwrap().clone()
}

async fn id_of(browser: &mut Browser, codice_fiscale: &str) -> String {
    let found = found(browser, codice_fiscale).await;
    assert_eq!(found.len(), 1, "{codice_fiscale}");
    found[0]["id"].as_str().unwrap().to_owned()
}

async fn set_active(browser: &mut Browser, id: &str, active: bool) -> Answer {
    let body = json!({ "active": active });
    browser
        .call("PUT", &format!("/api/operators/{id}/active"), Some(body))
        .await
}

async fn revoke(browser: &mut Browser, id: &str) -> Answer {
    browser
        .call("DELETE", &format!("/api/operators/{id}/registration"), None)
        .await
}

async fn history(browser: &mut Browser, id: &str) -> Answer {
    browser.get(&format!("/api/operators/{id}/history")).await
}

/// All four calls with this id.
async fn every_call(browser: &mut Browser, id: &str) -> [Answer; 4] {
    [
        history(browser, id).await,
        set_active(browser, id, false).await,
        set_active(browser, id, true).await,
        revoke(browser, id).await,
    ]
}

fn named(codice_fiscale: &str, cognome: &str, nome: &str) -> OperatorRow {
    let mut row = operator(codice_fiscale, Profile::Medico);
    row.operator.cognome = cognome.to_owned();
    row.operator.nome = nome.to_owned();
    row
}

fn elsewhere(codice_fiscale: &str, regione: &str, asl: &str) -> OperatorRow {
    let mut row = operator(codice_fiscale, Profile::Medico);
    row.operator.regione = regione.to_owned();
    row.operator.asl = asl.to_owned();
    row
}

#[tokio::test]
async fn an_operator_is_found_by_parts_of_the_name_or_by_codice_fiscale() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.import(named(MARIO, "D'AMICÒ DE LUCA", "Zoë")).await;
    portal.import(named(LUCA, "BIANCHI", "LUCA")).await;
    for words in [
        "damico",
        "D\u{2019}Amico zoe",
        "zoë amic",
        "de d'amic",
        "  ZO  ",
        MARIO,
        &format!(" {} ", MARIO.to_lowercase()),
    ] {
        let found = found(&mut browser, words).await;
        assert_eq!(found.len(), 1, "{words}");
        assert_eq!(found[0]["operator"]["codice_fiscale"], MARIO);
    }
    let both = found(&mut browser, "luca").await;
    let names: Vec<_> = both.iter().map(|row| &row["operator"]["cognome"]).collect();
    assert_eq!(names, ["BIANCHI", "D'AMICÒ DE LUCA"], "by surname");
    for words in ["amicoo", "luca verdi", &MARIO[..15], "bianchi zoe"] {
        assert!(found(&mut browser, words).await.is_empty(), "{words}");
    }
}

#[tokio::test]
async fn a_row_says_how_the_access_stands() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let row = async |browser: &mut Browser| found(browser, MARIO).await[0].clone();
    let fresh = row(&mut browser).await;
    assert_eq!(fresh["active"], true);
    assert_eq!(fresh["registered_at"], Value::Null);
    assert_eq!(fresh["document_pending"], false);
    assert_eq!(fresh["has_credentials"], false);
    assert_eq!(fresh["operator"]["email"], "posta@posta.example");
    let mut marios = portal.browser();
    marios.register(&card).await.expect(201);
    let pending = row(&mut browser).await;
    assert!(pending["registered_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(pending["document_pending"], true);
    assert_eq!(pending["has_credentials"], true);
    marios.read_document().await;
    assert_eq!(row(&mut browser).await["document_pending"], false);
    let id = fresh["id"].as_str().unwrap();
    assert_eq!(id.len(), 22);
    assert!(!fresh["id"].to_string().contains(MARIO));
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    assert_eq!(row(&mut browser).await["id"], id, "an import changes no id");
}

#[tokio::test]
async fn fifty_are_shown_and_that_there_are_more_is_said() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let many: Vec<String> = (0..51)
        .map(|number| {
            let begin = format!("RSSMRA80A01H{number:03}");
            ('A'..='Z')
                .map(|letter| format!("{begin}{letter}"))
                .find(|code| CodiceFiscale::parse(code).is_ok())
                .unwrap()
        })
        .collect();
    for codice_fiscale in &many[..50] {
        portal
            .operator(codice_fiscale, Profile::Medico, &[], true)
            .await;
    }
    let answer = search(&mut browser, "rossi").await.expect(200).json();
    assert_eq!(answer["operators"].as_array().unwrap().len(), 50);
    assert_eq!(answer["more"], false);
    portal.operator(&many[50], Profile::Medico, &[], true).await;
    let answer = search(&mut browser, "rossi").await.expect(200).json();
    assert_eq!(answer["operators"].as_array().unwrap().len(), 50);
    assert_eq!(answer["more"], true);
}

#[tokio::test]
async fn what_means_something_to_the_database_means_nothing_in_a_search() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.import(named(MARIO, "ROSSI", "MARIO")).await;
    for words in [
        "ro%xi",
        "%xy%_",
        "rossi' OR '1'='1",
        "x') OR ('1'='1",
        "rossi\\",
        "rossi\"; DROP TABLE operators;--",
        "ro\u{0}xx",
    ] {
        // They part words; letters are searched for as letters.
        let expected = usize::from(words == "rossi\\");
        assert_eq!(found(&mut browser, words).await.len(), expected, "{words}");
    }
    for nothing in [
        "",
        "   ",
        "%",
        "%%%%",
        "__",
        "a",
        "a%",
        "'--",
        &"ab".repeat(60),
    ] {
        let refusal = search(&mut browser, nothing)
            .await
            .expect_refusal("field-unacceptable")
            .json();
        assert_eq!(refusal["field"], "words", "{nothing}");
    }
    for body in [json!({}), json!({ "words": 7 }), json!({ "words": ["a"] })] {
        browser
            .call("POST", SEARCH, Some(body))
            .await
            .expect_refusal("token-malformed");
    }
    assert_eq!(found(&mut browser, "rossi").await.len(), 1);
}

#[tokio::test]
async fn operators_of_another_regione_or_asl_are_not_there() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    for (regione, asl) in [
        ("Abruzzo", "A013"),
        ("Abruzzo", ""),
        ("Abruzzo", "a012"),
        ("Abruzzo", "A012 "),
        ("abruzzo", "A012"),
        ("Lazio", "A012"),
        ("", "A012"),
        ("", ""),
    ] {
        // Their id is real: it was good while they were here.
        portal.operator(MARIO, Profile::Medico, &[], true).await;
        let id = id_of(&mut browser, MARIO).await;
        portal.import(elsewhere(MARIO, regione, asl)).await;
        for words in [MARIO, "rossi"] {
            assert!(
                found(&mut browser, words).await.is_empty(),
                "{regione} {asl}"
            );
        }
        for answer in every_call(&mut browser, &id).await {
            answer.expect_refusal("not-found");
        }
        let untouched = portal.app.store.operator(&cf(MARIO)).await.unwrap();
        assert!(untouched.unwrap().active, "{regione} {asl}");
    }
}

#[tokio::test]
async fn an_administrator_without_a_regione_looks_after_nobody() {
    let portal = Portal::start().await;
    let mut row = elsewhere(ANNA, "", "");
    row.operator.profile = Profile::Amministrazione;
    row.services = vec![OWN];
    portal.import(row).await;
    portal.import(elsewhere(MARIO, "", "")).await;
    let mut browser = portal.logged_in(&portal.card(ANNA)).await;
    assert!(found(&mut browser, MARIO).await.is_empty());
    assert!(found(&mut browser, "rossi").await.is_empty());
}

#[tokio::test]
async fn an_administrator_of_a_whole_regione_looks_after_who_has_no_asl() {
    let portal = Portal::start().await;
    let mut row = elsewhere(ANNA, "Lazio", "");
    row.operator.profile = Profile::Amministrazione;
    row.services = vec![OWN];
    portal.import(row).await;
    portal.import(elsewhere(MARIO, "Lazio", "")).await;
    portal.import(elsewhere(LUCA, "Lazio", "RM1")).await;
    let mut browser = portal.logged_in(&portal.card(ANNA)).await;
    let found = found(&mut browser, "rossi").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["operator"]["codice_fiscale"], MARIO);
}

#[tokio::test]
async fn nobody_looks_after_themselves() {
    let portal = Portal::start().await;
    let mut annas = administrator(&portal).await;
    portal
        .operator(LUCA, Profile::Amministrazione, &[OWN], true)
        .await;
    let mut lucas = portal.logged_in(&portal.card(LUCA)).await;
    assert!(found(&mut annas, ANNA).await.is_empty());
    let names = found(&mut annas, "rossi").await;
    assert_eq!(names.len(), 1, "the colleague alone");
    // The colleague tells Anna's id: it is nobody to Anna.
    let id = id_of(&mut lucas, ANNA).await;
    for answer in every_call(&mut annas, &id).await {
        answer.expect_refusal("not-found");
    }
    assert!(annas.is_logged_in().await);
}

#[tokio::test]
async fn a_guessed_id_is_nobodys() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    let other = if id.starts_with('A') { "B" } else { "A" };
    for guessed in [
        "x",
        "0",
        "1",
        MARIO,
        "AAAAAAAAAAAAAAAAAAAAAA",
        &id[..21],
        &format!("{id}AA"),
        &format!("{other}{}", &id[1..]),
        "%00",
        "%ff%fe",
        "..%2f..",
        "'%20OR%201=1",
        &"A".repeat(4000),
    ] {
        for answer in every_call(&mut browser, guessed).await {
            answer.expect_refusal("not-found");
        }
    }
    history(&mut browser, &id).await.expect(200);
}

#[tokio::test]
async fn a_disabled_operators_sessions_end_at_once_and_enabled_again_they_return() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut marios, own) = portal.with_password(&card, MARIO).await;
    marios.log_in(&card).await.expect(201);
    let mut by_password = portal.browser();
    by_password.log_in_with(MARIO, &own).await.expect(201);

    let id = id_of(&mut browser, MARIO).await;
    let row = set_active(&mut browser, &id, false)
        .await
        .expect(200)
        .json();
    assert_eq!(row["active"], false);
    assert_eq!(row["id"], id.as_str());
    assert_eq!(row["has_credentials"], true);
    assert!(!marios.is_logged_in().await);
    assert!(!by_password.is_logged_in().await);
    marios
        .log_in(&card)
        .await
        .expect_refusal("operator-disabled");
    marios
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("operator-disabled");

    let row = set_active(&mut browser, &id, true).await.expect(200).json();
    assert_eq!(row["active"], true);
    assert!(!marios.is_logged_in().await, "ended is ended");
    marios.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn a_revoked_registration_takes_credentials_and_sessions_with_it() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut marios, own) = portal.with_password(&card, MARIO).await;
    marios.log_in(&card).await.expect(201);
    let id = id_of(&mut browser, MARIO).await;
    for _ in 0..2 {
        let row = revoke(&mut browser, &id).await.expect(200).json();
        assert_eq!(row["registered_at"], Value::Null);
        assert_eq!(row["has_credentials"], false);
        assert_eq!(row["document_pending"], false);
        assert_eq!(row["active"], true);
    }
    assert!(!marios.is_logged_in().await);
    marios
        .log_in(&card)
        .await
        .expect_refusal("card-not-registered");
    marios
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("credentials-invalid");
    marios
        .get("/api/credentials-document")
        .await
        .expect_refusal("not-found");
    marios.register(&card).await.expect(201);
}

#[tokio::test]
async fn the_history_says_what_was_done_by_whom() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    portal.logged_in(&card).await;
    let id = id_of(&mut browser, MARIO).await;
    set_active(&mut browser, &id, false).await.expect(200);
    portal
        .operator(MARIO, Profile::Amministrazione, &[], true)
        .await;
    revoke(&mut browser, &id).await.expect(200);
    let answer = history(&mut browser, &id).await.expect(200).json();
    let told: Vec<_> = answer["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert!(entry["at"].as_str().unwrap().ends_with('Z'));
            json!([entry["act"], entry["by"], entry["by_card"]])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["registration-revoked", "administrator", true]),
            json!(["operator-enabled", "import", null]),
            json!(["operator-disabled", "administrator", true]),
            json!(["logged-in", "self", true]),
            json!(["card-registered", "self", true]),
        ]
    );
    assert!(
        !answer.to_string().contains(ANNA),
        "not which administrator"
    );
    // The person is told too.
    let mut marios = portal.logged_in(&card).await;
    let messages = marios.get("/api/messages").await.expect(200).json();
    assert_eq!(messages["messages"][2]["kind"], "registration-revoked");
    assert_eq!(messages["messages"][2]["by_card"], Value::Null);
}

#[tokio::test]
async fn who_asks_is_looked_at_in_the_contracts_order() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.operator(LUCA, Profile::Medico, &[], true).await;
    let calls = async |browser: &mut Browser| {
        let [a, b, c, d] = every_call(browser, "x").await;
        [a, b, c, d, search(browser, "").await]
    };
    let mut stranger = portal.browser();
    for answer in calls(&mut stranger).await {
        answer.expect_refusal("not-authenticated");
    }
    // By password, and without the service: the card is asked for first.
    let (mut by_password, own) = portal.with_password(&card, MARIO).await;
    by_password.log_in_with(MARIO, &own).await.expect(201);
    for answer in calls(&mut by_password).await {
        answer.expect_refusal("card-required");
    }
    by_password.log_in(&card).await.expect(201);
    for answer in calls(&mut by_password).await {
        answer.expect_refusal("service-not-enabled");
    }
    // The service alone is not enough without the profile, nor the profile without it.
    for (profile, services) in [
        (Profile::Medico, &[OWN][..]),
        (Profile::Odontoiatra, &[OWN]),
        (Profile::ProfessionistaSanitario, &[OWN]),
        (Profile::Amministrazione, &[]),
        (Profile::Amministrazione, &[ServiceId::GestioneTs]),
    ] {
        portal.operator(MARIO, profile, services, true).await;
        for answer in calls(&mut by_password).await {
            answer.expect_refusal("service-not-enabled");
        }
    }
    portal
        .operator(MARIO, Profile::Amministrazione, &[OWN], true)
        .await;
    search(&mut by_password, "")
        .await
        .expect_refusal("field-unacceptable");
    assert_eq!(found(&mut by_password, LUCA).await.len(), 1);
}

#[tokio::test]
async fn an_administrators_password_is_not_enough() {
    let portal = Portal::start().await;
    // Credentials from the time as a doctor.
    let card = portal.person(ANNA, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, ANNA).await;
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], true)
        .await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    browser.log_in_with(ANNA, &own).await.expect(201);
    search(&mut browser, MARIO)
        .await
        .expect_refusal("card-required");
}

#[tokio::test]
async fn an_administrator_who_is_shut_out_can_do_nothing_with_an_open_page() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], false)
        .await;
    for answer in every_call(&mut browser, &id).await {
        answer.expect_refusal("not-authenticated");
    }
    search(&mut browser, MARIO)
        .await
        .expect_refusal("not-authenticated");
    // Nor with the page once the service was taken away.
    portal
        .operator(ANNA, Profile::Amministrazione, &[OWN], true)
        .await;
    let mut browser = portal.logged_in(&portal.card(ANNA)).await;
    portal
        .operator(ANNA, Profile::Amministrazione, &[], true)
        .await;
    set_active(&mut browser, &id, false)
        .await
        .expect_refusal("service-not-enabled");
    let mario = portal
        .app
        .store
        .operator(&cf(MARIO))
        .await
        .unwrap()
        .unwrap();
    assert!(mario.active);
}

#[tokio::test]
async fn an_administrator_who_is_shut_out_while_the_request_waits_changes_nothing() {
    for taken_away in [
        format!("DELETE FROM sessions WHERE codice_fiscale = '{ANNA}'"),
        format!("UPDATE operators SET active = false WHERE codice_fiscale = '{ANNA}'"),
        format!("UPDATE operators SET asl = 'A013' WHERE codice_fiscale = '{ANNA}'"),
        format!("UPDATE operators SET services = 'cms' WHERE codice_fiscale = '{ANNA}'"),
    ] {
        let portal = Portal::start().await;
        let mut browser = administrator(&portal).await;
        portal.operator(MARIO, Profile::Medico, &[], true).await;
        let id = id_of(&mut browser, MARIO).await;
        let mut lock = portal.lock_database().await;
        let asked = tokio::spawn(async move { set_active(&mut browser, &id, false).await });
        // Time to be let in by what held a moment ago, and to wait for the database.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        lock.execute(&taken_away).await;
        lock.execute("COMMIT").await;
        let answer = asked.await.unwrap();
        assert!(
            matches!(answer.status.as_u16(), 401 | 403 | 404),
            "{taken_away}"
        );
        let mario = portal
            .app
            .store
            .operator(&cf(MARIO))
            .await
            .unwrap()
            .unwrap();
        assert!(mario.active, "{taken_away}");
    }
}

#[tokio::test]
async fn a_character_that_no_database_takes_finds_nobody() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let answer = search(&mut browser, "ROSSI\u{0}X").await.expect(200);
    assert_eq!(answer.json()["operators"], json!([]));
}

#[tokio::test]
async fn of_many_disables_at_once_one_is_the_act() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    let attempts: Vec<_> = (0..20)
        .map(|_| {
            let (mut browser, id) = (browser.clone(), id.clone());
            tokio::spawn(async move { set_active(&mut browser, &id, false).await })
        })
        .collect();
    for attempt in attempts {
        let row = attempt.await.unwrap().expect(200).json();
        assert_eq!(row["active"], false);
    }
    let answer = history(&mut browser, &id).await.expect(200).json();
    assert_eq!(answer["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_administrators_who_shut_each_other_out_one_stays() {
    let portal = Portal::start().await;
    let mut annas = administrator(&portal).await;
    portal
        .operator(LUCA, Profile::Amministrazione, &[OWN], true)
        .await;
    let mut lucas = portal.logged_in(&portal.card(LUCA)).await;
    let luca = id_of(&mut annas, LUCA).await;
    let anna = id_of(&mut lucas, ANNA).await;
    let (mut one, mut other) = (annas.clone(), lucas.clone());
    let (first, second) = tokio::join!(
        tokio::spawn(async move { set_active(&mut one, &luca, false).await.status }),
        tokio::spawn(async move { set_active(&mut other, &anna, false).await.status }),
    );
    let mut statuses = [first.unwrap().as_u16(), second.unwrap().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert!(annas.is_logged_in().await != lucas.is_logged_in().await);
}

#[tokio::test]
async fn another_site_changes_nothing_in_the_administrators_name() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.registered(&card).await;
    let id = id_of(&mut browser, MARIO).await;
    for (method, path, body) in [
        (
            "PUT",
            format!("/api/operators/{id}/active"),
            json!({ "active": false }),
        ),
        (
            "DELETE",
            format!("/api/operators/{id}/registration"),
            json!({}),
        ),
        ("POST", SEARCH.to_owned(), json!({ "words": MARIO })),
    ] {
        for origin in [None, Some("null"), Some("https://evil.example")] {
            let mut request = Request::new(method, &path).json(&body);
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            browser
                .send(request)
                .await
                .expect_refusal("origin-not-allowed");
        }
    }
    let row = found(&mut browser, MARIO).await[0].clone();
    assert_eq!(row["active"], true);
    assert!(row["registered_at"].is_string());
}

#[tokio::test]
async fn active_must_be_true_or_false_and_says_nothing_else() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    let path = format!("/api/operators/{id}/active");
    for body in [
        json!({}),
        json!({ "active": 0 }),
        json!({ "active": "false" }),
        json!({ "active": null }),
    ] {
        browser
            .call("PUT", &path, Some(body))
            .await
            .expect_refusal("token-malformed");
    }
    let body = json!({
        "active": true, "profile": "amministrazione", "regione": "Lazio",
        "operator": { "cognome": "VERDI" }, "services": ["gestione-credenziali"],
    });
    let row = browser
        .call("PUT", &path, Some(body))
        .await
        .expect(200)
        .json();
    assert_eq!(row["operator"]["profile"], "medico");
    assert_eq!(row["operator"]["cognome"], "ROSSI");
    assert_eq!(row["operator"]["regione"], "Abruzzo");
}
