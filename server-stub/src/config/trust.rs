//! What cards are judged by, as it is configured: anchors, trusted list, revocation.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use trusted_list::{Fingerprint, Signers};
use verifier::RevocationPolicy;

use super::{
    ConfigFault,
    keys::{Keys, Value},
};
use crate::web_address::Address;

/// An authority has one address for its lists, or some where it divides them.
pub const ADDRESSES_MAX: usize = 16;
/// More authorities and parts of lists than there are.
pub const POINTS_MAX: usize = 512;
/// An authority has one responder, or two.
pub const RESPONDERS_MAX: usize = 3;

/// What cards are judged by.
#[derive(Debug, Clone)]
pub struct TrustConfig {
    /// Patterns of anchor files, absolute.
    pub anchors: Vec<String>,
    /// Patterns of revocation list files, absolute.
    pub crls: Vec<String>,
    /// The state's list of authorities, where one is used.
    pub list: Option<TrustListConfig>,
    /// The folder where the last good lists are kept.
    pub state: PathBuf,
    /// How much is asked of lists and answers.
    pub revocation: RevocationPolicy,
    /// What the server asks for by itself.
    pub asking: Asking,
}

/// A trusted list (ETSI TS 119 612).
#[derive(Debug, Clone)]
pub struct TrustListConfig {
    /// Where it is.
    pub place: ListPlace,
    /// Whose signature on it is believed.
    pub signers: Signers,
    /// How much of it may be lost from one list to the next, in percent.
    pub may_shrink: u8,
    /// How often it is fetched.
    pub every: Duration,
}

/// Where the trusted list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListPlace {
    /// A file that somebody else keeps up to date.
    File(PathBuf),
    /// An address it is fetched from.
    Address(Address),
}

/// How revocation is asked for, beyond the files.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Whether lists are fetched and responders asked at all.
    pub fetch: bool,
    /// Where an authority's lists are, by the SHA-256 of its certificate; instead of where
    /// its cards say.
    pub crl_addresses: BTreeMap<[u8; 32], Vec<Address>>,
    /// Where its OCSP responders are, likewise.
    pub ocsp_addresses: BTreeMap<[u8; 32], Vec<Address>>,
    /// How long a login waits for lists and responders in all.
    pub login: Duration,
    /// How often a list is fetched, sooner where its end is nearer.
    pub crl_every: Duration,
    /// How long fetching a list may take.
    pub crl_within: Duration,
    /// How many bytes a list may have.
    pub crl_bytes: u64,
}

pub(super) fn read(keys: &mut Keys, folder: &Path) -> Result<TrustConfig, ConfigFault> {
    let patterns = |found: Option<Value<Vec<String>>>| -> Vec<String> {
        found
            .map(|found| found.value)
            .unwrap_or_default()
            .iter()
            .map(|pattern| absolute_pattern(folder, pattern))
            .collect()
    };
    let anchors = patterns(keys.list("trust.anchors"));
    let list = trust_list(keys, folder)?;
    if anchors.is_empty() && list.is_none() {
        return Err(ConfigFault::new(
            "trust.anchors",
            "(nothing)",
            "name the certificates of the authorities whose cards are taken, like \
             [\"ca/*.pem\"], or a trust.trust_list",
        ));
    }
    let state = keys.text_or("trust.state", "trust-state");
    if state.value.trim().is_empty() {
        return Err(state.fault("name a folder of its own, or leave the key out"));
    }
    let revocation = keys.text_or("trust.revocation", "required");
    let revocation = match revocation.value.as_str() {
        "required" => RevocationPolicy::Required,
        "when-available" => RevocationPolicy::WhenAvailable,
        "off" => RevocationPolicy::Off,
        _ => {
            return Err(revocation.fault("write \"required\", \"when-available\" or \"off\""));
        }
    };
    Ok(TrustConfig {
        anchors,
        crls: patterns(keys.list("trust.crls")),
        list,
        state: folder.join(state.value),
        revocation,
        asking: asking(keys)?,
    })
}

