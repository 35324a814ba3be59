//! What becomes of a browser's requests: kept waiting, or cut off.

use serde_json::json;

use crate::{Outcome, browser::Browser};

impl Browser {
    /// Keeps requests to addresses like these waiting (`*` stands for anything), until
    /// [`Browser::let_requests_go`].
    pub fn hold_requests(&self, address: &str) -> Outcome<()> {
        let patterns = json!({"patterns": [{"urlPattern": address}]});
        self.devtools("Fetch.enable", patterns)?;
        Ok(())
    }

    /// Lets those that wait go on, and all that come.
    pub fn let_requests_go(&self) -> Outcome<()> {
        self.devtools("Fetch.disable", json!({}))?;
        Ok(())
    }

    /// Lets no request to addresses like these leave the browser from now on; with none, all
    /// of them again.
    pub fn cut_off(&self, addresses: &[&str]) -> Outcome<()> {
        self.devtools("Network.enable", json!({}))?;
        let urls = json!({"urls": addresses});
        self.devtools("Network.setBlockedURLs", urls)?;
        Ok(())
    }
}
