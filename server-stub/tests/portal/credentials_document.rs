//! `/api/credentials-document`: the document and the reprint

use protocol::{
    Language,
    service::{Profile, ServiceId},
};
use server_stub::{clock, texts::Texts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{ANNA, LUCA, MARIO, Portal, Request, text_of};

const PATH: &str = "/api/credentials-document";

#[tokio::test]
async fn it_says_user_id_password_and_pincode_and_can_be_repeated() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let credentials = browser.read_document().await;
    assert_eq!(credentials.user_id, MARIO);
    assert_eq!(credentials.password.len(), 16);
    assert_eq!(credentials.pincode.len(), 10);
    assert!(
        credentials
            .pincode
            .bytes()
            .all(|digit| digit.is_ascii_digit())
    );
    assert_eq!(browser.read_document().await, credentials);
    browser.log_in(&card).await.expect(201);
    assert_eq!(browser.read_document().await, credentials);
}

#[tokio::test]
async fn it_speaks_the_readers_language() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    for (path, accepted, language) in [
        (PATH, "", "it"),
        (PATH, "de-IT,it;q=0.5", "de"),
        ("/api/credentials-document?lang=en", "de", "en"),
        ("/api/credentials-document?lang=xx", "de", "de"),
        ("/api/credentials-document?lang=de", "it,en;q=0.5", "de"),
    ] {
        let request = Request::new("GET", path).header("accept-language", accepted);
        let answer = browser.send(request).await.expect(200);
        assert_eq!(answer.header("content-language"), language);
        assert_eq!(answer.header("cache-control"), "no-store");
        let language = Language::from_tag(language).unwrap();
        let title = Texts::of(language).document.title;
        let text = text_of(&answer.body);
        assert!(text.contains(title), "{title} in {text}");
    }
}

#[tokio::test]
async fn another_browser_does_not_read_it() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let mut stranger = portal.browser();
    stranger.get(PATH).await.expect_refusal("not-authenticated");
    let (name, value) = browser
        .cookies
        .iter()
        .find(|(name, _)| name.contains("document"))
        .unwrap();
    for forged in ["x", &value[1..], &value.replace(&value[8..10], "__")] {
        stranger.cookies.insert(name.clone(), forged.to_owned());
        stranger.get(PATH).await.expect_refusal("not-authenticated");
    }
    // Someone else's document opens nothing but itself.
    let other = portal.person(ANNA, Profile::Medico).await;
    let mut annas = portal.browser();
    annas.register(&other).await.expect(201);
    assert_eq!(annas.read_document().await.user_id, ANNA);
    browser
        .log_in(&card)
        .await
        .expect_refusal("credentials-document-pending");
}

#[tokio::test]
async fn a_person_logged_in_elsewhere_does_not_read_it_there() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.registered(&card).await;
    let mut elsewhere = portal.browser();
    elsewhere.log_in(&card).await.expect(201);
    elsewhere
        .get(PATH)
        .await
        .expect_refusal("not-authenticated");
    let administration = portal.person(ANNA, Profile::Amministrazione).await;
    let mut annas = portal.browser();
    annas.register(&administration).await.expect(201);
    annas.log_in(&administration).await.expect(201);
    annas.get(PATH).await.expect_refusal("not-found");
}

#[tokio::test]
async fn after_half_an_hour_nobody_reads_it() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let minute = 60_000;
    portal.forget_in(29 * minute).await;
    browser.get(PATH).await.expect(200);
    portal.forget_in(31 * minute).await;
    browser.get(PATH).await.expect_refusal("not-found");
}

#[tokio::test]
async fn a_document_that_is_over_is_not_found_before_it_is_forgotten() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    portal.browser().register(&card).await.expect(201);
    let store = &portal.app.store;
    let codice_fiscale = crate::support::cf(MARIO);
    let now = clock::now();
    let waits = async |at| store.document_waits(&codice_fiscale, at).await.unwrap();
    assert!(waits(now + 29 * 60_000).await);
    assert!(!waits(now + 31 * 60_000).await);
}

