//! A page as it looks on screens of different widths.

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{Outcome, browser::Browser, isolated_world::IsolatedWorld, waiting::wait_until};

impl Browser {
    /// Shows the page as on a screen of this size, and nothing that moves.
    pub fn set_screen(&self, width: u32, height: u32) -> Outcome<()> {
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", screen)?;
        // As on phones: they take no width away.
        self.devtools("Emulation.setScrollbarsHidden", json!({"hidden": true}))?;
        let still = json!({
            "features": [{"name": "prefers-reduced-motion", "value": "reduce"}],
        });
        self.devtools("Emulation.setEmulatedMedia", still)?;
        Ok(())
    }

    /// Photographs the whole page, however long, into a PNG file.
    pub fn photograph_whole(&self, file: &Path) -> Outcome<()> {
        wait_until("fonts of the page", || {
            let world = IsolatedWorld::in_page_of(self);
            let status = world.and_then(|world| world.evaluate("document.fonts.status"));
            status.is_ok_and(|status| status == "loaded")
        })?;
        let metrics = self.devtools("Page.getLayoutMetrics", json!({}))?;
        let size = &metrics["cssContentSize"];
        let picture = self.devtools(
            "Page.captureScreenshot",
            json!({
                "captureBeyondViewport": true,
                "optimizeForSpeed": true,
                "clip": {
                    "x": 0, "y": 0, "scale": 1,
                    "width": size["width"], "height": size["height"],
                },
            }),
        )?;
        let data = picture["data"].as_str().unwrap_or_default();
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(file, STANDARD.decode(data)?)?)
    }

    /// How far the page can be scrolled sideways, in pixels.
    pub fn sideways_scroll(&self) -> Outcome<i64> {
        let far = IsolatedWorld::in_page_of(self)?.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        )?;
        far.as_i64().ok_or_else(|| "the page has no width".into())
    }

    /// Waits until the pages' program stands where the server's HTML stood before it.
    pub fn wait_for_program(&self) -> Outcome<()> {
        Ok(wait_until("program of the pages", || {
            let open = self.script(
                "const place = document.getElementById('portal');
                 if (place === null || document.querySelector('h1') === null) return false;
                 return place.dataset.state === 'open' || Object.keys(place.dataset).length === 0;",
            );
            open.is_ok_and(|open| open == true)
        })?)
    }

    /// Lets pages opened from now on run scripts, or not; the test's own that wait for nothing
    /// still run in an [`IsolatedWorld`].
    pub fn let_scripts_run(&self, let_run: bool) -> Outcome<()> {
        let value = json!({"value": !let_run});
        self.devtools("Emulation.setScriptExecutionDisabled", value)?;
        Ok(())
    }

    /// Title, language and first-level headings of the page.
    pub fn frame(&self) -> Outcome<Frame> {
        let frame = IsolatedWorld::in_page_of(self)?.evaluate(
            "({
               title: document.title,
               language: document.documentElement.lang,
               headings: [...document.querySelectorAll('h1')]
                 .map(heading => heading.innerText.trim()),
             })",
        )?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headings = frame["headings"].as_array().into_iter().flatten();
        Ok(Frame {
            title: text(&frame["title"]),
            language: text(&frame["language"]),
            headings: headings.map(text).collect(),
        })
    }
}

/// What every page has once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The window's title.
    pub title: String,
    /// The document's language.
    pub language: String,
    /// Its headings of the first level.
    pub headings: Vec<String>,
}
