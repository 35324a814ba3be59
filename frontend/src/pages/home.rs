//! `/`: what the portal is, and the ways on from here.

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape, focus_on_arrival, name_window, with_number},
    erased::Erase,
    i18n::{Text, frame, home, say},
};

/// The first page.
#[component]
pub fn HomePage() -> impl IntoView {
    let heading = say(home::TITLE);
    name_window(heading);
    focus_on_arrival();
    view! {
        <section class="ts-hero">
            <div class="container">
                <h1 tabindex="-1">
                    {heading}
                </h1>
                <p class="ts-lead">{say(home::LEAD)}</p>
                <p class="ts-actions">
                    <a class="btn btn-primary btn-lg" href="/area-riservata">
                        {say(home::ENTER)}
                    </a>
                    <a class="btn btn-outline-primary btn-lg" href="/prepara-la-postazione">
                        {say(home::PREPARE)}
                    </a>
                </p>
            </div>
        </section>
        <section class="container ts-section" aria-labelledby="ts-paths">
            <h2 id="ts-paths">{say(home::PATHS)}</h2>
            <div class="row">
                {path(Shape::People, frame::CITTADINI, home::CITTADINI_TEXT, "/cittadini", None)}
                {path(
                    Shape::Person,
                    frame::OPERATORI,
                    home::OPERATORI_TEXT,
                    "/operatori",
                    Some((home::OPERATORI_ENTER, "/area-riservata")),
                )}
                {path(Shape::Info, frame::SISTEMA_TS, home::SISTEMA_TEXT, "/sistema-ts", None)}
            </div>
        </section>
        <section class="ts-band">
            <div class="container">
                <p class="ts-tag">{say(home::NEWS_TAG)}</p>
                <h2>{say(home::FSE_TITLE)}</h2>
                <p>{say(home::FSE_TEXT)}</p>
                <h3>{say(home::INI_TITLE)}</h3>
                <p>{say(home::INI_TEXT)}</p>
                <p>
                    <a href="https://www.fascicolosanitario.gov.it" rel="noopener external">
                        {say(home::FSE_LINK)}
                    </a>
                </p>
            </div>
        </section>
        <section class="container ts-section">
            <div class="row">
                {point(Shape::Card, home::ACCESS_TITLE, home::ACCESS_TEXT)}
                {point(Shape::Lock, home::PIN_TITLE, home::PIN_TEXT)}
                {point(Shape::Phone, home::HELP_TITLE, home::HELP_TEXT)}
            </div>
        </section>
    }
    .erased()
}

/// A card that leads to one of the portal's parts, and maybe further on from there.
fn path(
    shape: Shape,
    name: Text,
    text: Text,
    address: &'static str,
    further: Option<(Text, &'static str)>,
) -> AnyView {
    view! {
        <div class="col-12 col-md-4">
            <div class="ts-card">
                <Icon shape />
                <h3>
                    <a href=address>{say(name)}</a>
                </h3>
                <p>{say(text)}</p>
                {further
                    .map(|(words, address)| {
                        view! {
                            <p>
                                <a href=address>{say(words)}</a>
                            </p>
                        }
                            .erased()
                    })}
            </div>
        </div>
    }
    .erased()
}

fn point(shape: Shape, title: Text, text: Text) -> AnyView {
    let text = say(text);
    let text = Signal::derive(move || text().to_owned());
    view! {
        <div class="col-12 col-md-4 ts-point">
            <Icon shape />
            <h2 class="h5">{say(title)}</h2>
            <p>{with_number(text)}</p>
        </div>
    }
    .erased()
}
