//! What was typed after the program's name.

use std::path::{Path, PathBuf};

/// How it is called.
pub const USAGE: &str = "\
cargo xtask dev [--port PORT] [--server FILE] [--root FOLDER]
    --port    where the portal is reached, on this machine only; 8080 when not said
    --server  a server that is built already, instead of building and rebuilding it
    --root    the checkout, when it is not the one this program was built in";

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The port on this machine; 0 for any.
    pub port: u16,
    /// A server that is built already.
    pub server: Option<PathBuf>,
    /// The checkout.
    pub root: PathBuf,
    /// Where Cargo builds.
    pub target: PathBuf,
}

impl Arguments {
    /// Reads them; otherwise says which one is wrong.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut root = here.ancestors().nth(2).unwrap_or(here).to_owned();
        let (mut port, mut server) = (8080, None);
        while let Some(name) = words.next() {
            let value = words.next().ok_or(format!("{name} lacks its value"))?;
            match name.as_str() {
                "--port" => {
                    port = value
                        .parse()
                        .map_err(|_| format!("{value} is not a port"))?;
                }
                "--server" => server = Some(PathBuf::from(value)),
                "--root" => root = PathBuf::from(value),
                _ => return Err(format!("{name} is not known")),
            }
        }
        let target = cargo_products::folder(&root);
        Ok(Arguments {
            port,
            server,
            root,
            target,
        })
    }

    /// The folder all of this program's own files are in.
    pub fn folder(&self) -> PathBuf {
        self.root.join("target/dev")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Arguments, String> {
        Arguments::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_is_not_said_is_this_checkout_on_port_8080() {
        let arguments = read("").unwrap();
        assert_eq!((arguments.port, arguments.server), (8080, None));
        assert!(arguments.root.join("frontend/Cargo.toml").is_file());
    }

    #[test]
    fn a_wrong_word_is_named() {
        assert_eq!(read("--prt 1").unwrap_err(), "--prt is not known");
        assert_eq!(read("--port x").unwrap_err(), "x is not a port");
        assert_eq!(read("--port").unwrap_err(), "--port lacks its value");
    }
}
