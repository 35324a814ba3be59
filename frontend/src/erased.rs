//! Pieces of a page and acts on events, of one type for all.
//!
//! Leptos makes code for every type it meets: each element's own, each closure's own. That
//! would be most of the download.

use leptos::prelude::*;

/// What `view!` makes, as any piece of a page.
pub trait Erase {
    /// The piece; unlike `into_any`, not the wrapper's besides the element's.
    fn erased(self) -> AnyView;
}

impl<T: RenderHtml + Send + 'static> Erase for View<T> {
    fn erased(self) -> AnyView {
        self.into_inner().into_any()
    }
}

/// What is done on an event: `on:click=act(move |_| …)`.
pub fn act<E>(act: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(act)
}
