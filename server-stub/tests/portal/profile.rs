//! `PUT /api/profile`: Profilo Utente

use protocol::service::Profile;
use serde_json::{Value, json};

use crate::support::{ANNA, Answer, Browser, MARIO, Portal, Request, operator};

const PATH: &str = "/api/profile";

async fn change(browser: &mut Browser, telephone: &str, email: &str) -> Answer {
    let body = json!({ "telefono_ufficio": telephone, "email": email });
    browser.call("PUT", PATH, Some(body)).await
}

async fn who_am_i(browser: &mut Browser) -> Value {
    let session = browser.get("/api/session").await.expect(200).json();
    session["operator"].clone()
}

#[tokio::test]
async fn telephone_and_e_mail_are_changed_and_seen_at_once() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let changed = change(
        &mut browser,
        " +39 (06) 12.34-56/7 ",
        "mario.rossi@asl.example ",
    )
    .await
    .expect(200)
    .json();
    assert_eq!(changed["telefono_ufficio"], "+39 (06) 12.34-56/7");
    assert_eq!(changed["email"], "mario.rossi@asl.example");
    assert_eq!(changed["codice_fiscale"], MARIO);
    assert_eq!(who_am_i(&mut browser).await, changed);
    let emptied = change(&mut browser, "", "").await.expect(200).json();
    assert_eq!(emptied["telefono_ufficio"], "");
    assert_eq!(emptied["email"], "");
}

#[tokio::test]
async fn a_person_logged_in_by_password_may_too() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser.log_in_with(MARIO, &own).await.expect(201);
    change(&mut browser, "0471000", "").await.expect(200);
}

#[tokio::test]
async fn a_field_that_will_not_do_is_named_with_its_mend() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let before = who_am_i(&mut browser).await;
    let long = format!("{}@asl.example", "a".repeat(250));
    for (telephone, email, field, named) in [
        ("1234", "", "telefono_ufficio", "Telefono"),
        ("06123456 int. 3", "", "telefono_ufficio", "Telefono"),
        ("06\u{0}12345", "", "telefono_ufficio", "Telefono"),
        ("", "mario", "email", "E-mail"),
        ("", "Mario <mario@asl.example>", "email", "E-mail"),
        ("", "a@b.example\r\nBcc: c@d.example", "email", "E-mail"),
        ("", &long, "email", "E-mail"),
        // Both are wrong: the first of the form.
        ("x", "x", "telefono_ufficio", "Telefono"),
    ] {
        let refusal = change(&mut browser, telephone, email)
            .await
            .expect_refusal("field-unacceptable")
            .json();
        assert_eq!(refusal["field"], field, "{telephone:?} {email:?}");
        assert!(refusal["detail"].as_str().unwrap().starts_with(named));
    }
    assert_eq!(who_am_i(&mut browser).await, before, "nothing was changed");
}

#[tokio::test]
async fn twenty_changes_an_hour_cannot_push_a_login_out_of_the_messages() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    for number in 0..20 {
        let telephone = format!("0471{number:03}");
        change(&mut browser, &telephone, "").await.expect(200);
    }
    let answer = change(&mut browser, "0471999", "")
        .await
        .expect_refusal("too-many-requests");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((3500..=3600).contains(&seconds), "{seconds}");
    assert_eq!(who_am_i(&mut browser).await["telefono_ufficio"], "0471019");
    // What changes nothing is no change.
    change(&mut browser, "0471019", "").await.expect(200);
    let messages = browser.get("/api/messages").await.expect(200).json();
    let messages = messages["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 22);
    assert_eq!(messages[20]["kind"], "logged-in");
}

#[tokio::test]
async fn what_a_file_brought_need_not_be_mended_to_change_the_other() {
    let portal = Portal::start().await;
    let mut row = operator(MARIO, Profile::Medico);
    row.operator.telefono_ufficio = "0471 000 int. 3".to_owned();
    portal.import(row).await;
    let mut browser = portal.logged_in(&portal.card(MARIO)).await;
    change(&mut browser, "0471 000 int. 3", "mario@asl.example")
        .await
        .expect(200);
    change(&mut browser, "0471 000 int. 4", "mario@asl.example")
        .await
        .expect_refusal("field-unacceptable");
}

#[tokio::test]
async fn the_mend_is_told_in_the_readers_language() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let own = portal.origin().as_str().to_owned();
    for (language, begin) in [
        ("it", "Telefono"),
        ("de", "Diensttelefon"),
        ("en", "Office"),
    ] {
        let request = Request::new("PUT", PATH)
            .header("origin", &own)
            .header("accept-language", language)
            .json(&json!({ "telefono_ufficio": "x", "email": "" }));
        let refusal = browser
            .send(request)
            .await
            .expect_refusal("field-unacceptable")
            .json();
        assert!(refusal["detail"].as_str().unwrap().starts_with(begin));
    }
}

#[tokio::test]
async fn nothing_else_of_a_person_can_be_changed_by_saying_so() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.person(ANNA, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let before = browser.get("/api/session").await.expect(200).json();
    let body = json!({
        "telefono_ufficio": "06123456", "email": "posta@posta.example",
        "codice_fiscale": ANNA, "cognome": "VERDI", "profile": "amministrazione",
        "regione": "Lazio", "asl": "", "services": "gestione-credenziali", "active": false,
        "operator": { "profile": "amministrazione" }, "id": "x",
    });
    browser.call("PUT", PATH, Some(body)).await.expect(200);
    let after = browser.get("/api/session").await.expect(200).json();
    assert_eq!(after["operator"], before["operator"]);
    assert_eq!(after["services"], before["services"]);
    let anna = portal.app.store.operator(&crate::support::cf(ANNA)).await;
    assert_eq!(anna.unwrap().unwrap().operator.telefono_ufficio, "06123456");
}

#[tokio::test]
async fn both_members_must_be_there_as_text_and_that_is_said_before_who_asks() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for body in [
        json!({}),
        json!({ "email": "" }),
        json!({ "telefono_ufficio": "06123456" }),
        json!({ "telefono_ufficio": 6_123_456, "email": "" }),
        json!({ "telefono_ufficio": "", "email": null }),
        json!({ "telefono_ufficio": "", "email": ["a@b.example"] }),
    ] {
        browser
            .call("PUT", PATH, Some(body))
            .await
            .expect_refusal("token-malformed");
    }
    // Who asks comes before what the fields say.
    change(&mut browser, "x", "x")
        .await
        .expect_refusal("not-authenticated");
}

#[tokio::test]
async fn another_site_cannot_change_it_in_the_persons_name() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let body = json!({ "telefono_ufficio": "", "email": "evil@evil.example" });
    for request in [
        Request::new("PUT", PATH).json(&body),
        Request::new("PUT", PATH)
            .header("origin", "https://evil.example")
            .json(&body),
    ] {
        browser
            .send(request)
            .await
            .expect_refusal("origin-not-allowed");
    }
    assert_eq!(who_am_i(&mut browser).await["email"], "posta@posta.example");
}

#[tokio::test]
async fn a_person_who_was_shut_out_changes_nothing() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    portal.operator(MARIO, Profile::Medico, &[], false).await;
    change(&mut browser, "0471000", "")
        .await
        .expect_refusal("not-authenticated");
}
