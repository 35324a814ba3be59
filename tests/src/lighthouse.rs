//! What Lighthouse says of a page, asked of the real browser.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    Outcome, product,
    program::{mortal, run},
};

/// What Lighthouse says when the browser's trace came without its beginning: nothing of the
/// page was judged.
const ONCE_MORE: &str = "Please run Lighthouse again";
const ATTEMPTS: u32 = 3;

/// What Lighthouse judges; a page gets 0 to 100 for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// How soon it is there, on a slow phone far away (its mobile preset).
    Performance,
    /// Whether everybody can use it.
    Accessibility,
    /// Whether it does as pages should.
    BestPractices,
    /// Whether it can be found.
    Seo,
}

impl Category {
    fn id(self) -> &'static str {
        match self {
            Category::Performance => "performance",
            Category::Accessibility => "accessibility",
            Category::BestPractices => "best-practices",
            Category::Seo => "seo",
        }
    }
}

/// What it said of a page.
pub struct Verdict(Value);

impl Verdict {
    /// Has a page judged in these categories; what is written on the way goes into `folder`.
    pub fn on(address: &str, categories: &[Category], folder: &Path) -> Outcome<Verdict> {
        let report = folder.join("lighthouse.json");
        let categories: Vec<_> = categories.iter().map(|category| category.id()).collect();
        let mut attempts = 0;
        loop {
            let mut command = mortal("node");
            command
                .arg(product::node_module("lighthouse/cli/index.js")?)
                .arg(address)
                .args(["--quiet", "--output=json", "--no-enable-error-reporting"])
                .arg(format!("--only-categories={}", categories.join(",")))
                .arg(format!("--output-path={}", report.display()))
                .arg("--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage")
                .env("CHROME_PATH", "/usr/bin/chromium")
                .env("HOME", folder);
            attempts += 1;
            match run(&mut command) {
                Ok(_) => break,
                Err(fault) if attempts < ATTEMPTS && fault.to_string().contains(ONCE_MORE) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        let said: Value = serde_json::from_str(&fs::read_to_string(report)?)?;
        match said["runtimeError"]["message"].as_str() {
            Some(error) => Err(format!("Lighthouse could not judge {address}: {error}").into()),
            None => Ok(Verdict(said)),
        }
    }

    /// The points in a category, of a hundred.
    pub fn points(&self, category: Category) -> f64 {
        let score = &self.0["categories"][category.id()]["score"];
        score.as_f64().map_or(f64::NAN, |score| score * 100.0)
    }

    /// What cost points in a category, a line each.
    pub fn faults(&self, category: Category) -> Vec<String> {
        let audits = self.0["categories"][category.id()]["auditRefs"].as_array();
        let costly = audits.into_iter().flatten().filter_map(|reference| {
            let audit = &self.0["audits"][reference["id"].as_str()?];
            let costs = reference["weight"].as_f64()? > 0.0 && audit["score"].as_f64()? < 1.0;
            let details = audit["details"]["items"].as_array();
            let first = details.and_then(|items| items.first()).cloned();
            costs.then(|| format!("{}: {}", audit["title"], first.unwrap_or_default()))
        });
        costly.collect()
    }
}
