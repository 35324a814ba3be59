//! Every metric there is: its name, what it counts by, and what it tells.
//!
//! Names follow Prometheus: a base unit at the end, `_total` for what only grows, points in
//! time as Unix seconds (so that an age is `time()` less the metric, right even while nobody
//! updates it). The page `docs/metrics.md` is made from this table.

use std::fmt::Write as _;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from 0 at each start.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size.
    Histogram,
}

/// A metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it is measured in.
    pub unit: Unit,
    /// What it is counted by.
    pub labels: &'static [&'static str],
    /// What it tells.
    pub help: &'static str,
}

macro_rules! metrics {
    ($($constant:ident = $kind:ident $name:literal in $unit:ident by [$($label:literal),*]: $help:literal;)+) => {
        $(pub(super) const $constant: &str = $name;)+

        /// Every metric of the server's own.
        pub const ALL: &[Metric] = &[$(Metric {
            name: $name,
            kind: Kind::$kind,
            unit: Unit::$unit,
            labels: &[$($label),*],
            help: $help,
        },)+];
    };
}

metrics! {
    BUILD_INFO = Gauge "tessera_build_info" in Count by ["version"]:
        "Always 1; the version that runs.";
    READY = Gauge "tessera_ready" in Count by []:
        "1 while /api/health/ready would answer 200: database written, trust loaded, not stopping.";

    REQUESTS = Counter "tessera_http_requests_total" in Count by ["method", "route", "status"]:
        "Requests answered. A route is a path of the API with its parameters' names; all pages and their files are the route page.";
    REQUEST_SECONDS = Histogram "tessera_http_request_duration_seconds" in Seconds by ["method", "route"]:
        "From a request's head to its answer's head.";
    IN_FLIGHT = Gauge "tessera_http_requests_in_flight" in Count by []:
        "Requests being answered now.";
    ABANDONED = Counter "tessera_http_requests_abandoned_total" in Count by []:
        "Requests whose client went away before the answer.";
    TURNED_AWAY = Counter "tessera_connections_turned_away_total" in Count by []:
        "Connections turned away: all there may be were taken by requests under way.";
    CERTIFICATE_ENDS = Gauge "tessera_tls_certificate_not_after_timestamp_seconds" in Seconds by []:
        "When the server's own certificate ends; 0 where it has none ([tls]).";

    REFUSALS = Counter "tessera_refusals_total" in Count by ["code"]:
        "Refusals answered, by problem code.";
    CHALLENGES = Counter "tessera_challenges_total" in Count by []:
        "Challenges issued.";
    CHALLENGES_THROTTLED = Counter "tessera_challenges_throttled_total" in Count by []:
        "Challenges refused since their address had too many.";
    CHALLENGE_EXCHANGES = Counter "tessera_challenge_exchanges_total" in Count by ["outcome"]:
        "Times this node told the others on its database of challenges and heard of theirs, ok or failed; with SQLite there are no others.";
    LOGINS = Counter "tessera_logins_total" in Count by ["by", "outcome"]:
        "Logins by card or by password; the outcome is ok or the problem code.";
    REGISTRATIONS = Counter "tessera_registrations_total" in Count by ["outcome"]:
        "Registrations of cards; the outcome is ok or the problem code.";
    PASSWORDS_THROTTLED = Counter "tessera_password_attempts_throttled_total" in Count by []:
        "Passwords that were not looked at after too many wrong ones.";
    SESSIONS = Gauge "tessera_sessions" in Count by []:
        "Open sessions in the database, of all nodes; counted once a minute.";

    TOKENS_JUDGED = Counter "tessera_tokens_judged_total" in Count by ["outcome", "evidence"]:
        "Tokens judged: taken or refused, and by what evidence on revocation: crl, ocsp, stale (only evidence past its time was at hand), none, off (nobody looks).";
    TRUST_FETCHES = Counter "tessera_trust_fetches_total" in Count by ["what", "outcome"]:
        "Fetches of trusted-list and crl, and questions to ocsp responders: taken, refused (it came and is not believed, or says nothing), failed (it did not come).";
    TRUST_FETCH_SECONDS = Histogram "tessera_trust_fetch_duration_seconds" in Seconds by ["what"]:
        "How long these took.";
    TRUST_TROUBLE = Gauge "tessera_trust_trouble" in Count by []:
        "1 while keeping trust current fails by a fault of this server's own.";
    TRUSTED_LIST_MISSING = Gauge "tessera_trusted_list_missing" in Count by []:
        "1 while a trusted list is configured and none is in force.";
    TRUSTED_LIST_ISSUED = Gauge "tessera_trusted_list_issued_timestamp_seconds" in Seconds by []:
        "When the trusted list in force was issued.";
    TRUSTED_LIST_NEXT_UPDATE = Gauge "tessera_trusted_list_next_update_timestamp_seconds" in Seconds by []:
        "Until when the trusted list in force is current.";
    ANCHORS = Gauge "tessera_trust_anchors" in Count by []:
        "Authorities that are trusted and within their time.";
    ANCHOR_ENDS = Gauge "tessera_trust_anchor_not_after_timestamp_seconds" in Seconds by []:
        "When the first of these ends.";
    CRLS = Gauge "tessera_crls" in Count by []:
        "Revocation lists in force.";
    CRL_NEXT_UPDATE = Gauge "tessera_crl_next_update_timestamp_seconds" in Seconds by ["issuer"]:
        "Until when an authority's newest revocation list is current; of the 64 authorities whose lists end first.";

    CONNECTIONS = Gauge "tessera_database_connections" in Count by ["pool", "state"]:
        "Connections to the database, in_use or idle.";
    CONNECTIONS_MAX = Gauge "tessera_database_connections_max" in Count by ["pool"]:
        "The most connections a pool may have.";
    STATEMENT_SECONDS = Histogram "tessera_database_statement_duration_seconds" in Seconds by []:
        "How long statements take, of one in sixteen.";
    SLOW_WAITS = Counter "tessera_database_slow_waits_total" in Count by []:
        "Waits for a connection longer than two seconds.";
    PROBE_SECONDS = Histogram "tessera_database_probe_duration_seconds" in Seconds by []:
        "How long readiness waited for the database to read and to write, the wait for a connection included.";
    DATABASE_FAULTS = Counter "tessera_database_faults_total" in Count by []:
        "Times the database failed a request.";
    DISK_FREE = Gauge "tessera_disk_free_bytes" in Bytes by ["folder"]:
        "What is free on the file systems of the database, where it is a file, of trust.state (state) and of audit.heads (audit).";

    AUDIT_FAULTS = Counter "tessera_audit_faults_total" in Count by []:
        "What was found wrong at the end of this node's chain of the audit log, at the start or while it runs.";
    AUDIT_UNSIGNED = Gauge "tessera_audit_unsigned" in Count by []:
        "1 while the audit log's end cannot be signed into audit.heads.";

    HOUSEKEEPING = Counter "tessera_housekeeping_runs_total" in Count by ["outcome"]:
        "Runs of what forgets old rows, ok or failed.";
    HOUSEKEEPING_SUCCESS = Gauge "tessera_housekeeping_last_success_timestamp_seconds" in Seconds by []:
        "When old rows were last forgotten.";
}

