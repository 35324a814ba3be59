//! Listening: the portal, with or without TLS, and the administrative listener.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;
use metrics_exporter_prometheus::BuildError;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::{
    app::{App, AppFault},
    config::{Config, ConfigFault, Tls},
    housekeeping, router,
    signals::{Hangup, Stop},
    store::{OpenFault, Store},
    telemetry::{exposition, logs},
    trust::TrustSources,
};

/// How long requests under way are waited for when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// How long a client may take to send a request's head.
const HEAD_PATIENCE: Duration = Duration::from_secs(20);

/// The server does not start, or stops by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServeFault {
    /// A value of the configuration.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] OpenFault),
    /// What the server is made of.
    #[error(transparent)]
    App(#[from] AppFault),
    /// Metrics.
    #[error("metrics: {0}")]
    Metrics(#[from] BuildError),
    /// The network.
    #[error("{what}: {fault}")]
    Network {
        /// Which listener.
        what: String,
        /// What is wrong.
        fault: io::Error,
    },
}

/// Serves until SIGTERM or SIGINT; requests under way are answered first.
pub async fn serve(config: Config) -> Result<(), ServeFault> {
    logs::start(config.log, config.admin.is_some());
    let metrics = config.admin.map(|_| exposition::start()).transpose()?;
    let tls = config.tls.as_ref().map(read_tls).transpose()?;
    let trust = TrustSources::load(&config.trust)?;
    let store = Store::open(&config.database).await?;
    let admin = config
        .admin
        .map(|address| bind("admin.listen", address))
        .transpose()?
        .zip(metrics);
    let portal = bind("listen", config.listen)?;
    let app = Arc::new(App::new(config, store, trust).await?);

    let handle = Handle::new();
    let stop = Stop::listen().map_err(network("signals"))?;
    let hangup = Hangup::listen().map_err(network("signals"))?;
    tokio::spawn(stop_when_told(Arc::clone(&app), stop, handle.clone()));
    let housekeeping = tokio::spawn(housekeeping::run(Arc::clone(&app), hangup));
    if let Some((listener, metrics)) = admin {
        log_address("metrics", &listener);
        let server = axum_server::from_tcp(listener).map_err(network("admin.listen"))?;
        tokio::spawn(exposition::gather(metrics.clone()));
        let routes = router::admin(Arc::clone(&app), metrics);
        tokio::spawn(
            server
                .handle(handle.clone())
                .serve(routes.into_make_service()),
        );
    }
    serve_portal(&app, portal, tls, handle).await?;
    housekeeping.abort();
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn serve_portal(
    app: &Arc<App>,
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
) -> Result<(), ServeFault> {
    let routes =
        router::portal(Arc::clone(app)).into_make_service_with_connect_info::<SocketAddr>();
    log_address("the portal", &listener);
    tracing::info!(origin = %app.config.origin, tls = tls.is_some(), "ready");
    let served = match tls {
        Some(tls) => {
            let mut server =
                axum_server::from_tcp_rustls(listener, tls).map_err(network("listen"))?;
            server
                .http_builder()
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_PATIENCE);
            server.http1_only().handle(handle).serve(routes).await
        }
        None => {
            let mut server = axum_server::from_tcp(listener).map_err(network("listen"))?;
            server
                .http_builder()
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_PATIENCE);
            server.http1_only().handle(handle).serve(routes).await
        }
    };
    served.map_err(network("listen"))
}

fn bind(key: &str, address: SocketAddr) -> Result<TcpListener, ServeFault> {
    let listener = TcpListener::bind(address).map_err(|fault| ServeFault::Network {
        what: format!("{key} = \"{address}\""),
        fault,
    })?;
    listener.set_nonblocking(true).map_err(network(key))?;
    Ok(listener)
}

fn network(key: &str) -> impl Fn(io::Error) -> ServeFault {
    move |fault| ServeFault::Network {
        what: key.to_owned(),
        fault,
    }
}

fn log_address(what: &'static str, listener: &TcpListener) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening: {what}");
    }
}

/// The server's own certificate and key, named in the fault when they will not do.
fn read_tls(tls: &Tls) -> Result<RustlsConfig, ConfigFault> {
    let of_certificate = |fault: String| {
        ConfigFault::new(
            "tls.certificate",
            format_args!("{:?}", tls.certificate),
            fault + "; give a PEM file with the certificate and its chain",
        )
    };
    let of_key = |fault: String| {
        ConfigFault::new(
            "tls.key",
            format_args!("{:?}", tls.key),
            fault + "; give the PEM file of the certificate's key",
        )
    };
    let chain = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|fault| of_certificate(fault.to_string()))?;
    if chain.is_empty() {
        return Err(of_certificate("no certificate in it".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|fault| of_key(fault.to_string()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|fault| of_key(fault.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

async fn stop_when_told(app: Arc<App>, stop: Stop, handle: Handle<SocketAddr>) {
    stop.wait().await;
    tracing::info!("stopping: no new connections, requests under way are answered");
    app.begin_to_stop();
    handle.graceful_shutdown(Some(LAST_REQUESTS));
}
