//! Gestione Credenziali: finds operators of one's own regione and ASL, and manages their
//! access.

mod person;
mod results;

use leptos::prelude::*;
use person::Person;
use protocol::{
    api::{ManagedOperator, OperatorSearch, OperatorsFound},
    problem::FormField,
};
use results::Results;

use crate::{
    api,
    asked::Asked,
    components::{Field, Kind, ServiceRefusal, go_to_fault},
    i18n::{say, services as words, speech},
};

/// The search, then its results or one person.
#[component]
pub fn Gestione() -> impl IntoView {
    let speech = speech();
    let searching = Asked::<OperatorsFound>::begin();
    let found = RwSignal::new(None::<OperatorsFound>);
    let chosen = RwSignal::new(None::<ManagedOperator>);
    let typed = RwSignal::new(String::new());
    let submitted = RwSignal::new(false);
    let fault = Signal::derive(move || {
        if submitted.get() && typed.with(|typed| typed.trim().is_empty()) {
            Some(words::WORDS_FAULT.in_language(speech.language()).to_owned())
        } else {
            searching.fault_of(FormField::Words)
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submitted.set(true);
        let words = typed.get_untracked().trim().to_owned();
        if words.is_empty() {
            go_to_fault();
            return;
        }
        found.set(None);
        chosen.set(None);
        let search = OperatorSearch { words };
        searching.ask(
            |language| async move { api::search_operators(&search, language).await },
            move |answer| match answer {
                Ok(operators) => found.set(Some(operators.clone())),
                Err(_) => go_to_fault(),
            },
        );
    };
    // A change is an answer of its own: the row in the results follows it.
    let changed = Callback::new(move |person: ManagedOperator| {
        found.update(|found| {
            let rows = found.iter_mut().flat_map(|found| &mut found.operators);
            for row in rows.filter(|row| row.id == person.id) {
                *row = person.clone();
            }
        });
        chosen.set(Some(person));
    });
    let is_chosen = Memo::new(move |_| chosen.with(Option::is_some));
    view! {
        <p class="ts-lead">{say(words::MANAGE_LEAD)}</p>
        <form class="ts-form" novalidate on:submit=submit>
            <Field
                label=words::WORDS
                id="words"
                kind=Kind::Line("search")
                value=typed
                hint=words::WORDS_HINT
                fault
                required=true
            />
            <button type="submit" class="btn btn-primary">
                {say(words::SEARCH)}
            </button>
        </form>
        <div role="status">
            {move || searching.is_under_way().then(|| view! { <p>{say(words::SEARCHING)}</p> })}
            {move || {
                found
                    .with(|found| found.as_ref().is_some_and(|found| found.operators.is_empty()))
                    .then(|| view! { <p class="ts-note">{say(words::NOBODY)}</p> })
            }}
        </div>
        {move || searching.refused().map(|refusal| view! { <ServiceRefusal refusal /> })}
        {move || {
            if is_chosen.get() {
                view! { <Person chosen changed /> }.into_any()
            } else {
                view! { <Results found chosen /> }.into_any()
            }
        }}
    }
}
