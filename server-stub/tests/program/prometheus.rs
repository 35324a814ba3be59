//! Prometheus and its promtool, as Debian has them

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::installation::{Told, ask};

fn program(name: &str) -> PathBuf {
    let folder = "../target/tools/prometheus/usr/bin";
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join(name);
    assert!(
        file.exists(),
        "{} is missing: `cargo xtask test` unpacks it from Debian's package prometheus",
        file.display()
    );
    file
}

/// Runs promtool; `given` is what it reads.
pub fn promtool(arguments: &[&str], given: Option<&str>) -> Told {
    let mut child = Command::new(program("promtool"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may have ended without reading all of it.
    let _ = stdin.write_all(given.unwrap_or_default().as_bytes());
    drop(stdin);
    Told::from(child.wait_with_output().unwrap())
}

/// A Prometheus that asks one server each second; its job is called as the alerts expect.
pub struct Prometheus {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Prometheus {
    pub fn watch(server: SocketAddr, rules: &Path) -> Prometheus {
        let folder = tempfile::tempdir().unwrap();
        let rules = rules.canonicalize().unwrap();
        let config = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
             rule_files: [{rules:?}]\n\
             scrape_configs:\n  - job_name: tessera\n    static_configs: [{{targets: ['{server}']}}]\n"
        );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let mut child = Command::new(program("prometheus"))
            .arg("--config.file")
            .arg(file)
            .arg("--storage.tsdb.path")
            .arg(folder.path().join("data"))
            .args(["--web.listen-address", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, rest) = line.split_once("msg=\"Listening on\" address=")?;
                rest.trim().parse().ok()
            })
            .expect("that it listens");
        thread::spawn(move || lines.for_each(drop));
        Prometheus {
            child,
            address,
            _folder: folder,
        }
    }

    fn get(&self, path: &str) -> Value {
        let until = Instant::now() + Duration::from_secs(30);
        let mut reply = ask(self.address, "GET", path, "", "");
        // It listens before it is ready.
        while reply.status == 503 && Instant::now() < until {
            thread::sleep(Duration::from_millis(100));
            reply = ask(self.address, "GET", path, "", "");
        }
        let text = reply.text();
        // It may answer in chunks: the object is what stands between the braces.
        let (begin, end) = (text.find('{').unwrap(), text.rfind('}').unwrap());
        serde_json::from_str(&text[begin..=end]).unwrap_or_else(|fault| panic!("{fault}: {text}"))
    }

    /// Whether a query has any answer now; one that cannot be understood fails.
    pub fn answers(&self, query: &str) -> bool {
        let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let answer = self.get(&format!("/api/v1/query?query={encoded}"));
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        !answer["data"]["result"].as_array().unwrap().is_empty()
    }

    pub fn answers_within(&self, patience: Duration, query: &str, meanwhile: impl Fn()) -> bool {
        let until = Instant::now() + patience;
        while !self.answers(query) {
            if Instant::now() > until {
                return false;
            }
            meanwhile();
            thread::sleep(Duration::from_millis(200));
        }
        true
    }

    /// What the alerts ask for, once each has been evaluated well.
    pub fn rules(&self) -> Vec<String> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = self.get("/api/v1/rules");
            let groups = answer["data"]["groups"].as_array().unwrap();
            let rules: Vec<&Value> = groups
                .iter()
                .flat_map(|group| group["rules"].as_array().unwrap())
                .collect();
            if !rules.is_empty() && rules.iter().all(|rule| rule["health"] == "ok") {
                let query = |rule: &&Value| rule["query"].as_str().unwrap().to_owned();
                return rules.iter().map(query).collect();
            }
            assert!(Instant::now() < until, "{answer}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The metrics a query names, each as a query of its own that has an answer where the metric
/// is exported with the labels it is asked by, whatever their values.
pub fn selectors(query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = query;
    while let Some(at) = rest.find(|first: char| first.is_ascii_alphabetic() || first == '"') {
        rest = &rest[at..];
        if let Some(quoted) = rest.strip_prefix('"') {
            rest = quoted.split_once('"').map_or("", |(_, after)| after);
            continue;
        }
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        if !name.starts_with("tessera_") && !name.starts_with("process_") && name != "up" {
            continue;
        }
        let Some(asked) = after.strip_prefix('{') else {
            found.push(name.to_owned());
            continue;
        };
        // The parts outside quotes: each ends in a label and its operator.
        let mut labels = Vec::new();
        for (place, part) in asked.split('"').enumerate() {
            if place % 2 == 1 {
                continue;
            }
            if part.starts_with('}') {
                rest = asked;
                break;
            }
            let label = part.trim_start_matches([',', ' ']);
            let label = label.trim_end_matches(['=', '!', '~']);
            labels.push(format!("{label}!=\"\""));
        }
        found.push(format!("{name}{{{}}}", labels.join(",")));
    }
    found
}

#[test]
fn a_query_is_taken_apart() {
    assert_eq!(
        selectors("sum by (code) (rate(tessera_a_total{job=\"$job\",code!~\"up{x}\"}[5m])) / up"),
        ["tessera_a_total{job!=\"\",code!=\"\"}", "up"]
    );
    assert_eq!(selectors("tessera_b{} > 0"), ["tessera_b{}"]);
}
