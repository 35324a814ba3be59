//! The foot of every page.

use leptos::prelude::*;

use crate::{
    components::{Icon, Shape},
    erased::Erase,
    i18n::{frame, say},
};

/// The foot of every page.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="ts-footer">
            <div class="container">
                <div class="row">
                    <div class="col-12 col-md-5">
                        <p class="ts-footer-brand" lang="it">
                            "Sistema Tessera Sanitaria"
                        </p>
                        <p lang="it">{say(frame::MINISTRY)}</p>
                    </div>
                    <div class="col-12 col-sm-6 col-md-4">
                        <h2>{say(frame::HELP)}</h2>
                        <p class="ts-footer-phone">
                            <Icon shape=Shape::Phone />
                            <span>
                                {say(frame::NUMERO_VERDE)} <br />
                                <a href="tel:800030070">"800-030-070"</a>
                            </span>
                        </p>
                    </div>
                    <div class="col-12 col-sm-6 col-md-3">
                        <h2>{say(frame::FOR_OPERATORS)}</h2>
                        <ul>
                            <li>
                                <a href="/prepara-la-postazione">{say(frame::PREPARE)}</a>
                            </li>
                        </ul>
                    </div>
                </div>
                <nav class="ts-footer-bar" aria-label=say(frame::FOOTER_MENU)>
                    <ul>
                        <li>
                            <a href="/accessibilita">{say(frame::ACCESSIBILITA)}</a>
                        </li>
                        <li>
                            <a href="/privacy">{say(frame::PRIVACY)}</a>
                        </li>
                    </ul>
                </nav>
            </div>
        </footer>
    }
    .erased()
}
