//! The page before this one: where somebody was when they went to look for help.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{follow::follow, session::session};

/// The paths of this page and of the one before.
#[derive(Debug, Clone, Copy)]
struct Whence(StoredValue<(String, Option<String>)>);

/// Minds which page comes after which; within the router.
#[component]
pub fn Pathfinder() -> impl IntoView {
    let path = use_location().pathname;
    let whence = expect_context::<Whence>();
    let session = session();
    follow(move || {
        let now = path.get();
        session.came_to(&now);
        whence.0.update_value(|(here, before)| {
            if *here != now {
                *before = Some(std::mem::replace(here, now)).filter(|path| !path.is_empty());
            }
        });
    });
}

/// Begins to remember.
pub fn provide_whence() {
    provide_context(Whence(StoredValue::new((String::new(), None))));
}

/// The path of the page before this one, if it was in this portal and in this tab.
pub fn whence(here: &str) -> Option<String> {
    expect_context::<Whence>().0.with_value(|(last, before)| {
        // This very page may not have been minded yet.
        if last == here || last.is_empty() {
            before.clone()
        } else {
            Some(last.clone())
        }
    })
}
