//! A refusal as the person sees it: what happened, what to do, whom to turn to.

use leptos::{html, prelude::*};

use crate::{
    components::{Icon, Shape, with_number},
    erased::Erase,
    follow::follow,
    i18n::{card, failures, frame, say, speech},
    refusal::Refusal,
};

/// What happened, what to do and whom to turn to, marked with its code (contract §7).
#[component]
pub fn Alert(
    /// The code that tells it apart.
    code: &'static str,
    /// What happened.
    #[prop(into)]
    title: Signal<String>,
    /// What to do.
    #[prop(into)]
    detail: Signal<String>,
    /// Whom to turn to.
    contact: Option<Signal<String>>,
    /// What the person can do right here.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let alert = NodeRef::<html::Div>::new();
    follow(move || {
        // On a phone it may stand below the screen's edge.
        if let Some(alert) = alert.get() {
            let _ = alert.focus();
        }
    });
    view! {
        <div class="ts-alert" role="alert" tabindex="-1" data-code=code node_ref=alert>
            <p class="ts-alert-title">
                <Icon shape=Shape::Warning />
                <strong>{title}</strong>
            </p>
            <p>{detail}</p>
            {contact
                .map(|contact| {
                    view! {
                        <p class="ts-alert-contact">
                            {say(card::WHO_HELPS)} " " <strong>{with_number(contact)}</strong>
                        </p>
                    }
                        .erased()
                })}
            {children.map(|children| view! { <div class="ts-actions">{children()}</div> }.erased())}
        </div>
    }
    .erased()
}

/// A refusal of the server's, of the extension's or of the network's.
#[component]
pub fn RefusalAlert(
    /// What was refused.
    refusal: Refusal,
    /// Whether to lead to the guide where that helps.
    #[prop(default = true)]
    guide: bool,
    /// What the person can do right here.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let speech = speech();
    let said = move |text: crate::i18n::Text| {
        Signal::derive(move || text.in_language(speech.language()).to_owned())
    };
    let code = refusal.code();
    let mut about_workstation = false;
    let (title, detail, contact) = match refusal {
        Refusal::Problem(problem) => (
            Signal::stored(problem.title),
            Signal::stored(problem.detail),
            problem.contact.map(Signal::stored),
        ),
        Refusal::Failure(code) => {
            about_workstation = failures::is_about_workstation(code);
            let explanation = failures::explain(code);
            (
                said(explanation.what_happened),
                said(explanation.what_to_do),
                None,
            )
        }
        Refusal::ServerUnreachable => (
            said(failures::UNREACHABLE),
            said(failures::UNREACHABLE_HELP),
            None,
        ),
        Refusal::AnswerUnreadable => (
            said(failures::UNREADABLE),
            said(failures::UNREADABLE_HELP),
            None,
        ),
    };
    view! {
        <Alert code title detail contact>
            {children.map(|children| children())}
            {(guide && about_workstation)
                .then(|| {
                    view! {
                        <a class="btn btn-outline-primary" href="/prepara-la-postazione">
                            {say(frame::PREPARE)}
                        </a>
                    }
                        .erased()
                })}
        </Alert>
    }
    .erased()
}
