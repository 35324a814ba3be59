//! Accesso con credenziali: login by password, its change, its limits

use protocol::service::Profile;

use crate::support::{ANNA, Answer, Browser, MARIO, Portal, Request};

const OWN: &str = "quattro gatti sul divano blu";
const OTHER: &str = "sette lampioni verdi in fila";

#[tokio::test]
async fn the_first_password_must_be_changed_before_it_logs_in() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, first) = portal.registered(&card).await;
    browser
        .log_in_with(MARIO, &first.password)
        .await
        .expect_refusal("password-change-required");
    browser
        .change_password(MARIO, &first.password, OWN)
        .await
        .expect(204);
    browser
        .log_in_with(MARIO, &first.password)
        .await
        .expect_refusal("credentials-invalid");
    let session = browser.log_in_with(MARIO, OWN).await.expect(201).json();
    assert_eq!(session["operator"]["codice_fiscale"], MARIO);
    assert!(browser.is_logged_in().await);
}

#[tokio::test]
async fn a_forgotten_password_is_recovered_by_registering_the_card_again() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (_, forgotten) = portal.with_password(&card, MARIO).await;
    let (mut browser, fresh) = portal.registered(&card).await;
    browser
        .log_in_with(MARIO, &forgotten)
        .await
        .expect_refusal("credentials-invalid");
    browser
        .log_in_with(MARIO, &fresh.password)
        .await
        .expect_refusal("password-change-required");
    browser
        .change_password(MARIO, &fresh.password, OTHER)
        .await
        .expect(204);
    browser.log_in_with(MARIO, OTHER).await.expect(201);
}

#[tokio::test]
async fn the_user_id_is_read_without_regard_to_case() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    for user_id in [MARIO.to_lowercase(), "rssMRA80a01H501u".to_owned()] {
        browser.log_in_with(&user_id, &own).await.expect(201);
    }
    browser
        .log_in_with(MARIO, &own.to_uppercase())
        .await
        .expect_refusal("credentials-invalid");
}

#[tokio::test]
async fn a_password_waits_for_its_document() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser.register(&card).await.expect(201);
    browser
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("credentials-invalid");
}

#[tokio::test]
async fn a_disabled_operators_password_is_told_so() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    portal.operator(MARIO, Profile::Medico, &[], false).await;
    browser
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("operator-disabled");
    browser
        .log_in_with(MARIO, "wrong")
        .await
        .expect_refusal("credentials-invalid");
}

#[tokio::test]
async fn a_new_password_has_to_be_acceptable() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    for new in [
        "kQ7#xP2!mZ9",
        own.as_str(),
        "Kx!7q-rssmra80a01h501u-zz",
        "password1234",
        "",
    ] {
        browser
            .change_password(MARIO, &own, new)
            .await
            .expect_refusal("password-unacceptable");
    }
    browser
        .change_password(MARIO, "wrong", "short")
        .await
        .expect_refusal("credentials-invalid");
    browser.log_in_with(MARIO, &own).await.expect(201);
}

#[tokio::test]
async fn a_changed_password_ends_the_persons_other_sessions() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let other = portal.person(ANNA, Profile::Amministrazione).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser.log_in_with(MARIO, &own).await.expect(201);
    let mut by_card = portal.browser();
    by_card.log_in(&card).await.expect(201);
    let mut annas = portal.browser();
    annas.register(&other).await.expect(201);
    annas.log_in(&other).await.expect(201);
    browser
        .change_password(MARIO, &own, OTHER)
        .await
        .expect(204);
    assert!(browser.is_logged_in().await, "its own goes on");
    assert!(!by_card.is_logged_in().await);
    assert!(annas.is_logged_in().await, "nobody else's");
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_waits() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    for _ in 0..4 {
        browser
            .log_in_with(MARIO, "wrong")
            .await
            .expect_refusal("credentials-invalid");
    }
    browser.log_in_with(MARIO, &own).await.expect(201);
    for attempt in 0..5 {
        let user_id = if attempt % 2 == 0 {
            MARIO
        } else {
            "rssmra80a01h501u"
        };
        browser
            .log_in_with(user_id, "wrong")
            .await
            .expect_refusal("credentials-invalid");
    }
    let answer = browser
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("too-many-requests");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((800..=900).contains(&seconds), "{seconds}");
    browser
        .change_password(MARIO, &own, OTHER)
        .await
        .expect_refusal("too-many-requests");
    browser.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn an_unknown_user_counts_and_is_told_nothing_else() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__PASSWORDS_PER_QUARTER_HOUR", "2")]).await;
    let mut browser = portal.browser();
    for user_id in [ANNA, "nobody"] {
        for _ in 0..2 {
            browser
                .log_in_with(user_id, "x")
                .await
                .expect_refusal("credentials-invalid");
        }
        browser
            .log_in_with(user_id, "x")
            .await
            .expect_refusal("too-many-requests");
    }
}

#[tokio::test]
async fn an_unknown_user_takes_as_long_as_a_wrong_password() {
    let portal =
        Portal::start_with(&[("TESSERA_LIMITS__PASSWORDS_PER_QUARTER_HOUR", "1000")]).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, _) = portal.with_password(&card, MARIO).await;
    let mut wrong = std::time::Duration::MAX;
    let mut unknown = std::time::Duration::MAX;
    // By turns, and so many that each is once left alone, whatever else the machine does.
    for _ in 0..40 {
        for (user_id, shortest) in [(MARIO, &mut wrong), (ANNA, &mut unknown)] {
            let begin = std::time::Instant::now();
            browser.log_in_with(user_id, "wrong").await;
            *shortest = begin.elapsed().min(*shortest);
        }
    }
    assert!(unknown * 2 > wrong, "{unknown:?} against {wrong:?}");
}

async fn from(browser: &mut Browser, address: &str, password: &str) -> Answer {
    let origin = browser.origin().as_str().to_owned();
    let body = serde_json::json!({ "username": MARIO, "password": password });
    let request = Request::new("POST", "/api/session")
        .header("origin", &origin)
        .header("x-forwarded-for", address)
        .json(&body);
    browser.send(request).await
}

#[tokio::test]
async fn failures_are_counted_per_address_and_over_all_addresses() {
    let portal = Portal::start_with(&[("TESSERA_LIMITS__PASSWORDS_PER_QUARTER_HOUR", "2")]).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    for last in 1..=10 {
        let address = format!("192.0.2.{last}");
        for _ in 0..2 {
            from(&mut browser, &address, "wrong")
                .await
                .expect_refusal("credentials-invalid");
        }
        if last < 10 {
            from(&mut browser, &address, &own)
                .await
                .expect_refusal("too-many-requests");
        }
    }
    from(&mut browser, "192.0.2.99", &own)
        .await
        .expect_refusal("too-many-requests");
}

#[tokio::test]
async fn many_at_once_are_not_judged_before_they_are_counted() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (browser, _) = portal.with_password(&card, MARIO).await;
    let attempts: Vec<_> = (0..30)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.log_in_with(MARIO, "wrong").await })
        })
        .collect();
    let mut judged = 0;
    for attempt in attempts {
        if attempt.await.unwrap().status == 401 {
            judged += 1;
        }
    }
    assert_eq!(judged, 5);
}
