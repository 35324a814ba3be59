//! The manual's pages up to the login, in a real browser, three languages and three widths.
//!
//! What is looked at in every state, and what must hold for all of them: `end_to_end::walk`.

mod at_the_card;
mod first_visit;
mod planted;
mod public;
mod refusals;
mod workstation;

use std::process::ExitCode;

use end_to_end::suite;

fn main() -> ExitCode {
    suite::run(&[
        (
            "a_planted_fault_is_found",
            planted::a_planted_fault_is_found,
        ),
        (
            "a_first_visit_to_the_login_is_light",
            first_visit::a_first_visit_to_the_login_is_light,
        ),
        (
            "a_login_takes_two_calls_and_the_services_one",
            first_visit::a_login_takes_two_calls_and_the_services_one,
        ),
        (
            "everybody_can_walk_the_public_pages",
            public::everybody_can_walk_the_public_pages,
        ),
        (
            "everybody_can_read_them_without_scripts",
            public::everybody_can_read_them_without_scripts,
        ),
        (
            "each_state_of_an_act_with_the_card_can_be_followed",
            at_the_card::each_state_of_an_act_with_the_card_can_be_followed,
        ),
        (
            "each_kind_of_refusal_says_what_to_do",
            refusals::each_kind_of_refusal_says_what_to_do,
        ),
        (
            "the_check_finds_what_the_workstation_lacks",
            workstation::the_check_finds_what_the_workstation_lacks,
        ),
    ])
}
