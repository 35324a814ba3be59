//! The check: the person asks for it, and reads in a sentence what came of it.

use leptos::{prelude::*, task::spawn_local};
use protocol::{CheckState, workstation_check::Step};

use super::{findings::Findings, steps, system::System};
use crate::{
    api,
    card::{self, Outdated},
    components::{Icon, RefusalAlert, Shape, go_to},
    erased::{Erase, act},
    i18n::{Speech, Text, say, speech, workstation as words},
    refusal::Refusal,
    session::clock_is_off,
};

/// What the check came to, for all parts of the page.
#[derive(Clone, Copy)]
pub struct Checked {
    is_under_way: RwSignal<bool>,
    found: RwSignal<Option<Findings>>,
    files: RwSignal<Files>,
    speech: Speech,
}

/// The files that mend steps, looked for after each check.
#[derive(Default)]
struct Files {
    /// The check they are for, counted.
    check: u32,
    known: Vec<(Step, String)>,
}

impl Files {
    /// Forgets those of the check before, and answers which one this is.
    fn begin(&mut self) -> u32 {
        self.check += 1;
        self.known.clear();
        self.check
    }

    /// Takes a file in, unless another check has begun since it was looked for.
    fn add(&mut self, check: u32, step: Step, file: String) {
        if check == self.check {
            self.known.push((step, file));
        }
    }

    fn of(&self, step: Step) -> Option<String> {
        let mut known = self.known.iter();
        let found = known.find(|(known, _)| *known == step);
        found.map(|(_, file)| file.clone())
    }
}

impl Checked {
    /// Before the first check.
    pub fn not_yet() -> Checked {
        Checked {
            is_under_way: RwSignal::new(false),
            found: RwSignal::new(None),
            files: RwSignal::new(Files::default()),
            speech: speech(),
        }
    }

    /// What was found; whoever asks follows it.
    pub fn found(self) -> Option<Findings> {
        self.found.get()
    }

    /// The file that mends a step, where the server gives one out; whoever asks follows it.
    pub fn file_for(self, step: Step) -> Option<String> {
        self.files.with(|files| files.of(step))
    }

    fn begin(self) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        self.found.set(None);
        let Some(check) = self.files.try_update(Files::begin) else {
            return;
        };
        let language = self.speech.language_now();
        spawn_local(async move {
            let system = System::of_this_page();
            let answer = card::check_workstation().await;
            api::hear_the_time(language).await;
            let found = Findings::new(answer, system, clock_is_off());
            let lacking = lacking(&found);
            // Whoever went elsewhere meanwhile is shown nothing.
            if self.found.try_set(Some(found)).is_some() {
                return;
            }
            self.is_under_way.set(false);
            for (step, mends) in lacking {
                let Some(file) = system.file_for(mends) else {
                    continue;
                };
                if api::is_there(&file).await {
                    let _ = self.files.try_update(|files| files.add(check, step, file));
                }
            }
        });
    }
}

/// The steps that a file may mend, and whose file it is.
fn lacking(found: &Findings) -> Vec<(Step, Step)> {
    let lacks = |step: &Step| found.of(*step).is_some_and(|state| state != CheckState::Ok);
    let mut lacking: Vec<(Step, Step)> = [Step::Extension, Step::Program]
        .into_iter()
        .filter(lacks)
        .map(|step| (step, step))
        .collect();
    match found.outdated {
        Some(Outdated::Extension) => lacking.push((Step::Versions, Step::Extension)),
        Some(Outdated::Host) => lacking.push((Step::Versions, Step::Program)),
        None => {}
    }
    lacking
}

/// Asks extension and host what this workstation has.
#[component]
pub fn Check(
    /// Where what was found goes.
    checked: Checked,
) -> impl IntoView {
    view! {
        <section class="ts-check" aria-labelledby="ts-check">
            <h2 id="ts-check" class="h4">
                {say(words::CHECK_TITLE)}
            </h2>
            <p>{say(words::CHECK_TEXT)}</p>
            <button type="button" class="btn btn-primary" on:click=act(move |_| checked.begin())>
                {say(words::CHECK)}
            </button>
            <div role="status">
                {move || {
                    if checked.is_under_way.get() {
                        return view! { <p>{say(words::CHECKING)}</p> }.erased();
                    }
                    match checked.found() {
                        Some(found) if found.failure.is_none() => answered(&found),
                        _ => ().into_any(),
                    }
                }}
            </div>
            {move || {
                let code = checked.found()?.failure?;
                let refusal = Refusal::Failure(code);
                Some(view! { <RefusalAlert refusal guide=false /> }.into_any())
            }}
            {move || checked.found().and_then(|found| found.first_to_do()).map(way_on)}
        </section>
    }
}

/// Both answered: what it comes to, and their versions, as web-eid.js names them.
fn answered(found: &Findings) -> AnyView {
    let (class, shape, sentence) = match (found.worst(), found.is_complete) {
        (CheckState::Wrong, _) => ("ts-note ts-verdict", Shape::Warning, words::CHECK_WRONG),
        (_, false) => ("ts-good", Shape::Done, words::CHECK_NOT_TOLD),
        (CheckState::Warning, true) => ("ts-good", Shape::Done, words::CHECK_WARNING),
        (CheckState::Ok, true) => ("ts-good", Shape::Done, words::CHECK_GOOD),
    };
    let version = |version: &Option<String>, label: Text| {
        version.clone().map(|version| {
            view! {
                <li>
                    {say(label)} ": " {version}
                </li>
            }
            .erased()
        })
    };
    let [extension, native_app] = &found.versions;
    view! {
        <div class=class>
            <Icon shape />
            <span>{say(words::CHECK_ANSWERED)} " " {say(sentence)}</span>
        </div>
        <ul>
            {version(extension, words::EXTENSION_VERSION)}
            {version(native_app, words::PROGRAM_VERSION)}
        </ul>
    }
    .into_any()
}

/// Leads to the first thing to be done: on a phone, or for a keyboard, the list is long.
fn way_on(step: Step) -> AnyView {
    let lead = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        go_to(steps::heading(step));
    };
    view! {
        <p>
            <a href=steps::heading(step) on:click=act(lead)>
                {say(words::FIRST_STEP)}
            </a>
        </p>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_file_that_was_looked_for_before_the_next_check_is_not_shown_after_it() {
        let mut files = Files::default();
        let first = files.begin();
        files.add(first, Step::Program, "first".to_owned());
        assert_eq!(files.of(Step::Program).as_deref(), Some("first"));
        assert_eq!(files.of(Step::Extension), None);

        let second = files.begin();
        assert_eq!(files.of(Step::Program), None);
        files.add(first, Step::Program, "first, late".to_owned());
        assert_eq!(files.of(Step::Program), None);
        files.add(second, Step::Program, "second".to_owned());
        assert_eq!(files.of(Step::Program).as_deref(), Some("second"));
    }
}
