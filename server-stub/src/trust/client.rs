//! Fetching and asking over HTTP: bounded in time, bytes and redirects.

use std::{
    io::Read,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use ureq::{
    Agent, Error,
    http::{Response, StatusCode, header},
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider},
    unversioned::{resolver::DefaultResolver, transport::DefaultConnector},
};

use super::guard::{NotPublic, PublicOnly};
use crate::web_address::{Address, NamedBy};

/// How often a fetch follows a redirect.
const REDIRECTS_MAX: u32 = 3;

/// How long a connection may take to come about; the deadline is the bound of all of it.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// The authorities that the machine's own administrator trusts for TLS, read once.
///
/// What is fetched is signed, so that TLS only hides who asks for what; the machine's store
/// is the one that knows an institution's own authorities and is kept up to date.
static ROOTS: LazyLock<Arc<Vec<Certificate<'static>>>> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    for fault in found.errors {
        tracing::warn!(%fault, "an authority of the machine's TLS store cannot be read");
    }
    let roots = found.certs.iter();
    Arc::new(
        roots
            .map(|root| Certificate::from_der(root).to_owned())
            .collect(),
    )
});

/// Asks other servers; every call blocks its thread until it is over.
#[derive(Debug)]
pub(super) struct Client {
    /// For addresses the administrator named.
    anywhere: Agent,
    /// For addresses that certificates name.
    public_only: Agent,
}

/// What an answer may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// When it must be there, to its last byte.
    pub(super) deadline: Instant,
    /// How many bytes it may have.
    pub(super) bytes: u64,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchFault {
    #[error("no answer in time")]
    Late,
    #[error("the answer was cut off")]
    CutOff,
    #[error("the answer has more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("answered with status {0}")]
    Status(StatusCode),
    #[error("redirected more than {REDIRECTS_MAX} times")]
    TooManyRedirects,
    #[error("redirected to what is not followed: {0:?}")]
    Redirect(String),
    #[error("redirected without a word of where to")]
    RedirectNowhere,
    #[error(
        "redirected to {0}, which is not on the public network: if it is meant, write that \
         address in the configuration"
    )]
    LedAway(Address),
    #[error(transparent)]
    NotPublic(Box<dyn std::error::Error + Send + Sync>),
    #[error("this machine's TLS store holds no authority")]
    NoRoots,
    #[error("{0}")]
    Failed(Error),
}

impl FetchFault {
    /// Whether the fault is this server's own.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self, FetchFault::NoRoots)
    }
}

impl Client {
    pub(super) fn new() -> Client {
        let config = || {
            Agent::config_builder()
                // Statuses and redirects are judged here.
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                // A proxy would look the names up where the guard does not see it.
                .proxy(None)
                .user_agent(concat!("tessera/", env!("CARGO_PKG_VERSION")))
                .max_response_header_size(16 * 1024)
                .max_idle_connections(0)
                .timeout_connect(Some(CONNECT_WITHIN))
                .tls_config(
                    TlsConfig::builder()
                        .provider(TlsProvider::Rustls)
                        .root_certs(RootCerts::Specific(Arc::clone(&ROOTS)))
                        .unversioned_rustls_crypto_provider(Arc::new(
                            rustls::crypto::aws_lc_rs::default_provider(),
                        ))
                        .build(),
                )
                .build()
        };
        Client {
            anywhere: Agent::with_parts(
                config(),
                DefaultConnector::default(),
                DefaultResolver::default(),
            ),
            public_only: Agent::with_parts(
                config(),
                DefaultConnector::default(),
                PublicOnly::default(),
            ),
        }
    }

    /// Fetches what is at an address, or where that redirects to.
    pub(super) fn get(
        &self,
        address: &Address,
        named_by: NamedBy,
        limits: &Limits,
    ) -> Result<Vec<u8>, FetchFault> {
        let mut here = address.clone();
        for _ in 0..=REDIRECTS_MAX {
            // Where an administrator's word leads to is somebody else's word.
            let is_led_away = named_by == NamedBy::Administrator && !here.is_beside(address);
            let whose = match is_led_away {
                true => NamedBy::Certificate,
                false => named_by,
            };
            let request = self.agent(&here, whose)?.get(here.as_str());
            let response = request
                .config()
                .timeout_global(Some(left(limits)?))
                .build()
                .call()
                .map_err(|error| match fault(error) {
                    FetchFault::NotPublic(_) if is_led_away => FetchFault::LedAway(here.clone()),
                    other => other,
                })?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => here = redirected(&here, &response)?,
                _ => return read(response, limits),
            }
        }
        Err(FetchFault::TooManyRedirects)
    }

    /// Posts a question; redirects are not followed, since it was meant for this address.
    pub(super) fn post(
        &self,
        address: &Address,
        named_by: NamedBy,
        media_type: &str,
        body: &[u8],
        limits: &Limits,
    ) -> Result<Vec<u8>, FetchFault> {
        let response = self
            .agent(address, named_by)?
            .post(address.as_str())
            .header(header::CONTENT_TYPE, media_type)
            .config()
            .timeout_global(Some(left(limits)?))
            .build()
            .send(body)
            .map_err(fault)?;
        read(response, limits)
    }

    fn agent(&self, address: &Address, named_by: NamedBy) -> Result<&Agent, FetchFault> {
        if address.is_https() && ROOTS.is_empty() {
            return Err(FetchFault::NoRoots);
        }
        Ok(match named_by {
            NamedBy::Administrator => &self.anywhere,
            NamedBy::Certificate => &self.public_only,
        })
    }
}

fn left(limits: &Limits) -> Result<Duration, FetchFault> {
    let left = limits.deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(FetchFault::Late);
    }
    Ok(left)
}

/// Where a redirect leads; never from https back to what anybody on the way can change.
fn redirected(here: &Address, response: &Response<ureq::Body>) -> Result<Address, FetchFault> {
    let location = response.headers().get(header::LOCATION);
    let location = location.ok_or(FetchFault::RedirectNowhere)?;
    let location = location.to_str().unwrap_or("");
    if location.is_empty() {
        return Err(FetchFault::RedirectNowhere);
    }
    here.follow(location)
        .ok()
        .filter(|there| there.is_https() || !here.is_https())
        .ok_or_else(|| FetchFault::Redirect(location.chars().take(200).collect()))
}

fn read(response: Response<ureq::Body>, limits: &Limits) -> Result<Vec<u8>, FetchFault> {
    if response.status() != StatusCode::OK {
        return Err(FetchFault::Status(response.status()));
    }
    let limit = limits.bytes;
    let body = response.into_body();
    let announced = body.content_length();
    if announced.is_some_and(|length| length > limit) {
        return Err(FetchFault::TooLarge { limit });
    }
    let mut bytes = Vec::new();
    body.into_reader()
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|wrong| fault(Error::from(wrong)))?;
    let length = bytes.len() as u64;
    if length > limit {
        return Err(FetchFault::TooLarge { limit });
    }
    if announced.is_some_and(|announced| announced != length) {
        return Err(FetchFault::CutOff);
    }
    // A list is kept in these very bytes for hours.
    bytes.shrink_to_fit();
    Ok(bytes)
}

fn fault(error: Error) -> FetchFault {
    match error {
        Error::Timeout(_) => FetchFault::Late,
        Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => FetchFault::Late,
        Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => FetchFault::CutOff,
        Error::Other(error) if error.is::<NotPublic>() => FetchFault::NotPublic(error),
        other => FetchFault::Failed(other),
    }
}