#[tokio::test]
async fn a_glance_at_its_head_does_not_count_as_reading() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let answer = browser.send(Request::new("HEAD", PATH)).await.expect(200);
    assert!(answer.body.is_empty());
    assert!(answer.header("content-length").parse::<usize>().unwrap() > 1000);
    browser
        .log_in(&card)
        .await
        .expect_refusal("credentials-document-pending");
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_count_as_reading() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let cookies: Vec<String> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    // The database is busy for a moment, so that the answer waits before its end.
    let lock = portal.lock_database().await;
    let mut stream = tokio::net::TcpStream::connect(portal.address)
        .await
        .unwrap();
    let head = format!(
        "GET {PATH} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n",
        cookies.join("; ")
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut some = [0; 64];
    stream.read_exact(&mut some).await.unwrap();
    assert!(some.starts_with(b"HTTP/1.1 200"));
    drop(stream);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    drop(lock);
    browser
        .log_in(&card)
        .await
        .expect_refusal("credentials-document-pending");
    browser.read_document().await;
    browser.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn its_secrets_are_nowhere_in_the_database() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (_, credentials) = portal.registered(&card).await;
    for (path, bytes) in portal.database_files() {
        for secret in [&credentials.password, &credentials.pincode] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{path}");
        }
    }
}

#[tokio::test]
async fn of_password_and_pincode_their_argon2id_alone_is_kept() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (_, credentials) = portal.registered(&card).await;
    let mut lock = portal.lock_database().await;
    for (column, secret) in [
        ("password_hash", &credentials.password),
        ("pincode_hash", &credentials.pincode),
    ] {
        let hash = lock
            .text(&format!("SELECT {column} FROM credentials"))
            .await;
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        let fits = portal.app.hashing.verify(secret, Some(&hash)).await;
        assert!(fits.unwrap(), "{column}");
    }
}

#[tokio::test]
async fn a_reprint_makes_new_credentials_and_voids_the_old() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    let first = browser.read_document().await;
    browser.log_in(&card).await.expect(201);
    let mut elsewhere = portal.browser();
    elsewhere.log_in(&card).await.expect(201);
    let mut by_password = portal.browser();
    by_password.log_in_with(MARIO, &own).await.expect(201);

    let answer = browser.call("POST", PATH, None).await.expect(201);
    assert_eq!(answer.json()["credentials_document"], PATH);
    assert!(browser.is_logged_in().await);
    assert!(!elsewhere.is_logged_in().await);
    assert!(!by_password.is_logged_in().await);
    let second = browser.read_document().await;
    assert_ne!(first, second);
    browser
        .log_in_with(MARIO, &own)
        .await
        .expect_refusal("credentials-invalid");
    browser
        .log_in_with(MARIO, &second.password)
        .await
        .expect_refusal("password-change-required");
    browser.log_in(&card).await.expect(201);
}

#[tokio::test]
async fn the_card_is_needed_for_document_and_reprint() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let (mut browser, own) = portal.with_password(&card, MARIO).await;
    browser
        .call("POST", PATH, None)
        .await
        .expect_refusal("not-authenticated");
    browser.log_in_with(MARIO, &own).await.expect(201);
    browser.get(PATH).await.expect_refusal("card-required");
    browser
        .call("POST", PATH, None)
        .await
        .expect_refusal("card-required");
}

#[tokio::test]
async fn a_reprint_is_for_who_has_the_service_and_a_document() {
    let portal = Portal::start().await;
    portal
        .operator(MARIO, Profile::Medico, &[ServiceId::Cms], true)
        .await;
    portal
        .operator(
            LUCA,
            Profile::Amministrazione,
            &[ServiceId::RistampaCredenziali],
            true,
        )
        .await;
    for codice_fiscale in [MARIO, LUCA] {
        let card = portal.card(codice_fiscale);
        let mut browser = portal.browser();
        browser.register(&card).await.expect(201);
        browser.get(PATH).await;
        browser.log_in(&card).await.expect(201);
        browser
            .call("POST", PATH, None)
            .await
            .expect_refusal("service-not-enabled");
    }
}

#[tokio::test]
async fn a_disabled_operator_does_not_read_it() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    portal.operator(MARIO, Profile::Medico, &[], false).await;
    browser.get(PATH).await.expect_refusal("operator-disabled");
}
