//! What the smart-card page says while something is under way.

use frontend::pages::{Act, Progress, Stage};
use leptos::prelude::*;
use protocol::page_message::ProgressState;

use crate::specimen;

/// Every stage of a login, and one of a registration.
pub fn all() -> impl IntoView {
    let stages = [
        (Act::Register, Stage::Preparing),
        (Act::LogIn, Stage::Preparing),
        (Act::LogIn, Stage::AtCard(ProgressState::WaitingForReader)),
        (Act::LogIn, Stage::AtCard(ProgressState::WaitingForCard)),
        (
            Act::LogIn,
            Stage::AtCard(ProgressState::ChoosingCertificate),
        ),
        (Act::LogIn, Stage::AtCard(ProgressState::WaitingForPin)),
        (Act::LogIn, Stage::AtCard(ProgressState::Signing)),
        (Act::LogIn, Stage::Checking),
    ];
    let specimens = stages.into_iter().map(|(act, stage)| {
        let name = format!("{act:?}, {stage:?}");
        let (act, stage) = (RwSignal::new(act), RwSignal::new(stage));
        specimen("Progress", name, view! { <Progress act stage /> })
    });
    specimens.collect_view()
}
