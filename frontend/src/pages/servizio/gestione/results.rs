//! The operators found: a table, on a narrow screen a card a person.

use leptos::prelude::*;
use protocol::api::{ManagedOperator, OperatorsFound};

use crate::{
    asked::Asked,
    components::go_to,
    i18n::{Text, operator as data, say, services as words},
};

/// What the columns are called; the last one is the way to the person.
const COLUMNS: [Text; 5] = [
    data::NOMINATIVO,
    data::CODICE_FISCALE,
    data::PROFILE,
    words::STATE,
    words::CARD,
];

/// The table, if anybody was found.
#[component]
pub fn Results(
    /// Who was found.
    searching: Asked<OperatorsFound>,
    /// Who is to be managed.
    chosen: Asked<ManagedOperator>,
) -> impl IntoView {
    move || {
        let OperatorsFound { operators, more } = searching.done()?;
        if operators.is_empty() {
            return None;
        }
        Some(view! { <Table operators more chosen /> }.into_any())
    }
}

#[component]
fn Table(
    operators: Vec<ManagedOperator>,
    more: bool,
    chosen: Asked<ManagedOperator>,
) -> impl IntoView {
    go_to("#ts-found");
    let count = operators.len();
    // The roles are said as well: shown as cards, a table would be none for a screen reader.
    view! {
        <h2 id="ts-found" tabindex="-1">
            {say(words::FOUND)} ": " {count.to_string()}
        </h2>
        {more.then(|| view! { <p class="ts-note">{say(words::MORE)}</p> }.into_any())}
        <table class="ts-table" role="table" aria-labelledby="ts-found">
            <thead role="rowgroup">
                <tr role="row">
                    {COLUMNS
                        .into_iter()
                        .map(|name| {
                            view! {
                                <th role="columnheader" scope="col">
                                    {say(name)}
                                </th>
                            }
                                .into_any()
                        })
                        .collect::<Vec<_>>()}
                    <td role="cell"></td>
                </tr>
            </thead>
            <tbody role="rowgroup">
                {operators.into_iter().map(|person| row(person, chosen)).collect::<Vec<_>>()}
            </tbody>
        </table>
    }
}

fn row(person: ManagedOperator, chosen: Asked<ManagedOperator>) -> AnyView {
    let cell = |label: Text, value: AnyView| {
        view! {
            <td role="cell">
                <span class="ts-label" aria-hidden="true">
                    {say(label)} ": "
                </span>
                {value}
            </td>
        }
        .into_any()
    };
    let name = name(&person);
    let named = name.clone();
    let manage = say(words::MANAGE);
    let codice_fiscale = person.operator.codice_fiscale.as_str().to_owned();
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                {name}
            </th>
            {cell(data::CODICE_FISCALE, codice_fiscale.into_any())}
            {cell(data::PROFILE, say(data::profile(person.operator.profile)).into_any())}
            {cell(words::STATE, say(state(&person)).into_any())}
            {cell(words::CARD, say(card(&person)).into_any())}
            <td role="cell">
                <button
                    type="button"
                    class="btn btn-outline-primary btn-sm"
                    aria-label=move || format!("{} {named}", manage())
                    on:click=move |_| chosen.put(person.clone())
                >
                    {manage}
                </button>
            </td>
        </tr>
    }
    .into_any()
}

/// Surname and name, as the table is ordered.
pub fn name(person: &ManagedOperator) -> String {
    format!("{} {}", person.operator.cognome, person.operator.nome)
}

/// Whether the person may get in.
pub fn state(person: &ManagedOperator) -> Text {
    if person.active {
        words::IS_ENABLED
    } else {
        words::IS_DISABLED
    }
}

/// What became of the person's card.
pub fn card(person: &ManagedOperator) -> Text {
    match (&person.registered_at, person.document_pending) {
        (None, _) => words::NOT_REGISTERED,
        (Some(_), true) => words::IS_PENDING,
        (Some(_), false) => words::IS_REGISTERED,
    }
}
