//! The portal's menu; on a narrow screen it opens and closes.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

use crate::{
    components::{Icon, Shape},
    i18n::{Text, frame, say},
};

/// The menu, in the manual's order (manuale §2).
const ENTRIES: [(Text, &str); 7] = [
    (frame::HOME, "/"),
    (frame::SISTEMA_TS, "/sistema-ts"),
    (frame::CITTADINI, "/cittadini"),
    (frame::OPERATORI, "/operatori"),
    (frame::AREA_RISERVATA, "/area-riservata"),
    (frame::FAQ, "/faq"),
    (frame::CONTATTI, "/contatti"),
];

/// The portal's menu.
#[component]
pub fn Menu() -> impl IntoView {
    let open = RwSignal::new(false);
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        open.set(false);
    });
    let label = {
        let (open_menu, close_menu) = (say(frame::OPEN_MENU), say(frame::CLOSE_MENU));
        move || {
            if open.get() {
                close_menu()
            } else {
                open_menu()
            }
        }
    };
    view! {
        <nav class="ts-menu" aria-label=say(frame::MAIN_MENU)>
            <div class="container">
                <button
                    type="button"
                    class="ts-menu-toggle"
                    aria-expanded=move || open.get().to_string()
                    aria-controls="ts-menu-entries"
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {move || {
                        view! { <Icon shape=if open.get() { Shape::Close } else { Shape::Menu } /> }
                    }}
                    <span>{label}</span>
                </button>
                <ul id="ts-menu-entries" class:is-open=move || open.get()>
                    {ENTRIES
                        .into_iter()
                        .map(|(name, address)| {
                            view! {
                                <li>
                                    <A href=address exact={address == "/"}>
                                        {say(name)}
                                    </A>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        </nav>
    }
}
