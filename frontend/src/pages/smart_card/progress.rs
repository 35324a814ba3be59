//! What the person is to do now, said as the extension reports it.

use leptos::prelude::*;
use protocol::page_message::ProgressState;

use super::act::{Act, Stage};
use crate::{
    components::go_to,
    erased::Erase,
    follow::follow,
    i18n::{Text, card, say},
};

/// The live progress of an act; the region stands from the start, so that screen
/// readers hear its first change too (WCAG 4.1.3).
#[component]
pub fn Progress(
    /// What is being done.
    act: RwSignal<Act>,
    /// How far it has come.
    stage: RwSignal<Stage>,
) -> impl IntoView {
    follow(move || {
        // The pressed button may be gone with its refusal, or the screen be narrow.
        if stage.get() == Stage::Preparing {
            go_to(".ts-progress-region");
        }
    });
    view! {
        <div
            role="status"
            tabindex="-1"
            class="ts-progress-region"
            aria-live="polite"
            data-progress=move || state_name(&stage.get())
        >
            {move || {
                instruction(&stage.get())
                    .map(|(now, hint)| {
                        view! {
                            <div class="ts-progress">
                                <span class="ts-spinner" aria-hidden="true"></span>
                                <div>
                                    <p class="ts-progress-act">{say(title(act.get()))}</p>
                                    <p class="ts-progress-now">{say(now)}</p>
                                    <p>{say(hint)}</p>
                                </div>
                            </div>
                        }
                            .erased()
                    })
            }}
        </div>
    }
    .erased()
}

fn title(act: Act) -> Text {
    match act {
        Act::Register => card::REGISTERING,
        Act::LogIn => card::LOGGING_IN,
    }
}

/// What to do now, and what helps doing it.
fn instruction(stage: &Stage) -> Option<(Text, Text)> {
    Some(match stage {
        Stage::Idle | Stage::Refused(_) => return None,
        Stage::Preparing => (card::PREPARING, card::PREPARING_HINT),
        Stage::AtCard(ProgressState::WaitingForReader) => (card::READER, card::READER_HINT),
        Stage::AtCard(ProgressState::WaitingForCard) => (card::CARD, card::CARD_HINT),
        Stage::AtCard(ProgressState::ChoosingCertificate) => {
            (card::CERTIFICATE, card::CERTIFICATE_HINT)
        }
        Stage::AtCard(ProgressState::WaitingForPin) => (card::PIN, card::PIN_HINT),
        Stage::AtCard(ProgressState::Signing) => (card::SIGNING, card::SIGNING_HINT),
        Stage::Checking => (card::CHECKING, card::CHECKING_HINT),
    })
}

/// The stage's name in `data-progress`: the contract's own where it has one.
fn state_name(stage: &Stage) -> Option<&'static str> {
    Some(match stage {
        Stage::Idle | Stage::Refused(_) => return None,
        Stage::Preparing => "preparing",
        Stage::AtCard(state) => state.name(),
        Stage::Checking => "checking",
    })
}
