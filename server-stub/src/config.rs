//! The configuration: one file, every key also in the environment, read once.

mod audit;
mod effective;
mod keys;
mod trust;

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use protocol::{Origin, service::ServiceId};
use tracing::level_filters::LevelFilter;
use url::Url;

use crate::{
    store::DatabaseAddress,
    telemetry::logs::{LogConfig, LogFormat},
};
pub use audit::AuditConfig;
pub use effective::{Effective, Source};
use keys::{Keys, Value};
pub use trust::{
    ADDRESSES_MAX, Asking, ListPlace, POINTS_MAX, RESPONDERS_MAX, TrustConfig, TrustListConfig,
};

/// The example, commented; what `config example` prints.
pub const EXAMPLE: &str = include_str!("config/example.toml");

/// The file that is read when none is named and it is there.
const USUAL_FILE: &str = "tessera.toml";

/// Everything the server is told (contract §5).
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the portal listens.
    pub listen: SocketAddr,
    /// The portal's own origin, as browsers write it.
    pub origin: Origin,
    /// SQLite's file, or PostgreSQL's servers.
    pub database: DatabaseAddress,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Certificate and key, where this server speaks TLS itself.
    pub tls: Option<Tls>,
    /// Anchors, trusted list and revocation.
    pub trust: TrustConfig,
    /// Limits.
    pub limits: Limits,
    /// Sessions.
    pub session: SessionLimits,
    /// How long the past is kept.
    pub retention: Retention,
    /// The audit log.
    pub audit: AuditConfig,
    /// Where the services are that are not this portal's own.
    pub services: BTreeMap<ServiceId, String>,
    /// The folder of what workstations install; nothing is given out when not said.
    pub packages: Option<PathBuf>,
    /// Where metrics are served; nowhere when not said.
    pub admin: Option<SocketAddr>,
    /// How the log is written.
    pub log: LogConfig,
}

/// The server's own certificate.
#[derive(Debug, Clone)]
pub struct Tls {
    /// PEM file of the certificate and its chain.
    pub certificate: PathBuf,
    /// PEM file of the key.
    pub key: PathBuf,
}

/// Limits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A challenge's life.
    pub challenge_seconds: u32,
    /// Challenges per address.
    pub challenges_per_minute: NonZeroU32,
    /// Failed passwords per user id and address.
    pub passwords_per_quarter_hour: u32,
    /// Problem reports per operator.
    pub reports_per_hour: u32,
    /// Connections in all.
    pub connections: u32,
    /// Connections per address, but a trusted proxy's.
    pub connections_per_address: u32,
    /// How long a stopping server serves on while it says that it is not ready.
    pub drain_seconds: u32,
}

/// How long the past is kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// What was done with a person's access.
    pub events_days: u32,
    /// Problem reports.
    pub reports_days: u32,
}

/// How long sessions last.
#[derive(Debug, Clone)]
pub struct SessionLimits {
    /// Until a session with nothing asked of it ends.
    pub idle_minutes: u32,
    /// Until any session ends.
    pub absolute_hours: u32,
}

/// A value that will not do: which key, which value, and how to mend it, on one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} = {value}: {mend}")]
pub struct ConfigFault {
    /// The key as in the file, `section.key`.
    pub key: String,
    /// What was found.
    pub value: String,
    /// What to write instead.
    pub mend: String,
}

impl ConfigFault {
    /// A fault; line breaks in it would hide what follows.
    pub fn new(key: &str, value: impl std::fmt::Display, mend: impl std::fmt::Display) -> Self {
        let one_line = |text: String| text.replace(['\n', '\r'], " ");
        ConfigFault {
            key: key.to_owned(),
            value: one_line(value.to_string()),
            mend: one_line(mend.to_string()),
        }
    }
}

