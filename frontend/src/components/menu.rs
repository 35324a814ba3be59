//! The portal's menu; on a narrow screen it opens and closes.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    components::{Icon, Shape},
    erased::{Erase, act},
    follow::follow,
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
    follow(move || {
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
                    on:click=act(move |_| open.update(|open| *open = !*open))
                >
                    {move || {
                        view! { <Icon shape=if open.get() { Shape::Close } else { Shape::Menu } /> }.erased()
                    }}
                    <span>{move || label()}</span>
                </button>
                <ul id="ts-menu-entries" class:is-open=move || open.get()>
                    {ENTRIES
                        .into_iter()
                        .map(|(name, address)| {
                            view! {
                                <li>
                                    <a
                                        href=address
                                        aria-current=move || {
                                            path.with(|path| leads_to(address, path)).then_some("page")
                                        }
                                    >
                                        {say(name)}
                                    </a>
                                </li>
                            }
                                .erased()
                        })
                        .collect::<Vec<_>>()}
                </ul>
            </div>
        </nav>
    }
    .erased()
}

/// Whether the page at this path is an entry's, or below it.
fn leads_to(entry: &str, path: &str) -> bool {
    match path.strip_prefix(entry) {
        Some(below) => below.is_empty() || entry != "/" && below.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn an_entry_leads_to_its_page_and_those_below() {
        for (entry, path, leads) in [
            ("/", "/", true),
            ("/", "/faq", false),
            ("/faq", "/faq", true),
            ("/faq", "/faq/", true),
            ("/faq", "/faqs", false),
            ("/area-riservata", "/area-riservata/smart-card", true),
        ] {
            assert_eq!(leads_to(entry, path), leads, "{entry} {path}");
        }
    }
}
