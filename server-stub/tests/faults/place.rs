//! Addresses that nobody else on this machine is given

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU8, Ordering},
};

/// A host of this test's own in 127.0.0.0/8: on one of those a connection that goes out never
/// takes a port that a stopped server is to come back to.
pub fn new() -> SocketAddr {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    SocketAddr::from(([127, 16 + high % 200, low, number], 8080))
}
