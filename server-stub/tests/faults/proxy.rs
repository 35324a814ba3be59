//! HAProxy with the file that ships, but for addresses

use std::{
    fs::File,
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{place, shipped};

/// In front of two nodes.
pub struct Proxy {
    pub address: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl Proxy {
    pub fn before(nodes: [SocketAddr; 2]) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let (address, other) = (place::new(), place::new());
        let unavailable = shipped::path("haproxy/unavailable.http");
        let text = shipped::with(
            "haproxy/haproxy.cfg",
            &[
                ("10.0.0.11:8080", &nodes[0].to_string()),
                ("10.0.0.12:8080", &nodes[1].to_string()),
                // What TLS changes is for the tests of the file itself.
                (
                    "bind :443 ssl crt /etc/haproxy/portal.pem alpn h2,http/1.1",
                    &format!("bind {address}"),
                ),
                ("bind :80", &format!("bind {other}")),
                (
                    "/etc/haproxy/unavailable.http",
                    unavailable.to_str().unwrap(),
                ),
                // A container may not let it have the descriptors of so many.
                ("maxconn 20000", "maxconn 500"),
                ("log /dev/log local0", "log stdout format raw local0"),
            ],
        );
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, text).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let child = Command::new(shipped::program("haproxy", "haproxy"))
            .arg("-db")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Proxy {
            address,
            child,
            folder,
        }
    }

    /// What it said.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
