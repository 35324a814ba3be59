//! One operator: what is known of their access, what can be done, what was done.

use leptos::prelude::*;
use protocol::api::{History, HistoryEntry, ManagedOperator};

use super::results;
use crate::{
    api,
    asked::{Asked, Stage},
    browser,
    components::{Confirmation, Icon, ServiceRefusal, Shape, go_to, refused, waiting},
    i18n::{Text, operator as data, say, services as words, speech},
};

/// What can be done with an operator's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Disable,
    Enable,
    Revoke,
}

impl Deed {
    /// The button, the question, its answer, and what is said once it is done.
    fn words(self) -> [Text; 4] {
        use words::*;
        match self {
            Deed::Disable => [DISABLE, DISABLE_ASK, DISABLE_YES, DISABLED_NOW],
            Deed::Enable => [ENABLE, ENABLE_ASK, ENABLE_YES, ENABLED_NOW],
            Deed::Revoke => [REVOKE, REVOKE_ASK, REVOKE_YES, REVOKED_NOW],
        }
    }
}

/// The chosen operator.
#[component]
pub fn Person(
    /// Who it is, and how they are after a change.
    chosen: Asked<ManagedOperator>,
    /// Called to go back to the others.
    back: Callback<()>,
) -> impl IntoView {
    let speech = speech();
    let asked_about = RwSignal::new(None::<Deed>);
    let last = RwSignal::new(None::<Deed>);
    let doing = Asked::<ManagedOperator>::begin();
    let history = Asked::<History>::begin();
    // Neither changes with what is done.
    let (id, name) = untrack(|| chosen.done())
        .map(|person| (person.id.clone(), results::name(&person)))
        .unwrap_or_default();
    let id = StoredValue::new(id);
    let called = StoredValue::new(name.clone());
    let naming = move |text: Text| {
        text.in_language(speech.language())
            .replace("{}", &called.get_value())
    };
    let read_history = move || {
        let id = id.get_value();
        history.ask(
            |language| async move { api::operator_history(&id, language).await },
            |_| {},
        );
    };
    read_history();
    let to_heading = || go_to("#ts-person");
    to_heading();
    let unasked = Callback::new(move |()| {
        asked_about.set(None);
        to_heading();
    });
    let perform = Callback::new(move |deed: Deed| {
        let id = id.get_value();
        last.set(Some(deed));
        doing.ask(
            move |language| async move {
                match deed {
                    Deed::Disable => api::let_operator_in(&id, false, language).await,
                    Deed::Enable => api::let_operator_in(&id, true, language).await,
                    Deed::Revoke => api::revoke_registration(&id, language).await,
                }
            },
            move |answer| {
                unasked.run(());
                if let Ok(person) = answer {
                    chosen.put(person.clone());
                    read_history();
                }
            },
        );
    });
    view! {
        <section class="ts-person" aria-labelledby="ts-person">
            <h2 id="ts-person" tabindex="-1">
                {name}
            </h2>
            {move || chosen.done().map(facts)}
            <div role="status">
                {waiting(*doing, words::SAVING)}
                {move || {
                    (doing.stage() == Stage::Done && asked_about.get().is_none())
                        .then(|| last.get())
                        .flatten()
                        .map(|deed| {
                            let [.., done] = deed.words();
                            view! {
                                <p class="ts-good">
                                    <Icon shape=Shape::Done />
                                    <span>{naming(done)}</span>
                                </p>
                            }
                                .into_any()
                        })
                }}
            </div>
            {refused(*doing)}
            {move || match asked_about.get() {
                Some(deed) => {
                    let [_, question, yes, _] = deed.words();
                    let question = Signal::derive(move || naming(question));
                    let on_yes = Callback::new(move |()| perform.run(deed));
                    view! { <Confirmation question yes on_yes on_no=unasked /> }.into_any()
                }
                None => {
                    view! {
                        <p class="ts-actions">
                            {chosen
                                .done()
                                .map(|person| {
                                    possible(&person)
                                        .into_iter()
                                        .flatten()
                                        .map(|deed| beginning(deed, asked_about))
                                        .collect::<Vec<_>>()
                                })}
                        </p>
                    }
                        .into_any()
                }
            }}
            <h3>{say(words::HISTORY)}</h3>
            {move || match history.stage() {
                Stage::Idle | Stage::UnderWay => {
                    view! { <p>{say(words::LOADING)}</p> }.into_any()
                }
                Stage::Refused(refusal) => view! { <ServiceRefusal refusal /> }.into_any(),
                Stage::Done => list(history.done()),
            }}
            <p>
                <button
                    type="button"
                    class="btn btn-outline-primary"
                    on:click=move |_| back.run(())
                >
                    {say(words::TO_RESULTS)}
                </button>
            </p>
        </section>
    }
}

/// The button that begins a deed with its question.
fn beginning(deed: Deed, asked_about: RwSignal<Option<Deed>>) -> AnyView {
    let [button, ..] = deed.words();
    view! {
        <button
            type="button"
            class="btn btn-outline-primary"
            on:click=move |_| asked_about.set(Some(deed))
        >
            {say(button)}
        </button>
    }
    .into_any()
}

fn possible(person: &ManagedOperator) -> [Option<Deed>; 2] {
    let access = if person.active {
        Deed::Disable
    } else {
        Deed::Enable
    };
    let is_registered = person.registered_at.is_some();
    [Some(access), is_registered.then_some(Deed::Revoke)]
}

fn list(history: Option<History>) -> AnyView {
    let entries = history.map(|history| history.entries).unwrap_or_default();
    if entries.is_empty() {
        return view! { <p>{say(words::NO_HISTORY)}</p> }.into_any();
    }
    let entries: Vec<_> = entries.into_iter().map(entry).collect();
    view! { <ul class="ts-found">{entries}</ul> }.into_any()
}

fn facts(person: ManagedOperator) -> AnyView {
    let speech = speech();
    let row = |label: Text, value: AnyView| {
        view! {
            <div>
                <dt>{say(label)} ":"</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    };
    let credentials = if person.has_credentials {
        words::HAS_CREDENTIALS
    } else {
        words::NO_CREDENTIALS
    };
    let state = say(results::state(&person)).into_any();
    let card = say(results::card(&person)).into_any();
    let profile = say(data::profile(person.operator.profile)).into_any();
    let codice_fiscale = person.operator.codice_fiscale.as_str().to_owned();
    view! {
        <dl class="ts-data">
            {row(data::CODICE_FISCALE, codice_fiscale.into_any())} {row(data::PROFILE, profile)}
            {row(words::STATE, state)} {row(words::CARD, card)}
            {person
                .registered_at
                .map(|at| {
                    let when = move || browser::date_and_time(&at, speech.language());
                    row(words::SINCE, when.into_any())
                })} {row(words::CREDENTIALS, say(credentials).into_any())}
        </dl>
    }
    .into_any()
}

fn entry(entry: HistoryEntry) -> AnyView {
    let speech = speech();
    let HistoryEntry {
        at,
        act,
        by,
        by_card,
    } = entry;
    let when = {
        let at = at.clone();
        move || browser::date_and_time(&at, speech.language())
    };
    view! {
        <li>
            <p class="ts-entry">
                <strong>{say(words::act(act))}</strong>
            </p>
            <p class="ts-small">
                <time datetime=at>{when}</time>
                ", "
                {say(words::actor(by))}
                {by_card.map(|by_card| view! { ", " {say(words::means(by_card))} }.into_any())}
            </p>
        </li>
    }
    .into_any()
}
