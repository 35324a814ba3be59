//! One act with the card, from the click to the server's answer.

use leptos::prelude::*;
use protocol::{
    Language,
    api::{Registration, Session},
    page_message::ProgressState,
};

use crate::{
    api,
    i18n::{Text, card as words},
    login_turn::LoginTurn,
    refusal::Refusal,
};

/// What the person wants to do with the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Registra CNS.
    Register,
    /// Effettua la login.
    LogIn,
}

impl Act {
    /// The manual's word for it.
    pub fn name(self) -> Text {
        match self {
            Act::Register => words::REGISTER,
            Act::LogIn => words::LOG_IN,
        }
    }
}

/// How far an act has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Nothing was asked for.
    Idle,
    /// The server is asked for a nonce, the extension for the card.
    Preparing,
    /// The person and the card have the word.
    AtCard(ProgressState),
    /// The server judges the token.
    Checking,
    /// It did not succeed.
    Refused(Refusal),
}

impl Stage {
    /// Whether another act must wait.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Stage::Preparing | Stage::AtCard(_) | Stage::Checking)
    }
}

/// What came of an act.
#[derive(Debug)]
pub enum Outcome {
    /// The card is registered.
    Registered(Registration),
    /// The person is logged in.
    LoggedIn(Session),
}

/// Challenge, card, server: the turn is kept from the first to the last, since all tabs
/// share one nonce.
pub async fn perform(
    act: Act,
    language: Language,
    stage: RwSignal<Stage>,
) -> Result<Outcome, Refusal> {
    let _turn = LoginTurn::take().await?;
    let challenge = api::ask_challenge(language).await?;
    let token = crate::card::authenticate(challenge.nonce, language, |state| {
        show(stage, Stage::AtCard(state));
    })
    .await?;
    show(stage, Stage::Checking);
    match act {
        Act::Register => api::register(token, language)
            .await
            .map(Outcome::Registered),
        Act::LogIn => api::log_in_by_card(token, language)
            .await
            .map(Outcome::LoggedIn),
    }
}

/// Shows a stage, if the page is still there to show it.
fn show(stage: RwSignal<Stage>, now: Stage) {
    let _ = stage.try_set(now);
}
