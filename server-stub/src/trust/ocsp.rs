//! Asking OCSP responders in the login path: once for a card, bounded, and kept.

mod cache;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, watch};
use verifier::{OcspAnswer, OcspStatus, Question};

use super::client::{Client, FetchFault, Limits};
use crate::{
    clock,
    config::RESPONDERS_MAX,
    seal::random,
    telemetry::{Fetched, METERS},
    web_address::{Address, NamedBy},
};
use cache::Cache;

/// An answer without a nonce could have been made for anybody: how old it may be. As long
/// as the lists of most authorities hold.
const AGE_MAX: Duration = Duration::from_secs(24 * 3600);
/// Far more than any answer has.
const BYTES_MAX: u64 = 64 * 1024;
/// Questions under way at once, so that silent responders leave threads for other work.
const QUESTIONS_MAX: usize = 64;

const QUESTION: &str = "application/ocsp-request";

/// What asking came to.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// A responder's word, if one was believed.
    pub(super) answer: Option<OcspAnswer>,
    /// What came of asking, whether an answer or none, for the log.
    pub(super) told: Arc<str>,
    /// Whether it is this server's own fault that no answer came.
    pub(super) is_ours: bool,
}

/// What one login wants to know.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// SHA-256 of the certificate's DER.
    pub(super) certificate: [u8; 32],
    pub(super) question: Question,
    /// What is known from earlier, and does not do.
    pub(super) kept: Option<OcspAnswer>,
    /// Until when it waits.
    pub(super) deadline: Instant,
}

/// Whose question a login waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Its own.
    Asks,
    /// One that was under way.
    Joined,
}

/// The responders, and what they said.
pub(super) struct Responders {
    client: Arc<OnceLock<Client>>,
    /// Where the administrator says an authority's responders are.
    named: BTreeMap<[u8; 32], Vec<Address>>,
    cache: Mutex<Cache>,
    under_way: Mutex<HashMap<[u8; 32], watch::Receiver<Option<Asked>>>>,
    slots: Arc<Semaphore>,
}

impl Asked {
    fn nothing(told: impl Into<Arc<str>>) -> Asked {
        Asked {
            answer: None,
            told: told.into(),
            is_ours: false,
        }
    }

    fn failed(told: impl Into<Arc<str>>) -> Asked {
        Asked {
            is_ours: true,
            ..Asked::nothing(told)
        }
    }

    /// Nobody was asked.
    pub(super) fn nobody() -> Asked {
        Asked::nothing("nobody")
    }
}

impl Responders {
    pub(super) fn new(
        client: Arc<OnceLock<Client>>,
        named: BTreeMap<[u8; 32], Vec<Address>>,
    ) -> Responders {
        Responders {
            client,
            named,
            cache: Mutex::default(),
            under_way: Mutex::default(),
            slots: Arc::new(Semaphore::new(QUESTIONS_MAX)),
        }
    }

