//! A clean walk says something only if faults are told.

use end_to_end::{Outcome, people::LUCA_BIANCHI, walk::Walk};
use protocol::Language;

/// A fault of each kind, made on purpose, must be told.
pub fn a_planted_fault_is_found(walk: &mut Walk) -> Outcome<()> {
    let portal = walk.portal(&[LUCA_BIANCHI], Language::It)?;
    walk.open(&portal, "/faq")?;
    walk.chain.browser.script(
        "const main = document.querySelector('main');
         const plant = (name, attributes) => {
           const element = main.appendChild(document.createElement(name));
           for (const [key, value] of Object.entries(attributes)) {
             element.setAttribute(key, value);
           }
         };
         plant('img', {src: '/assets/nowhere.png'});
         plant('h1', {});
         plant('input', {type: 'text', width: 1, size: 300});
         document.documentElement.lang = 'de';
         return fetch('http://127.0.0.1:9/strange').catch(() => null);",
    )?;
    walk.look(&portal, "faq")?;
    let told = walk.take_faults().join("\n");
    for fault in [
        "image-alt",
        "label",
        "px sideways",
        "headings [",
        "its language is \"de\"",
        "404 http://localhost",
        "http://127.0.0.1:9/strange",
        "SEVERE",
    ] {
        assert!(told.contains(fault), "{fault} is not told in:\n{told}");
    }
    Ok(())
}
