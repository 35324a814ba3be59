//! A refusal met in one of the services, with the way to the card where that is asked for.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use protocol::ProblemCode;

use super::RefusalAlert;
use crate::{
    asked::Asked,
    i18n::{Text, card, say},
    refusal::Refusal,
    session,
};

/// A refusal in a service; whoever needs the card comes back here after the login.
#[component]
pub fn ServiceRefusal(
    /// What was refused.
    refusal: Refusal,
) -> impl IntoView {
    let by_card = refusal.is(ProblemCode::CardRequired);
    if by_card {
        session::keep_return(&use_location().pathname.get_untracked());
    }
    view! {
        <RefusalAlert refusal>
            {by_card
                .then(|| {
                    view! {
                        <a class="btn btn-primary" href="/area-riservata/smart-card">
                            {say(card::TO_CARD_ACCESS)}
                        </a>
                    }
                        .into_any()
                })}
        </RefusalAlert>
    }
}

/// Says that the answer is waited for, as long as it is.
pub fn waiting<T: Clone + Send + Sync + 'static>(asked: Asked<T>, words: Text) -> AnyView {
    let is_under_way = Signal::derive(move || asked.is_under_way());
    waiting_while(is_under_way, words)
}

fn waiting_while(is_under_way: Signal<bool>, words: Text) -> AnyView {
    (move || {
        is_under_way
            .get()
            .then(|| view! { <p>{say(words)}</p> }.into_any())
    })
    .into_any()
}

/// What the server said no to, unless it stands at a field of the form.
pub fn refused<T: Clone + Send + Sync + 'static>(asked: Asked<T>) -> AnyView {
    refusal(Signal::derive(move || asked.refused()))
}

fn refusal(refused: Signal<Option<Refusal>>) -> AnyView {
    (move || {
        refused
            .get()
            .map(|refusal| view! { <ServiceRefusal refusal /> }.into_any())
    })
    .into_any()
}
