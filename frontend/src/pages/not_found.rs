//! What stands at every address where no page is.

use leptos::prelude::*;

use crate::{
    components::Page,
    erased::Erase,
    i18n::{frame, say},
};

/// No page here.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title=frame::NOT_FOUND lead=frame::NOT_FOUND_LEAD>
            <p>
                <a class="btn btn-primary" href="/">
                    {say(frame::TO_HOME)}
                </a>
            </p>
        </Page>
    }
    .erased()
}
