//! Two servers on one database, as a proxy finds them

use std::{net::TcpListener, process::Command};

use crate::installation::{Installation, Server, Told};

pub const MARIO: &str = "RSSMRA80A01H501U";

/// Operators of the administration, who need no document.
pub fn import_people(installation: &Installation) {
    import_people_into(installation, None);
}

fn import_people_into(installation: &Installation, database: Option<&str>) {
    installation.write(
        "o.csv",
        format!(
            "codice_fiscale,cognome,nome,profile,telefono_ufficio,email,regione,asl,services,active\n\
             {MARIO},ROSSI,MARIO,amministrazione,,,,,,true\n"
        )
        .as_bytes(),
    );
    let file = installation.folder().join("o.csv");
    let mut command = installation.command(&["operators", "import", file.to_str().unwrap()]);
    command.envs(database.map(|address| ("TESSERA_DATABASE", address)));
    let told = Told::from(command.output().unwrap());
    assert_eq!(told.code, Some(0), "{told:?}");
}

/// A port that is free now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Two nodes of the portal that browsers find at this origin.
pub struct Nodes {
    pub installation: Installation,
    pub origin: String,
    /// What all keep their data in.
    pub database: String,
    pub servers: [Option<Server>; 2],
}

impl Nodes {
    pub fn start(origin: &str) -> Nodes {
        let installation = Installation::new();
        // 127.0.0.1 is the proxy; browsers come from other addresses of this machine.
        installation.configure(
            "trusted_proxies = [\"127.0.0.1\"]\n\
             [limits]\ndrain_seconds = 5\nchallenges_per_minute = 100000\n",
        );
        let server = postgres_server::shared();
        let nodes = Nodes {
            installation,
            origin: origin.to_owned(),
            database: server.url(&server.empty_database()),
            servers: [None, None],
        };
        import_people_into(&nodes.installation, Some(&nodes.database));
        let servers = [nodes.node("127.0.0.1:0"), nodes.node("127.0.0.1:0")];
        Nodes {
            servers: servers.map(Some),
            ..nodes
        }
    }

    /// A node that listens there.
    pub fn node(&self, listen: &str) -> Server {
        let mut command: Command = self.installation.command(&["serve"]);
        command
            .env("TESSERA_ORIGIN", &self.origin)
            .env("TESSERA_DATABASE", &self.database)
            .env("TESSERA_LISTEN", listen);
        Server::start(command)
    }

    pub fn addresses(&self) -> [String; 2] {
        [0, 1].map(|at| self.servers[at].as_ref().unwrap().portal.to_string())
    }
}