/// Tells the recorder of each metric, and of the process's own.
pub fn describe() {
    for metric in ALL {
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, metric.unit, metric.help),
            Kind::Gauge => describe_gauge!(metric.name, metric.unit, metric.help),
            Kind::Histogram => describe_histogram!(metric.name, metric.unit, metric.help),
        }
    }
    metrics_process::Collector::default().describe();
}

/// The table as a page, `docs/metrics.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# Metrics\n\n\
         What a server with `[admin] listen` answers at `/metrics`, besides the usual `process_…`\n\
         (CPU, memory, open files). A histogram `x` is `x_bucket`, `x_sum` and `x_count`. Made from\n\
         `server-stub/src/telemetry/catalogue.rs`, whose test says how.\n\n\
         | metric | kind | by | tells |\n| --- | --- | --- | --- |\n",
    );
    for metric in ALL {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} |",
            metric.name,
            format!("{:?}", metric.kind).to_lowercase(),
            metric.labels.join(", "),
            metric.help
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// With `WRITE_PAGES` set, the page is written anew.
    #[test]
    fn the_page_says_what_the_table_says() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/metrics.md");
        if std::env::var_os("WRITE_PAGES").is_some() {
            std::fs::write(&file, page()).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap();
        assert!(
            written == page(),
            "docs/metrics.md is old: WRITE_PAGES=1 cargo test -p server-stub the_page_says"
        );
    }

    #[test]
    fn what_only_grows_is_a_total_and_nothing_else_is() {
        for metric in ALL {
            let is_counter = metric.kind == Kind::Counter;
            assert_eq!(metric.name.ends_with("_total"), is_counter, "{metric:?}");
            let is_seconds = metric.unit == Unit::Seconds;
            assert_eq!(metric.name.ends_with("_seconds"), is_seconds, "{metric:?}");
        }
    }
}
