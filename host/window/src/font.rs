//! A font for a system that has none where it should be.
//!
//! The toolkit takes the system's own fonts by name and cannot do without one. Where those
//! names stand for nothing ours takes their place, and nowhere else.

use std::sync::Arc;

use slint::fontique_011::fontique::{Blob, GenericFamily};
use slint::fontique_011::shared_collection;

/// DejaVu Sans, the letters of Latin scripts (`fonts/README.md`).
static OURS: &[u8] = include_bytes!("../fonts/DejaVuSans-Latin.ttf");

/// What the toolkit asks for where a text names no font.
const ASKED_FOR: [GenericFamily; 3] = [
    GenericFamily::SansSerif,
    GenericFamily::SystemUi,
    GenericFamily::UiSansSerif,
];

/// Sees to it that there is a font; to be called when the toolkit stands.
pub fn provide() {
    let mut fonts = shared_collection();
    let lacking = ASKED_FOR.map(|family| fonts.generic_families(family).next().is_none());
    if !lacking.contains(&true) {
        return;
    }
    let ours = fonts.register_fonts(Blob::new(Arc::new(OURS)), None);
    for (family, _) in ASKED_FOR
        .into_iter()
        .zip(lacking)
        .filter(|(_, lacks)| *lacks)
    {
        fonts.append_generic_families(family, ours.iter().map(|(font, _)| *font));
    }
}
