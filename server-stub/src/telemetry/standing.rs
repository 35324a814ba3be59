//! What stands so or so at a moment: measured when somebody asks.

use metrics::gauge;

use super::{METERS, catalogue};
use crate::{app::App, clock, disk, trust::Figures};

/// Authorities whose lists are shown one by one; there are some fifty.
const AUTHORITIES_MAX: usize = 64;
/// The longest name an authority is shown by.
const NAME_MAX: usize = 120;

/// Sets every gauge that no request turns.
pub(super) fn measure(app: &App, ready: bool) {
    gauge!(catalogue::BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1);
    set_flag(catalogue::READY, ready);
    METERS.keep_gauges();
    measure_trust(app.trust.figures(clock::now() / 1000));
    for pool in app.store.pool_use() {
        let connections =
            |state| gauge!(catalogue::CONNECTIONS, "pool" => pool.name, "state" => state);
        connections("in_use").set(pool.in_use);
        connections("idle").set(pool.idle);
        gauge!(catalogue::CONNECTIONS_MAX, "pool" => pool.name).set(pool.max);
    }
    for (name, folder) in app.folders() {
        if let Some(free) = disk::free_bytes(folder) {
            gauge!(catalogue::DISK_FREE, "folder" => name).set(free as f64);
        }
    }
    metrics_process::Collector::default().collect();
}

fn measure_trust(figures: Figures) {
    set_flag(catalogue::TRUST_TROUBLE, figures.is_in_trouble);
    set_flag(catalogue::TRUSTED_LIST_MISSING, figures.lacks_list);
    gauge!(catalogue::ANCHORS).set(figures.anchors as f64);
    gauge!(catalogue::CRLS).set(figures.revocation_lists as f64);
    if let Some((issued, next_update)) = figures.trusted_list {
        gauge!(catalogue::TRUSTED_LIST_ISSUED).set(issued as f64);
        gauge!(catalogue::TRUSTED_LIST_NEXT_UPDATE).set(next_update as f64);
    }
    if let Some(ends) = figures.anchor_ends {
        gauge!(catalogue::ANCHOR_ENDS).set(ends as f64);
    }
    let mut ends: Vec<(String, i64)> = figures.revocation_list_ends.into_iter().collect();
    ends.sort_by_key(|(_, end)| *end);
    for (issuer, end) in ends.into_iter().take(AUTHORITIES_MAX) {
        let issuer: String = issuer.chars().take(NAME_MAX).collect();
        gauge!(catalogue::CRL_NEXT_UPDATE, "issuer" => issuer).set(end as f64);
    }
}

fn set_flag(name: &'static str, is_set: bool) {
    gauge!(name).set(f64::from(u8::from(is_set)));
}
