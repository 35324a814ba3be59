//! `[tls]`: the server's own certificate, and what https changes

use std::{net::TcpStream, sync::Arc};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName},
};

use crate::installation::{Installation, Server, exchange};

#[test]
fn https_is_spoken_and_cookies_are_tied_to_the_host() {
    let installation = Installation::new();
    let made = rcgen::generate_simple_self_signed(vec!["portal.example".to_owned()]).unwrap();
    installation.write("server.pem", made.cert.pem().as_bytes());
    installation.write("server.key", made.signing_key.serialize_pem().as_bytes());
    installation.configure("[tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n");
    let mut command = installation.command(&["serve"]);
    command.env("TESSERA_ORIGIN", "https://portal.example");
    let server = Server::start(command);

    let connect = || connect(&server, made.cert.der().clone());
    let refused = exchange(connect(), "POST", "/api/challenges", "", "");
    assert_eq!(refused.status, 403, "the http origin is not this portal's");
    let live = exchange(connect(), "GET", "/api/health/live", "", "");
    assert_eq!(live.status, 200);
    assert!(live.head.contains("strict-transport-security: max-age="));
    let ended = exchange(connect(), "DELETE", "/api/session", "", "");
    assert_eq!(ended.status, 403);
    let issued = raw(
        connect(),
        "POST /api/challenges HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\
         Origin: https://portal.example\r\nContent-Length: 0\r\n\r\n",
    );
    let cookie = issued
        .lines()
        .find(|line| line.starts_with("set-cookie: __Host-"))
        .unwrap();
    for attribute in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

fn connect(
    server: &Server,
    certificate: CertificateDer<'static>,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("portal.example").unwrap();
    StreamOwned::new(
        ClientConnection::new(Arc::new(config), name).unwrap(),
        TcpStream::connect(server.portal).unwrap(),
    )
}

fn raw(mut stream: StreamOwned<ClientConnection, TcpStream>, request: &str) -> String {
    use std::io::{Read, Write};

    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8(reply).unwrap()
}
