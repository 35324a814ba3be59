//! What workstations install, given out from a folder

use std::{fs, net::SocketAddr};

use crate::installation::{Installation, Reply, ask};

fn with_packages() -> Installation {
    let installation = Installation::new();
    installation.configure("[workstation]\npackages = \"packages\"\n");
    installation.write("packages/tessera.crx", b"Cr24 and so on");
    installation
}

fn get(portal: SocketAddr, path: &str, headers: &str) -> Reply {
    ask(portal, "GET", path, headers, "")
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    let mut lines = reply.head.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn each_is_given_out_as_what_it_is() {
    let installation = with_packages();
    let server = installation.serve();
    for (name, kind) in [
        ("tessera.crx", "application/x-chrome-extension"),
        ("update.xml", "text/xml"),
        ("tessera.xpi", "application/x-xpinstall"),
        ("updates.json", "application/json"),
        (
            "tessera_0.1.0_amd64.deb",
            "application/vnd.debian.binary-package",
        ),
        ("tessera.msi", "application/x-msi"),
    ] {
        installation.write(&format!("packages/{name}"), name.as_bytes());
        let reply = get(server.portal, &format!("/postazione/{name}"), "");
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(header(&reply, "content-type"), Some(kind));
        assert_eq!(header(&reply, "x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.text(), name);
    }
}

#[test]
fn a_part_is_given_alone_and_what_the_browser_has_is_not_given_again() {
    let installation = with_packages();
    let server = installation.serve();
    let path = "/postazione/tessera.crx";
    let part = get(server.portal, path, "Range: bytes=5-7\r\n");
    assert_eq!((part.status, part.text().as_str()), (206, "and"));
    let whole = get(server.portal, path, "");
    let date = header(&whole, "last-modified").unwrap();
    let again = get(
        server.portal,
        path,
        &format!("If-Modified-Since: {date}\r\n"),
    );
    assert_eq!((again.status, again.body.len()), (304, 0));
    let head = ask(server.portal, "HEAD", path, "", "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    let posted = ask(server.portal, "POST", path, "", "{}");
    assert_eq!(posted.status, 405);
    assert_eq!(header(&posted, "allow"), Some("GET, HEAD"));
}

#[test]
fn one_that_is_put_in_its_place_is_given_at_once() {
    let installation = with_packages();
    let server = installation.serve();
    let path = "/postazione/tessera.crx";
    assert_eq!(get(server.portal, path, "").text(), "Cr24 and so on");
    installation.write("packages/new", b"Cr24 of the next version");
    let folder = installation.folder().join("packages");
    fs::rename(folder.join("new"), folder.join("tessera.crx")).unwrap();
    assert_eq!(
        get(server.portal, path, "").text(),
        "Cr24 of the next version"
    );
    fs::remove_file(folder.join("tessera.crx")).unwrap();
    assert_eq!(get(server.portal, path, "").status, 404);
}

#[test]
fn nothing_else_of_the_machine_is() {
    let installation = with_packages();
    installation.write("packages/tessera-key.pem", b"a key that was forgotten here");
    installation.write("packages/.tessera.crx", b"hidden");
    installation.write("packages/inner/tessera.crx", b"further down");
    installation.write("packages/folder.crx/x", b"no file");
    installation.write("outside.json", b"outside");
    let server = installation.serve();
    for path in [
        "/postazione/",
        "/postazione/tessera-key.pem",
        "/postazione/.tessera.crx",
        "/postazione/inner/tessera.crx",
        "/postazione/folder.crx",
        "/postazione/folder.crx/x",
        "/postazione/../outside.json",
        "/postazione/..%2foutside.json",
        "/postazione/%2e%2e/outside.json",
        "/postazione/..\\outside.json",
        "/postazione//etc/hostname.json",
        "/postazione/no.crx",
    ] {
        let reply = get(server.portal, path, "");
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        assert_eq!(
            header(&reply, "content-type"),
            Some("text/html; charset=utf-8")
        );
    }
    let bare = Installation::new();
    let server = bare.serve();
    assert_eq!(
        get(server.portal, "/postazione/tessera.crx", "").status,
        404
    );
}
