//! What the window reads from the host: views, a line each.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The window's crate would bring its toolkit along; its reader of lines needs none of it.
#[path = "../../host/window/src/views.rs"]
mod views;

use views::{ViewError, read_view};

fuzz_target!(|input: &[u8]| {
    let mut reader = input;
    loop {
        match read_view(&mut reader) {
            Ok(Some(view)) => {
                // What was understood is written on one line and understood again.
                let mut line = serde_json::to_vec(&view).unwrap_or_default();
                assert!(!line.contains(&b'\n'));
                line.push(b'\n');
                assert_eq!(read_view(&mut &line[..]).ok().flatten(), Some(view));
            }
            Ok(None) => return,
            Err(error @ ViewError::Input(_)) => panic!("memory failed: {error}"),
            Err(ViewError::TooLong) => return,
            Err(ViewError::Malformed(_)) => {}
        }
    }
});
