//! When a package was made, as far as it says so.

use crate::process::{Failed, told_by};

/// In Unix seconds: the commit's time, so that one commit makes one package, or what
/// `SOURCE_DATE_EPOCH` says.
pub fn moment() -> Result<u64, Failed> {
    let told = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(told) => told,
        Err(_) => told_by("git", &["log", "-1", "--format=%ct"]).map_err(|_| {
            Failed("this is no git checkout: say in SOURCE_DATE_EPOCH what time it is of".into())
        })?,
    };
    told.parse().map_err(|_| {
        Failed(format!(
            "SOURCE_DATE_EPOCH: {told:?} is no number of seconds"
        ))
    })
}
