//! The portal: the real server with an authority, a revocation list and operators of ours.

use std::{
    cell::RefCell,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{
    Outcome,
    people::{Issuer, Person},
    ports::free_ports,
    product,
    program::{Program, mortal, run},
};

/// What a portal is set up with.
pub struct PortalSetup<'a> {
    /// The authority it trusts.
    pub issuer: &'a Issuer,
    /// Whom the Sistema TS knows.
    pub operators: &'a [Person],
    /// How long a challenge lives.
    pub challenge_seconds: u32,
    /// Where its pages are reached, when something stands before the server.
    pub public_port: Option<u16>,
}

/// A running portal with a database of its own.
pub struct Portal {
    server: RefCell<Option<Program>>,
    port: u16,
    origin: String,
    folder: TempDir,
    program: PathBuf,
}

/// A further server of a portal, on the same database; dropped, it is killed.
pub struct Node {
    server: Program,
    port: u16,
}

impl Node {
    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process number.
    pub fn process(&self) -> u32 {
        self.server.id()
    }
}

impl Portal {
    /// Sets up a portal that knows these people, and starts it.
    pub fn start(issuer: &Issuer, operators: &[Person]) -> Outcome<Portal> {
        Portal::set_up(&PortalSetup {
            issuer,
            operators,
            challenge_seconds: 300,
            public_port: None,
        })
    }

    /// One that knows nobody, of the server as it is installed.
    pub fn start_served(issuer: &Issuer) -> Outcome<Portal> {
        let setup = PortalSetup {
            issuer,
            operators: &[],
            challenge_seconds: 300,
            public_port: None,
        };
        Portal::set_up_of(product::served()?, &setup)
    }

    /// Sets up a portal and starts it.
    pub fn set_up(setup: &PortalSetup) -> Outcome<Portal> {
        Portal::set_up_of(product::server()?, setup)
    }

    fn set_up_of(program: PathBuf, setup: &PortalSetup) -> Outcome<Portal> {
        let port = free_ports(1)?;
        let origin = format!("http://localhost:{}", setup.public_port.unwrap_or(port));
        let portal = Portal {
            server: RefCell::new(None),
            port,
            origin,
            folder: tempfile::Builder::new()
                .prefix("tessera-portal-")
                .tempdir()?,
            program,
        };
        portal.write_files(setup)?;
        portal.import_operators()?;
        portal.resume()?;
        Ok(portal)
    }

    /// Brings in the operators it was set up with, again: whoever was disabled is enabled.
    pub fn import_operators(&self) -> Outcome<()> {
        let operators = self.folder.path().join("operators.csv");
        self.command(&["operators", "import", &operators.display().to_string()])?;
        Ok(())
    }

    /// Adds these lines to its configuration and starts it again with them.
    pub fn configure(&self, lines: &str) -> Outcome<()> {
        self.stop();
        let configuration = fs::read_to_string(self.configuration())?;
        fs::write(self.configuration(), configuration + lines)?;
        self.resume()
    }

    /// Gives it another database, and starts it again.
    pub fn move_to(&self, database: &str) -> Outcome<()> {
        self.stop();
        let configuration = fs::read_to_string(self.configuration())?;
        let lines = configuration
            .lines()
            .map(|line| match line.starts_with("database = ") {
                true => format!("database = \"{database}\"\n"),
                false => format!("{line}\n"),
            });
        fs::write(self.configuration(), lines.collect::<String>())?;
        self.resume()
    }

    /// The origin of its pages.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The port the server itself listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process number.
    pub fn process(&self) -> Outcome<u32> {
        let server = self.server.borrow();
        let server = server.as_ref().ok_or("the server is stopped")?;
        Ok(server.id())
    }

    /// The address of a page or call.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The folder with configuration, database and log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs one of the server's commands to its end and answers what it said.
    pub fn command(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = self.server_command()?;
        command
            .args(arguments)
            .arg("--config")
            .arg(self.configuration());
        Ok(run(&mut command)?)
    }

