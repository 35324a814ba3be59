//! A connection's bytes, watched: when an answer has left, and how long its reader lets it wait.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::connections::Seat;

/// How long, in all, an answer may wait for its reader to take more of it.
const READERS_PATIENCE: Duration = Duration::from_secs(60);

/// What a connection, its requests and its answers share.
pub(super) struct Exchange {
    /// The connection's place.
    pub(super) seat: Seat,
    /// The answer was handed over whole, though maybe not sent.
    answered: AtomicBool,
}

impl Exchange {
    pub(super) fn new(seat: Seat) -> Arc<Exchange> {
        Arc::new(Exchange {
            seat,
            answered: AtomicBool::new(false),
        })
    }

    /// A request's head is here.
    pub(super) fn begins(&self) {
        self.answered.store(false, Ordering::Relaxed);
        self.seat.begins();
    }
}

/// A request's body, which tells when it is waited for.
pub(super) struct Sent {
    body: Incoming,
    exchange: Arc<Exchange>,
    waits: bool,
}

impl Sent {
    pub(super) fn new(body: Incoming, exchange: Arc<Exchange>) -> Sent {
        Sent {
            body,
            exchange,
            waits: false,
        }
    }

    fn goes_on(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.exchange.seat.is_busy();
        }
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let read = Pin::new(&mut self.body).poll_frame(context);
        if read.is_ready() {
            self.goes_on();
        } else if !std::mem::replace(&mut self.waits, true) {
            self.exchange.seat.waits_for_more();
        }
        read
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.goes_on();
    }
}

/// A stream whose writes do not wait for ever.
pub(super) struct Watched<S> {
    inner: S,
    exchange: Arc<Exchange>,
    /// The request whose answer is written.
    counted: u64,
    /// How long that answer has waited in all.
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Watched<S> {
    pub(super) fn new(inner: S, exchange: Arc<Exchange>) -> Watched<S> {
        Watched {
            inner,
            exchange,
            counted: 0,
            waited: Duration::ZERO,
            waiting: None,
        }
    }

    /// Takes note of whether bytes went out; an error when they have not for too long.
    fn note<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let exchange = self.exchange.seat.exchanges();
        if self.counted != exchange {
            self.counted = exchange;
            self.waited = Duration::ZERO;
        }
        if written.is_ready() {
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
                self.exchange.seat.is_busy();
            }
            return written;
        }
        // Each time: the head of a further request, sent ahead, makes it busy again.
        self.exchange.seat.waits_for_reader();
        let left = READERS_PATIENCE.saturating_sub(self.waited);
        let (_, end) = self.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(sleep_until(now + left)))
        });
        ready!(end.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.note(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.note(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        ready!(self.note(context, flushed))?;
        if self.exchange.answered.swap(false, Ordering::Relaxed) {
            self.exchange.seat.is_through();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.inner).poll_shutdown(context);
        self.note(context, closed)
    }
}

/// An answer's body, which tells when it has been handed over.
pub(super) struct Told {
    body: Body,
    exchange: Arc<Exchange>,
}

impl Told {
    pub(super) fn new(body: Body, exchange: Arc<Exchange>) -> Told {
        Told { body, exchange }
    }
}

impl HttpBody for Told {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.exchange.answered.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use crate::serve::connections::{Connections, Guest, Room};

    /// A connection that takes 16 bytes at a time.
    fn connection() -> (Watched<DuplexStream>, DuplexStream, Arc<Exchange>) {
        let connections = Connections::new(Room {
            in_all: 1,
            per_address: 1,
        });
        let exchange = Exchange::new(connections.admit(Guest::Proxy).unwrap());
        exchange.begins();
        let (ours, theirs) = duplex(16);
        (Watched::new(ours, Arc::clone(&exchange)), theirs, exchange)
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_reads_is_given_up() {
        let (mut ours, _theirs, _) = connection();
        let began = Instant::now();
        let fault = ours.write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), READERS_PATIENCE.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_a_byte_now_and_then_is_given_up_too() {
        let (mut ours, mut theirs, _) = connection();
        let reader = tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let fault = ours.write_all(&[0; 1000]).await.unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::TimedOut);
        reader.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_has_no_seat_to_keep() {
        let connections = Connections::new(Room {
            in_all: 1,
            per_address: 1,
        });
        let guest = |last| Guest::At(std::net::IpAddr::from([192, 0, 2, last]));
        let exchange = Exchange::new(connections.admit(guest(1)).unwrap());
        exchange.begins();
        let (ours, mut theirs) = duplex(16);
        let mut ours = Watched::new(ours, Arc::clone(&exchange));
        ours.write_all(&[0; 16]).await.unwrap();
        assert!(connections.admit(guest(2)).is_none(), "nobody waits");
        let writing = tokio::spawn(async move {
            ours.write_all(&[0; 16]).await.unwrap();
            ours
        });
        tokio::task::yield_now().await;
        theirs.read_exact(&mut [0; 32]).await.unwrap();
        let mut ours = writing.await.unwrap();
        assert!(connections.admit(guest(2)).is_none(), "it was read");
        let writing = tokio::spawn(async move { ours.write_all(&[0; 100]).await });
        tokio::task::yield_now().await;
        let _newcomer = connections.admit(guest(2)).unwrap();
        exchange.seat.lost().await;
        writing.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn each_answer_has_a_patience_of_its_own() {
        let (mut ours, mut theirs, exchange) = connection();
        let reader = tokio::spawn(async move {
            let mut sum = 0;
            while theirs.read_u8().await.is_ok() {
                sum += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            sum
        });
        for _ in 0..5 {
            ours.write_all(&[0; 50]).await.unwrap();
            ours.flush().await.unwrap();
            exchange.begins();
        }
        drop(ours);
        assert_eq!(reader.await.unwrap(), 250);
    }
}
