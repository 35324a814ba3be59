//! Listening: the portal, with or without TLS, and the administrative listener.

mod connections;
mod descriptors;
mod exchange;
mod listening;
mod tls;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use metrics_exporter_prometheus::BuildError;
use tokio::{net::TcpListener, sync::watch};
use tokio_rustls::TlsAcceptor;

use crate::{
    app::{App, AppFault},
    audit::{AuditFault, Opening, Program},
    config::{Config, ConfigFault},
    housekeeping, packages, router,
    signals::{Hangup, Stop},
    store::{OpenFault, Store},
    telemetry::{exposition, logs},
    trust::TrustSources,
};
use connections::{Connections, Room};
use listening::{Listening, Phase};
use tls::Certificate;

/// How many connections there may be to the administrative listener.
const ADMINISTRATORS: Room = Room {
    in_all: 64,
    per_address: 64,
};

/// The server does not start, or stops by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServeFault {
    /// A value of the configuration.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] OpenFault),
    /// The audit log.
    #[error(transparent)]
    Audit(#[from] AuditFault),
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
    let certificate = config.tls.as_ref().map(Certificate::read).transpose()?;
    let tls = match &certificate {
        Some(certificate) => Some(TlsAcceptor::from(Arc::new(certificate.server_config()?))),
        None => None,
    };
    packages::check_folder(&config)?;
    let trust = TrustSources::load(&config.trust)?;
    let opening = Opening::of(&config.audit, Program::Server)?;
    let store = Store::open(&config.database).await?;
    let store = store.auditing(opening).await.map_err(AppFault::from)?;
    let admin = config
        .admin
        .map(|address| bind("admin.listen", address))
        .transpose()?
        .zip(metrics);
    let portal = bind("listen", config.listen)?;
    let room = room(&config);
    let app = Arc::new(App::new(config, store, trust).await?);

    let (phase, phases) = watch::channel(Phase::Serving);
    let stop = Stop::listen().map_err(network("signals"))?;
    let hangup = Hangup::listen().map_err(network("signals"))?;
    if let Some(certificate) = certificate {
        let hangup = Hangup::listen().map_err(network("signals"))?;
        tokio::spawn(certificate.keep_current(hangup));
    }
    tokio::spawn(stop_when_told(Arc::clone(&app), stop, phase));
    let housekeeping = tokio::spawn(housekeeping::run(Arc::clone(&app), hangup));
    let listening = |tls, routes, room| Listening {
        tls,
        routes,
        connections: Connections::new(room),
        trusted_proxies: app.config.trusted_proxies.clone().into(),
        phase: phases.clone(),
    };
    if let Some((listener, metrics)) = admin {
        log_address("metrics", &listener);
        tokio::spawn(exposition::gather(metrics.clone()));
        let routes = router::admin(Arc::clone(&app), metrics);
        tokio::spawn(listening(None, routes, ADMINISTRATORS).run(listener));
    }
    log_address("the portal", &portal);
    tracing::info!(origin = %app.config.origin, tls = tls.is_some(), "ready");
    let routes: Router = router::portal(Arc::clone(&app));
    listening(tls, routes, room).run(portal).await;
    housekeeping.abort();
    app.audit_unwritten().await;
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Whether the server's own certificate, if it has one, will do.
pub fn check_certificate(config: &Config) -> Result<(), ConfigFault> {
    let read = config.tls.as_ref().map(Certificate::read).transpose();
    read.map(drop)
}

/// The configured room for connections, as far as the system has descriptors for them.
fn room(config: &Config) -> Room {
    let wanted = config.limits.connections as usize;
    let in_all = match descriptors::room_for_connections() {
        Some(room) if room < wanted => {
            tracing::warn!(
                wanted,
                room,
                "fewer connections than limits.connections: raise the limit of open files \
                 (LimitNOFILE= of the systemd unit, or ulimit -n)"
            );
            room
        }
        _ => wanted,
    };
    Room {
        in_all,
        per_address: in_all.min(config.limits.connections_per_address as usize),
    }
}

fn bind(key: &str, address: SocketAddr) -> Result<TcpListener, ServeFault> {
    let listener = std::net::TcpListener::bind(address).map_err(|fault| ServeFault::Network {
        what: format!("{key} = \"{address}\""),
        fault,
    })?;
    listener.set_nonblocking(true).map_err(network(key))?;
    TcpListener::from_std(listener).map_err(network(key))
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

async fn stop_when_told(app: Arc<App>, stop: Stop, phase: watch::Sender<Phase>) {
    stop.wait().await;
    app.begin_to_stop();
    let enter = |next| {
        // Nobody listens any more: then it is over already.
        let _ = phase.send(next);
    };
    let seconds = app.config.limits.drain_seconds;
    if seconds > 0 {
        tracing::info!(
            seconds,
            "stopping: the load balancer is told to look elsewhere"
        );
        enter(Phase::Leaving);
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    }
    tracing::info!("stopping: no new connections, requests under way are answered");
    enter(Phase::Closing);
}
