//! How a call, or a whole visit, ended.

use protocol::{ProblemCode, problem::Problem};

use crate::Answer;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The person got what they came for.
    Done,
    /// A refusal of the contract, by its code.
    Refused(&'static str),
    /// An answer that the contract does not know, told.
    Malformed(String),
    /// No answer.
    Unanswered(Silence),
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// Nobody listens there.
    NoConnection,
    /// The connection was closed before the whole answer had come.
    ConnectionLost,
    /// Nothing came in time.
    TimedOut,
}

impl From<Silence> for End {
    fn from(silence: Silence) -> End {
        End::Unanswered(silence)
    }
}

impl End {
    /// Reads a refusal; whatever is not exactly one is malformed.
    pub fn of_refusal(answer: &Answer) -> End {
        match read_refusal(answer) {
            Ok(code) => End::Refused(code),
            Err(fault) => End::malformed(answer, fault),
        }
    }

    /// An answer with something wrong about it.
    pub fn malformed(answer: &Answer, fault: &str) -> End {
        let text = String::from_utf8_lossy(&answer.body);
        End::Malformed(format!("status {}: {fault}: {text:.300}", answer.status))
    }
}

/// Contract §4, "A refusal is".
fn read_refusal(answer: &Answer) -> Result<&'static str, &'static str> {
    if answer.media_type != "application/problem+json" {
        return Err("neither what was asked for nor a problem");
    }
    let problem: Problem = serde_json::from_slice(&answer.body)
        .map_err(|_| "not a problem that the contract knows")?;
    let code = problem.code;
    let is_whole = answer.status == code.status()
        && problem.status == code.status()
        && problem.type_urn == code.type_urn()
        && problem.category == code.category()
        && !problem.title.is_empty()
        && !problem.detail.is_empty();
    if !is_whole {
        return Err("a problem whose members do not belong together");
    }
    if code == ProblemCode::TooManyRequests && answer.retry_after.is_none() {
        return Err("too many requests, and no Retry-After");
    }
    Ok(code.name())
}
