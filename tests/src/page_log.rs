//! What the pages of a watched browser asked for, and what went wrong with it.

use serde_json::Value;

use crate::{Outcome, browser::Browser};

/// What happened since the log was last read.
#[derive(Debug, Default)]
pub struct PageLog {
    /// The calls of the portal's API, in their order: `METHOD path`.
    pub calls: Vec<String>,
    /// Addresses outside the portal's origin that a page asked for.
    pub third_party: Vec<String>,
    /// Requests that found no answer, or one that is an error: `status address`.
    pub failed: Vec<String>,
    /// What the console shows as an error.
    pub errors: Vec<String>,
}

impl PageLog {
    /// Reads what happened in the pages of this origin.
    pub fn read(browser: &Browser, origin: &str) -> Outcome<PageLog> {
        let mut log = PageLog::default();
        let mut addresses = std::collections::HashMap::new();
        for entry in browser.drain_log("performance")? {
            let entry: Value = serde_json::from_str(&entry)?;
            let event = &entry["message"];
            let said = &event["params"];
            let request = said["requestId"].as_str().unwrap_or_default().to_owned();
            match event["method"].as_str() {
                Some("Network.requestWillBeSent") => {
                    let address = text(&said["request"]["url"]);
                    let path = address.strip_prefix(origin).unwrap_or_default();
                    if path.starts_with("/api/") {
                        let method = text(&said["request"]["method"]);
                        log.calls.push(format!("{method} {path}"));
                    }
                    if is_strange(&address, origin) {
                        log.third_party.push(address.clone());
                    }
                    addresses.insert(request, address);
                }
                Some("Network.responseReceived") => {
                    let status = said["response"]["status"].as_u64().unwrap_or_default();
                    if status >= 400 {
                        let address = text(&said["response"]["url"]);
                        log.failed.push(format!("{status} {address}"));
                    }
                }
                // A page that is left cancels what it was waiting for.
                Some("Network.loadingFailed") if said["canceled"] != true => {
                    let address = addresses.get(&request).cloned().unwrap_or_default();
                    log.failed
                        .push(format!("{} {address}", text(&said["errorText"])));
                }
                _ => {}
            }
        }
        for entry in browser.drain_log("browser")? {
            if entry.starts_with("SEVERE") {
                log.errors.push(entry);
            }
        }
        Ok(log)
    }

    /// Everything that should not have happened, save what `is_allowed` knows the page to
    /// be about: a refusal is an answer with an error's status.
    pub fn faults(&self, is_allowed: impl Fn(&str) -> bool) -> Vec<String> {
        let faults = self.failed.iter().chain(&self.errors);
        let faults = faults.filter(|fault| !is_allowed(fault));
        faults.chain(&self.third_party).cloned().collect()
    }
}

/// Neither the portal's nor the browser's own.
fn is_strange(address: &str, origin: &str) -> bool {
    let own = ["data:", "blob:", "about:", "chrome-extension:"];
    let of_portal = address
        .strip_prefix(origin)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !of_portal && !own.iter().any(|scheme| address.starts_with(scheme))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_port_or_name_is_a_third_party() {
        let origin = "http://localhost:8080";
        for own in [
            "http://localhost:8080",
            "http://localhost:8080/assets/x",
            "data:,",
        ] {
            assert!(!is_strange(own, origin), "{own}");
        }
        for strange in ["http://localhost:80801/", "https://fonts.example/x"] {
            assert!(is_strange(strange, origin), "{strange}");
        }
    }
}
