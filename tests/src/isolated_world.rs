//! Scripts of the test's own in a page, in a world apart from the page's own scripts.
//!
//! They see the same document but share no names with it, and the page's
//! Content-Security-Policy, which forbids strange scripts, need not be loosened for them.

use serde_json::{Value, json};

use crate::{Outcome, browser::Browser};

/// The world's name; one a document.
const NAME: &str = "tessera-tests";

/// A world of its own in the document that is open now.
pub struct IsolatedWorld<'a> {
    browser: &'a Browser,
    context: Value,
}

impl<'a> IsolatedWorld<'a> {
    /// Makes it; it goes with the document.
    pub fn in_page_of(browser: &'a Browser) -> Outcome<IsolatedWorld<'a>> {
        let tree = browser.devtools("Page.getFrameTree", json!({}))?;
        let frame = &tree["frameTree"]["frame"]["id"];
        let world = json!({"frameId": frame, "worldName": NAME});
        let made = browser.devtools("Page.createIsolatedWorld", world)?;
        Ok(IsolatedWorld {
            browser,
            context: made["executionContextId"].clone(),
        })
    }

    /// Runs an expression and answers its value; a promise is waited for.
    pub fn evaluate(&self, expression: &str) -> Outcome<Value> {
        let answer = self.browser.devtools(
            "Runtime.evaluate",
            json!({
                "expression": expression,
                "contextId": self.context,
                "awaitPromise": true,
                "returnByValue": true,
            }),
        )?;
        match answer.get("exceptionDetails") {
            Some(exception) => Err(format!("a script of the test's failed: {exception}").into()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }
}
