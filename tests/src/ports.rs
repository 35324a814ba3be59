//! Ports for servers that are stopped and started again.

use std::{
    fs, io,
    net::TcpListener,
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// From here on, up to those that the system gives to clients.
const FIRST: u16 = 10_000;

/// The first of `count` free ports in a row. None is one that the system could give to a
/// client: while the server is stopped, no connection of anybody takes its place.
pub fn free_ports(count: u16) -> io::Result<u16> {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")?;
    let first_of_clients = range
        .split_whitespace()
        .next()
        .and_then(|it| it.parse().ok());
    let places = first_of_clients
        .and_then(|first: u16| (first / count).checked_sub(FIRST / count + 1))
        .filter(|places| *places > 0)
        .ok_or_else(|| io::Error::other(format!("clients get the ports {range}")))?;
    // Not where the process beside begins to look.
    let begin = process::id() % u32::from(places);
    for _ in 0..places {
        let place = begin + u32::from(ASKED.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + count * (place % u32::from(places)) as u16;
        let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if (port..port + count).all(is_free) {
            return Ok(port);
        }
    }
    Err(io::Error::other("no port is free"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice_while_it_is_used() -> io::Result<()> {
        let first = free_ports(2)?;
        let _used = TcpListener::bind(("127.0.0.1", first + 1))?;
        for _ in 0..3 {
            let next = free_ports(2)?;
            assert!(next >= first + 2 || next + 2 <= first);
        }
        Ok(())
    }
}
