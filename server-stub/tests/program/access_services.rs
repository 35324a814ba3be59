//! What administrators and help desk do with the running program, and what it leaves behind

use pki::Card;
use serde_json::{Value, json};

use crate::installation::{Installation, Reply, Server, ask};
use crate::serving::post_token;

const ANNA: &str = "VRDNNA70P49F205F";
const MARIO: &str = "RSSMRA80A01H501U";
const TEXT: &str = "Il lettore non vede la carta da stamattina.";

fn with_anna_and_mario() -> Installation {
    let installation = Installation::new();
    let file = installation.folder().join("o.csv");
    installation.write(
        "o.csv",
        format!(
            "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
             {ANNA},VERDI,ANNA,amministrazione,,anna@asl.example,Lazio,RM1,gestione-credenziali;assistenza-online,true\n\
             {MARIO},ROSSI,MARIO,medico,,mario@asl.example,Lazio,RM1,,true\n"
        )
        .as_bytes(),
    );
    let told = installation.run(&["operators", "import", file.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
    installation
}

/// Registers and logs in; the session's cookie.
fn log_in(server: &Server, card: &Card) -> String {
    assert_eq!(post_token(server, card, "/api/registrations").0, 201);
    let (status, session, _) = post_token(server, card, "/api/session");
    assert_eq!(status, 201);
    session
}

fn call(server: &Server, session: &str, method: &str, path: &str, body: &Value) -> Reply {
    let headers = format!("Content-Type: application/json\r\nCookie: {session}\r\n");
    ask(server.portal, method, path, &headers, &body.to_string())
}

#[test]
fn gestione_credenziali_profile_and_reports_leave_no_person_in_the_log() {
    let installation = with_anna_and_mario();
    let server = installation.serve();
    let session = log_in(&server, &installation.card(ANNA));
    let found = call(
        &server,
        &session,
        "POST",
        "/api/operators/search",
        &json!({ "words": MARIO }),
    );
    assert_eq!(found.status, 200);
    let id = found.json()["operators"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (method, path, body, status) in [
        (
            "PUT",
            format!("/api/operators/{id}/active"),
            json!({ "active": false }),
            200,
        ),
        (
            "DELETE",
            format!("/api/operators/{id}/registration"),
            json!({}),
            200,
        ),
        (
            "GET",
            format!("/api/operators/{id}/history"),
            json!({}),
            200,
        ),
        (
            "PUT",
            format!("/api/operators/{MARIO}/active"),
            json!({ "active": true }),
            404,
        ),
        (
            "POST",
            "/api/operators/search".to_owned(),
            json!({ "words": "rossi" }),
            200,
        ),
        (
            "PUT",
            "/api/profile".to_owned(),
            json!({ "telefono_ufficio": "0699887766", "email": "verdi@posta.example" }),
            200,
        ),
        (
            "POST",
            "/api/assistance".to_owned(),
            json!({ "topic": "card", "text": format!("{TEXT} {MARIO}"), "context": {} }),
            400,
        ),
        (
            "POST",
            "/api/assistance".to_owned(),
            json!({ "topic": "card", "text": TEXT, "context": {} }),
            201,
        ),
        ("GET", "/api/messages".to_owned(), json!({}), 200),
    ] {
        let reply = call(&server, &session, method, &path, &body);
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
    }
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    for said in [
        "an administrator decided",
        "a profile was changed",
        "a problem was reported",
    ] {
        assert!(log.contains(said), "{said} in {log}");
    }
    for secret in [
        ANNA,
        MARIO,
        &MARIO[..12],
        "ROSSI",
        "rossi",
        "VERDI",
        "asl.example",
        "verdi@posta.example",
        "0699887766",
        "lettore",
        &id,
        session.split_once('=').unwrap().1,
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn the_help_desk_lists_reports_without_names_and_learns_one_by_its_code() {
    let installation = with_anna_and_mario();
    let told = installation.run(&["assistance", "list"]);
    assert_eq!((told.code, told.out.as_str()), (Some(0), ""), "{told:?}");
    let server = installation.serve();
    let session = log_in(&server, &installation.card(ANNA));
    let report = |topic: &str| {
        let context = json!({ "browser": "Chromium 128", "page": "/servizi" });
        let body = json!({ "topic": topic, "text": TEXT, "context": context });
        let reply = call(&server, &session, "POST", "/api/assistance", &body);
        reply.json()["support_code"].as_str().unwrap().to_owned()
    };
    let first = report("card");
    // Times are kept in milliseconds: the next report must not share this one's.
    std::thread::sleep(std::time::Duration::from_millis(2));
    let codes = [first, report("other")];

    let told = installation.run(&["assistance", "list"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let lines: Vec<_> = told.out.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with(&codes[1]) && lines[0].ends_with("other"));
    assert!(lines[1].starts_with(&codes[0]) && lines[1].ends_with("card"));
    for person in [ANNA, "VERDI", "anna@asl.example", TEXT] {
        assert!(!told.out.contains(person), "{told:?}");
    }

    // As it is heard on the telephone.
    let (begin, end) = codes[0].split_at(5);
    let heard = format!("{}-{}", begin.to_lowercase(), end.to_lowercase());
    let told = installation.run(&["assistance", "show", &heard]);
    assert_eq!(told.code, Some(0), "{told:?}");
    for part in [
        &codes[0],
        ANNA,
        "VERDI ANNA",
        "anna@asl.example",
        TEXT,
        "Chromium 128",
        "/servizi",
    ] {
        assert!(told.out.contains(part), "{part} in {told:?}");
    }
    let told = installation.run(&["assistance", "show", "AAAAAAAAAA"]);
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.contains("AAAAAAAAAA") && told.out.is_empty(),
        "{told:?}"
    );
}