impl Config {
    /// Reads the file, or the usual one if it is there, and lets the environment win.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigFault> {
        Config::explain(file, environment).map(|(config, _)| config)
    }

    /// The same, with where each value is from.
    pub fn explain(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Config, Vec<Effective>), ConfigFault> {
        let usual = Path::new(USUAL_FILE);
        let file = file.or_else(|| usual.exists().then_some(usual));
        let (text, folder) = match file {
            Some(file) => {
                let text = std::fs::read_to_string(file).map_err(|fault| {
                    ConfigFault::new(
                        "--config",
                        file.display(),
                        format_args!("{fault}; name a file that can be read"),
                    )
                })?;
                (text, file.parent().unwrap_or(Path::new("")).to_owned())
            }
            None => (String::new(), PathBuf::new()),
        };
        let folder = std::path::absolute(if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &folder
        })
        .map_err(|fault| ConfigFault::new("--config", folder.display(), fault))?;
        let mut keys = Keys::read(&text, environment, &folder)?;
        let config = Config::read(&mut keys, &folder)?;
        Ok((config, keys.effective()))
    }

    fn read(keys: &mut Keys, folder: &Path) -> Result<Config, ConfigFault> {
        let tls = match (keys.text("tls.certificate"), keys.text("tls.key")) {
            (Some(certificate), Some(key)) => Some(Tls {
                certificate: folder.join(certificate.value),
                key: folder.join(key.value),
            }),
            (None, None) => None,
            (Some(found), None) => return Err(found.fault("give tls.key too, or neither")),
            (None, Some(found)) => return Err(found.fault("give tls.certificate too, or neither")),
        };
        let config = Config {
            listen: socket(&keys.text_or("listen", "127.0.0.1:8080"))?,
            origin: {
                let found = keys.required(
                    "origin",
                    "say where the portal is, like \"https://portal.example\"",
                )?;
                Origin::parse(&found.value).map_err(|fault| found.fault(fault))?
            },
            database: database(
                &keys.required("database", "say where it is, like \"sqlite:tessera.db\"")?,
                folder,
            )?,
            trusted_proxies: trusted_proxies(keys)?,
            tls,
            trust: trust::read(keys, folder)?,
            limits: Limits {
                challenge_seconds: keys.number("limits.challenge_seconds", 300, 1..=3600)?,
                challenges_per_minute: {
                    let number =
                        keys.number("limits.challenges_per_minute", 1200, 1..=1_000_000)?;
                    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
                },
                passwords_per_quarter_hour: keys.number(
                    "limits.passwords_per_quarter_hour",
                    5,
                    1..=1000,
                )?,
                reports_per_hour: keys.number("limits.reports_per_hour", 5, 1..=1000)?,
                connections: keys.number("limits.connections", 8192, 16..=1_000_000)?,
                connections_per_address: keys.number(
                    "limits.connections_per_address",
                    2048,
                    16..=1_000_000,
                )?,
                drain_seconds: keys.number("limits.drain_seconds", 0, 0..=60)?,
            },
            session: SessionLimits {
                idle_minutes: keys.number("session.idle_minutes", 30, 1..=24 * 60)?,
                absolute_hours: keys.number("session.absolute_hours", 8, 1..=24 * 7)?,
            },
            retention: Retention {
                events_days: keys.number("retention.events_days", 365, 1..=3650)?,
                reports_days: keys.number("retention.reports_days", 180, 1..=3650)?,
            },
            audit: audit::read(keys, folder)?,
            services: services(keys)?,
            packages: keys
                .text("workstation.packages")
                .map(|found| folder.join(found.value)),
            admin: match keys.text("admin.listen") {
                Some(found) => Some(socket(&found)?),
                None => None,
            },
            log: log(keys)?,
        };
        Ok(config)
    }
}

fn socket(found: &Value<String>) -> Result<SocketAddr, ConfigFault> {
    found
        .value
        .parse()
        .map_err(|_| found.fault("write an address and a port, like \"127.0.0.1:8080\""))
}

fn log(keys: &mut Keys) -> Result<LogConfig, ConfigFault> {
    let format = keys.text_or("log.format", "json");
    let level = keys.text_or("log.level", "info");
    Ok(LogConfig {
        format: match &*format.value {
            "json" => LogFormat::Json,
            "text" => LogFormat::Text,
            _ => return Err(format.fault("write \"json\" or \"text\"")),
        },
        level: match &*level.value {
            "error" => LevelFilter::ERROR,
            "warn" => LevelFilter::WARN,
            "info" => LevelFilter::INFO,
            "debug" => LevelFilter::DEBUG,
            _ => return Err(level.fault("write \"error\", \"warn\", \"info\" or \"debug\"")),
        },
    })
}

fn database(found: &Value<String>, folder: &Path) -> Result<DatabaseAddress, ConfigFault> {
    DatabaseAddress::parse(&found.value, folder)
        .map_err(|fault| ConfigFault::new(found.key, format_args!("{:?}", fault.shown), fault.mend))
}

fn trusted_proxies(keys: &mut Keys) -> Result<Vec<IpNet>, ConfigFault> {
    let Some(found) = keys.list("trusted_proxies") else {
        return Ok(Vec::new());
    };
    found
        .value
        .iter()
        .map(|entry| {
            entry
                .parse::<IpNet>()
                .or_else(|_| {
                    entry
                        .parse::<IpAddr>()
                        .map(|address| IpNet::from(address.to_canonical()))
                })
                .map_err(|_| {
                    ConfigFault::new(
                        found.key,
                        format_args!("{entry:?}"),
                        "write an address or a network, like \"127.0.0.1\" or \"10.0.0.0/8\"",
                    )
                })
        })
        .collect()
}

/// Addresses a page may link to: https, a host, and nobody's password.
fn services(keys: &mut Keys) -> Result<BTreeMap<ServiceId, String>, ConfigFault> {
    let mut addresses = BTreeMap::new();
    for found in keys.section("services.") {
        let is_good = Url::parse(&found.value).is_ok_and(|address| {
            found.value.starts_with("https://")
                && address.has_host()
                && address.username().is_empty()
                && address.password().is_none()
        });
        if !is_good {
            return Err(found.fault("write an https address, like \"https://cms.example/\""));
        }
        if let Some(id) = found
            .key
            .strip_prefix("services.")
            .and_then(ServiceId::from_id)
        {
            addresses.insert(id, found.value);
        }
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests;
