//! Why something did not succeed, whoever said no.

use protocol::{FailureCode, problem::Problem};

/// A refusal as the pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The server refused and said why, in the person's language (contract §4).
    Problem(Box<Problem>),
    /// Extension or host could not do it (contract §2).
    Failure(FailureCode),
    /// The server could not be reached at all.
    ServerUnreachable,
    /// The server answered something a portal's server does not answer.
    AnswerUnreadable,
}

impl Refusal {
    /// The code that tells refusals apart, in `data-code`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Problem(problem) => problem.code.name(),
            Refusal::Failure(code) => code.name(),
            Refusal::ServerUnreachable => "server-unreachable",
            Refusal::AnswerUnreadable => "answer-unreadable",
        }
    }

    /// Whether it is this refusal of the server's.
    pub fn is(&self, code: protocol::ProblemCode) -> bool {
        matches!(self, Refusal::Problem(problem) if problem.code == code)
    }
}

impl From<FailureCode> for Refusal {
    fn from(code: FailureCode) -> Refusal {
        Refusal::Failure(code)
    }
}
