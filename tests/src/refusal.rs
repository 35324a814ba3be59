//! What a refusal must say: what happened, what to do, and whom to turn to.

use std::collections::HashMap;

use protocol::{Language, ProblemCode, problem::Category};
use serde::Deserialize;

use crate::{Outcome, browser::Alert};

/// The only number there is to call (manuale §3).
const NUMERO_VERDE: &str = "800-030-070";

/// The server's own words in one language.
#[derive(Deserialize)]
struct Texts {
    contact: HashMap<Category, String>,
    problem: HashMap<ProblemCode, Text>,
}

#[derive(Deserialize)]
struct Text {
    title: String,
    detail: String,
}

/// Checks that an alert says all of it, in this language: title, detail and contact (contract
/// §7), and that it sends nobody to the wrong door (manuale §3).
pub fn expect_whole(alert: &Alert, language: Language) -> Outcome<()> {
    match missing(alert, language)? {
        faults if faults.is_empty() => Ok(()),
        faults => Err(format!("{alert:?} in {}: {}", language.code(), faults.join("; ")).into()),
    }
}

fn missing(alert: &Alert, language: Language) -> Outcome<Vec<String>> {
    let of_server = ProblemCode::ALL
        .iter()
        .copied()
        .find(|code| code.name() == alert.code);
    let Some(code) = of_server else {
        // The pages' own words: what happened, and what to do.
        let sentences = alert.text.lines().filter(|line| line.ends_with('.'));
        return Ok(match sentences.count() {
            0 | 1 => vec!["it says too little".to_owned()],
            _ => Vec::new(),
        });
    };
    let texts = texts(language)?;
    let text = texts.problem.get(&code).ok_or("a problem without words")?;
    let contact = texts.contact.get(&code.category());
    let due = [&text.title, &text.detail].into_iter().chain(contact);
    let missing = due.filter(|words| !alert.text.contains(*words));
    let mut faults: Vec<String> = missing.map(|words| format!("not said: {words}")).collect();
    let calls = matches!(
        code.category(),
        Category::SecuritySystems | Category::Operator
    );
    if alert.text.contains(NUMERO_VERDE) != calls {
        faults.push(format!("{NUMERO_VERDE} is wanted: {calls}"));
    }
    Ok(faults)
}

fn texts(language: Language) -> Outcome<Texts> {
    Ok(toml::from_str(match language {
        Language::It => include_str!("../../server-stub/texts/it.toml"),
        Language::De => include_str!("../../server-stub/texts/de.toml"),
        Language::En => include_str!("../../server-stub/texts/en.toml"),
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: &str = "L'utenza è disabilitata";
    const DETAIL: &str = "Il titolare della carta è presente nella banca dati del Sistema TS, ma \
        l'accesso è stato disabilitato. Chiedere la riabilitazione.";

    fn alert(code: &str, lines: &[&str]) -> Alert {
        Alert {
            code: code.to_owned(),
            text: lines.join("\n"),
        }
    }

    #[test]
    fn a_refusal_is_whole_with_title_detail_and_contact() -> Outcome<()> {
        let number = "Numero verde 800-030-070";
        let whole = alert("operator-disabled", &[TITLE, DETAIL, number]);
        expect_whole(&whole, Language::It)?;
        for lines in [&[TITLE, DETAIL][..], &[TITLE, number], &[DETAIL, number]] {
            let told = expect_whole(&alert("operator-disabled", lines), Language::It);
            assert!(told.is_err(), "{lines:?}");
        }
        assert!(expect_whole(&whole, Language::De).is_err());
        Ok(())
    }

    #[test]
    fn a_bad_certificate_is_nothing_for_the_number_to_call() -> Outcome<()> {
        let texts = texts(Language::En)?;
        let text = &texts.problem[&ProblemCode::CertificateUntrusted];
        let contact = &texts.contact[&Category::Certificate];
        let lines = [&text.title[..], &text.detail, contact];
        expect_whole(&alert("certificate-untrusted", &lines), Language::En)?;
        let lines = [&text.title[..], &text.detail, contact, NUMERO_VERDE];
        assert!(expect_whole(&alert("certificate-untrusted", &lines), Language::En).is_err());
        Ok(())
    }
}
