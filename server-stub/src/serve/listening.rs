//! The accept loop: lets connections in, carries their requests to the routes, ends in order.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, header},
};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use ipnet::IpNet;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    connections::{Connections, Guest, Seat},
    descriptors::Spare,
    exchange::{Exchange, Sent, Told, Watched},
};
use crate::{
    http::address::{is_proxy, limit_key},
    problem,
    telemetry::METERS,
};

/// How long a client may take to send a request's head, and a connection be idle. A proxy in
/// front must let go of an idle connection sooner, or it sends a request as we close.
const HEAD_PATIENCE: Duration = Duration::from_secs(20);
/// How long a TLS handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// The most a request's line and headers may have, in bytes: the cookies of a portal and the
/// headers of several proxies are a tenth of it.
const HEAD_LIMIT: usize = 16 * 1024;
/// The most that is read ahead of a connection, in bytes.
const BUFFER_LIMIT: usize = 32 * 1024;
/// How long requests under way are waited for when the server stops.
pub(super) const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// Whoever came so short a time ago is about to ask, and counts on an answer: a proxy that has a
/// connection taken from it before its first request may not send that to another node.
const FIRST_WORDS: Duration = Duration::from_secs(1);
/// How long to wait when the system has no descriptor for a connection.
const SHORT_OF_DESCRIPTORS: Duration = Duration::from_millis(50);
/// How long nobody gives one back before those in the queue are told not to wait.
const SHORT_FOR_LONG: Duration = Duration::from_millis(500);
/// How often the log is told of connections that could not be taken.
const COMPLAIN_EVERY: Duration = Duration::from_secs(10);

/// How far the server is on its way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Phase {
    /// It serves.
    Serving,
    /// It serves, and asks everybody not to count on this connection.
    Leaving,
    /// It takes nobody new and answers what is under way.
    Closing,
}

/// What a listener serves, to whom and how.
pub(super) struct Listening {
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) routes: Router,
    pub(super) connections: Arc<Connections>,
    pub(super) trusted_proxies: Arc<[IpNet]>,
    pub(super) phase: watch::Receiver<Phase>,
}

impl Listening {
    /// Serves until it is to close, and then what is under way.
    pub(super) async fn run(self, listener: TcpListener) {
        let mut tasks = JoinSet::new();
        let mut phase = self.phase.clone();
        let mut complaints = Complaints::default();
        let mut spare = Spare::new();
        let mut short_since = None;
        loop {
            let accepted = tokio::select! {
                biased;
                () = closing(&mut phase) => break,
                _ = tasks.join_next(), if !tasks.is_empty() => continue,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    short_since = None;
                    self.welcome(&mut tasks, stream, peer, &mut complaints);
                }
                Err(fault) if is_of_one_connection(&fault) => {}
                Err(fault) => {
                    // No descriptors, mostly: whoever waits longest gives one back.
                    let since = *short_since.get_or_insert_with(Instant::now);
                    if !self.connections.make_room() && since.elapsed() >= SHORT_FOR_LONG {
                        self.turn_away(&listener, &mut spare);
                    }
                    complaints.note(&fault);
                    sleep(SHORT_OF_DESCRIPTORS).await;
                }
            }
        }
        // Who stands in the queue was let in by the system, and counts on an answer.
        for (stream, peer) in in_the_queue(listener) {
            self.welcome(&mut tasks, stream, peer, &mut complaints);
        }
        let last = timeout(LAST_REQUESTS, async {
            while tasks.join_next().await.is_some() {}
        });
        if last.await.is_err() {
            tracing::warn!(connections = tasks.len(), "cut off: they took too long");
        }
    }

    fn welcome(
        &self,
        tasks: &mut JoinSet<()>,
        stream: TcpStream,
        peer: SocketAddr,
        complaints: &mut Complaints,
    ) {
        let Some(seat) = self.connections.admit(self.guest(peer)) else {
            complaints.note(&"all connections are taken by requests under way");
            return self.refuse(&stream);
        };
        let talk = Talk {
            came: Instant::now(),
            peer,
            tls: self.tls.clone(),
            routes: self.routes.clone(),
            phase: self.phase.clone(),
        };
        tasks.spawn(talk.attend(stream, seat));
    }

    /// Refuses those in the queue: a proxy that waits for an answer takes this node for one that
    /// works.
    fn turn_away(&self, listener: &TcpListener, spare: &mut Spare) {
        while let Some(stream) = spare.accept(listener) {
            self.refuse(&stream);
        }
        spare.keep();
    }

    fn refuse(&self, stream: &TcpStream) {
        METERS.turned_away();
        if self.tls.is_none() {
            // As far as the socket takes it at once: nobody is waited for.
            let _ = stream.try_write(&problem::overloaded());
        }
    }

    fn guest(&self, peer: SocketAddr) -> Guest {
        match is_proxy(peer.ip(), &self.trusted_proxies) {
            true => Guest::Proxy,
            false => Guest::At(limit_key(peer.ip().to_canonical())),
        }
    }
}

