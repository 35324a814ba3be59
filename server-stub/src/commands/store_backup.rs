//! `store backup`: a copy of the database while the server runs

use std::path::Path;

use super::Failure;
use crate::{config::Config, store};

pub(super) async fn run(config: &Config, copy: &Path) -> Result<(), Failure> {
    store::back_up(&config.database, copy)
        .await
        .map_err(|fault| Failure::Other(fault.to_string()))
}
