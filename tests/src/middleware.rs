//! The workstation's smart-card service: a pcscd of our own with the virtual readers.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{
    card::Card,
    ports::free_ports,
    program::{Program, mortal, run},
    reader::{InsertedCard, Reader},
    waiting::{holds_within, wait_until},
};

/// Where pcscd listens, and clients look for it.
const SOCKET: &str = "/run/pcscd/pcscd.comm";
/// How a client is told of another socket (pcsc-lite).
const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";
/// The file that lists the virtual readers.
const READERS: &str = "vpcd";
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// How long pcscd may take to notice that a card has gone.
const NOTICED_BY_PCSCD: Duration = Duration::from_secs(10);

/// OpenSC's module, where Debian puts it: the one that the host finds here, and the only one
/// that knows a CNS.
pub fn opensc() -> PathBuf {
    let architecture = std::env::consts::ARCH;
    format!("/usr/lib/{architecture}-linux-gnu/opensc-pkcs11.so").into()
}

/// A running pcscd with two virtual readers.
pub struct Middleware {
    pcscd: Program,
    folder: PathBuf,
    configuration: PathBuf,
    socket: PathBuf,
    port: u16,
}

impl Middleware {
    /// Starts pcscd with its files in `folder` and waits until it serves.
    pub fn start(folder: &Path) -> io::Result<Middleware> {
        let port = free_ports(2)?;
        let configuration = folder.join("reader.conf.d");
        fs::create_dir_all(&configuration)?;
        fs::write(configuration.join(READERS), reader_configuration(port))?;
        let (pcscd, socket) = start_pcscd(folder, &configuration)?;
        Ok(Middleware {
            pcscd,
            folder: folder.to_owned(),
            configuration,
            socket,
            port,
        })
    }

    /// Kills pcscd, with what is in its readers.
    pub fn kill(&mut self) {
        self.pcscd.kill();
    }

    /// Starts pcscd again after [`Middleware::kill`].
    pub fn resume(&mut self) -> io::Result<()> {
        (self.pcscd, self.socket) = start_pcscd(&self.folder, &self.configuration)?;
        Ok(())
    }

    /// Unplugs both readers, with what is in them.
    pub fn disconnect_readers(&mut self) -> io::Result<()> {
        self.restart_with("")
    }

    /// Plugs both readers in again.
    pub fn connect_readers(&mut self) -> io::Result<()> {
        self.restart_with(&reader_configuration(self.port))
    }

    /// A reader of this driver comes and goes with pcscd itself.
    fn restart_with(&mut self, readers: &str) -> io::Result<()> {
        self.kill();
        fs::write(self.configuration.join(READERS), readers)?;
        self.resume()
    }

    /// The first virtual reader.
    pub fn first_reader(&self) -> Reader {
        Reader::at_port(self.port)
    }

    /// The second virtual reader.
    pub fn second_reader(&self) -> Reader {
        Reader::at_port(self.port + 1)
    }

    /// Takes a card out, and waits until pcscd has noticed that so many are left.
    ///
    /// A reset that was under way as the card went may write "present" over what pcscd has
    /// noticed meanwhile (pcsc-lite 1.9.9, `SCardDisconnect`): it shows that card until
    /// the next one comes. So, as a person would, it is put in and taken out once more.
    pub fn take_out(&self, card: InsertedCard, left: usize) -> io::Result<Card> {
        let reader = card.reader();
        let mut card = card.remove();
        if !holds_within(NOTICED_BY_PCSCD, || self.shows_cards(left)) {
            eprintln!("pcscd goes on showing a card: once more\n{}", self.log());
            card = reader.insert_noticed(card, &[])?.remove();
            self.wait_for_cards(left)?;
        }
        Ok(card)
    }

    /// Waits until pcscd has noticed that no reader holds a card, or that as many do.
    ///
    /// It looks at its readers a few times a second: a card that is exchanged between two
    /// looks is to it the same one.
    pub fn wait_for_cards(&self, count: usize) -> io::Result<()> {
        let shown = wait_until("cards noticed by pcscd", || self.shows_cards(count));
        shown.map_err(|timed_out| {
            let log = self.log();
            io::Error::other(format!("{timed_out}: {count} are in its readers\n{log}"))
        })
    }

    /// Whether pcscd tells its clients of as many cards in its readers.
    fn shows_cards(&self, count: usize) -> bool {
        let mut list = Command::new("opensc-tool");
        list.arg("--list-readers").envs(self.client_environment());
        let told = run(&mut list).unwrap_or_default();
        let has_card = |line: &&str| line.split_whitespace().nth(1) == Some("Yes");
        told.lines().filter(has_card).count() == count
    }

    /// What clients need in their environment to find this pcscd.
    pub fn client_environment(&self) -> Option<(&'static str, &Path)> {
        (self.socket != Path::new(SOCKET)).then_some((SOCKET_VARIABLE, self.socket.as_path()))
    }

    /// What pcscd has written.
    pub fn log(&self) -> String {
        self.pcscd.log()
    }
}

fn start_pcscd(folder: &Path, configuration: &Path) -> io::Result<(Program, PathBuf)> {
    let (mut command, socket) = if is_root()? {
        (in_place()?, PathBuf::from(SOCKET))
    } else {
        let folder = folder.join("pcscd");
        fs::create_dir_all(&folder)?;
        (as_ordinary_user(&folder), folder.join("pcscd.comm"))
    };
    command
        .args(["--foreground", "--info"])
        .arg("--config")
        .arg(configuration);
    let mut pcscd = Program::start("pcscd", &mut command, folder)?;
    pcscd.wait_until("socket of pcscd", || UnixStream::connect(&socket).ok())?;
    Ok((pcscd, socket))
}

/// The driver takes its port from the channel and the next one for its second reader.
fn reader_configuration(port: u16) -> String {
    format!(
        "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port:#X}\nLIBPATH {DRIVER}\nCHANNELID {port:#X}\n"
    )
}

fn in_place() -> io::Result<Command> {
    if UnixStream::connect(SOCKET).is_ok() {
        return Err(io::Error::other(
            "this machine's own pcscd is running: start the suite through tests/isolated.sh",
        ));
    }
    // What an earlier one left behind would make this one give up.
    for file in [SOCKET, "/run/pcscd/pcscd.pid"] {
        let _ = fs::remove_file(file);
    }
    fs::create_dir_all("/run/pcscd")?;
    Ok(mortal("pcscd"))
}

/// pcscd's folder is fixed: in a user namespace it gets one of ours in its place. The host
/// cannot live in there, since to it the administrator's files would seem a stranger's.
fn as_ordinary_user(folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-ec"])
        .arg(
            "mount -t tmpfs tmpfs /run; mkdir /run/pcscd; mount --bind \"$1\" /run/pcscd; shift
             exec setpriv --pdeathsig TERM -- pcscd \"$@\"",
        )
        .arg("pcscd")
        .arg(folder);
    command
}

fn is_root() -> io::Result<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}
