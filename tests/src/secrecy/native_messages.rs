//! What extension and host say to each other, kept in two files.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use protocol::NATIVE_HOST_NAME;
use serde_json::Value;

use crate::{Outcome, product, workstation::Workstation};

/// A host in whose place the browser starts a recorder of the same manners.
pub struct NativeMessages {
    recorder: PathBuf,
}

impl NativeMessages {
    /// Puts the recorder into the manifest of the installed host.
    pub fn record(workstation: &Workstation) -> Outcome<NativeMessages> {
        let recorder = workstation.folder().join("recorder");
        let host = product::host()?;
        fs::write(
            &recorder,
            format!(
                "#!/bin/sh\ntee -a \"$0.to-host\" | {} \"$@\" | tee -a \"$0.from-host\"\n",
                host.display()
            ),
        )?;
        fs::set_permissions(&recorder, PermissionsExt::from_mode(0o755))?;

        let manifest = workstation
            .profile()
            .join("NativeMessagingHosts")
            .join(format!("{NATIVE_HOST_NAME}.json"));
        let mut content: Value = serde_json::from_slice(&fs::read(&manifest)?)?;
        content["path"] = recorder.display().to_string().into();
        fs::write(&manifest, content.to_string())?;
        Ok(NativeMessages { recorder })
    }

    /// Everything the extension said to hosts.
    pub fn to_host(&self) -> io::Result<Vec<u8>> {
        fs::read(with_suffix(&self.recorder, ".to-host"))
    }

    /// Everything hosts said to the extension.
    pub fn from_host(&self) -> io::Result<Vec<u8>> {
        fs::read(with_suffix(&self.recorder, ".from-host"))
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
