//! Something asked of the server, and what came of it.
//!
//! The answers' types stay at the edge of it: what every type of a signal adds to the
//! download is larger than most pages.

use std::{any::Any, future::Future, marker::PhantomData, ops::Deref, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use protocol::{Language, ProblemCode, problem::FormField};

use crate::{
    i18n::{Speech, speech},
    refusal::Refusal,
    session::{SessionState, session},
};

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Nothing was asked.
    Idle,
    /// The answer is waited for.
    UnderWay,
    /// The answer is there.
    Done,
    /// The server said no, or nothing.
    Refused(Refusal),
}

type Answer = Box<dyn Any + Send + Sync>;
type Answering = Pin<Box<dyn Future<Output = Result<Answer, Refusal>>>>;
type Then = Box<dyn FnOnce(Result<&Answer, &Refusal>)>;

/// One thing that a part of the page asks of the server, once at a time.
pub struct Asked<T> {
    asking: Asking,
    answers: PhantomData<fn() -> T>,
}

/// What can be known of it without knowing the answer.
#[derive(Clone, Copy)]
pub struct Asking {
    stage: RwSignal<Stage>,
    answer: StoredValue<Option<Answer>>,
    speech: Speech,
    session: SessionState,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Asked<T> {
        *self
    }
}

impl<T> Copy for Asked<T> {}

impl<T: Clone + Send + Sync + 'static> Asked<T> {
    /// Nothing was asked yet.
    pub fn begin() -> Asked<T> {
        let asking = Asking {
            stage: RwSignal::new(Stage::Idle),
            answer: StoredValue::new(None),
            speech: speech(),
            session: session(),
        };
        Asked {
            asking,
            answers: PhantomData,
        }
    }

    /// The answer, once it is there; whoever asks follows it.
    pub fn done(self) -> Option<T> {
        if self.stage() != Stage::Done {
            return None;
        }
        self.asking
            .answer
            .with_value(|answer| answer.as_ref()?.downcast_ref().cloned())
    }

    /// As if this had been answered.
    pub fn put(self, answer: T) {
        self.asking.answer.set_value(Some(Box::new(answer)));
        self.asking.stage.set(Stage::Done);
    }

    /// Asks, unless the answer to an earlier question is waited for; `then` hears the answer.
    pub fn ask<F: Future<Output = Result<T, Refusal>> + 'static>(
        self,
        call: impl FnOnce(Language) -> F,
        then: impl FnOnce(Result<&T, &Refusal>) + 'static,
    ) {
        if self.asking.stage.get_untracked() == Stage::UnderWay {
            return;
        }
        let call = call(self.asking.speech.language_now());
        let answering = async move { call.await.map(|answer| Box::new(answer) as Answer) };
        let hear = |answer: Result<&Answer, &Refusal>| match answer {
            Ok(answer) => {
                if let Some(answer) = answer.downcast_ref() {
                    then(Ok(answer));
                }
            }
            Err(refusal) => then(Err(refusal)),
        };
        self.asking.wait(Box::pin(answering), Box::new(hear));
    }
}

impl<T> Deref for Asked<T> {
    type Target = Asking;

    fn deref(&self) -> &Asking {
        &self.asking
    }
}

impl Asking {
    /// How far it has come; whoever asks follows it.
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// Whether the answer is waited for; whoever asks follows it.
    pub fn is_under_way(self) -> bool {
        self.stage() == Stage::UnderWay
    }

    /// What the server finds wrong with that field of the form.
    pub fn fault_of(self, field: FormField) -> Option<String> {
        match self.stage() {
            Stage::Refused(Refusal::Problem(problem)) if problem.field == Some(field) => {
                Some(problem.detail)
            }
            _ => None,
        }
    }

    /// The refusal, where it is not about a field of the form.
    pub fn refused(self) -> Option<Refusal> {
        match self.stage() {
            Stage::Refused(Refusal::Problem(problem)) if problem.field.is_some() => None,
            Stage::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// As if nothing had been asked.
    pub fn forget(self) {
        self.answer.set_value(None);
        self.stage.set(Stage::Idle);
    }

    fn wait(self, answering: Answering, then: Then) {
        self.stage.set(Stage::UnderWay);
        spawn_local(async move {
            let answer = answering.await;
            if self.stage.is_disposed() {
                return; // the person went elsewhere
            }
            then(answer.as_ref());
            self.stage.set(match answer {
                Ok(answer) => {
                    self.answer.set_value(Some(answer));
                    Stage::Done
                }
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
