//! A document on its way: the registration stops being pending when it was answered.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use tracing::{Instrument, Span};

use crate::{app::App, store::StoreFault};

/// How much is held back until the database knows, in bytes.
const LAST: usize = 1024;

type Telling = Pin<Box<dyn Future<Output = Result<(), StoreFault>> + Send>>;

/// The document as a response's body.
///
/// All but its end is handed over; then the database is told that it was answered; only
/// then comes the end. Whoever has the whole document can log in at once; an answer
/// that breaks off before, or a `HEAD`, which takes no body, changes nothing.
pub struct Delivery {
    begin: Bytes,
    end: Bytes,
    step: Step,
    app: Arc<App>,
    id: [u8; 32],
    /// Whose log lines are written when the answer is long under way.
    request: Span,
}

enum Step {
    Begin,
    Tell(Telling),
    Done,
}

impl Delivery {
    /// The document of that id, whole.
    pub fn new(app: Arc<App>, id: [u8; 32], pdf: Vec<u8>) -> Delivery {
        let mut begin = Bytes::from(pdf);
        let end = begin.split_off(begin.len().saturating_sub(LAST));
        Delivery {
            begin,
            end,
            step: Step::Begin,
            app,
            id,
            request: Span::current(),
        }
    }
}

impl Body for Delivery {
    type Data = Bytes;
    type Error = StoreFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StoreFault>>> {
        match &mut self.step {
            Step::Begin => {
                let (app, id) = (Arc::clone(&self.app), self.id);
                let telling = async move {
                    let told = app.store.document_was_answered(&id).await;
                    told.inspect_err(|fault| tracing::error!(%fault, "a document stays pending"))
                };
                self.step = Step::Tell(Box::pin(telling.instrument(self.request.clone())));
                let begin = std::mem::take(&mut self.begin);
                Poll::Ready(Some(Ok(Frame::data(begin))))
            }
            Step::Tell(telling) => match telling.as_mut().poll(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(told) => {
                    self.step = Step::Done;
                    let end = std::mem::take(&mut self.end);
                    Poll::Ready(Some(told.map(|()| Frame::data(end))))
                }
            },
            Step::Done => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.step, Step::Done)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.begin.len() + self.end.len()) as u64)
    }
}
