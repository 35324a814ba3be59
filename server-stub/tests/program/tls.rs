//! `[tls]`: the server's own certificate, and what https changes

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName},
};

use crate::installation::{Installation, Server, ask, exchange};

/// With a certificate of its own; and that certificate.
pub fn https_installation() -> (Installation, CertificateDer<'static>) {
    let installation = Installation::new();
    let certificate = new_certificate(&installation);
    installation.configure("[tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n");
    (installation, certificate)
}

/// Its own certificate's end as the server tells it, in Unix seconds.
fn told_end(server: &Server) -> i64 {
    let metrics = ask(server.metrics.unwrap(), "GET", "/metrics", "", "").text();
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("tessera_tls_certificate_not_after_timestamp_seconds "));
    line.unwrap_or_else(|| panic!("{metrics}")).parse().unwrap()
}

#[test]
fn until_when_the_certificate_is_good_is_told_and_an_ended_one_is_named() {
    let (installation, _) = https_installation();
    installation.configure(
        "admin.listen = \"127.0.0.1:0\"\n\
         [tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n",
    );
    let write = |end| {
        let mut parameters = CertificateParams::new(vec!["portal.example".to_owned()]).unwrap();
        parameters.not_after = end;
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        installation.write("server.pem", certificate.pem().as_bytes());
        installation.write_secret("server.key", key.serialize_pem().as_bytes());
    };
    write(date_time_ymd(2044, 4, 12));
    let mut server = installation.serve_https();
    assert_eq!(told_end(&server), 2_344_032_000);
    write(date_time_ymd(2020, 1, 1));
    server.signal("HUP");
    server.wait_for_line("the server's certificate is past its end");
    assert_eq!(told_end(&server), 1_577_836_800);
}

fn new_certificate(installation: &Installation) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["portal.example".to_owned()]).unwrap();
    installation.write("server.pem", made.cert.pem().as_bytes());
    installation.write_secret("server.key", made.signing_key.serialize_pem().as_bytes());
    made.cert.der().clone()
}

#[test]
fn https_is_spoken_and_cookies_are_tied_to_the_host() {
    let (installation, certificate) = https_installation();
    let server = installation.serve_https();

    let connect = || connect(&server, certificate.clone());
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

/// Whether a new connection trusts what the server shows, when it trusts this.
fn shows(server: &Server, certificate: &CertificateDer<'static>) -> bool {
    let mut stream = connect(server, certificate.clone());
    stream.conn.complete_io(&mut stream.sock).is_ok()
}

#[test]
fn a_new_certificate_is_shown_at_sighup_and_open_connections_go_on() {
    let (installation, first) = https_installation();
    let mut server = installation.serve_https();
    let mut open = connect(&server, first.clone());
    let ask = "GET /api/health/live HTTP/1.1\r\nHost: portal.example\r\n\r\n";
    let goes_on = |open: &mut StreamOwned<ClientConnection, TcpStream>| {
        open.write_all(ask.as_bytes()).unwrap();
        let mut told = [0; 12];
        open.read_exact(&mut told).unwrap();
        assert_eq!(&told, b"HTTP/1.1 200");
        // The rest of it.
        let mut rest = [0; 4096];
        let _ = open.read(&mut rest).unwrap();
    };
    goes_on(&mut open);

    let second = new_certificate(&installation);
    let told = Instant::now();
    server.signal("HUP");
    server.wait_for_line("the server's certificate was read");
    assert!(
        told.elapsed() < Duration::from_secs(5),
        "not at its own time"
    );
    assert!(shows(&server, &second) && !shows(&server, &first));
    goes_on(&mut open);

    // One half of a pair that does not fit, as while somebody copies: nothing changes.
    let third = rcgen::generate_simple_self_signed(vec!["portal.example".to_owned()]).unwrap();
    installation.write("server.pem", third.cert.pem().as_bytes());
    server.signal("HUP");
    server.wait_for_line("the server goes on with its old certificate");
    assert!(shows(&server, &second));
    installation.write_secret("server.key", third.signing_key.serialize_pem().as_bytes());
    // Without a signal too, within seconds.
    server.wait_for_line("the server's certificate was read");
    assert!(shows(&server, third.cert.der()));
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let (installation, _) = https_installation();
    let key = installation.folder().join("server.key");
    for (mode, will_do) in [
        (0o644, false),
        (0o604, false),
        (0o660, false),
        (0o640, true),
    ] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let told = installation.run(&["config", "check"]);
        if will_do {
            assert_eq!(told.code, Some(0), "{told:?}");
            continue;
        }
        for told in [told, installation.run(&["serve"])] {
            assert_eq!(told.code, Some(2), "{told:?}");
            assert!(told.err.starts_with("tls.key = "), "{told:?}");
            assert!(told.err.contains("chmod 600"), "{told:?}");
        }
    }
}

#[test]
fn only_modern_tls_is_spoken() {
    let (installation, _) = https_installation();
    let server = installation.serve_https();
    let offered = |arguments: &[&str]| {
        let output = std::process::Command::new("openssl")
            .args(["s_client", "-connect", &server.portal.to_string()])
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .expect("openssl: apt-get install openssl");
        output.status.success()
    };
    assert!(offered(&["-tls1_3"]) && offered(&["-tls1_2"]));
    let weak = ["-cipher", "ALL:@SECLEVEL=0"];
    for old in ["-tls1_1", "-tls1"] {
        assert!(!offered(&[&[old], &weak[..]].concat()), "{old}");
    }
    for suites in [
        "AES128-GCM-SHA256",
        "ECDHE+AES+SHA1",
        "DHE",
        "3DES",
        "CAMELLIA",
    ] {
        let suites = format!("{suites}:@SECLEVEL=0");
        assert!(!offered(&["-tls1_2", "-cipher", &suites]), "{suites}");
    }
    assert!(offered(&[
        "-tls1_2",
        "-cipher",
        "ECDHE+AESGCM:ECDHE+CHACHA20"
    ]));
}

pub fn connect(
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
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8(reply).unwrap()
}
