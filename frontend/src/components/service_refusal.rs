//! A refusal met in one of the services, with the way to the card where that is asked for.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use protocol::ProblemCode;

use super::RefusalAlert;
use crate::{
    asked::Asking,
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
pub fn waiting(asked: Asking, words: Text) -> AnyView {
    (move || {
        asked
            .is_under_way()
            .then(|| view! { <p>{say(words)}</p> }.into_any())
    })
    .into_any()
}

/// What the server said no to, unless it stands at a field of the form.
pub fn refused(asked: Asking) -> AnyView {
    (move || {
        asked
            .refused()
            .map(|refusal| view! { <ServiceRefusal refusal /> }.into_any())
    })
    .into_any()
}
