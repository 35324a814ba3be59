//! What the server's judgement costs: a token, a list of a million entries, the trusted list.
//!
//! Each is an example of its own room, which measures itself in a fresh process.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::row::Row;
use crate::{Outcome, desk::Desk, product};

pub fn measure(_: &mut Desk) -> Outcome<Vec<Row>> {
    let judging = Figures::of("judging")?;
    let large = Figures::of("large_list")?;
    let trusted = Figures::of("read_list")?;
    // What the rows are called by.
    judging.expect("judgements", 100_000.0)?;
    large.expect("entries", 1_000_000.0)?;
    trusted.expect("bytes", 2_890_505.0)?;
    let reading = large.number("read_seconds")? + large.number("verify_seconds")?;
    let resident = large
        .number("resident_above_file_mib")?
        .max(large.number("highest_above_file_mib")?);
    Ok(vec![
        Row::of("judging a token: CPU", judging.number("judge_us")?, "µs")
            .beside(judging.number("bare_us")?)
            .at_most_times(1.5)
            .limited_by("two RSA verifications"),
        Row::of(
            "the same of a certificate seen before",
            judging.number("known_us")?,
            "µs",
        )
        .beside(judging.number("bare_us")?)
        .limited_by("one RSA verification"),
        Row::of(
            "the same beside Python's `cryptography`, each certificate read: CPU",
            judging.number("judge_us")?,
            "µs",
        )
        .beside(in_python(&judging.0["sample"])?)
        .at_most_times(0.1)
        .limited_by("two RSA verifications, in both"),
        Row::of(
            "100,000 judgements: memory grown by",
            judging.number("growth_mib")?,
            "MiB",
        )
        .at_most(1.0),
        Row::of(
            "CRL of a million entries: CPU to verify, read and index it",
            reading,
            "s",
        )
        .at_most(3.0),
        Row::of("the same beside `openssl crl`: CPU", reading, "s")
            .beside(large.number("openssl_seconds")?)
            .at_most_times(0.2),
        Row::of(
            "CRL of a million entries: memory above the file",
            resident,
            "MiB",
        )
        .at_most(64.0),
        Row::of(
            "CRL of a million entries: a look-up",
            large.number("lookup_ns")?,
            "ns",
        )
        .at_most(1000.0),
        Row::of(
            "the same beside a sorted array of the numbers",
            large.number("lookup_ns")?,
            "ns",
        )
        .beside(large.number("sorted_ns")?)
        .at_most_times(2.0),
        Row::of(
            "trusted list of 2.9 MB: CPU to verify and read it",
            trusted.number("milliseconds")?,
            "ms",
        ),
    ])
}

/// What the same judgement costs in Python, in microseconds.
fn in_python(sample: &Value) -> Outcome<f64> {
    let mut python = Command::new(product::python_program("python")?)
        .args(["-c", include_str!("validator.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = python.stdin.take() {
        input.write_all(sample.to_string().as_bytes())?;
    }
    let output = python.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.trim().parse().map_err(|_| {
        let errors = String::from_utf8_lossy(&output.stderr);
        format!("the validator in Python says {said:?}: {errors}").into()
    })
}

/// What an example printed.
struct Figures(Value);

impl Figures {
    fn of(example: &str) -> Outcome<Figures> {
        let output = Command::new(product::example(example)).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{example} ended with {}: {said}", output.status).into());
        }
        Ok(Figures(serde_json::from_slice(&output.stdout)?))
    }

    fn expect(&self, name: &str, expected: f64) -> Outcome<()> {
        match self.number(name)? {
            number if number == expected => Ok(()),
            number => Err(format!("{number} {name} instead of {expected}").into()),
        }
    }

    fn number(&self, name: &str) -> Outcome<f64> {
        let number = self.0[name].as_f64();
        number.ok_or_else(|| format!("no {name} in {}", self.0).into())
    }
}