/// One connection's conversation.
struct Talk {
    came: Instant,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    routes: Router,
    phase: watch::Receiver<Phase>,
}

impl Talk {
    async fn attend(self, stream: TcpStream, seat: Seat) {
        let exchange = Exchange::new(seat);
        tokio::select! {
            biased;
            () = exchange.seat.lost() => {}
            () = self.start(stream, Arc::clone(&exchange)) => {}
        }
    }

    async fn start(mut self, stream: TcpStream, exchange: Arc<Exchange>) {
        // Answers are written whole: nothing to wait for.
        let _ = stream.set_nodelay(true);
        let Some(tls) = self.tls.take() else {
            return self.converse(stream, exchange).await;
        };
        let mut phase = self.phase.clone();
        let shaken = tokio::select! {
            biased;
            () = over(&mut phase, self.came) => return,
            shaken = timeout(HANDSHAKE_PATIENCE, tls.accept(stream)) => shaken,
        };
        // What fails here is the client's: nobody to tell.
        if let Ok(Ok(stream)) = shaken {
            self.converse(stream, exchange).await;
        }
    }

    async fn converse<S>(self, stream: S, exchange: Arc<Exchange>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut phase = self.phase.clone();
        let stream = TokioIo::new(Watched::new(stream, Arc::clone(&exchange)));
        let routes = TowerToHyperService::new(self.routes);
        let service = service_fn(move |request: Request<Incoming>| {
            answer(&routes, &exchange, self.peer, self.phase.clone(), request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .max_header_size(HEAD_LIMIT)
            .max_buf_size(BUFFER_LIMIT)
            .serve_connection(stream, service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            biased;
            // A client that breaks off or talks nonsense was answered as far as it could be.
            _ = connection.as_mut() => return,
            () = over(&mut phase, self.came) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

fn answer(
    routes: &TowerToHyperService<Router>,
    exchange: &Arc<Exchange>,
    peer: SocketAddr,
    phase: watch::Receiver<Phase>,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Told>, Infallible>> + use<> {
    exchange.begins();
    // What follows a body of announced and of chunked length, each reader sees elsewhere: nothing
    // that follows one is read (RFC 9112 §6.1, §11.2).
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut request = request.map(|body| Body::new(Sent::new(body, Arc::clone(exchange))));
    request.extensions_mut().insert(ConnectInfo(peer));
    let answered = routes.call(request);
    let exchange = Arc::clone(exchange);
    async move {
        let mut response = answered.await?;
        if is_chunked || *phase.borrow() != Phase::Serving {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        Ok(response.map(|body| Told::new(body, exchange)))
    }
}

/// Returns when the server closes.
async fn closing(phase: &mut watch::Receiver<Phase>) {
    // Whoever would tell is gone: it closes too.
    let _ = phase.wait_for(|phase| *phase == Phase::Closing).await;
}

/// Returns when the server closes, for a connection that came then.
async fn over(phase: &mut watch::Receiver<Phase>, came: Instant) {
    closing(phase).await;
    sleep_until(came + FIRST_WORDS).await;
}

/// The connections that are there already; the listener is closed after the last.
fn in_the_queue(listener: TcpListener) -> impl Iterator<Item = (TcpStream, SocketAddr)> {
    let listener = listener.into_std().ok();
    std::iter::from_fn(move || {
        // Without waiting, since the listener does not.
        let (stream, peer) = listener.as_ref()?.accept().ok()?;
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    })
}

/// The fault of a connection that went away again, not of the listener.
fn is_of_one_connection(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        fault.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

/// Tells the log that connections could not be taken, not once for each.
#[derive(Default)]
struct Complaints {
    since: u64,
    told: Option<Instant>,
}

impl Complaints {
    fn note(&mut self, cause: &dyn std::fmt::Display) {
        self.since += 1;
        if self
            .told
            .is_none_or(|told| told.elapsed() >= COMPLAIN_EVERY)
        {
            let times = std::mem::take(&mut self.since);
            self.told = Some(Instant::now());
            tracing::warn!(%cause, times, "connections could not be taken");
        }
    }
}
