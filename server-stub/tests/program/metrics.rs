//! Metrics of a portal that people visit, judged by promtool

use crate::{
    fetching::Scene,
    installation::{Server as Portal, ask},
    prometheus::promtool,
    server::{Answer, Server},
    visitor::Visitor,
};

const MARIO: &str = "RSSMRA80A01H501U";

/// A portal with metrics that has fetched its lists, and that people have visited.
pub fn visited() -> (Scene, Portal) {
    let scene = Scene::new();
    let lists = Server::start(Answer::Bytes(scene.trusted_list()));
    let crl = Server::start(Answer::Bytes(scene.revocation_list(&[])));
    let mut command = scene.command(&["serve"], &lists.address(), &crl);
    command.env("TESSERA_ADMIN__LISTEN", "127.0.0.1:0");
    let mut portal = Portal::start(command);
    portal.wait_until_said("the trusted list is in force");
    portal.signal("HUP");
    portal.wait_until_said("a revocation list was fetched");
    let card = scene.card();
    let mut visitor = Visitor::new(&portal);
    assert_eq!(visitor.show(&card, "/api/registrations").status, 201);
    visitor.first_password();
    assert_eq!(visitor.show(&card, "/api/session").status, 201);
    for _ in 0..7 {
        visitor.type_in(MARIO, "una-prova");
    }
    (scene, portal)
}

fn metrics(portal: &Portal) -> String {
    let reply = ask(portal.metrics.unwrap(), "GET", "/metrics", "", "");
    assert_eq!(reply.status, 200);
    assert!(
        reply.head.contains("text/plain; version=0.0.4"),
        "{}",
        reply.head
    );
    reply.text()
}

/// The value of a series as it is written.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().unwrap())
}

#[test]
fn what_people_did_stands_in_the_metrics_and_promtool_has_nothing_to_say() {
    let (scene, portal) = visited();
    let text = metrics(&portal);
    for (series, expected) in [
        ("tessera_challenges_total", 2.0),
        ("tessera_registrations_total{outcome=\"ok\"}", 1.0),
        ("tessera_logins_total{by=\"card\",outcome=\"ok\"}", 1.0),
        (
            "tessera_logins_total{by=\"password\",outcome=\"credentials-invalid\"}",
            5.0,
        ),
        (
            "tessera_logins_total{by=\"password\",outcome=\"too-many-requests\"}",
            2.0,
        ),
        ("tessera_password_attempts_throttled_total", 2.0),
        ("tessera_refusals_total{code=\"credentials-invalid\"}", 5.0),
        ("tessera_refusals_total{code=\"operator-unknown\"}", 0.0),
        (
            "tessera_tokens_judged_total{outcome=\"taken\",evidence=\"crl\"}",
            2.0,
        ),
        (
            "tessera_http_requests_total{method=\"POST\",route=\"/api/registrations\",status=\"201\"}",
            1.0,
        ),
        (
            "tessera_http_request_duration_seconds_count{method=\"POST\",route=\"/api/session\"}",
            8.0,
        ),
        ("tessera_http_requests_in_flight", 0.0),
        ("tessera_ready", 1.0),
        ("tessera_trusted_list_missing", 0.0),
        ("tessera_trust_anchors", 1.0),
        ("tessera_crls", 1.0),
        ("tessera_database_faults_total", 0.0),
        ("tessera_housekeeping_runs_total{outcome=\"ok\"}", 1.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in {text}");
    }
    let now = server_stub::clock::now() as f64 / 1000.0;
    for (series, seconds) in [
        (
            "tessera_trusted_list_next_update_timestamp_seconds",
            100.0 * 86_400.0,
        ),
        ("tessera_trusted_list_issued_timestamp_seconds", -86_400.0),
        ("tessera_housekeeping_last_success_timestamp_seconds", 0.0),
    ] {
        let found = value(&text, series).unwrap_or_else(|| panic!("{series} in {text}"));
        assert!((found - now - seconds).abs() < 120.0, "{series} {found}");
    }
    for grown in [
        "tessera_database_statement_duration_seconds_count",
        "tessera_database_probe_duration_seconds_count",
        "tessera_trust_fetches_total{what=\"trusted-list\",outcome=\"taken\"}",
        "tessera_trust_fetches_total{what=\"crl\",outcome=\"taken\"}",
        "tessera_disk_free_bytes{folder=\"state\"}",
        "tessera_disk_free_bytes{folder=\"audit\"}",
        "process_resident_memory_bytes",
    ] {
        assert!(
            value(&text, grown).is_some_and(|it| it > 0.0),
            "{grown} in {text}"
        );
    }
    let issuer = "tessera_crl_next_update_timestamp_seconds{issuer=\"";
    let line = text.lines().find(|line| line.starts_with(issuer)).unwrap();
    assert!(line.contains("Regione in lista"), "{line}");
    for metric in server_stub::telemetry::catalogue::ALL {
        let kind = format!("# TYPE {} ", metric.name);
        assert!(
            text.contains(&kind),
            "{} is declared and not exported",
            metric.name
        );
    }
    let told = promtool(&["check", "metrics"], Some(&text));
    assert_eq!((told.code, &*told.out, &*told.err), (Some(0), "", ""));
    // It does say what is wrong.
    let wrong = format!("{text}# TYPE tessera_wrong counter\ntessera_wrong 1\n");
    assert_ne!(promtool(&["check", "metrics"], Some(&wrong)).code, Some(0));
    drop(scene);
}

#[test]
fn a_load_balancer_that_asks_often_costs_the_database_little() {
    let (_scene, portal) = visited();
    let probes = || {
        let count = "tessera_database_probe_duration_seconds_count";
        value(&metrics(&portal), count).unwrap()
    };
    let (before, begun) = (probes(), std::time::Instant::now());
    for _ in 0..100 {
        assert_eq!(
            ask(portal.portal, "GET", "/api/health/ready", "", "").status,
            200
        );
    }
    let halves = begun.elapsed().as_secs_f64() * 2.0;
    let more = probes() - before;
    assert!(
        more <= halves + 2.0,
        "{more} probes in {halves} half seconds"
    );
}
