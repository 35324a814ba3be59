//! `/prepara-la-postazione`: what a workstation needs, and whether this one has it.

mod check;
mod findings;
mod steps;
mod system;

use leptos::prelude::*;

use crate::{
    components::{Page, WithLongTexts},
    i18n::{frame, say, workstation as words},
};
use check::{Check, Checked};
use steps::Steps;

/// Makes the program known to the browsers.
const INSTALL: &str = "tessera-host install --system";
/// A policy file (contract §2).
const POLICY: &str = r#"modules = ["/opt/carta/libpkcs11.so"]"#;

/// Guidance and the check.
#[component]
pub fn PreparaLaPostazionePage() -> impl IntoView {
    let checked = Checked::not_yet();
    view! {
        <Page title=frame::GUIDE_TITLE lead=frame::GUIDE_LEAD>
            <WithLongTexts content=move || guide(checked).into_any() />
        </Page>
    }
}

fn guide(checked: Checked) -> impl IntoView {
    view! {
            <Check checked />
            <h2>{say(words::STEPS)}</h2>
            <Steps checked />
            <section class="ts-article">
                <h2>{say(words::ASK)}</h2>
                <p>{say(words::ASK_TEXT)}</p>
            </section>
            <p>
                <a class="btn btn-primary" href="/area-riservata/smart-card">
                    {say(words::TO_ACCESS)}
                </a>
            </p>
            <section class="ts-article">
                <h2>{say(words::TECHNICIANS)}</h2>
                <h3>{say(words::PROGRAM)}</h3>
                <p>{say(words::TECHNICIANS_PROGRAM)}</p>
                <pre>
                    <code>{INSTALL}</code>
                </pre>
                <p>{say(words::TECHNICIANS_SCOPE)}</p>
                <h3>{say(words::EXTENSION)}</h3>
                <p>{say(words::TECHNICIANS_EXTENSION)}</p>
                <h3>{say(words::POLICY)}</h3>
                <p>{say(words::TECHNICIANS_POLICY)}</p>
                <pre>
                    <code>{POLICY}</code>
                </pre>
            </section>
    }
}
