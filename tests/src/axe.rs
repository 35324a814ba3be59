//! What axe-core finds wrong with a page (WCAG 2.1 A and AA, and good practice).

use std::fs;

use serde_json::Value;

use crate::{Outcome, browser::Browser, isolated_world::IsolatedWorld, product};

/// The rules that count.
const RUN: &str = "axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    resultTypes: ['violations'],
}).then(found => found.violations.flatMap(violation => violation.nodes.map(node =>
    `${violation.id} (${violation.help}): ${node.html} – ${node.failureSummary}`)))";

/// The checker, as npm installed it.
pub struct Axe {
    source: String,
}

impl Axe {
    /// Reads it.
    pub fn new() -> Outcome<Axe> {
        let file = product::node_module("axe-core/axe.min.js")?;
        Ok(Axe {
            source: fs::read_to_string(file)?,
        })
    }

    /// Everything that is wrong with the page as it is now, a line each.
    pub fn violations(&self, browser: &Browser) -> Outcome<Vec<String>> {
        let world = IsolatedWorld::in_page_of(browser)?;
        // The same world answers again in the same document: it is loaded once.
        if world.evaluate("typeof axe")? != "object" {
            // The value of its last expression would be sent back whole.
            world.evaluate(&format!("{};0", self.source))?;
        }
        let found = world.evaluate(RUN)?;
        let lines = found.as_array().ok_or("axe-core gave no list")?;
        let lines = lines.iter().filter_map(Value::as_str);
        Ok(lines.map(str::to_owned).collect())
    }
}
