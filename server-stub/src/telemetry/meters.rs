//! The meters that requests turn: registered once, so that turning one is an addition.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, OnceLock, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use protocol::ProblemCode;

use super::catalogue;

/// This process's meters, of the recorder that is installed when they are first turned.
pub static METERS: LazyLock<Meters> = LazyLock::new(Meters::register);

/// The methods that are told apart; any other is `other`.
const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "other",
];

/// The statuses the server answers with; any other is registered when it comes.
const STATUSES: [u16; 18] = [
    200, 201, 204, 206, 301, 303, 304, 308, 400, 401, 403, 404, 405, 409, 413, 415, 429, 503,
];

/// What a token was judged by, beyond its signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A revocation list.
    Crl,
    /// A responder's word.
    Ocsp,
    /// Only what is past its time was at hand.
    Stale,
    /// Nothing.
    None,
    /// Nobody looks.
    Off,
}

/// What is fetched to know whom to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// The trusted list.
    TrustedList,
    /// A revocation list.
    Crl,
    /// A responder's answer.
    Ocsp,
}

/// All meters.
pub struct Meters {
    pub(super) in_flight: Gauge,
    pub(super) abandoned: Counter,
    turned_away: Counter,
    routes: RwLock<HashMap<String, Arc<RouteMeters>>>,
    refusals: Box<[Counter]>,
    challenges: Counter,
    challenges_throttled: Counter,
    /// Well, failed.
    challenge_exchanges: [Counter; 2],
    logins_by_card: ByOutcome,
    logins_by_password: ByOutcome,
    registrations: ByOutcome,
    passwords_throttled: Counter,
    /// Taken, refused; by evidence.
    tokens: [[Counter; Evidence::ALL.len()]; 2],
    fetches: [FetchMeters; Fetched::ALL.len()],
    pub(super) statement_seconds: Histogram,
    pub(super) slow_waits: Counter,
    probe_seconds: Histogram,
    database_faults: Counter,
    /// The same number, to be read here.
    faults: AtomicU64,
    audit_faults: Counter,
    audit_unsigned: Gauge,
    housekeeping: [Counter; 2],
    /// Unix milliseconds; 0 before the first time.
    housekept_at: AtomicI64,
    /// Less than 0 before the first time.
    sessions: AtomicI64,
    /// Unix seconds; 0 where the server has no certificate of its own.
    certificate_ends: AtomicI64,
}

/// A route's meters, by method.
#[derive(Default)]
struct RouteMeters([OnceLock<MethodMeters>; METHODS.len()]);

struct MethodMeters {
    seconds: Histogram,
    by_status: [OnceLock<Counter>; STATUSES.len()],
}

/// A counter by outcome: `ok`, or a problem code; a code appears when it first comes.
struct ByOutcome {
    name: &'static str,
    by: Option<&'static str>,
    ok: Counter,
    refused: Box<[OnceLock<Counter>]>,
}

struct FetchMeters {
    seconds: Histogram,
    taken: Counter,
    refused: Counter,
    failed: Counter,
}

