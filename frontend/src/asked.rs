//! Something asked of the server, and what came of it.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Language, ProblemCode, problem::FormField};

use crate::{
    i18n::{Speech, speech},
    refusal::Refusal,
    session::{SessionState, session},
};

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage<T> {
    /// Nothing was asked.
    Idle,
    /// The answer is waited for.
    UnderWay,
    /// The answer.
    Done(T),
    /// The server said no, or nothing.
    Refused(Refusal),
}

/// One thing that a part of the page asks of the server, once at a time.
pub struct Asked<T: Send + Sync + 'static> {
    stage: RwSignal<Stage<T>>,
    speech: Speech,
    session: SessionState,
}

impl<T: Send + Sync + 'static> Clone for Asked<T> {
    fn clone(&self) -> Asked<T> {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Asked<T> {}

impl<T: Clone + Send + Sync + 'static> Asked<T> {
    /// Nothing was asked yet.
    pub fn begin() -> Asked<T> {
        Asked {
            stage: RwSignal::new(Stage::Idle),
            speech: speech(),
            session: session(),
        }
    }

    /// How far it has come; whoever asks follows it.
    pub fn stage(self) -> Stage<T> {
        self.stage.get()
    }

    /// The answer, once it is there; whoever asks follows it.
    pub fn done(self) -> Option<T> {
        match self.stage.get() {
            Stage::Done(answer) => Some(answer),
            _ => None,
        }
    }

    /// Whether the answer is waited for; whoever asks follows it.
    pub fn is_under_way(self) -> bool {
        self.stage.with(|stage| matches!(stage, Stage::UnderWay))
    }

    /// What the server finds wrong with that field of the form.
    pub fn fault_of(self, field: FormField) -> Option<String> {
        self.stage.with(|stage| match stage {
            Stage::Refused(Refusal::Problem(problem)) if problem.field == Some(field) => {
                Some(problem.detail.clone())
            }
            _ => None,
        })
    }

    /// The refusal, where it is not about a field of the form.
    pub fn refused(self) -> Option<Refusal> {
        match self.stage.get() {
            Stage::Refused(Refusal::Problem(problem)) if problem.field.is_some() => None,
            Stage::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// As if nothing had been asked.
    pub fn forget(self) {
        self.stage.set(Stage::Idle);
    }

    /// Asks, unless the answer to an earlier question is waited for; `then` hears the answer.
    pub fn ask<F: Future<Output = Result<T, Refusal>> + 'static>(
        self,
        call: impl FnOnce(Language) -> F,
        then: impl FnOnce(&Result<T, Refusal>) + 'static,
    ) {
        if self
            .stage
            .with_untracked(|stage| matches!(stage, Stage::UnderWay))
        {
            return;
        }
        self.stage.set(Stage::UnderWay);
        let call = call(self.speech.language_now());
        spawn_local(async move {
            let answer = call.await;
            if self.stage.is_disposed() {
                return; // the person went elsewhere
            }
            then(&answer);
            self.stage.set(match answer {
                Ok(answer) => Stage::Done(answer),
                Err(refusal) => {
                    if refusal.is(ProblemCode::NotAuthenticated) {
                        self.session.end();
                    }
                    Stage::Refused(refusal)
                }
            });
        });
    }
}
