//! What the Sistema TS knows about the operator, in the manual's words (manuale §4).

use leptos::prelude::*;
use protocol::api::Operator;

use crate::i18n::{Text, operator, say};

/// The operator's data, label and value.
#[component]
pub fn OperatorData(
    /// Whose data.
    operator: Operator,
) -> impl IntoView {
    let nominativo = format!("{} {}", operator.nome, operator.cognome);
    let rows = [
        (
            operator::CODICE_FISCALE,
            operator.codice_fiscale.as_str().to_owned(),
        ),
        (operator::NOMINATIVO, nominativo),
        (operator::TELEFONO, operator.telefono_ufficio),
        (operator::EMAIL, operator.email),
        (operator::REGIONE, operator.regione),
        (operator::ASL, operator.asl),
    ];
    view! {
        <dl class="ts-data">
            {rows.into_iter().map(|(label, value)| row(label, value)).collect_view()}
        </dl>
    }
}

fn row(label: Text, value: String) -> impl IntoView {
    let value = if value.is_empty() {
        view! { <dd class="ts-not-given">{say(operator::NOT_GIVEN)}</dd> }.into_any()
    } else {
        view! { <dd>{value}</dd> }.into_any()
    };
    view! {
        <div>
            <dt>{say(label)} ":"</dt>
            {value}
        </div>
    }
}
