//! Whether the clock can be right: a wrong one makes good certificates look expired.

use std::fs;
use std::time::UNIX_EPOCH;

use super::date::{date, date_and_time};
use super::report::Check;
use super::surroundings::Surroundings;

/// The day this was written: no clock that is right says less.
const WRITTEN: i64 = 1_795_392_000;

const ID: &str = "clock";
const SET: &str = if cfg!(windows) {
    "set the clock and let it follow the network: Settings, Time & language, or as \
     administrator: w32tm /resync"
} else if cfg!(target_os = "macos") {
    "set the clock and let it follow the network: System Settings, General, Date & Time"
} else {
    "set the clock and let it follow the network: timedatectl set-ntp true"
};

/// What systemd-timesyncd keeps in its folder while the clock follows the network's.
#[cfg(unix)]
const TIMESYNC: &str = "/run/systemd/timesync";
#[cfg(unix)]
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// Whether the clock follows the network's time, by the files above; none where it is not systemd that sets it.
#[cfg(unix)]
fn follows_network(surroundings: &Surroundings) -> Option<bool> {
    let is_there = |path| surroundings.at(path).exists();
    match (is_there(SYNCHRONISED), is_there(TIMESYNC)) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

/// Whether Windows is told to follow the network's time ("Windows Time service tools and
/// settings"): `Type` is `NTP` or, in a domain, `NT5DS`, else `NoSync`.
#[cfg(windows)]
fn follows_network(_: &Surroundings) -> Option<bool> {
    use crate::registry::Hive;
    const KEY: &str = r"SYSTEM\CurrentControlSet\Services\W32Time\Parameters";
    let kind = Hive::Machine.text(KEY, "Type").ok()??;
    Some(!kind.eq_ignore_ascii_case("NoSync"))
}

/// Looks at the clock; `certificate_to_come` tells of a certificate that begins later.
pub fn check(surroundings: &Surroundings, certificate_to_come: bool) -> Check {
    let now = surroundings.now;
    let said = date_and_time(now);
    let program = surroundings.program.as_ref().and_then(|program| {
        let written = fs::metadata(program).ok()?.modified().ok()?;
        let since = written.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    });
    // A file's time may have been taken from another clock, or in another zone.
    const DAY: i64 = 24 * 60 * 60;
    let earliest = program
        .map_or(WRITTEN, |written| written - DAY)
        .max(WRITTEN);
    if now < earliest {
        let found = format!(
            "{said}, but this program is not older than {}",
            date(earliest)
        );
        return Check::wrong(ID, ID, found, SET);
    }
    if certificate_to_come {
        let found = format!("{said}, and a certificate on the card begins later");
        return Check::warning(ID, ID, found, SET);
    }
    match follows_network(surroundings) {
        Some(true) => Check::ok(ID, ID, format!("{said}, follows the network's time")),
        Some(false) => {
            let found = format!("{said}, does not follow the network's time");
            Check::warning(ID, ID, found, SET)
        }
        None => Check::ok(ID, ID, said),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::State;
    use super::super::surroundings::tests::Workstation;
    use super::*;

    fn found(now: i64, certificate_to_come: bool) -> (State, String) {
        let workstation = Workstation::new();
        let surroundings = Surroundings {
            now,
            ..workstation.surroundings()
        };
        let check = check(&surroundings, certificate_to_come);
        (check.state, check.found)
    }

    #[test]
    fn a_clock_before_the_program_is_wrong() {
        let (state, found) = found(1_000_000_000, false);
        assert_eq!(state, State::Wrong);
        assert!(
            found.starts_with("2001-09-09 01:46 UTC, but this program"),
            "{found}"
        );
        assert_eq!(self::found(WRITTEN - 1, false).0, State::Wrong);
        assert_eq!(self::found(WRITTEN, false).0, State::Ok);
    }

    #[test]
    fn a_clock_before_the_programs_own_file_is_wrong() {
        let workstation = Workstation::new();
        let program = workstation.file("/usr/bin/tessera-host", "");
        let later = UNIX_EPOCH + std::time::Duration::from_secs(WRITTEN as u64 + 10_000_000);
        let file = fs::File::options().write(true).open(&program).unwrap();
        file.set_modified(later).unwrap();
        let surroundings = Surroundings {
            now: WRITTEN + 9_000_000,
            program: Some(program),
            ..workstation.surroundings()
        };
        assert_eq!(check(&surroundings, false).state, State::Wrong);
    }

    #[test]
    fn a_certificate_that_begins_later_hints_at_the_clock() {
        assert_eq!(found(WRITTEN, true).0, State::Warning);
    }

    #[test]
    fn the_networks_time_is_followed_or_not() {
        let workstation = Workstation::new();
        workstation.folder(TIMESYNC);
        assert_eq!(
            check(&workstation.surroundings(), false).state,
            State::Warning
        );
        workstation.file(SYNCHRONISED, "");
        assert_eq!(check(&workstation.surroundings(), false).state, State::Ok);
    }
}
