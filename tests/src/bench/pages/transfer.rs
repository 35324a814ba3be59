//! What a page brought over the wire, as the browser counts it.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{Outcome, browser::Browser};

const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// So long nothing comes any more once the page is whole.
const QUIET: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(30);

/// The requests of a page, and the bytes that came for each, heads included.
#[derive(Debug, Default)]
pub struct Transfer {
    asked: BTreeMap<String, String>,
    came: BTreeMap<String, f64>,
}

impl Transfer {
    /// Opens a page in a watched browser, and hears until nothing comes any more.
    pub fn of(browser: &Browser, address: &str) -> Outcome<Transfer> {
        browser.drain_log("performance")?;
        browser.open(address)?;
        let mut transfer = Transfer::default();
        let start = Instant::now();
        let mut last = start;
        while last.elapsed() < QUIET {
            if start.elapsed() > PATIENCE {
                return Err(format!("{address} loads on and on: {transfer:?}").into());
            }
            let entries = browser.drain_log("performance")?;
            for entry in &entries {
                transfer.hear(&serde_json::from_str::<Value>(entry)?["message"]);
            }
            if !entries.is_empty() || transfer.is_under_way() {
                last = Instant::now();
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        Ok(transfer)
    }

    fn hear(&mut self, event: &Value) {
        let said = &event["params"];
        let Some(request) = said["requestId"].as_str().map(str::to_owned) else {
            return;
        };
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                let address = said["request"]["url"].as_str().unwrap_or_default();
                if address.starts_with("http") {
                    self.asked.insert(request, address.to_owned());
                }
            }
            Some("Network.loadingFinished") => {
                let bytes = said["encodedDataLength"].as_f64().unwrap_or_default();
                self.came.insert(request, bytes);
            }
            Some("Network.loadingFailed") => {
                self.came.insert(request, 0.0);
            }
            _ => {}
        }
    }

    fn is_under_way(&self) -> bool {
        self.asked
            .keys()
            .any(|request| !self.came.contains_key(request))
    }

    /// All of it, in kB.
    pub fn everything(&self) -> f64 {
        self.sum(|_| true)
    }

    /// WebAssembly and scripts, in kB.
    pub fn program(&self) -> f64 {
        self.sum(|address| address.ends_with(".wasm") || address.ends_with(".js"))
    }

    fn sum(&self, counts: impl Fn(&str) -> bool) -> f64 {
        let counted = self.asked.iter().filter(|(_, address)| counts(address));
        let bytes = counted.filter_map(|(request, _)| self.came.get(request));
        bytes.sum::<f64>() / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_are_counted_once_they_came_and_by_what_they_are() {
        let mut transfer = Transfer::default();
        let mut hear = |method: &str, params: Value| {
            transfer.hear(&json!({"method": method, "params": params}));
        };
        for (id, address) in [
            ("1", "http://localhost:1/"),
            ("2", "http://localhost:1/a.wasm"),
            ("3", "http://localhost:1/a.js"),
            ("4", "data:,x"),
            ("5", "http://localhost:1/font.woff2"),
        ] {
            let request = json!({"requestId": id, "request": {"url": address}});
            hear("Network.requestWillBeSent", request);
        }
        for (id, bytes) in [("1", 700), ("2", 5000), ("3", 300), ("4", 9000)] {
            let finished = json!({"requestId": id, "encodedDataLength": bytes});
            hear("Network.loadingFinished", finished);
        }
        hear("Page.frameNavigated", json!({}));
        assert!(transfer.is_under_way());
        transfer.hear(&json!({
            "method": "Network.loadingFailed",
            "params": {"requestId": "5", "errorText": "net::ERR_FAILED"},
        }));
        assert!(!transfer.is_under_way());
        assert_eq!(transfer.everything(), 6.0);
        assert_eq!(transfer.program(), 5.3);
    }
}
