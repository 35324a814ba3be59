//! Doing something whenever what it reads changes.

use leptos::prelude::Effect;

/// Does it now and at every change; one type of effect for all keeps the download small.
pub fn follow(what: impl Fn() + 'static) {
    follow_boxed(Box::new(what));
}

fn follow_boxed(what: Box<dyn Fn()>) {
    Effect::new(move |_| what());
}
