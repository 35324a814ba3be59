//! Gestione Credenziali: finds operators of one's own regione and ASL, and manages their
//! access.

mod person;
mod results;

use std::sync::Arc;

use leptos::prelude::*;
use person::Person;
use protocol::{
    api::{ManagedOperator, OperatorSearch, OperatorsFound},
    problem::FormField,
};
use results::Results;

use crate::{
    api,
    asked::{Asked, Stage},
    components::{self, Fault, Field, Kind, go_to_fault, refused, waiting},
    i18n::{say, services as words},
};

/// The search, then its results or one person.
#[component]
pub fn Gestione() -> impl IntoView {
    let searching = Asked::<OperatorsFound>::begin();
    let chosen = Asked::<ManagedOperator>::begin();
    let typed = RwSignal::new(String::new());
    let submitted = RwSignal::new(false);
    let ours = components::fault(move || {
        (submitted.get() && typed.get().trim().is_empty()).then_some(words::WORDS_FAULT)
    });
    let fault: Fault = Arc::new(move || ours().or_else(|| searching.fault_of(FormField::Words)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submitted.set(true);
        let words = typed.get_untracked().trim().to_owned();
        if words.is_empty() {
            go_to_fault();
            return;
        }
        chosen.forget();
        let search = OperatorSearch { words };
        searching.ask(
            |language| async move { api::search_operators(&search, language).await },
            |answer| {
                if answer.is_err() {
                    go_to_fault();
                }
            },
        );
    };
    // The row in the results follows what becomes of the person.
    let back = Callback::new(move |()| {
        let (found, person) = untrack(|| (searching.done(), chosen.done()));
        if let (Some(mut found), Some(person)) = (found, person) {
            for row in &mut found.operators {
                if row.id == person.id {
                    *row = person.clone();
                }
            }
            searching.put(found);
        }
        chosen.forget();
    });
    let is_chosen = Memo::new(move |_| chosen.stage() != Stage::Idle);
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
            {waiting(*searching, words::SEARCHING)}
            {move || {
                let nobody = searching.done().is_some_and(|found| found.operators.is_empty());
                nobody.then(|| view! { <p class="ts-note">{say(words::NOBODY)}</p> }.into_any())
            }}
        </div>
        {refused(*searching)}
        {move || {
            if is_chosen.get() {
                view! { <Person chosen back /> }.into_any()
            } else {
                view! { <Results searching chosen /> }.into_any()
            }
        }}
    }
}
