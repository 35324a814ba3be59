//! What a watched browser loads, and what it weighs on the wire.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Outcome, browser::Browser, waiting::wait_until};

/// An answer, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Where it was asked for.
    pub address: String,
    /// All its bytes: headers and content, compressed as it was sent.
    pub bytes: u64,
    /// How its content was compressed; empty where it was not.
    pub encoding: String,
    /// How long it may be kept (`Cache-Control`).
    pub keeping: String,
    is_whole: bool,
}

/// Opens an address and answers all that was loaded for it, in the order it was asked for.
pub fn load(browser: &Browser, address: &str) -> Outcome<Vec<Loaded>> {
    browser.drain_log("performance")?;
    browser.open(address)?;
    browser.wait_for_program()?;
    let mut loading = Loading::default();
    wait_until("end of the loading", || {
        let entries = browser.drain_log("performance").unwrap_or_default();
        entries.iter().for_each(|entry| loading.hear(entry));
        !loading.by_request.is_empty() && loading.by_request.values().all(|it| it.is_whole)
    })?;
    let Loading { order, by_request } = loading;
    Ok(order
        .iter()
        .filter_map(|request| by_request.get(request).cloned())
        .collect())
}

#[derive(Default)]
struct Loading {
    order: Vec<String>,
    by_request: BTreeMap<String, Loaded>,
}

impl Loading {
    fn hear(&mut self, entry: &str) {
        let entry: Value = serde_json::from_str(entry).unwrap_or_default();
        let event = &entry["message"];
        let said = &event["params"];
        let request = text(&said["requestId"]);
        let address = text(&said["request"]["url"]);
        let loaded = &mut self.by_request;
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") if !is_the_browsers_own(&address) => {
                self.order.push(request.clone());
                loaded.entry(request).or_default().address = address;
            }
            Some("Network.responseReceived") => {
                if let Some(loaded) = loaded.get_mut(&request) {
                    let headers = &said["response"]["headers"];
                    loaded.encoding = header(headers, "content-encoding");
                    loaded.keeping = header(headers, "cache-control");
                }
            }
            Some("Network.loadingFinished") => {
                if let Some(loaded) = loaded.get_mut(&request) {
                    loaded.bytes = said["encodedDataLength"].as_f64().unwrap_or_default() as u64;
                    loaded.is_whole = true;
                }
            }
            _ => {}
        }
    }
}

/// Nothing of it goes over a wire: what stands in the page itself, and the browser's pages.
fn is_the_browsers_own(address: &str) -> bool {
    ["data:", "chrome:"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
}

/// Headers keep the capitals they were sent with.
fn header(headers: &Value, name: &str) -> String {
    let mut headers = headers.as_object().into_iter().flatten();
    headers
        .find(|(called, _)| called.eq_ignore_ascii_case(name))
        .map(|(_, value)| text(value))
        .unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
