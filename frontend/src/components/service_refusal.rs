//! A refusal met in one of the services, with the way to the card where that is asked for.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use protocol::ProblemCode;

use super::RefusalAlert;
use crate::{
    i18n::{card, say},
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
                })}
        </RefusalAlert>
    }
}