    /// Replaces the revocation list; the server reads it again when told.
    pub fn revoke(&self, issuer: &Issuer, serials: &[Vec<u8>]) -> Outcome<()> {
        let list = issuer.authority().revoke(serials);
        Ok(fs::write(self.folder.path().join("crl/list.crl"), list)?)
    }

    /// Takes the database's files away, as when a disk fails: the security systems do not
    /// answer any more.
    pub fn take_database_away(&self) -> io::Result<()> {
        self.rename_database("", ".away")
    }

    /// Puts them back.
    pub fn put_database_back(&self) -> io::Result<()> {
        self.rename_database(".away", "")
    }

    fn rename_database(&self, from: &str, to: &str) -> io::Result<()> {
        for name in ["tessera.db", "tessera.db-wal", "tessera.db-shm"] {
            let called = |end| self.folder.path().join(format!("{name}{end}"));
            fs::rename(called(from), called(to))?;
        }
        Ok(())
    }

    /// Takes the server down, as in an outage.
    pub fn stop(&self) {
        self.server.replace(None);
    }

    /// Starts the server and waits until it serves.
    pub fn resume(&self) -> Outcome<()> {
        let server = self.serve("server-stub", self.port, &mut self.server_command()?)?;
        self.server.replace(Some(server));
        Ok(())
    }

    /// Starts one server more, of the same configuration but for its place and its name; the
    /// database must be one that nodes share.
    pub fn another_node(&self) -> Outcome<Node> {
        let port = free_ports(1)?;
        let name = format!("node-{port}");
        let mut command = self.server_command()?;
        command
            .env("TESSERA_LISTEN", format!("127.0.0.1:{port}"))
            .env("TESSERA_AUDIT__NODE", &name);
        let server = self.serve(&name, port, &mut command)?;
        Ok(Node { server, port })
    }

    fn serve(&self, name: &str, port: u16, command: &mut Command) -> Outcome<Program> {
        command
            .arg("serve")
            .arg("--config")
            .arg(self.configuration());
        let mut server = Program::start(name, command, self.folder.path())?;
        let health = format!("http://127.0.0.1:{port}/api/health/ready");
        server.wait_until("portal that is ready", || {
            let answer = reqwest::blocking::get(&health).ok()?;
            answer.status().is_success().then_some(())
        })?;
        Ok(server)
    }

    /// What the server has written since it was started.
    pub fn log(&self) -> String {
        self.server
            .borrow()
            .as_ref()
            .map(Program::log)
            .unwrap_or_default()
    }

    fn configuration(&self) -> std::path::PathBuf {
        self.folder.path().join("tessera.toml")
    }

    /// The environment wins over the file, so it starts with none.
    fn server_command(&self) -> Outcome<Command> {
        let mut command = mortal(&self.program);
        command.env_clear().current_dir(self.folder.path());
        Ok(command)
    }

    fn write_files(&self, setup: &PortalSetup) -> io::Result<()> {
        let folder = self.folder.path();
        let authority = setup.issuer.authority();
        for name in ["ca", "crl"] {
            fs::create_dir(folder.join(name))?;
        }
        fs::write(folder.join("ca/region.pem"), authority.certificate_pem())?;
        fs::write(folder.join("crl/list.crl"), authority.revoke(&[]))?;
        let lines = setup.operators.iter().map(Person::operators_line);
        let header = "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active";
        let operators = std::iter::once(header.to_owned()).chain(lines);
        fs::write(
            folder.join("operators.csv"),
            operators.map(|line| line + "\n").collect::<String>(),
        )?;
        fs::write(
            self.configuration(),
            format!(
                r#"listen = "127.0.0.1:{port}"
origin = "{origin}"
database = "sqlite:tessera.db"
[trust]
anchors = ["ca/*.pem"]
crls = ["crl/*.crl"]
revocation = "required"
[limits]
challenge_seconds = {challenge_seconds}
"#,
                port = self.port,
                origin = self.origin,
                challenge_seconds = setup.challenge_seconds,
            ),
        )
    }
}
