//! A labelled field of a form, with its hint and what is wrong with it (WCAG 3.3.1, 3.3.2).

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::{Text, say, speech};

/// What is wrong with a field now, in the page's language.
pub type Fault = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// What is wrong with it as `find` finds, in the page's language.
pub fn fault(find: impl Fn() -> Option<Text> + Send + Sync + 'static) -> Fault {
    let speech = speech();
    Arc::new(move || Some(find()?.in_language(speech.language()).to_owned()))
}

/// What is typed or chosen in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line, of this type (HTML `type`).
    Line(&'static str),
    /// Several lines.
    Lines,
    /// One of these: value and words.
    Choice(&'static [(&'static str, Text)]),
}

/// A labelled field.
#[component]
pub fn Field(
    /// Its label.
    label: Text,
    /// Its id in the page, and its name.
    id: &'static str,
    /// What is typed or chosen.
    #[prop(default = Kind::Line("text"))]
    kind: Kind,
    /// What the browser's own store of entries is told it is (HTML `autocomplete`).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What was typed.
    value: RwSignal<String>,
    /// What helps filling it in.
    #[prop(optional)]
    hint: Option<Text>,
    /// What is wrong with it.
    fault: Fault,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let described_by = {
        let fault = fault.clone();
        move || {
            let fault = fault().map(|_| format!("{id}-fault"));
            let hint = hint.map(|_| format!("{id}-hint"));
            let parts: Vec<String> = fault.into_iter().chain(hint).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
    };
    let invalid = {
        let fault = fault.clone();
        move || fault().map(|_| "true")
    };
    let control = match kind {
        Kind::Line(kind) => view! {
            <input
                id=id
                name=id
                type=kind
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                required=required
                aria-invalid=invalid
                aria-describedby=described_by
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        }
        .into_any(),
        Kind::Lines => view! {
            <textarea
                id=id
                name=id
                rows="6"
                autocomplete=autocomplete
                required=required
                aria-invalid=invalid
                aria-describedby=described_by
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        }
        .into_any(),
        Kind::Choice(choices) => view! {
            <select
                id=id
                name=id
                required=required
                aria-invalid=invalid
                aria-describedby=described_by
                prop:value=value
                on:change:target=move |event| value.set(event.target().value())
            >
                {choices
                    .iter()
                    .map(|(value, words)| {
                        view! { <option value=*value>{say(*words)}</option> }.into_any()
                    })
                    .collect::<Vec<_>>()}
            </select>
        }
        .into_any(),
    };
    view! {
        <div class="ts-field">
            <label for=id>{say(label)}</label>
            {control}
            {hint
                .map(|hint| {
                    view! {
                        <p class="ts-field-hint" id=format!("{id}-hint")>
                            {say(hint)}
                        </p>
                    }
                        .into_any()
                })}
            {move || {
                fault()
                    .map(|fault| {
                        view! {
                            <p class="ts-field-fault" id=format!("{id}-fault")>
                                {fault}
                            </p>
                        }
                            .into_any()
                    })
            }}
        </div>
    }
}
