//! nginx, as Debian has it, with sites that ask for client certificates and one that does not.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use pki::Key;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;

use crate::{
    Outcome,
    bench::cpu,
    people::Issuer,
    ports::free_ports,
    program::{Program, mortal},
};

const PROGRAM: &str = "/usr/sbin/nginx";

/// What a site asks of those who come.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Nothing,
    /// A certificate of the authority's.
    Card,
    /// One that is not on the authority's list besides.
    CardNotRevoked,
}

/// One process, which does all of it; dropped, it is killed.
pub(super) struct Nginx {
    program: Program,
    /// Of the site that asks nothing; the others' come after it.
    port: u16,
    certificate: CertificateDer<'static>,
    _folder: TempDir,
}

impl Nginx {
    /// Trusts this authority, whose list revokes nobody; its own key is RSA-2048 too.
    pub(super) fn start(issuer: &Issuer) -> Outcome<Nginx> {
        if !Path::new(PROGRAM).is_file() {
            return Err(format!("{PROGRAM} is missing: apt-get install nginx").into());
        }
        let folder = tempfile::Builder::new()
            .prefix("tessera-nginx-")
            .tempdir()?;
        let at = |name: &str| folder.path().join(name);
        let key = Key::rsa(0);
        let pair = KeyPair::from_pkcs8_der_and_sign_algo(&key.pkcs8().into(), &PKCS_RSA_SHA256)?;
        let own = CertificateParams::new(vec!["localhost".to_owned()])?.self_signed(&pair)?;
        let authority = issuer.authority();
        fs::write(at("portal.crt"), own.pem())?;
        fs::write(at("portal.key"), pki::pem("PRIVATE KEY", key.pkcs8()))?;
        fs::write(at("ca.pem"), authority.certificate_pem())?;
        let list = pki::pem("X509 CRL", &authority.revoke(&[]));
        fs::write(at("list.pem"), list)?;
        let port = free_ports(3)?;
        fs::write(at("nginx.conf"), configuration(folder.path(), port))?;
        let mut command = mortal(PROGRAM);
        command.arg("-c").arg(at("nginx.conf"));
        command.current_dir(folder.path());
        let mut program = Program::start("nginx", &mut command, folder.path())?;
        for port in port..port + 3 {
            program.wait_until("nginx that listens", || {
                TcpStream::connect(address(port)).ok()
            })?;
        }
        Ok(Nginx {
            program,
            port,
            certificate: own.der().clone(),
            _folder: folder,
        })
    }

    /// What it is known by.
    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Where that is asked.
    pub(super) fn site(&self, asked: Asked) -> SocketAddr {
        address(match asked {
            Asked::Nothing => self.port,
            Asked::Card => self.port + 1,
            Asked::CardNotRevoked => self.port + 2,
        })
    }

    /// What it has used of the processor.
    pub(super) fn used(&self) -> Outcome<Duration> {
        Ok(cpu::of_process(self.program.id())?)
    }
}

/// TLS as in `deploy/nginx/tessera.conf`, but that nothing is resumed.
fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    let spools: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .collect();
    format!(
        r"daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
{spools}
    ssl_certificate {folder}/portal.crt;
    ssl_certificate_key {folder}/portal.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache off;
    ssl_session_tickets off;
    server {{
        listen 127.0.0.1:{port} ssl;
        return 204;
    }}
    server {{
        listen 127.0.0.1:{card} ssl;
        ssl_verify_client on;
        ssl_client_certificate {folder}/ca.pem;
        return 204;
    }}
    server {{
        listen 127.0.0.1:{not_revoked} ssl;
        ssl_verify_client on;
        ssl_client_certificate {folder}/ca.pem;
        ssl_crl {folder}/list.pem;
        return 204;
    }}
}}
",
        card = port + 1,
        not_revoked = port + 2,
    )
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
