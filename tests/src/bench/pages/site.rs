//! A folder of files on a port of its own, served as the portal's server serves its own: over
//! connections that stay open, text as its Brotli twin.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use crate::Outcome;

/// It serves until the program ends.
pub struct Site {
    origin: String,
    missed: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Begins to serve.
    pub fn serve(folder: PathBuf) -> io::Result<Site> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let site = Site {
            origin: format!("http://localhost:{}", listener.local_addr()?.port()),
            missed: Arc::default(),
        };
        let missed = Arc::clone(&site.missed);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (folder, missed) = (folder.clone(), Arc::clone(&missed));
                // A browser that goes away needs no answer.
                thread::spawn(move || talk(&connection, &folder, &missed));
            }
        });
        Ok(site)
    }

    /// The address of a file; of the page itself, `/`.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Fails where something was asked for that is not there: then the page is not whole.
    pub fn expect_whole(&self) -> Outcome<()> {
        let missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        match missed.is_empty() {
            true => Ok(()),
            false => Err(format!("{} lacks {missed:?}", self.origin).into()),
        }
    }
}

fn talk(connection: &TcpStream, folder: &Path, missed: &Mutex<Vec<String>>) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut requests = BufReader::new(connection);
    while let Some(path) = next_request(&mut requests)? {
        let answer = answer(folder, &path).unwrap_or_else(|| {
            let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
            missed.push(path);
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()
        });
        (&mut &*connection).write_all(&answer)?;
    }
    Ok(())
}

/// The path of the next request; none once there are no more.
fn next_request(requests: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut path = None;
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim_end().is_empty() {
            return Ok(path);
        }
        path = path.or_else(|| {
            let target = line.split(' ').nth(1)?;
            Some(target.split('?').next()?.to_owned())
        });
    }
}

/// A whole answer; none where there is no such file.
fn answer(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let name = match path {
        "/" => "index.html",
        path => path.strip_prefix('/').filter(|name| !name.contains(".."))?,
    };
    let file = folder.join(name);
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => return None,
    };
    let (body, encoding) = match fs::read(file.with_added_extension("br")) {
        Ok(twin) => (twin, "Content-Encoding: br\r\n"),
        Err(_) => (fs::read(file).ok()?, ""),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{encoding}Content-Length: {length}\r\n\r\n"
    );
    Some([head.as_bytes(), &body].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_as_its_twin_and_what_is_not_there_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.html"), "page").unwrap();
        fs::write(folder.path().join("index.html.br"), "twin").unwrap();
        fs::write(folder.path().join("a.woff2"), "font").unwrap();
        let site = Site::serve(folder.path().to_owned()).unwrap();
        let client = reqwest::blocking::Client::new();
        let get = |path: &str| client.get(site.address(path)).send().unwrap();

        let page = get("/");
        assert_eq!(page.headers()["content-encoding"], "br");
        assert_eq!(page.bytes().unwrap(), "twin");
        let font = get("/a.woff2");
        assert_eq!(font.headers()["content-type"], "font/woff2");
        assert_eq!(font.text().unwrap(), "font");
        site.expect_whole().unwrap();

        assert_eq!(get("/b.js").status(), 404);
        assert!(
            site.expect_whole()
                .unwrap_err()
                .to_string()
                .contains("/b.js")
        );
    }
}
