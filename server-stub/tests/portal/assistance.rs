//! `POST /api/assistance`: Assistenza Online

use protocol::service::{Profile, ServiceId};
use serde_json::{Value, json};

use crate::support::{ANNA, Answer, Browser, MARIO, Portal, Request};

const TEXT: &str = "La carta non viene letta\nda stamattina, anche dopo il riavvio.";

async fn report(browser: &mut Browser, body: Value) -> Answer {
    browser.call("POST", "/api/assistance", Some(body)).await
}

fn about(text: &str) -> Value {
    json!({ "topic": "card", "text": text, "context": {} })
}

#[tokio::test]
async fn a_report_is_kept_under_a_code_that_says_nothing() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let body = json!({
        "topic": "card", "text": TEXT,
        "context": {
            "browser": "Chromium 128", "extension": "0.1.0", "host": "0.1.0",
            "page": "/area-riservata/smart-card", "more": "ignored",
        },
    });
    let answer = report(&mut browser, body.clone()).await.expect(201).json();
    let code = answer["support_code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 10);
    assert!(
        code.bytes()
            .all(|letter| b"ACDEFGHJKMNPQRTWXY34679".contains(&letter))
    );
    let again = report(&mut browser, body).await.expect(201).json();
    assert_ne!(again["support_code"], code.as_str());

    let (row, who) = portal.app.store.report_of(&code).await.unwrap().unwrap();
    assert_eq!(who.operator.codice_fiscale.as_str(), MARIO);
    assert_eq!(row.report.text, TEXT);
    assert_eq!(row.report.topic.name(), "card");
    assert_eq!(row.report.context.browser, "Chromium 128");
    assert_eq!(row.report.context.page, "/area-riservata/smart-card");
    assert!(
        portal
            .app
            .store
            .report_of("AAAAAAAAAA")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_report_that_names_someone_is_asked_to_leave_it_out() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    for text in [
        format!("Sono {MARIO} e la carta non va."),
        format!("La paziente {} non si trova.", ANNA.to_lowercase()),
        "La paziente VRD NNA 70P49 F205F non si trova.".to_owned(),
        "Rispondere a POSTA@posta.example per favore.".to_owned(),
    ] {
        let refusal = report(&mut browser, about(&text))
            .await
            .expect_refusal("field-unacceptable")
            .json();
        assert_eq!(refusal["field"], "text", "{text}");
        let detail = refusal["detail"].as_str().unwrap();
        assert!(detail.contains("codice di assistenza"), "{detail}");
        // Nor is what was written said back.
        assert!(!refusal.to_string().to_uppercase().contains(MARIO));
    }
    assert!(portal.app.store.reports().await.unwrap().is_empty());
}

#[tokio::test]
async fn topic_and_length_have_to_fit_the_form() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    for (topic, text, field) in [
        ("spam", TEXT.to_owned(), "topic"),
        ("Card", TEXT.to_owned(), "topic"),
        ("card", "non va".to_owned(), "text"),
        ("card", format!("non va{}", " ".repeat(100)), "text"),
        ("card", "à".repeat(2001), "text"),
    ] {
        let body = json!({ "topic": topic, "text": text, "context": {} });
        let refusal = report(&mut browser, body)
            .await
            .expect_refusal("field-unacceptable")
            .json();
        assert_eq!(refusal["field"], field, "{topic} {text}");
    }
    report(&mut browser, about(&"à".repeat(2000)))
        .await
        .expect(201);
    report(&mut browser, about("0123456789")).await.expect(201);
}

#[tokio::test]
async fn topic_and_text_must_be_there_and_that_is_said_before_who_asks() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for body in [
        json!({}),
        json!({ "topic": "card" }),
        json!({ "text": TEXT }),
        json!({ "topic": 1, "text": TEXT }),
        json!({ "topic": "card", "text": [TEXT] }),
    ] {
        report(&mut browser, body)
            .await
            .expect_refusal("token-malformed");
    }
    report(&mut browser, about("x"))
        .await
        .expect_refusal("not-authenticated");
}

#[tokio::test]
async fn the_context_is_short_plain_and_names_nobody() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    let body = json!({
        "topic": "other", "text": "\u{1b}]0;titolo\u{7}La finestra è vuota \u{202e}oggi",
        "context": {
            "browser": "x".repeat(5000),
            "extension": { "version": "0.1.0" },
            "host": "0.1.0\n\u{1b}[2J",
            "page": format!("/cerca?q={MARIO}"),
        },
    });
    let answer = report(&mut browser, body).await.expect(201).json();
    let code = answer["support_code"].as_str().unwrap();
    let (row, _) = portal.app.store.report_of(code).await.unwrap().unwrap();
    assert_eq!(row.report.text, "]0;titoloLa finestra è vuota oggi");
    let context = row.report.context;
    assert_eq!(context.browser, "x".repeat(200));
    assert_eq!(context.extension, "");
    assert_eq!(context.host, "0.1.0 [2J");
    assert_eq!(context.page, "");
    for context in [json!(null), json!("x"), json!([1])] {
        let body = json!({ "topic": "other", "text": TEXT, "context": context });
        report(&mut browser, body).await.expect(201);
    }
}

#[tokio::test]
async fn five_an_hour_are_taken_of_one_person_however_many_at_once() {
    let portal = Portal::start().await;
    let mario = portal.person(MARIO, Profile::Medico).await;
    let anna = portal.person(ANNA, Profile::Medico).await;
    let mut marios = portal.logged_in(&mario).await;
    let mut annas = portal.logged_in(&anna).await;
    let attempts: Vec<_> = (0..12)
        .map(|_| {
            let mut browser = marios.clone();
            tokio::spawn(async move { report(&mut browser, about(TEXT)).await })
        })
        .collect();
    let mut taken = 0;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        if answer.status == 201 {
            taken += 1;
        } else {
            let answer = answer.expect_refusal("too-many-requests");
            let seconds: u64 = answer.header("retry-after").parse().unwrap();
            assert!((3500..=3600).contains(&seconds), "{seconds}");
        }
    }
    assert_eq!(taken, 5);
    // Another session of the same person does not begin anew.
    marios.log_in(&mario).await.expect(201);
    report(&mut marios, about(TEXT))
        .await
        .expect_refusal("too-many-requests");
    report(&mut annas, about(TEXT)).await.expect(201);
}

#[tokio::test]
async fn it_is_for_who_has_the_service() {
    let portal = Portal::start().await;
    portal
        .operator(MARIO, Profile::Amministrazione, &[ServiceId::Cms], true)
        .await;
    let mut browser = portal.logged_in(&portal.card(MARIO)).await;
    report(&mut browser, about(TEXT))
        .await
        .expect_refusal("service-not-enabled");
}

#[tokio::test]
async fn another_site_reports_nothing_in_the_persons_name() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    browser
        .send(Request::new("POST", "/api/assistance").json(&about(TEXT)))
        .await
        .expect_refusal("origin-not-allowed");
    assert!(portal.app.store.reports().await.unwrap().is_empty());
}

#[tokio::test]
async fn half_a_year_later_it_is_forgotten() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.logged_in(&card).await;
    report(&mut browser, about(TEXT)).await.expect(201);
    let day = 24 * 60 * 60 * 1000;
    portal.forget_in(179 * day).await;
    assert_eq!(portal.app.store.reports().await.unwrap().len(), 1);
    portal.forget_in(181 * day).await;
    assert!(portal.app.store.reports().await.unwrap().is_empty());
}
