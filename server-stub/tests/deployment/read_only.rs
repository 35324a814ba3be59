//! The server as an ordinary user, where nothing but its state can be written

use std::{
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::Command,
};

use crate::{
    installation::{Installation, Server},
    nodes::{MARIO, import_people},
    visitor::Visitor,
};

/// Nobody, on every system.
const NOBODY: u32 = 65534;

/// What can keep a program from writing here; containers differ in what they allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confinement {
    /// A file system that is read-only but for the state (bubblewrap's namespaces).
    ReadOnly,
    /// Another user, to whom nothing but the state belongs.
    OtherUser,
    /// This user, whom nothing but the state is open to.
    ThisUser,
}

impl Confinement {
    /// The strongest this machine allows.
    fn find() -> Confinement {
        let is_root = rustix::process::geteuid().is_root();
        let state = tempfile::tempdir().unwrap();
        let works = Confinement::ReadOnly
            .command(Path::new("/bin/true"), state.path())
            .output()
            .is_ok_and(|output| output.status.success());
        match (works, is_root) {
            (true, _) => Confinement::ReadOnly,
            (false, true) => Confinement::OtherUser,
            (false, false) => Confinement::ThisUser,
        }
    }

    fn command(self, program: &Path, state: &Path) -> Command {
        let user = NOBODY.to_string();
        let mut command = match self {
            Confinement::ReadOnly => {
                let mut command = Command::new("bwrap");
                command
                    .args(["--die-with-parent", "--unshare-user", "--uid", &user])
                    .args(["--gid", &user, "--ro-bind", "/", "/"])
                    .args(["--dev", "/dev", "--proc", "/proc", "--bind"])
                    .args([state, state])
                    .arg("--");
                command
            }
            Confinement::OtherUser => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
                    .args(["--no-new-privs", "--bounding-set", "-all"])
                    .args(["--inh-caps", "-all", "--"]);
                command
            }
            Confinement::ThisUser => Command::new("env"),
        };
        command.arg(program);
        command
    }

    /// Makes the folders what they are in such a machine.
    fn prepare(self, installation: &Installation, state: &Path) {
        let mode = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        if self == Confinement::OtherUser {
            for entry in std::fs::read_dir(state).unwrap() {
                chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
            chown(state, Some(NOBODY), Some(NOBODY)).unwrap();
            // The way there, for somebody else.
            mode(installation.folder(), 0o755);
        }
        if self == Confinement::ThisUser {
            mode(installation.folder(), 0o555);
        }
    }
}

#[test]
fn it_needs_to_write_its_state_alone_and_no_privilege() {
    let confinement = Confinement::find();
    println!("confined by: {confinement:?}");
    let installation = Installation::new();
    let state = installation.folder().join("state");
    std::fs::create_dir(&state).unwrap();
    installation.configure(
        "trust.state = \"state/trust\"\naudit.key = \"state/audit.key\"\n\
         audit.heads = \"state/audit-heads.jsonl\"\n",
    );
    let configuration =
        std::fs::read_to_string(installation.folder().join("tessera.toml")).unwrap();
    let configuration = configuration.replace("sqlite:portal.db", "sqlite:state/portal.db");
    installation.write("tessera.toml", configuration.as_bytes());
    import_people(&installation);
    confinement.prepare(&installation, &state);
    let before = files(installation.folder(), &state);

    // The confinement holds: the same, asked to write elsewhere, cannot.
    let outside = installation.folder().join("outside");
    let inside = state.join("inside");
    for (file, can) in [(&outside, false), (&inside, true)] {
        let mut touch = confinement.command(Path::new("/usr/bin/touch"), &state);
        let output = touch.arg(file).output().unwrap();
        assert_eq!(output.status.success(), can, "{output:?}");
    }

    // Where everybody on the way may pass: a checkout can be in root's own folder.
    let program = match confinement {
        Confinement::OtherUser => {
            let program = installation.folder().join("server-stub");
            std::fs::copy(env!("CARGO_BIN_EXE_server-stub"), &program).unwrap();
            program
        }
        _ => env!("CARGO_BIN_EXE_server-stub").into(),
    };
    let before = match confinement {
        Confinement::OtherUser => files(installation.folder(), &state),
        _ => before,
    };
    let mut command = confinement.command(&program, &state);
    command
        .args(["serve", "--config"])
        .arg(installation.folder().join("tessera.toml"))
        .current_dir("/");
    let mut server = Server::start(command);
    let card = installation.card(MARIO);
    Visitor::plain(server.portal).registers_and_logs_in(&card);

    let id = id_of_the_server_itself(&server);
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    assert!(status.starts_with("Name:\tserver-stub"), "{status}");
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    };
    if confinement != Confinement::ThisUser {
        assert_eq!(u64::from_str_radix(&field("CapEff:"), 16).unwrap(), 0);
        assert_eq!(field("NoNewPrivs:"), "1");
    }
    let told = Command::new("kill")
        .args(["-s", "TERM", &id.to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    server.wait_for_line("stopped");
    drop(server);
    assert_eq!(files(installation.folder(), &state), before);
    if confinement == Confinement::ThisUser {
        // So that it can be taken away.
        std::fs::set_permissions(
            installation.folder(),
            std::fs::Permissions::from_mode(0o755),
        )
        .unwrap();
    }
}

/// The server's own number, not that of what it was started by.
fn id_of_the_server_itself(server: &Server) -> u32 {
    let children = |id: u32| -> Vec<u32> {
        std::fs::read_to_string(format!("/proc/{id}/task/{id}/children"))
            .unwrap_or_default()
            .split_whitespace()
            .map(|id| id.parse().unwrap())
            .collect()
    };
    let mut id = server.id();
    while let Some(child) = children(id).first() {
        id = *child;
    }
    id
}

/// Every file but the state's.
fn files(folder: &Path, state: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path == state {
            continue;
        }
        found.push(path.display().to_string());
        if path.is_dir() {
            found.extend(files(&path, state));
        }
    }
    found.sort();
    found
}
