//! The hour in a package's summary, which the tools write there: the only thing in which two
//! packages of the same content differ.
//!
//! The summary is a property set ([MS-OLEPS] 2.21): a header, and a list of which property
//! begins where. msitools write it in one piece.

use crate::process::Failed;

/// `FMTID_SummaryInformation`, by which the set begins to be ours.
const FORMAT: [u8; 16] = [
    0xe0, 0x85, 0x9f, 0xf2, 0xf9, 0x4f, 0x68, 0x10, 0xab, 0x91, 0x08, 0x00, 0x2b, 0x27, 0xb3, 0xd9,
];
/// Where it stands in the set, and after it, where the list begins.
const FORMAT_AT: usize = 28;
const LIST_AT: usize = FORMAT_AT + FORMAT.len();
/// What small streams begin at a multiple of ([MS-CFB] 2.2).
const SECTOR: usize = 64;

/// When it was made, and when it was saved the last time.
const TIMES: [u32; 2] = [12, 13];
const VT_FILETIME: u32 = 0x40;

/// From Windows' first second to Unix' one.
const SECONDS_BEFORE_UNIX: u64 = 11_644_473_600;
const TICKS_A_SECOND: u64 = 10_000_000;

/// Writes this moment, in Unix seconds, in both times' place.
pub fn set_times(package: &mut [u8], moment: u64) -> Result<(), Failed> {
    let ticks = (moment + SECONDS_BEFORE_UNIX) * TICKS_A_SECOND;
    let places = places(package).ok_or_else(|| {
        Failed("the package's summary is not as msibuild of Debian 12 writes it".to_owned())
    })?;
    for place in places {
        package[place..place + 8].copy_from_slice(&ticks.to_le_bytes());
    }
    Ok(())
}

/// Where the two times stand.
fn places(package: &[u8]) -> Option<[usize; 2]> {
    let mut sectors = (0..package.len()).step_by(SECTOR);
    let start = sectors.find(|start| package[*start..].get(FORMAT_AT..LIST_AT) == Some(&FORMAT))?;
    let list = start + number(package, start + LIST_AT)? as usize;
    let count = number(package, list + 4)? as usize;
    let place = |wanted: u32| {
        let mut entries = (0..count).map(|entry| list + 8 + entry * 8);
        let entry = entries.find(|entry| number(package, *entry) == Some(wanted))?;
        let value = list + number(package, entry + 4)? as usize;
        let is_time = number(package, value)? == VT_FILETIME && value + 12 <= package.len();
        is_time.then_some(value + 4)
    };
    Some([place(TIMES[0])?, place(TIMES[1])?])
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_summary_is_refused_and_left_as_it_is() {
        let mut nothing = vec![0; 64];
        assert!(set_times(&mut nothing, 0).is_err());
        let mut cut = [&[0; FORMAT_AT][..], &FORMAT, &[255; 4]].concat();
        let before = cut.clone();
        assert!(set_times(&mut cut, 0).is_err());
        assert_eq!(cut, before);
    }
}
