//! What a workstation needs, step by step; after the check, how each was found and what to do.

use leptos::prelude::*;
use protocol::{CheckState, workstation_check::Step};

use super::{check::Checked, findings::Findings};
use crate::{
    card::Outdated,
    components::{Icon, Shape},
    erased::Erase,
    i18n::{Text, say, workstation as words},
};

/// A step's words: what it is called, what it is, and what to do where it lacks.
fn words_of(step: Step) -> [Text; 3] {
    match step {
        Step::Browser => [words::BROWSER, words::BROWSER_TEXT, words::BROWSER_DO],
        Step::Extension => [words::EXTENSION, words::EXTENSION_TEXT, words::EXTENSION_DO],
        Step::Program => [words::PROGRAM, words::PROGRAM_TEXT, words::PROGRAM_DO],
        Step::Versions => [words::VERSIONS, words::VERSIONS_TEXT, words::VERSIONS_DO],
        Step::Policy => [words::POLICY, words::POLICY_TEXT, words::POLICY_DO],
        Step::Service => [words::SERVICE, words::SERVICE_TEXT, words::SERVICE_DO],
        Step::Reader => [words::READER, words::READER_TEXT, words::READER_DO],
        Step::Card => [words::CARD, words::CARD_TEXT, words::CARD_DO],
        Step::Middleware => [words::DRIVER, words::DRIVER_TEXT, words::DRIVER_DO],
        Step::Certificate => [
            words::CERTIFICATE,
            words::CERTIFICATE_TEXT,
            words::CERTIFICATE_DO,
        ],
        Step::Clock => [words::CLOCK, words::CLOCK_TEXT, words::CLOCK_DO],
    }
}

/// The selector of a step's heading.
pub fn heading(step: Step) -> &'static str {
    match step {
        Step::Browser => "#ts-browser",
        Step::Extension => "#ts-extension",
        Step::Program => "#ts-program",
        Step::Versions => "#ts-versions",
        Step::Policy => "#ts-policy",
        Step::Service => "#ts-service",
        Step::Reader => "#ts-reader",
        Step::Card => "#ts-card",
        Step::Middleware => "#ts-middleware",
        Step::Certificate => "#ts-certificate",
        Step::Clock => "#ts-clock",
    }
}

/// All steps.
#[component]
pub fn Steps(
    /// What the check came to.
    checked: Checked,
) -> impl IntoView {
    let step = move |step: &Step| {
        let step = *step;
        let [title, text, _] = words_of(step);
        let state = move || {
            let found = checked.found()?;
            Some(found.of(step).map_or("unknown", CheckState::name))
        };
        view! {
            <li data-step=step.name() data-state=state>
                <h3 id=heading(step).trim_start_matches('#') tabindex="-1">
                    {say(title)}
                </h3>
                {move || checked.found().map(|found| state_of(step, &found, checked))}
                <p>{say(text)}</p>
            </li>
        }
        .erased()
    };
    view! { <ol class="ts-steps">{Step::ALL.iter().map(step).collect_view()}</ol> }
}

/// How it was found, in words and a drawing, and what to do.
fn state_of(step: Step, found: &Findings, checked: Checked) -> AnyView {
    let state = found.of(step);
    let (class, shape, word) = match state {
        Some(CheckState::Ok) => ("ts-state ts-state-ok", Shape::Done, words::STATE_OK),
        Some(CheckState::Warning) => ("ts-state", Shape::Info, words::STATE_WARNING),
        Some(CheckState::Wrong) => (
            "ts-state ts-state-wrong",
            Shape::Warning,
            words::STATE_WRONG,
        ),
        None => ("ts-state", Shape::Arrow, words::STATE_UNKNOWN),
    };
    let to_do = match (step, found.outdated) {
        (Step::Versions, Some(Outdated::Extension)) => words::UPDATE_EXTENSION,
        (Step::Versions, Some(Outdated::Host)) => words::UPDATE_PROGRAM,
        _ => words_of(step)[2],
    };
    let lacks = matches!(state, Some(CheckState::Warning | CheckState::Wrong));
    view! {
        <p class=class>
            <Icon shape />
            <strong>{say(word)}</strong>
        </p>
        {lacks
            .then(|| {
                view! {
                    <p>
                        <strong>{say(to_do)}</strong>
                    </p>
                }
                    .erased()
            })}
        {move || checked.file_for(step).map(download)}
    }
    .into_any()
}

/// The name stands beside the words: which file it is, one sees before it is there.
fn download(file: String) -> AnyView {
    let name = file.rsplit('/').next().unwrap_or_default().to_owned();
    view! {
        <p>
            <a class="btn btn-outline-primary ts-file" href=file download="">
                {say(words::DOWNLOAD)} " " {name}
            </a>
        </p>
    }
    .erased()
}
