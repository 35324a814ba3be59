//! People who come over TLS, with a card's certificate where one is asked for.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use pki::{Holder, Key};
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, StreamOwned,
    client::Resumption,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName},
};

use crate::{Outcome, load::codice_fiscale, people::Issuer};

const PEOPLE: u32 = 100;
/// How many keys all cards share.
const KEYS: u32 = 4;
const AT_A_TIME: usize = 8;

/// People with cards in software, RSA-2048.
pub(super) struct Visitors(Vec<Arc<ClientConfig>>);

impl Visitors {
    /// Cards of this authority; the server is known by that certificate.
    pub(super) fn new(issuer: &Issuer, server: &CertificateDer<'static>) -> Outcome<Visitors> {
        let mut roots = RootCertStore::empty();
        roots.add(server.clone())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let people = (0..PEOPLE).map(|number| {
            let holder = Holder::new(
                &codice_fiscale(number),
                &format!("6103{number:012}"),
                "ROSSI",
                "MARIO",
            );
            let key = Key::rsa((number % KEYS) as usize);
            let card = issuer.authority().issue(&holder, key);
            let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(roots.clone())
                .with_client_auth_cert(
                    vec![card.certificate().to_vec().into()],
                    PrivatePkcs8KeyDer::from(card.key().pkcs8().to_vec()).into(),
                )?;
            config.resumption = Resumption::disabled();
            Ok(Arc::new(config))
        });
        Ok(Visitors(people.collect::<Outcome<_>>()?))
    }

    /// So many visits, some at a time.
    pub(super) fn come(&self, address: SocketAddr, visits: u32) -> Outcome<()> {
        let next = AtomicU32::new(0);
        let serve = || -> Outcome<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= visits {
                    return Ok(());
                }
                visit(&self.0[number as usize % self.0.len()], address)?;
            }
        };
        thread::scope(|scope| {
            let clients: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(serve)).collect();
            clients.into_iter().try_for_each(|client| {
                let ended = client.join();
                ended.map_err(|_| "a visitor broke off")?
            })
        })
    }
}

/// A connection, and the shortest request: only its answer tells that the certificate was judged
/// good (RFC 8446 §4.4.4: the client is done before that).
fn visit(config: &Arc<ClientConfig>, address: SocketAddr) -> Outcome<()> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let name = ServerName::try_from("localhost")?;
    let connection = ClientConnection::new(Arc::clone(config), name)?;
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if !answer.starts_with(b"HTTP/1.1 204 ") {
        let answer = String::from_utf8_lossy(&answer);
        return Err(format!("nginx lets nobody in: {answer}").into());
    }
    match stream.conn.handshake_kind() {
        Some(HandshakeKind::Full) => Ok(()),
        other => Err(format!("a handshake that is {other:?}, not full").into()),
    }
}