impl Meters {
    fn register() -> Meters {
        let token = |outcome: &'static str| {
            Evidence::ALL.map(|evidence| {
                counter!(catalogue::TOKENS_JUDGED, "outcome" => outcome, "evidence" => evidence.name())
            })
        };
        Meters {
            in_flight: gauge!(catalogue::IN_FLIGHT),
            abandoned: counter!(catalogue::ABANDONED),
            turned_away: counter!(catalogue::TURNED_AWAY),
            routes: RwLock::default(),
            // All of them, at 0: an alert on a rate would not see the first one otherwise.
            refusals: ProblemCode::ALL
                .iter()
                .map(|code| counter!(catalogue::REFUSALS, "code" => code.name()))
                .collect(),
            challenges: counter!(catalogue::CHALLENGES),
            challenges_throttled: counter!(catalogue::CHALLENGES_THROTTLED),
            challenge_exchanges: ["ok", "failed"]
                .map(|outcome| counter!(catalogue::CHALLENGE_EXCHANGES, "outcome" => outcome)),
            logins_by_card: ByOutcome::register(catalogue::LOGINS, Some("card")),
            logins_by_password: ByOutcome::register(catalogue::LOGINS, Some("password")),
            registrations: ByOutcome::register(catalogue::REGISTRATIONS, None),
            passwords_throttled: counter!(catalogue::PASSWORDS_THROTTLED),
            tokens: [token("taken"), token("refused")],
            fetches: Fetched::ALL.map(|what| FetchMeters::register(what.name())),
            statement_seconds: histogram!(catalogue::STATEMENT_SECONDS),
            slow_waits: counter!(catalogue::SLOW_WAITS),
            probe_seconds: histogram!(catalogue::PROBE_SECONDS),
            database_faults: counter!(catalogue::DATABASE_FAULTS),
            faults: AtomicU64::new(0),
            audit_faults: counter!(catalogue::AUDIT_FAULTS),
            audit_unsigned: gauge!(catalogue::AUDIT_UNSIGNED),
            housekeeping: ["ok", "failed"]
                .map(|outcome| counter!(catalogue::HOUSEKEEPING, "outcome" => outcome)),
            housekept_at: AtomicI64::new(0),
            sessions: AtomicI64::new(-1),
            certificate_ends: AtomicI64::new(0),
        }
    }

    /// A request was answered.
    pub(super) fn answered(
        &self,
        method: &Method,
        route: &str,
        status: StatusCode,
        took: Duration,
    ) {
        let place = METHODS
            .iter()
            .position(|known| *known == method.as_str())
            .unwrap_or(METHODS.len() - 1);
        let route_meters = self.route(route);
        let meters = route_meters.0[place].get_or_init(|| MethodMeters {
            seconds: histogram!(
                catalogue::REQUEST_SECONDS,
                "method" => METHODS[place], "route" => route.to_owned()
            ),
            by_status: Default::default(),
        });
        meters.seconds.record(took.as_secs_f64());
        let register = || {
            counter!(
                catalogue::REQUESTS,
                "method" => METHODS[place],
                "route" => route.to_owned(),
                "status" => status.as_u16().to_string()
            )
        };
        match STATUSES.binary_search(&status.as_u16()) {
            Ok(known) => meters.by_status[known].get_or_init(register).increment(1),
            Err(_) => register().increment(1),
        }
    }

    /// A route's meters; there are as many as the router has routes.
    fn route(&self, route: &str) -> Arc<RouteMeters> {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meters) = known.get(route) {
            return Arc::clone(meters);
        }
        drop(known);
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(route.to_owned()).or_default())
    }

    /// A refusal was answered.
    pub fn refused(&self, code: ProblemCode) {
        self.refusals[code as usize].increment(1);
    }

    /// A connection was turned away.
    pub fn turned_away(&self) {
        self.turned_away.increment(1);
    }

    /// A challenge was issued.
    pub fn challenge_issued(&self) {
        self.challenges.increment(1);
    }

    /// A challenge was refused for its address's sake.
    pub fn challenge_throttled(&self) {
        self.challenges_throttled.increment(1);
    }

    /// Nodes told each other of challenges, or could not.
    pub fn challenges_exchanged(&self, well: bool) {
        self.challenge_exchanges[usize::from(!well)].increment(1);
    }

    /// A login by card came to its end.
    pub fn login_by_card(&self, outcome: Option<ProblemCode>) {
        self.logins_by_card.count(outcome);
    }

    /// A login by password came to its end.
    pub fn login_by_password(&self, outcome: Option<ProblemCode>) {
        self.logins_by_password.count(outcome);
    }

    /// A registration came to its end.
    pub fn registration(&self, outcome: Option<ProblemCode>) {
        self.registrations.count(outcome);
    }

    /// A password was not looked at.
    pub fn password_throttled(&self) {
        self.passwords_throttled.increment(1);
    }

    /// A token was judged.
    pub fn token_judged(&self, is_taken: bool, evidence: Evidence) {
        self.tokens[usize::from(!is_taken)][evidence as usize].increment(1);
    }

    /// Something was fetched and believed.
    pub fn fetch_taken(&self, what: Fetched, took: Duration) {
        self.fetches[what as usize].ended(took, |meters| &meters.taken);
    }

    /// Something came and is not believed.
    pub fn fetch_refused(&self, what: Fetched, took: Duration) {
        self.fetches[what as usize].ended(took, |meters| &meters.refused);
    }

    /// Something did not come.
    pub fn fetch_failed(&self, what: Fetched, took: Duration) {
        self.fetches[what as usize].ended(took, |meters| &meters.failed);
    }

    /// So much was found wrong at the end of the audit log's chain.
    pub fn audit_found(&self, faults: usize) {
        self.audit_faults.increment(faults as u64);
    }

    /// Whether the audit log's end could be signed.
    pub fn audit_signed(&self, is_signed: bool) {
        self.audit_unsigned.set(if is_signed { 0.0 } else { 1.0 });
    }

    /// The database failed a request.
    pub fn database_failed(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
        self.database_faults.increment(1);
    }

    /// How often the database has failed a request since the start.
    pub fn database_faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Readiness asked the database.
    pub fn database_probed(&self, took: Duration) {
        self.probe_seconds.record(took.as_secs_f64());
    }

    /// The server's own certificate was read; until when it is good, in Unix seconds.
    pub fn certificate_read(&self, ends: i64) {
        self.certificate_ends.store(ends, Ordering::Relaxed);
    }

    /// Old rows were forgotten, or not.
    pub fn housekeeping_ran(&self, well: bool, now: i64) {
        self.housekeeping[usize::from(!well)].increment(1);
        if well {
            self.housekept_at.store(now, Ordering::Relaxed);
        }
    }

    /// The open sessions were counted.
    pub fn sessions_counted(&self, count: i64) {
        self.sessions.store(count, Ordering::Relaxed);
    }

    /// Sets the gauges that are seldom turned, so that none is taken for one that is no more.
    pub(super) fn keep_gauges(&self) {
        self.in_flight.increment(0.0);
        let at = self.housekept_at.load(Ordering::Relaxed);
        if at > 0 {
            gauge!(catalogue::HOUSEKEEPING_SUCCESS).set(at as f64 / 1000.0);
        }
        let sessions = self.sessions.load(Ordering::Relaxed);
        if sessions >= 0 {
            gauge!(catalogue::SESSIONS).set(sessions as f64);
        }
        let ends = self.certificate_ends.load(Ordering::Relaxed);
        gauge!(catalogue::CERTIFICATE_ENDS).set(ends as f64);
    }
}

