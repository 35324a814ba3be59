//! What an operations team is given in `deploy/`, judged by a real Prometheus

use std::{collections::BTreeSet, path::Path, time::Duration};

use serde_json::{Value, json};

use crate::{
    installation::ask,
    metrics::visited,
    prometheus::{Prometheus, promtool, selectors},
};

fn deployed(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../deploy")
        .join(file)
}

#[test]
fn every_alert_fires_when_it_should_and_not_otherwise() {
    let rules = deployed("prometheus/alerts.yml");
    let told = promtool(&["check", "rules", rules.to_str().unwrap()], None);
    assert_eq!(told.code, Some(0), "{told:?}");
    let tests = deployed("prometheus/alerts.test.yml");
    let told = promtool(&["test", "rules", tests.to_str().unwrap()], None);
    assert_eq!(told.code, Some(0), "{told:?}");
    let names = |file: &Path, key: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(file).unwrap();
        let of_line = |line: &str| {
            let name = line.split_once(key)?.1.split([',', '}']).next()?;
            Some(name.trim().to_owned())
        };
        text.lines().filter_map(of_line).collect()
    };
    let alerts = names(&rules, "alert:");
    assert!(alerts.len() > 20);
    assert_eq!(alerts, names(&tests, "alertname:"), "each has its scene");
}

#[test]
fn whatever_dashboard_and_alerts_ask_for_is_there() {
    let (_scene, portal) = visited();
    let prometheus = Prometheus::watch(portal.metrics.unwrap(), &deployed("prometheus/alerts.yml"));
    // Rates want something to go on.
    let answers = |query: &str| {
        prometheus.answers_within(Duration::from_secs(30), query, || {
            ask(portal.portal, "GET", "/api/session", "", "");
        })
    };
    let mut queries = prometheus.rules();
    assert!(queries.len() > 20);
    let mut empty = Vec::new();
    for query in dashboard() {
        if !answers(&query) {
            empty.push(query.clone());
        }
        queries.push(query);
    }
    assert_eq!(
        empty, [""; 0],
        "what the dashboard shows and nothing answers"
    );
    let asked: BTreeSet<String> = queries.iter().flat_map(|it| selectors(it)).collect();
    assert!(asked.len() > 40, "{asked:?}");
    let unanswered: Vec<&String> = asked.iter().filter(|it| !answers(it)).collect();
    assert_eq!(unanswered, [&""; 0], "what is asked for and not exported");

    let at_once = |query: &str| {
        let asked = selectors(query);
        assert_eq!(asked.len(), 1);
        prometheus.answers(&asked[0])
    };
    assert!(at_once("rate(tessera_refusals_total{code=~\"c.*\"}[5m])"));
    assert!(!at_once("rate(tessera_refusal_total{code=~\"c.*\"}[5m])"));
    assert!(!at_once("rate(tessera_refusals_total{codes=~\"c.*\"}[5m])"));
}

/// What the dashboard asks for, its variables as Grafana would set them.
fn dashboard() -> Vec<String> {
    let text = std::fs::read_to_string(deployed("grafana/tessera.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter(|panel| panel["type"] != json!("row"));
    let targets = targets.flat_map(|panel| panel["targets"].as_array().unwrap());
    let asked = targets.map(|target| {
        let asked = target["expr"].as_str().unwrap();
        asked
            .replace("$job", "tessera")
            .replace("$instance", ".*")
            .replace("$__rate_interval", "1m")
    });
    asked.collect()
}
