//! Every flow once with the keyboard alone: no click, no focus but by Tab.
//!
//! On the way each stop must be seen to have the focus, and each new page must take the
//! keyboard along.

mod access;
mod frame;
mod obstacles;
mod services;

use std::process::ExitCode;

use end_to_end::suite;

fn main() -> ExitCode {
    suite::run(&[
        (
            "the_skip_link_leads_to_the_content",
            frame::the_skip_link_leads_to_the_content,
        ),
        (
            "the_menu_opens_on_a_phone_and_leads_on",
            frame::the_menu_opens_on_a_phone_and_leads_on,
        ),
        (
            "the_search_finds_and_leads_there",
            frame::the_search_finds_and_leads_there,
        ),
        ("the_language_is_switched", frame::the_language_is_switched),
        (
            "no_page_holds_the_keyboard_or_hides_the_focus",
            frame::no_page_holds_the_keyboard_or_hides_the_focus,
        ),
        (
            "a_doctor_registers_logs_in_reprints_and_leaves",
            access::a_doctor_registers_logs_in_reprints_and_leaves,
        ),
        (
            "credentials_are_typed_and_changed",
            access::credentials_are_typed_and_changed,
        ),
        (
            "the_workstation_is_checked",
            obstacles::the_workstation_is_checked,
        ),
        (
            "a_refusal_leads_on_and_a_service_elsewhere_is_reached",
            obstacles::a_refusal_leads_on_and_a_service_elsewhere_is_reached,
        ),
        (
            "an_officer_uses_every_service_of_the_access",
            services::an_officer_uses_every_service_of_the_access,
        ),
    ])
}
