//! What the program can be told to do (contract §5).

mod assistance;
mod audit;
mod config_check;
mod import;
mod operators;
mod progress;
mod store_backup;
mod store_copy;
mod trust_check;

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;

use crate::{
    audit::{self as audit_log, Opening, Program, Range},
    clock,
    config::{self, Config, ConfigFault},
    serve::{self, ServeFault},
    store::{AuditCut, OpenFault, Store, StoreFault},
    telemetry::logs::{self, LogConfig},
};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the portal.
    Serve,
    /// The operators of the Sistema TS data bank.
    #[command(subcommand)]
    Operators(OperatorsCommand),
    /// Registered cards.
    #[command(subcommand)]
    Registrations(RegistrationsCommand),
    /// Problem reports of Assistenza Online, for the help desk.
    #[command(subcommand)]
    Assistance(AssistanceCommand),
    /// The authorities whose cards are taken.
    #[command(subcommand)]
    Trust(TrustCommand),
    /// The audit log: who did what, when, from where and on what evidence.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// The database.
    #[command(subcommand)]
    Store(StoreCommand),
}

/// What to do with operators.
#[derive(Debug, Subcommand)]
pub enum OperatorsCommand {
    /// Take in a CSV file, wholly or not at all.
    Import {
        /// The file.
        file: PathBuf,
        /// Only read it and say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Shut an operator out, ending every session at once.
    Disable {
        /// Whose access; -: read from standard input, where no list of processes shows it.
        codice_fiscale: String,
    },
}

/// What to do with registrations.
#[derive(Debug, Subcommand)]
pub enum RegistrationsCommand {
    /// Take back a registration and its credentials, ending every session at once.
    Revoke {
        /// Whose registration; -: read from standard input, where no list of processes shows it.
        codice_fiscale: String,
    },
}

/// What to do with problem reports.
#[derive(Debug, Subcommand)]
pub enum AssistanceCommand {
    /// List them, newest first: code, time and topic, and nobody's name.
    List,
    /// Show a report and who made it.
    Show {
        /// The support code the person tells.
        code: String,
    },
}

/// What to do with trust.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Say who is trusted, by whose word, and what is missing, stale or about to end. Asks
    /// nobody; exit code 0: all is well, 1: something is wrong, 2: the configuration will not
    /// do, 3: something ends soon.
    Check {
        /// In JSON, in a shape that stays.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// See that nothing was changed, removed, put elsewhere or cut off. Exit code 0: it is
    /// whole, 1: it is not, 2: that cannot be told.
    Verify {
        /// Files of signed heads besides the configured one: other nodes', and copies that
        /// were kept elsewhere.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        heads: Vec<PathBuf>,
        /// Public keys besides the configured one's: other nodes'.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        key: Vec<PathBuf>,
        /// An export, instead of the database; with --key it needs no configuration.
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// The chain of this node only.
        #[arg(long, conflicts_with = "export")]
        node: Option<String>,
    },
    /// Write entries as lines of JSON, whole codici fiscali and all; `audit verify --export`
    /// verifies them anywhere. The log is verified first, and the signed last line says what
    /// that found; exit codes as of `audit verify`.
    Export {
        /// From when on: 2026-01-31, or 2026-01-31T12:00:00Z.
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Until when, that moment not included.
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
        /// Of this node only.
        #[arg(long)]
        node: Option<String>,
        /// As of `audit verify`.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        heads: Vec<PathBuf>,
        /// As of `audit verify`.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        key: Vec<PathBuf>,
    },
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print a commented configuration.
    Example,
    /// Read the configuration and its files as `serve` would, and print what it comes to: each
    /// value and where it is from, secrets masked. Opens nothing for writing; exit code 0: it
    /// will do, 2: it will not.
    Check,
}

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Copy the database into a new file, whole or not at all, while the server runs.
    Backup {
        /// The copy; it must not be there yet.
        file: PathBuf,
    },
    /// Copy all there is in one database into another, an empty one; wholly or not at all.
    Copy {
        /// The database to read, like sqlite:tessera.db; a server may be using it.
        #[arg(long, value_name = "URL")]
        from: String,
        /// The database to write, like postgres://user@host/db.
        #[arg(long, value_name = "URL")]
        to: String,
    },
}