fn trust_list(keys: &mut Keys, folder: &Path) -> Result<Option<TrustListConfig>, ConfigFault> {
    let place = keys.text("trust.trust_list");
    let pins = keys.list("trust.trust_list_signers");
    let may_shrink = keys.number("trust.trust_list_may_shrink", 10, 0..=100)?;
    let hours = keys.number("trust.trust_list_hours", 6, 1..=24 * 30)?;
    let (place, pins) = match (place, pins) {
        (None, None) => return Ok(None),
        (Some(place), Some(pins)) => (place, pins),
        (Some(place), None) => {
            return Err(place.fault(
                "give trust.trust_list_signers too: the SHA-256 of its signers' certificates",
            ));
        }
        (None, Some(pins)) => return Err(pins.fault("give trust.trust_list too, or neither")),
    };
    let signers = pins
        .value
        .iter()
        .map(|pin| Fingerprint::parse(pin))
        .collect::<Result<Vec<_>, _>>()
        .and_then(Signers::new)
        .map_err(|fault| pins.fault(fault))?;
    Ok(Some(TrustListConfig {
        place: if place.value.contains("://") {
            ListPlace::Address(Address::parse(&place.value).map_err(|fault| place.fault(fault))?)
        } else {
            ListPlace::File(folder.join(&place.value))
        },
        signers,
        may_shrink: u8::try_from(may_shrink).unwrap_or(100),
        every: hours_long(hours),
    }))
}

fn asking(keys: &mut Keys) -> Result<Asking, ConfigFault> {
    let login = keys.number("revocation.login_milliseconds", 2000, 100..=30_000)?;
    let hours = keys.number("revocation.crl_hours", 6, 1..=24 * 30)?;
    let seconds = keys.number("revocation.crl_seconds", 120, 1..=3600)?;
    let megabytes = keys.number("revocation.crl_megabytes", 64, 1..=256)?;
    Ok(Asking {
        fetch: keys.flag("revocation.fetch", true),
        crl_addresses: addresses(keys, "revocation.crl_addresses", ADDRESSES_MAX)?,
        ocsp_addresses: addresses(keys, "revocation.ocsp_addresses", RESPONDERS_MAX)?,
        login: Duration::from_millis(login.into()),
        crl_every: hours_long(hours),
        crl_within: Duration::from_secs(seconds.into()),
        crl_bytes: u64::from(megabytes) * 1024 * 1024,
    })
}

/// Addresses by the fingerprint of the authority they are of, so many of each at most: none
/// that is named is left out later.
fn addresses(
    keys: &mut Keys,
    key: &'static str,
    at_most: usize,
) -> Result<BTreeMap<[u8; 32], Vec<Address>>, ConfigFault> {
    let mut addresses: BTreeMap<[u8; 32], Vec<Address>> = BTreeMap::new();
    for (name, entry) in keys.table(key) {
        let fingerprint = Fingerprint::parse(&name).map_err(|_| {
            ConfigFault::new(
                key,
                format_args!("{name:?}"),
                "write the SHA-256 of the authority's certificate, 64 hexadecimal digits; \
                 `server-stub trust check` shows it",
            )
        })?;
        let address = Address::parse(&entry)
            .map_err(|fault| ConfigFault::new(key, format_args!("{entry:?}"), fault))?;
        let of_authority = addresses.entry(*fingerprint.as_bytes()).or_default();
        if of_authority.len() >= at_most {
            let mend = format!("write {at_most} addresses of an authority at most");
            return Err(ConfigFault::new(key, format_args!("{name:?}"), mend));
        }
        of_authority.push(address);
    }
    let count: usize = addresses.values().map(Vec::len).sum();
    if count > POINTS_MAX {
        let mend = format!("write {POINTS_MAX} addresses at most in all");
        return Err(ConfigFault::new(
            key,
            format_args!("({count} addresses)"),
            mend,
        ));
    }
    Ok(addresses)
}

fn hours_long(hours: u32) -> Duration {
    Duration::from_secs(u64::from(hours) * 3600)
}

/// The pattern from the file's folder on; what is special in the folder's own name is not.
pub(super) fn absolute_pattern(folder: &Path, pattern: &str) -> String {
    if Path::new(pattern).is_absolute() {
        return pattern.to_owned();
    }
    let folder = glob::Pattern::escape(&folder.to_string_lossy());
    format!("{folder}{}{pattern}", std::path::MAIN_SEPARATOR)
}