    /// What a responder said of a certificate (by the SHA-256 of its DER) earlier, as far as
    /// it still says something.
    pub(super) fn kept(&self, certificate: &[u8; 32], now: i64) -> Option<OcspAnswer> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(certificate, now)
    }

    /// Asks about a certificate until the deadline and no longer; several who ask about
    /// the same one at once wait for one answer.
    pub(super) async fn ask(self: &Arc<Self>, case: &Case) -> Asked {
        let addresses = self.addresses(&case.question);
        if addresses.is_empty() {
            return Asked::nobody();
        }
        match self.wait(case, &addresses).await {
            // Somebody else's question ended with their time: there may be some of ours left.
            (asked, Role::Joined) if asked.answer.is_none() && Instant::now() < case.deadline => {
                self.wait(case, &addresses).await.0
            }
            (asked, _) => asked,
        }
    }

    /// Waits for an answer, one's own or somebody else's, until the deadline.
    async fn wait(
        self: &Arc<Self>,
        case: &Case,
        addresses: &[(Address, NamedBy)],
    ) -> (Asked, Role) {
        let (mut asked, role) = self.join(case, addresses);
        let answered = asked.wait_for(Option::is_some);
        let asked = match tokio::time::timeout_at(case.deadline.into(), answered).await {
            Ok(Ok(asked)) => asked.clone().unwrap_or_else(Asked::nobody),
            // Whoever asked is gone without a word.
            Ok(Err(_)) => Asked::failed("asking was cut short"),
            Err(_) => Asked::nothing(FetchFault::Late.to_string()),
        };
        (asked, role)
    }

    /// Joins those who wait for an answer about this certificate, or is the first of them.
    fn join(
        self: &Arc<Self>,
        case: &Case,
        addresses: &[(Address, NamedBy)],
    ) -> (watch::Receiver<Option<Asked>>, Role) {
        let certificate = case.certificate;
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = under_way.get(&certificate) {
            return (asked.clone(), Role::Joined);
        }
        // What was under way when this login looked may have been answered meanwhile.
        let now = clock::now() / 1000;
        let kept = self.kept(&certificate, now);
        let is_new = |answer: &OcspAnswer| Some(*answer) != case.kept;
        if let Some(answer) = kept.filter(|it| is_new(it) && it.keep_until() >= now) {
            let asked = Asked {
                answer: Some(answer),
                ..Asked::nothing("answered a moment ago")
            };
            return (watch::channel(Some(asked)).1, Role::Joined);
        }
        let (say, asked) = watch::channel(None);
        under_way.insert(certificate, asked.clone());
        let place = Place {
            responders: Arc::clone(self),
            certificate,
        };
        let (case, addresses) = (case.clone(), addresses.to_vec());
        // Not the first one's own task: it may be given up, and the others wait on.
        tokio::spawn(async move {
            let mut asked = place
                .responders
                .ask_now(case.question, addresses, case.deadline)
                .await;
            if let Some(answer) = &mut asked.answer {
                let mut cache = place
                    .responders
                    .cache
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                // Nobody goes by a word that what is known already outweighs.
                *answer = cache.put(certificate, *answer, clock::now() / 1000);
            }
            drop(place);
            let _ = say.send(Some(asked));
        });
        (asked, Role::Asks)
    }

    async fn ask_now(
        &self,
        question: Question,
        addresses: Vec<(Address, NamedBy)>,
        deadline: Instant,
    ) -> Asked {
        let slot = Arc::clone(&self.slots).acquire_owned();
        let Ok(Ok(slot)) = tokio::time::timeout_at(deadline.into(), slot).await else {
            return Asked::nothing("too many questions under way");
        };
        let client = Arc::clone(&self.client);
        let asking = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            ask_each(
                client.get_or_init(Client::new),
                &question,
                &addresses,
                deadline,
            )
        });
        match asking.await {
            Ok(asked) => asked,
            Err(fault) => Asked::failed(fault.to_string()),
        }
    }

    /// Whom to ask: the administrator's word takes the place of the certificate's.
    fn addresses(&self, question: &Question) -> Vec<(Address, NamedBy)> {
        if let Some(named) = self.named.get(&question.issuer_fingerprint()) {
            let named = named.iter().cloned();
            return named
                .map(|address| (address, NamedBy::Administrator))
                .take(RESPONDERS_MAX)
                .collect();
        }
        question
            .ocsp_addresses()
            .iter()
            .filter_map(|text| Address::parse(text).ok())
            .map(|address| (address, NamedBy::Certificate))
            .take(RESPONDERS_MAX)
            .collect()
    }
}

/// One certificate's place among those under way; given back whatever happens.
struct Place {
    responders: Arc<Responders>,
    certificate: [u8; 32],
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self
            .responders
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.remove(&self.certificate);
    }
}

/// Asks one responder after the other, until one of them knows; one that does not answer
/// takes its share of the time and no more.
fn ask_each(
    client: &Client,
    question: &Question,
    addresses: &[(Address, NamedBy)],
    deadline: Instant,
) -> Asked {
    let mut last = Asked::nobody();
    for (place, (address, named_by)) in addresses.iter().enumerate() {
        let Ok(nonce) = random::<32>() else {
            return Asked::failed("the system gives no randomness");
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let share = u32::try_from(addresses.len() - place).unwrap_or(u32::MAX);
        let limits = Limits {
            deadline: Instant::now() + left / share,
            bytes: BYTES_MAX,
        };
        let body = question.ocsp_request(&nonce);
        let begun = Instant::now();
        let answered = client.post(address, *named_by, QUESTION, &body, &limits);
        let bytes = match answered {
            Ok(bytes) => bytes,
            Err(fault) => {
                METERS.fetch_failed(Fetched::Ocsp, begun.elapsed());
                last = Asked {
                    is_ours: fault.is_ours(),
                    ..Asked::nothing(format!("{address}: {fault}"))
                };
                continue;
            }
        };
        let now = clock::now() / 1000;
        match question.read_answer(&bytes, Some(&nonce), now, AGE_MAX) {
            Ok(answer) => {
                last = Asked {
                    answer: Some(answer),
                    ..Asked::nothing(format!("{address}: answered"))
                };
                if answer.status() != OcspStatus::Unknown {
                    METERS.fetch_taken(Fetched::Ocsp, begun.elapsed());
                    return last;
                }
                METERS.fetch_refused(Fetched::Ocsp, begun.elapsed());
            }
            Err(fault) => {
                METERS.fetch_refused(Fetched::Ocsp, begun.elapsed());
                last = Asked::nothing(format!("{address}: {fault}"));
            }
        }
    }
    last
}