/// Why a command ended without doing it; the configuration's faults have their own exit code.
#[derive(Debug)]
pub enum Failure {
    /// The configuration will not do.
    Config(ConfigFault),
    /// Anything else, told.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Config(fault) => fault.fmt(formatter),
            Failure::Other(told) => formatter.write_str(told),
        }
    }
}

impl From<ConfigFault> for Failure {
    fn from(fault: ConfigFault) -> Failure {
        Failure::Config(fault)
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Failure {
        Failure::Other(fault.to_string())
    }
}

impl From<OpenFault> for Failure {
    fn from(fault: OpenFault) -> Failure {
        Failure::Other(fault.to_string())
    }
}

impl From<ServeFault> for Failure {
    fn from(fault: ServeFault) -> Failure {
        match fault {
            ServeFault::Config(fault) => Failure::Config(fault),
            fault => Failure::Other(fault.to_string()),
        }
    }
}

/// Does it; the exit code says more than that only for `trust check` and `audit`.
pub async fn run(command: Command, config: Option<&Path>) -> Result<ExitCode, Failure> {
    let load = || Config::load(config, environment());
    if !matches!(command, Command::Serve) {
        logs::start(LogConfig::AT_A_TERMINAL, false);
    }
    match command {
        Command::Serve => serve::serve(load()?).await?,
        Command::Operators(OperatorsCommand::Import { file, dry_run }) => {
            import::run(&load()?, &file, dry_run).await?;
        }
        Command::Operators(OperatorsCommand::Disable { codice_fiscale }) => {
            operators::disable(&load()?, &codice_fiscale).await?;
        }
        Command::Registrations(RegistrationsCommand::Revoke { codice_fiscale }) => {
            operators::revoke(&load()?, &codice_fiscale).await?;
        }
        Command::Assistance(AssistanceCommand::List) => assistance::list(&load()?).await?,
        Command::Assistance(AssistanceCommand::Show { code }) => {
            assistance::show(&load()?, &code).await?;
        }
        Command::Trust(TrustCommand::Check { json }) => return trust_check::run(&load()?, json),
        Command::Audit(AuditCommand::Verify {
            heads,
            key,
            export,
            node,
        }) => {
            let asked = audit::Asked {
                heads: &heads,
                keys: &key,
                export: export.as_deref(),
                node: node.as_deref(),
                range: Range::default(),
            };
            return Ok(audit::verify(|| Ok(load()?), &asked).await);
        }
        Command::Audit(AuditCommand::Export {
            from,
            to,
            node,
            heads,
            key,
        }) => {
            let asked = audit::Asked {
                heads: &heads,
                keys: &key,
                export: None,
                node: node.as_deref(),
                range: audit::range(from.as_deref(), to.as_deref())?,
            };
            return Ok(audit::export(|| Ok(load()?), &asked).await);
        }
        Command::Config(ConfigCommand::Example) => {
            // A reader who stops early is no failure.
            let _ = std::io::stdout().write_all(config::EXAMPLE.as_bytes());
        }
        Command::Config(ConfigCommand::Check) => config_check::run(config)?,
        Command::Store(StoreCommand::Backup { file }) => {
            store_backup::run(&load()?, &file).await?;
        }
        Command::Store(StoreCommand::Copy { from, to }) => store_copy::run(&from, &to).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The environment, as far as it is text.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

async fn open(config: &Config) -> Result<Store, Failure> {
    Ok(Store::open(&config.database).await?)
}

/// Opens the database for a command that changes something, which is audited.
async fn open_to_change(config: &Config) -> Result<Store, Failure> {
    let opening = Opening::of(&config.audit, Program::Command).map_err(ServeFault::from)?;
    let store = open(config).await?.auditing(opening).await?;
    // Nobody else has the commands' chain. What was asked for is done all the same.
    match store.cut_old_audit(config.audit.months, clock::now()).await {
        Ok(AuditCut::Removed(_)) => {}
        Ok(AuditCut::Refused(faults)) => audit_log::report(&faults),
        Err(fault) => tracing::warn!(%fault, "old audit entries of commands stay"),
    }
    Ok(store)
}
