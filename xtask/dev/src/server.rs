//! The real server, with a development configuration of its own.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use end_to_end::{
    Outcome,
    ports::free_ports,
    program::{Program, mortal, run},
};

use crate::{arguments::Arguments, cards::Cards};

const OPERATORS_HEADER: &str =
    "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active";

/// The server: its program, its folder, and the process when it runs.
pub struct Server {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    origin: String,
    process: Option<Program>,
}

impl Server {
    /// Writes its files, begun anew each time: one authority, a handful of operators.
    pub fn set_up(arguments: &Arguments, public_port: u16, cards: &Cards) -> Outcome<Server> {
        let folder = arguments.folder().join("server");
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(&folder)?,
        }
        let built = arguments.target.join("debug/server-stub");
        let server = Server {
            program: arguments.server.clone().unwrap_or(built),
            folder,
            port: free_ports(1)?,
            origin: format!("http://localhost:{public_port}"),
            process: None,
        };
        server.write_files(cards)?;
        Ok(server)
    }

    /// The origin of the pages, which is the front's.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where the server itself listens.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The folder with configuration, database and log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts it, again if it runs; the database stays.
    pub fn start(&mut self) -> Outcome<()> {
        self.process = None;
        let operators = self.folder.join("operators.csv");
        let operators = operators.display().to_string();
        run(&mut self.command(&["operators", "import", &operators]))?;
        let mut process =
            Program::start("server-stub", &mut self.command(&["serve"]), &self.folder)?;
        let health = format!("{}/api/health/ready", self.address());
        process.wait_until("server that is ready", || {
            let answer = reqwest::blocking::get(&health).ok()?;
            answer.status().is_success().then_some(())
        })?;
        self.process = Some(process);
        Ok(())
    }

    /// The environment wins over the file, so it starts with none.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = mortal(&self.program);
        command
            .args(arguments)
            .arg("--config")
            .arg(self.folder.join("tessera.toml"))
            .env_clear()
            .current_dir(&self.folder);
        command
    }

    fn write_files(&self, cards: &Cards) -> io::Result<()> {
        for name in ["ca", "crl"] {
            fs::create_dir(self.folder.join(name))?;
        }
        fs::write(self.folder.join("ca/region.pem"), &cards.anchor)?;
        fs::write(self.folder.join("crl/list.crl"), &cards.revocation_list)?;
        let lines = cards.operators.iter().map(|operator| operator.line());
        let operators: Vec<String> = std::iter::once(OPERATORS_HEADER.to_owned())
            .chain(lines)
            .collect();
        fs::write(
            self.folder.join("operators.csv"),
            operators.join("\n") + "\n",
        )?;
        let configuration = format!(
            r#"listen = "127.0.0.1:{}"
origin = "{}"
database = "sqlite:tessera.db"
[trust]
anchors = ["ca/*.pem"]
crls = ["crl/*.crl"]
"#,
            self.port, self.origin
        );
        fs::write(self.folder.join("tessera.toml"), configuration)
    }
}
