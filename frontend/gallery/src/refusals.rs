//! Every way in which something does not succeed.

use frontend::{
    components::{RefusalAlert, ServiceRefusal},
    refusal::Refusal,
};
use leptos::prelude::*;
use protocol::{
    FailureCode, ProblemCode,
    problem::{Category, Problem},
};

use crate::specimen;

/// Every refusal of the extension's, of the network's and of the server's.
pub fn all() -> impl IntoView {
    let failures = FailureCode::ALL.iter().copied().map(Refusal::Failure);
    let others = [Refusal::ServerUnreachable, Refusal::AnswerUnreadable];
    let problems = ProblemCode::ALL.iter().copied().map(problem);
    let specimens = failures.chain(others).chain(problems).map(|refusal| {
        let code = refusal.code();
        specimen("RefusalAlert", code, view! { <RefusalAlert refusal /> })
    });
    view! {
        {specimens.collect_view()}
        {specimen(
            "ServiceRefusal",
            "where the card is needed",
            view! { <ServiceRefusal refusal=problem(ProblemCode::CardRequired) /> },
        )}
    }
}

/// The server's words are not in the pages: these stand for them.
pub fn problem(code: ProblemCode) -> Refusal {
    let contact = match code.category() {
        Category::Certificate => Some("la regione o l'ente che ha emesso la CNS"),
        Category::SecuritySystems | Category::Operator => Some("numero verde 800-030-070"),
        Category::Request => None,
    };
    Refusal::Problem(Box::new(Problem {
        type_urn: code.type_urn(),
        title: format!("Il titolo del server per {}.", code.name()),
        status: code.status(),
        detail: "Il server dice qui, in una o due frasi, che cosa fare.".to_owned(),
        code,
        category: code.category(),
        contact: contact.map(str::to_owned),
        field: None,
    }))
}
