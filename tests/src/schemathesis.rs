//! The running server held to its own description by schemathesis, a property-based client.
//!
//! It makes up calls from the description, good ones and bad ones, and judges each answer by it:
//! status, media type, headers, body, and whether what is bad was refused. Its rules, with what it
//! leaves out and why, are in `schemathesis/rules.toml`.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Stdio};

use serde_json::Value;

use crate::{
    Outcome,
    portal::Portal,
    product,
    program::{mortal, run},
};

/// Where the server describes itself.
const DESCRIPTION: &str = "/api/openapi.json";

/// Who calls: nobody in particular, or somebody with these cookies.
#[derive(Default)]
pub struct Caller<'a> {
    /// The cookies, as the server names them.
    pub cookies: BTreeMap<String, String>,
    /// What would end what this caller is about, by the operations' ids; others play it.
    pub leaves_out: &'a [&'a str],
    /// An operator the caller looks after: their id in addresses, and words that find them.
    pub looks_after: Option<(&'a str, &'a str)>,
}

/// Lets schemathesis call every operation as this caller would; what it finds is the error.
pub fn play(portal: &Portal, caller: &Caller) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let rules = folder.path().join("schemathesis.toml");
    fs::write(&rules, rules_for(caller)?)?;
    let mut command = mortal(product::python_program("schemathesis")?);
    command
        .current_dir(folder.path())
        .env("SCHEMATHESIS_HOOKS", here().join("page.py"))
        .arg("--config-file")
        .arg(&rules)
        .args(["run", "--no-color"])
        .arg(portal.address(DESCRIPTION));
    let output = command.output()?;
    println!("{}", String::from_utf8_lossy(&output.stdout));
    match output.status.success() {
        true => Ok(()),
        false => {
            let errors = String::from_utf8_lossy(&output.stderr);
            Err(format!("schemathesis ended with {}: {errors}", output.status).into())
        }
    }
}

/// What the description says against these answers, a line each.
pub fn faults(portal: &Portal, answers: &[Value]) -> Outcome<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let recorded = folder.path().join("answers");
    let lines: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    fs::write(&recorded, lines)?;
    let mut command = mortal(product::python_program("python")?);
    command
        .env("SCHEMATHESIS_HOOKS", here().join("page.py"))
        .arg(here().join("answers.py"))
        .arg(portal.address(DESCRIPTION))
        .stdin(Stdio::from(fs::File::open(&recorded)?));
    let said = run(&mut command)?;
    let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
    match lines.pop() {
        Some(last) if last == format!("judged {}", answers.len()) => Ok(lines),
        _ => Err(format!("not every answer was judged:\n{said}").into()),
    }
}

fn rules_for(caller: &Caller) -> Outcome<String> {
    let mut rules = fs::read_to_string(here().join("rules.toml"))?;
    for id in caller.leaves_out {
        writeln!(
            rules,
            "[[operations]]\ninclude-operation-id = {id:?}\nenabled = false\n"
        )?;
    }
    if let Some((id, words)) = caller.looks_after {
        writeln!(
            rules,
            r#"[[operations]]
include-path-regex = "/api/operators/[{{]id"
parameters.id = {id:?}

[[operations]]
include-operation-id = "searchOperators"
parameters."body.words" = {{ dictionary = "people", probability = 0.5 }}

[dictionaries.people]
values = [{words:?}]
"#
        )?;
    }
    for (name, value) in &caller.cookies {
        let scheme = name.trim_start_matches("tessera-");
        writeln!(rules, "[auth.openapi.{scheme}]\napi_key = {value:?}\n")?;
    }
    Ok(rules)
}

fn here() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/schemathesis"))
}
