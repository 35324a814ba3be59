//! The module that misbehaves as it is told (tests/quirky_module), with a good card.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pki::{Holder, Key};

use super::Stage;
use super::token::{Token, cns};

/// A stage whose middleware has this quirk.
pub fn stage_with_quirk(quirk: &str) -> Stage {
    let mut stage = Stage::new();
    let token = Token::insert(&mut stage);
    token.write(&cns(&Holder::default(), Key::rsa(0)), "01", "01");
    let built = Path::new(env!("CARGO_BIN_EXE_tessera-host"))
        .with_file_name("examples")
        .join("libquirky_module.so");
    let module = stage.path("module.so");
    fs::copy(built, &module).expect("built by `cargo test --package tessera-host`");
    fs::set_permissions(&module, PermissionsExt::from_mode(0o755)).unwrap();
    stage.policy(&format!("modules = [{module:?}]"));
    stage.set("QUIRK", quirk.into());
    stage
}
