//! How a call ended

use protocol::problem::Problem;

use super::browser::Answer;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// What was asked for.
    Done,
    /// A refusal of the contract, by its code.
    Refused(&'static str),
    /// An answer that the contract does not know.
    Malformed(String),
    /// None.
    Unanswered(String),
}

impl End {
    /// Reads a refusal; whatever is not exactly one is malformed (contract §4, "A refusal is").
    pub fn of_refusal(answer: &Answer) -> End {
        read(answer).unwrap_or_else(|fault| {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            End::Malformed(format!("status {}: {fault}: {text:.300}", answer.status))
        })
    }
}

fn read(answer: &Answer) -> Result<End, &'static str> {
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
    if is_whole {
        Ok(End::Refused(code.name()))
    } else {
        Err("a problem whose members do not belong together")
    }
}
