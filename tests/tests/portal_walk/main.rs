//! Every page and state of the manual, in a real browser, three languages and three widths.
//!
//! Each is photographed into `target/pictures/portal/` and held to what holds for all of
//! them ([`walk`]): one heading, its own title, its language, nothing that scrolls sideways
//! on a phone, nothing asked of strangers, no error, and nothing axe-core objects to.

mod at_the_card;
mod by_password;
mod document;
mod logged_in;
mod manager;
mod public;
mod states;
mod walk;
mod words;

use std::process::ExitCode;

use end_to_end::suite;

fn main() -> ExitCode {
    suite::run(&[
        ("a_planted_fault_is_found", walk::a_planted_fault_is_found),
        (
            "everybody_can_walk_the_public_pages",
            public::everybody_can_walk_the_public_pages,
        ),
        (
            "each_state_of_an_act_with_the_card_can_be_followed",
            at_the_card::each_state_of_an_act_with_the_card_can_be_followed,
        ),
        (
            "each_kind_of_refusal_says_what_to_do",
            at_the_card::each_kind_of_refusal_says_what_to_do,
        ),
        (
            "a_doctor_registers_reads_the_document_and_uses_the_services",
            logged_in::a_doctor_registers_reads_the_document_and_uses_the_services,
        ),
        (
            "a_manager_finds_and_disables_an_operator",
            manager::a_manager_finds_and_disables_an_operator,
        ),
        (
            "credentials_are_typed_changed_and_refused",
            by_password::credentials_are_typed_changed_and_refused,
        ),
    ])
}
