//! What `serve` writes to its log: an object a line, a number a request, and nobody's secret

use std::{
    io::{BufRead, BufReader},
    thread,
    time::{Duration, Instant},
};

use pki::{Authority, Holder, Key};
use serde_json::{Value, json};

use crate::{
    installation::{Installation, Server, ask},
    visitor::Visitor,
};

const MARIO: &str = "RSSMRA80A01H501U";
const ANNA: &str = "VRDNNA70P49F205F";
const LUCA: &str = "BNCLCU65T31L219Z";

/// Mario is a physician, Anna administers his ASL, Luca is not known.
fn with_people(more: &str) -> Installation {
    let installation = Installation::new();
    installation.configure(more);
    installation.write(
        "o.csv",
        format!(
            "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
             {MARIO},ROSSI,MARIO,medico,(0471) 111,mario@asl.example,LAZIO,A012,,true\n\
             {ANNA},VERDI,ANNA,amministrazione,(0471) 222,anna@asl.example,LAZIO,A012,gestione-credenziali,true\n"
        )
        .as_bytes(),
    );
    let file = installation.folder().join("o.csv");
    let told = installation.run(&["operators", "import", file.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{told:?}");
    installation
}

fn card(authority: &Authority, codice_fiscale: &str) -> pki::Card {
    let holder = Holder {
        codice_fiscale: codice_fiscale.to_owned(),
        ..Holder::default()
    };
    authority.issue(&holder, Key::p256())
}

fn lines(log: &str) -> Vec<Value> {
    let line = |line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}"));
    log.lines().map(line).collect()
}

fn request_id(head: &str) -> &str {
    let header = head
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "));
    header.unwrap_or_else(|| panic!("a number in {head}"))
}

/// Everything a person, an administrator and a stranger do, well and badly.
fn exercise(installation: &Installation, server: &Server) -> Vec<String> {
    let known = &installation.authority;
    let mario = card(known, MARIO);
    let mut visitor = Visitor::new(server);
    assert_eq!(visitor.show(&mario, "/api/session").status, 403);
    assert_eq!(visitor.show(&mario, "/api/registrations").status, 201);
    assert_eq!(visitor.show(&mario, "/api/session").status, 403);
    let first = visitor.first_password();
    assert_eq!(visitor.type_in(MARIO, &first).status, 403);
    let own = "quattro gatti sul divano blu";
    let change = json!({ "username": MARIO, "current": first, "new": own });
    assert_eq!(
        visitor.send("PUT", "/api/password", Some(&change)).status,
        204
    );
    let short = json!({ "username": MARIO, "current": own, "new": "corta" });
    assert_eq!(
        visitor.send("PUT", "/api/password", Some(&short)).status,
        400
    );
    assert_eq!(visitor.type_in(&MARIO.to_lowercase(), own).status, 201);
    // Typed one field too far up, as people do.
    assert_eq!(visitor.type_in(own, MARIO).status, 401);
    assert_eq!(visitor.type_in(LUCA, "una-prova-segreta").status, 401);
    assert_eq!(
        visitor
            .send("POST", "/api/credentials-document", None)
            .status,
        403
    );
    assert_eq!(visitor.show(&mario, "/api/session").status, 201);
    let profile = json!({ "telefono_ufficio": "(0471) 987654", "email": "nuova@posta.example" });
    assert_eq!(
        visitor.send("PUT", "/api/profile", Some(&profile)).status,
        200
    );
    let report =
        json!({ "topic": "altro", "text": format!("non va, sono {MARIO}, (0471) 987654") });
    visitor.send("POST", "/api/assistance", Some(&report));
    assert_eq!(visitor.send("GET", "/api/messages", None).status, 200);
    assert_eq!(
        visitor
            .send("POST", "/api/credentials-document", None)
            .status,
        201
    );
    visitor.first_password();
    assert_eq!(visitor.send("DELETE", "/api/session", None).status, 204);

    let token = visitor.token(&mario);
    let body = json!({ "token": token });
    assert_eq!(
        visitor.send("POST", "/api/session", Some(&body)).status,
        201
    );
    assert_eq!(
        visitor.send("POST", "/api/session", Some(&body)).status,
        409
    );
    visitor.send("POST", "/api/challenges", None);
    assert_eq!(
        visitor.send("POST", "/api/session", Some(&body)).status,
        401
    );
    let stranger = Authority::new("Nessuno", Key::p256());
    assert_eq!(
        visitor.show(&card(&stranger, MARIO), "/api/session").status,
        401
    );
    assert_eq!(
        visitor
            .show(&card(known, LUCA), "/api/registrations")
            .status,
        403
    );
    for path in [
        format!("/{MARIO}?cf={MARIO}"),
        format!("/api/{MARIO}?password={own}"),
        format!("/api/operators/{MARIO}/history"),
        format!("/?q={MARIO}"),
    ] {
        visitor.send("GET", &path, None);
        visitor.send(MARIO, &path, None);
    }
    let headers = format!("User-Agent: {MARIO}\r\nX-Request-Id: {MARIO}\r\nReferer: /{MARIO}\r\n");
    ask(server.portal, "GET", "/api/session", &headers, "");

    let mut administrator = Visitor::new(server);
    let anna = card(known, ANNA);
    assert_eq!(administrator.show(&anna, "/api/registrations").status, 201);
    assert_eq!(administrator.show(&anna, "/api/session").status, 201);
    let search = json!({ "words": "rossi mario" });
    let found = administrator.send("POST", "/api/operators/search", Some(&search));
    assert_eq!(found.status, 200);
    let id = found.json()["operators"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let active = json!({ "active": false });
    let path = format!("/api/operators/{id}/active");
    assert_eq!(administrator.send("PUT", &path, Some(&active)).status, 200);
    assert_eq!(visitor.show(&mario, "/api/session").status, 403);
    visitor.type_in(MARIO, own);
    let mut secrets = visitor.secrets;
    secrets.append(&mut administrator.secrets);
    let personal = [
        MARIO, ANNA, LUCA, "rossi", "verdi", own, "mario@", "anna@", "nuova@", "(0471)", "corta",
    ];
    secrets.extend(personal.map(str::to_owned));
    secrets
}

#[test]
fn no_log_tells_a_person_or_a_secret() {
    for format in ["json", "text"] {
        let installation = with_people(&format!(
            "[log]\nlevel = \"debug\"\nformat = \"{format}\"\n"
        ));
        let server = installation.serve();
        let secrets = exercise(&installation, &server);
        let (code, log) = server.stop();
        assert_eq!(code, Some(0), "{log}");
        for said in [
            "a card was registered",
            "a session was opened",
            "a password was changed",
            "an administrator decided",
            "a card was refused",
            "credentials-invalid",
            "operator-disabled",
        ] {
            assert!(log.contains(said), "{said} in {log}");
        }
        let log = log.to_lowercase();
        assert!(secrets.len() > 40);
        for secret in secrets {
            assert!(!log.contains(&secret.to_lowercase()), "{secret} in {log}");
        }
    }
}

#[test]
fn every_line_of_a_request_has_its_number_and_the_answer_has_it_too() {
    let installation = with_people("");
    let server = installation.serve();
    let mut visitor = Visitor::new(&server);
    let mario = card(&installation.authority, MARIO);
    let registered = visitor.show(&mario, "/api/registrations");
    let refused = visitor.send("GET", "/api/session?cf=x", None);
    let page = visitor.send("GET", "/nothing-of-the-kind", None);
    let (_, log) = server.stop();
    let lines = lines(&log);
    let of = |reply: &crate::installation::Reply| {
        let id = request_id(&reply.head);
        assert_eq!(id.len(), 32, "{id}");
        let lines = lines.iter().filter(|line| line["request_id"] == id);
        lines.cloned().collect::<Vec<_>>()
    };
    let said = |lines: &[Value]| -> Vec<String> {
        let said = lines.iter().map(|line| line["message"].as_str().unwrap());
        said.map(str::to_owned).collect()
    };
    let registration = of(&registered);
    assert_eq!(
        said(&registration),
        [
            "a card was taken",
            "credentials drawn",
            "a card was registered",
            "answered"
        ]
    );
    for line in &registration {
        assert_eq!(line["method"], "POST");
        assert_eq!(line["route"], "/api/registrations");
        assert_eq!(line["client"], "127.0.0.1");
    }
    let answered = registration.last().unwrap();
    assert_eq!(answered["status"], 201);
    assert!(answered["milliseconds"].as_f64().unwrap() > 0.0);
    assert_eq!(answered["code"], Value::Null);
    let refusal = of(&refused);
    assert_eq!(said(&refusal), ["answered"]);
    assert_eq!(refusal[0]["code"], "not-authenticated");
    assert_eq!(refusal[0]["route"], "/api/session");
    assert_eq!(of(&page)[0]["route"], "page");
}

#[test]
fn a_number_is_taken_from_a_trusted_proxy_and_from_nobody_else() {
    let given = "9f2c8e64-5f0a-4c8e-9b1d-0c6d5e4f3a2b";
    let headers = format!("X-Request-Id: {given}\r\nX-Forwarded-For: 198.51.100.9\r\n");
    for (more, believed) in [("", false), ("trusted_proxies = [\"127.0.0.1\"]\n", true)] {
        let installation = with_people(more);
        let server = installation.serve();
        let reply = ask(server.portal, "GET", "/api/session", &headers, "");
        let again = ask(server.portal, "GET", "/api/session", "", "");
        assert_ne!(request_id(&reply.head), request_id(&again.head));
        assert_eq!(request_id(&reply.head) == given, believed);
        let (_, log) = server.stop();
        let client = if believed {
            "198.51.100.9"
        } else {
            "127.0.0.1"
        };
        let lines = lines(&log);
        let line = lines.iter().find(|line| line["message"] == "answered");
        assert_eq!(line.unwrap()["client"], client);
        assert_eq!(log.contains(given), believed);
    }
}

#[test]
fn a_person_has_one_name_on_all_nodes_of_an_installation() {
    let name = |log: &str, message: &str| {
        let lines = lines(log);
        let line = lines.iter().find(|line| line["message"] == message);
        let name = line.unwrap()["person"].as_str().unwrap().to_owned();
        assert_eq!(name.len(), 16, "{name}");
        name
    };
    let installation = with_people("");
    let (one, other) = (installation.serve(), installation.serve());
    let mario = card(&installation.authority, MARIO);
    let mut visitor = Visitor::new(&one);
    visitor.show(&mario, "/api/registrations");
    visitor.first_password();
    assert_eq!(
        Visitor::new(&other).show(&mario, "/api/session").status,
        201
    );
    let (one, other) = (one.stop().1, other.stop().1);
    let on_one = name(&one, "a card was registered");
    assert_eq!(on_one, name(&other, "a session was opened"));

    let elsewhere = with_people("");
    let server = elsewhere.serve();
    let mario = card(&elsewhere.authority, MARIO);
    Visitor::new(&server).show(&mario, "/api/registrations");
    assert_ne!(on_one, name(&server.stop().1, "a card was registered"));
}

#[test]
fn the_level_decides_what_is_said() {
    let said = |level: &str, patience: Duration| {
        let installation = Installation::new();
        let mut command = installation.command(&["serve"]);
        command.env("TESSERA_LOG__LEVEL", level);
        // Below info it does not even say where it listens.
        let mut child = command
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = thread::spawn(move || {
            let mut told = String::new();
            for line in lines.map_while(Result::ok) {
                told.push_str(&line);
                if line.contains("\"message\":\"ready\"") {
                    break;
                }
            }
            told
        });
        let begun = Instant::now();
        while !told.is_finished() && begun.elapsed() < patience {
            thread::sleep(Duration::from_millis(10));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        (told.join().unwrap(), begun.elapsed())
    };
    let (told, ready) = said("info", Duration::from_secs(60));
    assert!(told.contains("\"message\":\"ready\""), "{told}");
    assert_eq!(said("warn", 2 * ready).0, "");
    let told = Installation::new()
        .command(&["serve"])
        .env("TESSERA_LOG__LEVEL", "loud")
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(2));
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.starts_with("log.level = \"loud\": write "), "{told}");
}