impl Evidence {
    const ALL: [Evidence; 5] = [
        Evidence::Crl,
        Evidence::Ocsp,
        Evidence::Stale,
        Evidence::None,
        Evidence::Off,
    ];

    /// As logs and metrics have it.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::Crl => "crl",
            Evidence::Ocsp => "ocsp",
            Evidence::Stale => "stale",
            Evidence::None => "none",
            Evidence::Off => "off",
        }
    }
}

impl Fetched {
    const ALL: [Fetched; 3] = [Fetched::TrustedList, Fetched::Crl, Fetched::Ocsp];

    fn name(self) -> &'static str {
        match self {
            Fetched::TrustedList => "trusted-list",
            Fetched::Crl => "crl",
            Fetched::Ocsp => "ocsp",
        }
    }
}

impl ByOutcome {
    fn register(name: &'static str, by: Option<&'static str>) -> ByOutcome {
        ByOutcome {
            name,
            by,
            ok: outcome_counter(name, by, "ok"),
            refused: ProblemCode::ALL.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    fn count(&self, outcome: Option<ProblemCode>) {
        match outcome {
            None => self.ok.increment(1),
            Some(code) => self.refused[code as usize]
                .get_or_init(|| outcome_counter(self.name, self.by, code.name()))
                .increment(1),
        }
    }
}

fn outcome_counter(name: &'static str, by: Option<&'static str>, outcome: &'static str) -> Counter {
    match by {
        Some(by) => counter!(name, "by" => by, "outcome" => outcome),
        None => counter!(name, "outcome" => outcome),
    }
}

impl FetchMeters {
    fn register(what: &'static str) -> FetchMeters {
        let ended = |outcome: &'static str| counter!(catalogue::TRUST_FETCHES, "what" => what, "outcome" => outcome);
        FetchMeters {
            seconds: histogram!(catalogue::TRUST_FETCH_SECONDS, "what" => what),
            taken: ended("taken"),
            refused: ended("refused"),
            failed: ended("failed"),
        }
    }

    fn ended(&self, took: Duration, outcome: impl Fn(&FetchMeters) -> &Counter) {
        self.seconds.record(took.as_secs_f64());
        outcome(self).increment(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_counted_under_its_own_name() {
        for (place, code) in ProblemCode::ALL.iter().enumerate() {
            assert_eq!(*code as usize, place);
        }
        for (place, evidence) in Evidence::ALL.iter().enumerate() {
            assert_eq!(*evidence as usize, place);
        }
        for (place, what) in Fetched::ALL.iter().enumerate() {
            assert_eq!(*what as usize, place);
        }
        assert!(STATUSES.is_sorted());
    }
}
