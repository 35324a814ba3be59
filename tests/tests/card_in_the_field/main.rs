//! The card as it is in the field: one table, every row through the real host and window.
//!
//! A row says what is in the readers, what the person does and reads, how it ends, and what
//! each card must have seen. The rows of misbehaving modules, again and again:
//!
//! ```sh
//! for round in $(seq 50); do
//!     tests/isolated.sh cargo test --release --package end-to-end \
//!         --test card_in_the_field -- misbehaving || break
//! done
//! ```

mod cards;
mod misbehaving;
mod pin;
mod ports;
mod readers;
mod removal;

use std::process::ExitCode;

use end_to_end::{
    Outcome,
    card::{Act, Deviation, Moment, Script},
    desk::Desk,
    people::{ANNA_VERDI, LUCA_BIANCHI},
    situation::{CardOf, Kind, Situation},
    suite,
};

const LUCA: CardOf = CardOf::new(LUCA_BIANCHI, Kind::Cns);
const ANNA: CardOf = CardOf::new(ANNA_VERDI, Kind::Cns);

/// The PIN of every card here, and one that is none's.
const RIGHT: &str = end_to_end::desk::PIN;
const WRONG: &str = "00000";

/// A card as it should be.
const AS_IT_SHOULD: Script = &[];
const TAKEN_OUT_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Remove)];
const TAKEN_OUT_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Remove)];
const HELD_WHILE_READ: Script = &[Deviation::new(Moment::CertificateRead, Act::Hold)];
const HELD_AT_THE_PIN: Script = &[Deviation::new(Moment::PinPresented, Act::Hold)];
const HELD_AT_THE_SIGNATURE: Script = &[Deviation::new(Moment::KeyUsed, Act::Hold)];

/// The tests of the rows that are played through the browser as well.
const IN_THE_BROWSER: [&str; 2] = [
    include_str!("../at_the_card.rs"),
    include_str!("../interruptions.rs"),
];

fn main() -> ExitCode {
    let tables = [
        cards::ROWS,
        readers::ROWS,
        removal::ROWS,
        pin::ROWS,
        ports::ROWS,
        misbehaving::ROWS,
    ];
    let rows: Vec<Situation> = tables.into_iter().flatten().copied().collect();
    let mut tests: Vec<(&'static str, Test)> = vec![(
        "the_six_most_common_go_through_the_browser_too",
        Box::new({
            let rows = rows.clone();
            move |_| six_go_through_the_browser(&rows)
        }),
    )];
    tests.extend(rows.into_iter().map(|row| -> (&'static str, Test) {
        (
            row.name,
            Box::new(move |desk| row.play(&mut desk.workstation, &desk.issuer)),
        )
    }));
    suite::run_all(tests)
}

type Test = Box<dyn Fn(&mut Desk) -> Outcome<()> + Send>;

fn six_go_through_the_browser(rows: &[Situation]) -> Outcome<()> {
    let named: Vec<&str> = rows.iter().filter_map(|row| row.in_browser).collect();
    for test in &named {
        let line = format!("fn {test}(");
        if !IN_THE_BROWSER.iter().any(|file| file.contains(&line)) {
            return Err(format!("there is no test {test}").into());
        }
    }
    match named.len() {
        6.. => Ok(()),
        count => Err(format!("only {count} rows go through the browser").into()),
    }
}
