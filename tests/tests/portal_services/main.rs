//! The manual's pages from the registration on, in a real browser, three languages and three
//! widths.
//!
//! What is looked at in every state, and what must hold for all of them: `end_to_end::walk`.

mod by_password;
mod document;
mod logged_in;
mod manager;
mod session_end;

use std::process::ExitCode;

use end_to_end::suite;

fn main() -> ExitCode {
    suite::run(&[
        (
            "a_doctor_registers_reads_the_document_and_uses_the_services",
            logged_in::a_doctor_registers_reads_the_document_and_uses_the_services,
        ),
        (
            "a_manager_sees_every_service_and_looks_after_an_operator",
            manager::a_manager_sees_every_service_and_looks_after_an_operator,
        ),
        (
            "credentials_are_typed_changed_and_refused",
            by_password::credentials_are_typed_changed_and_refused,
        ),
    ])
}
