//! What holds for every call: origin, bodies, paths, methods, headers, languages

use protocol::service::Profile;
use serde_json::json;

use crate::support::{MARIO, Portal, Request};

const CHANGES: [(&str, &str); 12] = [
    ("POST", "/api/challenges"),
    ("POST", "/api/registrations"),
    ("POST", "/api/credentials-document"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("PUT", "/api/password"),
    ("PUT", "/api/profile"),
    ("POST", "/api/messages/read"),
    ("POST", "/api/operators/search"),
    ("PUT", "/api/operators/x/active"),
    ("DELETE", "/api/operators/x/registration"),
    ("POST", "/api/assistance"),
];

#[tokio::test]
async fn changes_need_the_portals_own_origin() {
    let portal = Portal::start().await;
    let own = portal.origin().as_str().to_owned();
    let mut browser = portal.browser();
    for (method, path) in CHANGES {
        let request = || Request::new(method, path).json(&json!({}));
        browser
            .send(request())
            .await
            .expect_refusal("origin-not-allowed");
        for origin in [
            "null",
            "https://evil.example",
            &format!("{own}/"),
            &own.to_uppercase(),
            &format!("{own}.evil.example"),
            &own.replace("localhost", "127.0.0.1"),
            "",
        ] {
            browser
                .send(request().header("origin", origin))
                .await
                .expect_refusal("origin-not-allowed");
        }
        browser
            .send(request().header("origin", &own).header("origin", &own))
            .await
            .expect_refusal("origin-not-allowed");
    }
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_foreign_origin_changes_nothing() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    browser.log_in(&card).await.expect(201);
    browser
        .send(Request::new("DELETE", "/api/session").header("origin", "https://evil.example"))
        .await
        .expect_refusal("origin-not-allowed");
    assert!(browser.is_logged_in().await);
    let token = browser.token(&card).await;
    let body = json!({ "token": token });
    browser
        .send(Request::new("POST", "/api/session").json(&body))
        .await
        .expect_refusal("origin-not-allowed");
    // Its nonce was not spent by that.
    browser
        .call("POST", "/api/session", Some(body))
        .await
        .expect(201);
}

#[tokio::test]
async fn bodies_are_json_of_64_kibibytes_at_most() {
    let portal = Portal::start().await;
    let own = portal.origin().as_str().to_owned();
    let mut browser = portal.browser();
    for (method, path) in [
        ("POST", "/api/session"),
        ("POST", "/api/registrations"),
        ("PUT", "/api/password"),
        ("PUT", "/api/profile"),
        ("POST", "/api/operators/search"),
        ("PUT", "/api/operators/x/active"),
        ("POST", "/api/assistance"),
    ] {
        let request = || Request::new(method, path).header("origin", &own);
        browser
            .send(request().body("{}"))
            .await
            .expect_refusal("unsupported-media-type");
        browser
            .send(request().header("content-type", "text/plain").body("{}"))
            .await
            .expect_refusal("unsupported-media-type");
        let json = || request().header("content-type", "application/json; charset=utf-8");
        // The media type is looked at before the size.
        browser
            .send(
                request()
                    .header("content-type", "text/plain")
                    .body(vec![b' '; 70_000]),
            )
            .await
            .expect_refusal("unsupported-media-type");
        for length in [65_537, 1_000_000] {
            browser
                .send(json().body(vec![b' '; length]))
                .await
                .expect_refusal("body-too-large");
        }
        let mut largest = vec![b' '; 65_534];
        largest.extend(b"{}");
        browser
            .send(json().body(largest))
            .await
            .expect_refusal("token-malformed");
        let nested = "[".repeat(60_000);
        for body in [
            "",
            "{",
            "[]",
            "\"x\"",
            "null",
            "{} {}",
            "{\"token\":",
            &nested,
        ] {
            browser
                .send(json().body(body))
                .await
                .expect_refusal("token-malformed");
        }
        browser
            .send(json().body(b"{\"token\": \"\xff\"}".to_vec()))
            .await
            .expect_refusal("token-malformed");
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_not_found() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for path in [
        "/api",
        "/api/",
        "/api/sessions",
        "/api/session/",
        "/api/session/x",
        "/api//session",
        "/api/health",
        "/api/metrics",
        "/api/messages/x",
        "/api/operators",
        "/api/operators/x",
        "/api/services",
        "/api/services/cms/x",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            browser
                .send(Request::new(method, path))
                .await
                .expect_refusal("not-found");
        }
    }
    for path in [
        "/metrics",
        "/nothing",
        "/servizi/nothing",
        "/..%2fetc/passwd",
    ] {
        let answer = browser.get(path).await.expect(404);
        assert!(
            answer.header("content-type").starts_with("text/html"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_method_that_is_not_provided_for_names_those_that_are() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for (method, path, allowed) in [
        ("GET", "/api/challenges", &["POST"][..]),
        ("HEAD", "/api/challenges", &["POST"]),
        ("DELETE", "/api/registrations", &["POST"]),
        ("PATCH", "/api/session", &["GET", "HEAD", "POST", "DELETE"]),
        (
            "OPTIONS",
            "/api/session",
            &["GET", "HEAD", "POST", "DELETE"],
        ),
        ("POST", "/api/password", &["PUT"]),
        (
            "DELETE",
            "/api/credentials-document",
            &["GET", "HEAD", "POST"],
        ),
        ("GET", "/api/profile", &["PUT"]),
        ("DELETE", "/api/messages", &["GET", "HEAD"]),
        ("GET", "/api/operators/search", &["POST"]),
        ("POST", "/api/operators/x/active", &["PUT"]),
        ("GET", "/api/operators/x/registration", &["DELETE"]),
        ("POST", "/api/services/cms", &["GET", "HEAD"]),
        ("POST", "/api/health/live", &["GET", "HEAD"]),
        ("DELETE", "/api/openapi.json", &["GET", "HEAD"]),
        ("POST", "/faq", &["GET", "HEAD"]),
    ] {
        let answer = browser.send(Request::new(method, path)).await.expect(405);
        let mut named: Vec<String> = answer
            .header("allow")
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect();
        named.sort();
        let mut allowed: Vec<&str> = allowed.to_vec();
        allowed.sort_unstable();
        assert_eq!(named, allowed, "{method} {path}");
        if method == "HEAD" {
            assert!(answer.body.is_empty());
        } else {
            assert_eq!(answer.json()["code"], "method-not-allowed");
        }
    }
}

/// The whole policy: a word more would let something in.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[tokio::test]
async fn every_answer_is_guarded() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for path in [
        "/",
        "/nothing",
        "/api/session",
        "/api/health/live",
        "/api/nothing",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("x-permitted-cross-domain-policies"), "none");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        if path.starts_with("/api") {
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        assert_eq!(answer.header("strict-transport-security"), "");
    }
}

/// The browser's own viewer brings its styles along; it must be let show and print.
#[tokio::test]
async fn the_documents_policy_leaves_the_browsers_viewer_alone() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let document = browser.get("/api/credentials-document").await.expect(200);
    assert_eq!(
        document.header("content-security-policy"),
        "script-src 'none'; connect-src 'none'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    assert_eq!(document.header("x-content-type-options"), "nosniff");
    let refused = portal.browser().get("/api/credentials-document").await;
    assert_eq!(refused.header("content-security-policy"), POLICY);
}

#[tokio::test]
async fn a_refusal_speaks_the_readers_language() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for (accepted, language, title) in [
        (None, "it", "Nessun accesso in corso"),
        (Some("fr"), "it", "Nessun accesso in corso"),
        (Some("de-IT, en;q=0.3"), "de", "Keine laufende Anmeldung"),
        (Some("en"), "en", "You are not logged in"),
    ] {
        let mut request = Request::new("GET", "/api/session");
        if let Some(accepted) = accepted {
            request = request.header("accept-language", accepted);
        }
        let answer = browser
            .send(request)
            .await
            .expect_refusal("not-authenticated");
        assert_eq!(answer.json()["title"], title);
        assert_eq!(answer.header("content-language"), language);
        assert_eq!(answer.header("vary"), "Accept-Language");
    }
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for (path, status) in [
        ("/api/session", 401),
        ("/api/health/live", 200),
        ("/nothing", 404),
    ] {
        let answer = browser
            .send(Request::new("HEAD", path))
            .await
            .expect(status);
        assert!(answer.body.is_empty());
    }
}

#[tokio::test]
async fn a_server_about_to_stop_is_not_ready() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    browser.get("/api/health/ready").await.expect(200);
    portal.app.begin_to_stop();
    browser.get("/api/health/ready").await.expect(503);
    browser.get("/api/health/live").await.expect(200);
}

#[tokio::test]
async fn a_database_that_is_read_and_not_written_is_not_ready() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    browser.get("/api/health/ready").await.expect(200);
    let lock = portal.lock_database().await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    browser.get("/api/session").await.expect(401);
    let asked = std::time::Instant::now();
    // However many ask meanwhile, none waits longer than for one answer and the next.
    let mut others = [portal.browser(), portal.browser(), portal.browser()];
    let [one, two, three] = &mut others;
    let path = "/api/health/ready";
    let answers = tokio::join!(
        browser.get(path),
        one.get(path),
        two.get(path),
        three.get(path)
    );
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        answer.expect_refusal("security-systems-unavailable");
    }
    assert!(asked.elapsed() < std::time::Duration::from_secs(5));
    drop(lock);
    browser.get("/api/health/ready").await.expect(200);
}
