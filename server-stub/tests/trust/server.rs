//! A server that answers as it is told: well, late, endlessly, in part, or not at all.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

/// How a request is answered.
#[derive(Clone)]
pub enum Answer {
    /// 200, with these bytes.
    Bytes(Vec<u8>),
    /// Another status.
    Status(u16),
    /// 302, to there.
    Redirect(String),
    /// 200, with these bytes, but not before the gate is opened.
    Held(Gate, Vec<u8>),
    /// A byte now and then, for ever.
    Drip,
    /// Bytes without end and without a length.
    Endless,
    /// A length, and half as many bytes.
    CutOff(Vec<u8>),
    /// The connection is closed without a word.
    Silence,
}

/// Holds an answer back until it is opened.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let mut is_open = self.0.0.lock().unwrap();
        while !*is_open {
            is_open = self.0.1.wait(is_open).unwrap();
        }
    }
}

/// The server; it listens until the test's process ends.
pub struct Server {
    address: SocketAddr,
    answer: Arc<Mutex<Answer>>,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

/// A connection, with TLS or without.
trait Connection: Read + Write {}

impl<C: Read + Write> Connection for C {}

impl Server {
    pub fn start(answer: Answer) -> Server {
        Server::start_at("127.0.0.1", None, answer)
    }

    /// With TLS, for `localhost`; and the certificate to trust, PEM.
    pub fn start_tls(answer: Answer) -> (Server, String) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let server = Server::start_at("127.0.0.1", Some(Arc::new(config)), answer);
        (server, made.cert.pem())
    }

    /// At one of this machine's addresses.
    pub fn start_at(host: &str, tls: Option<Arc<ServerConfig>>, answer: Answer) -> Server {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            answer: Arc::new(Mutex::new(answer)),
            requests: Arc::default(),
            connections: Arc::default(),
        };
        let answer = Arc::clone(&server.answer);
        let requests = Arc::clone(&server.requests);
        let connections = Arc::clone(&server.connections);
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (answer, requests) = (Arc::clone(&answer), Arc::clone(&requests));
                let tls = tls.clone();
                thread::spawn(move || {
                    let stream = stream.unwrap();
                    let mut stream: Box<dyn Connection> = match tls {
                        Some(tls) => {
                            let connection = ServerConnection::new(tls).unwrap();
                            Box::new(StreamOwned::new(connection, stream))
                        }
                        None => Box::new(stream),
                    };
                    if read_request(&mut stream) {
                        let answer = answer.lock().unwrap().clone();
                        requests.fetch_add(1, Ordering::SeqCst);
                        // The other side may have gone.
                        let _ = give(&mut stream, &answer).and_then(|()| stream.flush());
                    }
                });
            }
        });
        server
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn address(&self) -> String {
        format!("http://{}/list", self.address)
    }

    /// Answers so from now on.
    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// How many whole requests there were.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn read_request(stream: &mut impl Read) -> bool {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).is_ok()
}

fn give(stream: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    let head = |length: usize| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
    };
    match answer {
        Answer::Bytes(bytes) => {
            stream.write_all(head(bytes.len()).as_bytes())?;
            stream.write_all(bytes)
        }
        Answer::Held(gate, bytes) => {
            gate.wait();
            give(stream, &Answer::Bytes(bytes.clone()))
        }
        Answer::Status(status) => stream.write_all(
            format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        ),
        Answer::Redirect(location) => stream.write_all(
            format!(
                "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\
                 Connection: close\r\n\r\n"
            )
            .as_bytes(),
        ),
        Answer::Drip => {
            stream.write_all(head(1_000_000).as_bytes())?;
            loop {
                stream.write_all(b"0")?;
                thread::sleep(Duration::from_millis(20));
            }
        }
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[0x30; 65_536])?;
            }
        }
        Answer::CutOff(bytes) => {
            stream.write_all(head(bytes.len()).as_bytes())?;
            stream.write_all(&bytes[..bytes.len() / 2])
        }
        Answer::Silence => Ok(()),
    }
}
