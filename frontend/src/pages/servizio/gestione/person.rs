//! One operator: what is known of their access, what can be done, what was done.

use leptos::{html, prelude::*};
use protocol::api::{History, HistoryEntry, ManagedOperator};

use super::results;
use crate::{
    api,
    asked::{Asked, Stage},
    browser,
    components::{Confirmation, Icon, ServiceRefusal, Shape},
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
    /// Who it is; nobody again, once one goes back.
    chosen: RwSignal<Option<ManagedOperator>>,
    /// Hears how they are after a change.
    changed: Callback<ManagedOperator>,
) -> impl IntoView {
    let speech = speech();
    let heading = NodeRef::<html::H2>::new();
    let asked_about = RwSignal::new(None::<Deed>);
    let last = RwSignal::new(None::<Deed>);
    let doing = Asked::<ManagedOperator>::begin();
    let history = Asked::<History>::begin();
    let id = move || chosen.with_untracked(|person| person.as_ref().map(|it| it.id.clone()));
    let name = Memo::new(move |_| {
        chosen.with(|person| person.as_ref().map(results::name).unwrap_or_default())
    });
    let naming = move |text: Text| {
        text.in_language(speech.language())
            .replace("{}", &name.get())
    };
    let read_history = move || {
        let id = id().unwrap_or_default();
        history.ask(
            |language| async move { api::operator_history(&id, language).await },
            |_| {},
        );
    };
    read_history();
    let to_heading = move || {
        if let Some(heading) = heading.get_untracked() {
            let _ = heading.focus();
        }
    };
    Effect::new(move |_| {
        heading.track();
        to_heading();
    });
    let back = Callback::new(move |()| {
        asked_about.set(None);
        to_heading();
    });
    let perform = Callback::new(move |deed: Deed| {
        let id = id().unwrap_or_default();
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
                back.run(());
                if let Ok(person) = answer {
                    changed.run(person.clone());
                    read_history();
                }
            },
        );
    });
    view! {
        <section class="ts-person" aria-labelledby="ts-person">
            <h2 id="ts-person" tabindex="-1" node_ref=heading>
                {name}
            </h2>
            {move || chosen.get().map(facts)}
            <div role="status">
                {move || doing.is_under_way().then(|| view! { <p>{say(words::SAVING)}</p> })}
                {move || {
                    doing
                        .done()
                        .and(last.get())
                        .map(|deed| {
                            let [.., done] = deed.words();
                            view! {
                                <p class="ts-good">
                                    <Icon shape=Shape::Done />
                                    <span>{naming(done)}</span>
                                </p>
                            }
                        })
                }}
            </div>
            {move || doing.refused().map(|refusal| view! { <ServiceRefusal refusal /> })}
            {move || match asked_about.get() {
                Some(deed) => {
                    let [_, question, yes, _] = deed.words();
                    let question = Signal::derive(move || naming(question));
                    let on_yes = Callback::new(move |()| perform.run(deed));
                    view! { <Confirmation question yes on_yes on_no=back /> }.into_any()
                }
                None => {
                    view! {
                        <p class="ts-actions">
                            {chosen
                                .get()
                                .into_iter()
                                .flat_map(possible)
                                .map(|deed| {
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
                                })
                                .collect_view()}
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
                Stage::Done(History { entries }) if entries.is_empty() => {
                    view! { <p>{say(words::NO_HISTORY)}</p> }.into_any()
                }
                Stage::Done(History { entries }) => {
                    view! {
                        <ul class="ts-found">{entries.into_iter().map(entry).collect_view()}</ul>
                    }
                        .into_any()
                }
            }}
            <p>
                <button
                    type="button"
                    class="btn btn-outline-primary"
                    on:click=move |_| chosen.set(None)
                >
                    {say(words::TO_RESULTS)}
                </button>
            </p>
        </section>
    }
}

fn possible(person: ManagedOperator) -> impl Iterator<Item = Deed> {
    let access = if person.active {
        Deed::Disable
    } else {
        Deed::Enable
    };
    let revoke = person.registered_at.map(|_| Deed::Revoke);
    std::iter::once(access).chain(revoke)
}

fn facts(person: ManagedOperator) -> impl IntoView {
    let speech = speech();
    let row = |label: Text, value: AnyView| {
        view! {
            <div>
                <dt>{say(label)} ":"</dt>
                <dd>{value}</dd>
            </div>
        }
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
}

fn entry(entry: HistoryEntry) -> impl IntoView {
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
                {by_card.map(|by_card| view! { ", " {say(words::means(by_card))} })}
            </p>
        </li>
    }
}
