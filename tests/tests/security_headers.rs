//! Every kind of answer over TLS before a passive check of its headers: nothing is found but what
//! is explained here.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, process::Command};

use end_to_end::{
    Outcome,
    header_judge::{Call, judge},
    people::{Issuer, LUCA_BIANCHI},
    portal::Portal,
    ports::free_ports,
    product,
    program::{Program, mortal},
};

/// What the check would have otherwise, and why it is as it is.
const EXPLAINED: &[(&str, &str)] = &[
    (
        "Cache-Control",
        "Nothing under /api is kept (no-store, to which max-age=0 adds nothing). A page says \
         nothing of a person and is asked for anew each time (no-cache); a file whose name holds \
         its hash may be kept for good.",
    ),
    (
        "Content-Security-Policy - img-src",
        "Bootstrap Italia's style sheet draws ticks and arrows with data: images; an image runs \
         no script (CSP 3 §6.1.7).",
    ),
    (
        "Referrer-Policy",
        "same-origin tells other sites nothing at all, where strict-origin tells them the origin; \
         with no-referrer a form's Origin would be null.",
    ),
    (
        "Strict-Transport-Security",
        "Whether each of an installation's sub-domains speaks TLS is not this program's to say: \
         includeSubDomains could take a neighbour's down.",
    ),
    (
        "X-XSS-Protection",
        "No browser of today has the filter that this would switch off.",
    ),
];

/// The portal over TLS, by itself.
struct Secured {
    _server: Program,
    portal: Portal,
    origin: String,
}

impl Secured {
    /// A second server on the portal's database.
    fn start() -> Outcome<Secured> {
        let portal = Portal::start(&Issuer::new(), &[LUCA_BIANCHI])?;
        let folder = portal.folder();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
        fs::write(folder.join("server.pem"), made.cert.pem())?;
        let key = folder.join("server.key");
        fs::write(&key, made.signing_key.serialize_pem())?;
        // One that others can read is refused.
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;
        let port = free_ports(1)?;
        let origin = format!("https://localhost:{port}");
        let mut command: Command = mortal(product::server()?);
        command
            .env_clear()
            .env("TESSERA_LISTEN", format!("127.0.0.1:{port}"))
            .env("TESSERA_ORIGIN", &origin)
            .env("TESSERA_TLS__CERTIFICATE", folder.join("server.pem"))
            .env("TESSERA_TLS__KEY", &key)
            .env("TESSERA_AUDIT__NODE", "over-tls")
            .args(["serve", "--config"])
            .arg(folder.join("tessera.toml"));
        let mut server = Program::start("server-over-tls", &mut command, folder)?;
        let log = folder.join("server-over-tls.log");
        server.wait_until("portal over TLS", || {
            let said = fs::read_to_string(&log).ok()?;
            said.contains("ready").then_some(())
        })?;
        Ok(Secured {
            _server: server,
            portal,
            origin,
        })
    }
}

#[test]
fn nothing_is_found_that_is_not_explained() -> Outcome<()> {
    let secured = Secured::start()?;
    let origin = secured.origin.as_str();
    let calls = [
        ("a page", "GET", "/", 200),
        (
            "a page with a form",
            "GET",
            "/area-riservata/credenziali",
            200,
        ),
        ("a file of the pages", "GET", "/assets/icon.svg", 200),
        ("a page that is not there", "GET", "/nothing", 404),
        ("an answer of the API", "GET", "/api/health/ready", 200),
        ("an answer with a cookie", "POST", "/api/challenges", 201),
        (
            "an answer that takes cookies away",
            "DELETE",
            "/api/session",
            204,
        ),
        ("the API's description", "GET", "/api/openapi.json", 200),
        ("a problem", "GET", "/api/session", 401),
        ("a call that is not there", "GET", "/api/nothing", 404),
        ("a method that is not there", "PATCH", "/api/session", 405),
    ];
    let asked = calls.map(|(_, method, path, _)| Call {
        method,
        url: format!("{origin}{path}"),
        origin: (method != "GET").then_some(origin),
    });
    let certificate = secured.portal.folder().join("server.pem");
    let judged = judge(&certificate, &asked)?;
    assert_eq!(judged.len(), calls.len());
    let mut met = BTreeSet::new();
    let mut found = Vec::new();
    for ((what, _, _, status), answer) in calls.iter().zip(judged) {
        assert_eq!(answer.status, *status, "{what}");
        for finding in answer.findings {
            match EXPLAINED.iter().find(|(rule, _)| *rule == finding.rule) {
                Some((rule, _)) => drop(met.insert(*rule)),
                None => found.push(format!("{what}: {finding:?}")),
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    let unmet = EXPLAINED.iter().filter(|(rule, _)| !met.contains(rule));
    assert_eq!(
        unmet.count(),
        0,
        "an explanation of nothing: only {met:?} were found"
    );
    Ok(())
}
