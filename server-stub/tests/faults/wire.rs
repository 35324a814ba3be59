//! The wire between the nodes and a database server: slow, or cut

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::place;

/// Passes on what is said, both ways.
pub struct Wire {
    pub address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    delay_millis: AtomicU64,
    is_cutting: AtomicBool,
    said: AtomicU32,
    commits: [AtomicU32; 2],
    cuts: AtomicU32,
}

impl Wire {
    /// Listens, and leads to a server.
    pub fn to(server: &str) -> Wire {
        let listener = TcpListener::bind(place::new()).unwrap();
        let wire = Wire {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let (server, state) = (server.to_owned(), Arc::clone(&wire.state));
        thread::spawn(move || {
            for near in listener.incoming() {
                let (Ok(near), Ok(far)) = (near, TcpStream::connect(&server)) else {
                    continue;
                };
                join(&near, &far, &state);
            }
        });
        wire
    }

    /// Holds up everything that is said by this much, each way.
    pub fn delay(&self, millis: u64) {
        self.state.delay_millis.store(millis, Ordering::Relaxed);
    }

    /// Cuts connections from now on: every 64th time that something is said, every third commit
    /// before the server hears of it, and every third before its answer is heard.
    pub fn cut(&self, cutting: bool) {
        self.state.is_cutting.store(cutting, Ordering::Relaxed);
    }

    /// How often it was cut.
    pub fn cuts(&self) -> u32 {
        self.state.cuts.load(Ordering::Relaxed)
    }
}

fn join(near: &TcpStream, far: &TcpStream, state: &Arc<State>) {
    for (way, (from, to)) in [(near, far), (far, near)].into_iter().enumerate() {
        let _ = from.set_nodelay(true);
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let state = Arc::clone(state);
        thread::spawn(move || {
            pass(&from, &to, way, &state);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, way: usize, state: &State) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut bytes) else {
            return;
        };
        let said = &bytes[..length];
        thread::sleep(Duration::from_millis(
            state.delay_millis.load(Ordering::Relaxed),
        ));
        if state.cuts_now(said, way) {
            state.cuts.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if to.write_all(said).is_err() {
            return;
        }
    }
}

impl State {
    fn cuts_now(&self, said: &[u8], way: usize) -> bool {
        if !self.is_cutting.load(Ordering::Relaxed) {
            return false;
        }
        // The order and its answer both say it.
        if said.windows(6).any(|part| part == b"COMMIT") {
            let commits = self.commits[way].fetch_add(1, Ordering::Relaxed);
            return commits.is_multiple_of(3);
        }
        self.said.fetch_add(1, Ordering::Relaxed).is_multiple_of(64)
    }
}
