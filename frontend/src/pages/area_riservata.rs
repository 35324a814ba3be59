//! `/area-riservata`: the choice of access (manuale §2).

use leptos::prelude::*;

use crate::{
    components::{Icon, Page, Shape},
    erased::Erase,
    i18n::{Text, access, say},
    session::{self, session},
};

/// The choice between smart card and credentials.
#[component]
pub fn AreaRiservataPage() -> impl IntoView {
    let session = session();
    let on_the_way = session::is_on_the_way();
    view! {
        <Page title=access::TITLE lead=access::LEAD>
            {move || match session.get() {
                Some(_) => Some(already_in()),
                None if on_the_way && !session.has_ended() => {
                    Some(view! { <p class="ts-note">{say(access::RETURN_NOTE)}</p> }.erased())
                }
                None => None,
            }}
            <div class="row">
                {choice(
                    Shape::Card,
                    access::BY_CARD,
                    access::BY_CARD_TEXT,
                    "/area-riservata/smart-card",
                    "btn btn-primary",
                )}
                {choice(
                    Shape::Key,
                    access::BY_CREDENTIALS,
                    access::BY_CREDENTIALS_TEXT,
                    "/area-riservata/credenziali",
                    "btn btn-outline-primary",
                )}
            </div>
        </Page>
    }
    .erased()
}

/// As when the person logged in in another tab: on to the page they wanted.
fn already_in() -> AnyView {
    let wanted = session::wanted();
    let to = if session::is_on_the_way() {
        access::TO_WANTED
    } else {
        access::TO_SERVICES
    };
    view! {
        <p class="ts-note">
            {say(access::ALREADY_IN)} " " <a href=wanted>{say(to)}</a>
        </p>
    }
    .erased()
}

fn choice(
    shape: Shape,
    name: Text,
    text: Text,
    address: &'static str,
    class: &'static str,
) -> AnyView {
    view! {
        <div class="col-12 col-md-6">
            <div class="ts-card ts-choice">
                <Icon shape />
                <p>{say(text)}</p>
                <a class=class href=address>
                    {say(name)}
                </a>
            </div>
        </div>
    }
    .erased()
}
