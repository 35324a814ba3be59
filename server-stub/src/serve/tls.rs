//! The server's own certificate: read, judged, and read again when its files change.

use std::{
    fmt,
    fs::Metadata,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use x509_cert::der::Decode;

use crate::{
    clock,
    config::{ConfigFault, Tls},
    secret_file::open_mode,
    signals::Hangup,
    telemetry::METERS,
};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// The certificate as it is now; connections that are open keep the one they began with.
pub(super) struct Certificate {
    files: Tls,
    now: ArcSwap<CertifiedKey>,
    seen: Mutex<Option<[Stamp; 2]>>,
}

/// What tells a file from the one that was read.
type Stamp = (Option<SystemTime>, u64, u64);

impl Certificate {
    /// Reads both files.
    pub(super) fn read(files: &Tls) -> Result<Arc<Certificate>, ConfigFault> {
        let seen = stamps(files).ok();
        let first = read(files)?;
        tell_end(&first);
        Ok(Arc::new(Certificate {
            files: files.clone(),
            now: ArcSwap::from_pointee(first),
            seen: Mutex::new(seen),
        }))
    }

    /// TLS 1.2 and 1.3 with the library's own choice of suites: all with forward secrecy and
    /// authenticated encryption (RFC 9325 §4.2).
    pub(super) fn server_config(self: &Arc<Certificate>) -> Result<ServerConfig, ConfigFault> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|fault| of_key(&self.files, fault))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    /// Reads the files again when they changed, and at SIGHUP, until it is dropped.
    pub(super) async fn keep_current(self: Arc<Certificate>, mut hangup: Hangup) {
        let mut ticks = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let at_once = tokio::select! {
                _ = ticks.tick() => false,
                () = hangup.wait() => true,
            };
            self.refresh(at_once);
        }
    }

    /// What will not do changes nothing: the certificate that is there goes on.
    fn refresh(&self, at_once: bool) {
        let found = stamps(&self.files).ok();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !at_once && *seen == found {
            return;
        }
        *seen = found;
        match read(&self.files) {
            Ok(read) => {
                tell_end(&read);
                self.now.store(Arc::new(read));
                tracing::info!("the server's certificate was read");
            }
            Err(fault) => tracing::error!(%fault, "the server goes on with its old certificate"),
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Certificate")
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.now.load_full())
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn of_key(files: &Tls, fault: impl fmt::Display) -> ConfigFault {
    ConfigFault::new(
        "tls.key",
        format_args!("{:?}", files.key),
        format_args!("{fault}; give the PEM file of the certificate's key"),
    )
}

/// The certificate and its key, named in the fault when they will not do.
fn read(files: &Tls) -> Result<CertifiedKey, ConfigFault> {
    let of_certificate = |fault: String| {
        ConfigFault::new(
            "tls.certificate",
            format_args!("{:?}", files.certificate),
            fault + "; give a PEM file with the certificate and its chain",
        )
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|fault| of_certificate(fault.to_string()))?;
    if chain.is_empty() {
        return Err(of_certificate("no certificate in it".to_owned()));
    }
    refuse_open(&files.key)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|fault| of_key(files, fault))?;
    CertifiedKey::from_der(chain, key, &provider()).map_err(|fault| of_key(files, fault))
}

/// Says until when the certificate is good. One that is over is shown all the same: whoever
/// watches the server's health by it must not be blinded too.
fn tell_end(certificate: &CertifiedKey) {
    let Some(end) = certificate.end_entity_cert().ok().and_then(|leaf| {
        let leaf = x509_cert::Certificate::from_der(leaf).ok()?;
        let end = leaf.tbs_certificate.validity.not_after;
        i64::try_from(end.to_unix_duration().as_secs()).ok()
    }) else {
        return;
    };
    METERS.certificate_read(end);
    if end < clock::now() / 1000 {
        tracing::error!("the server's certificate is past its end: browsers refuse it; renew it");
    }
}

/// A key that everybody on the machine can read is no secret.
fn refuse_open(key: &Path) -> Result<(), ConfigFault> {
    // One that is not there is told of when it is read.
    let Some(mode) = open_mode(key) else {
        return Ok(());
    };
    Err(ConfigFault::new(
        "tls.key",
        format_args!("{key:?}"),
        format_args!(
            "others can read or write it (mode {mode:03o}); take that away with chmod 600"
        ),
    ))
}

fn stamps(files: &Tls) -> io::Result<[Stamp; 2]> {
    let stamp = |path: &Path| {
        let found = std::fs::metadata(path)?;
        io::Result::Ok((found.modified().ok(), found.len(), number(&found)))
    };
    Ok([stamp(&files.certificate)?, stamp(&files.key)?])
}

#[cfg(unix)]
fn number(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
