//! The credentials document: what it says, and knowing that it reached its reader.

mod delivery;
mod sheet;

pub use delivery::Delivery;
pub use sheet::DocumentFault;

use protocol::{Language, api::Operator};
use sheet::Line;

use crate::{clock, credentials::issuing::DocumentSecrets, texts::Texts};

/// Writes the document as PDF, in the reader's language.
///
/// The labels of the credentials are the same in every language (contract §4).
pub fn write(
    operator: &Operator,
    secrets: &DocumentSecrets,
    language: Language,
) -> Result<Vec<u8>, DocumentFault> {
    let text = &Texts::of(language).document;
    let date = date(secrets.issued_at, language);
    let lines = [
        Line::Title(text.title.clone()),
        Line::Text(format!(
            "{}: {} {}",
            text.holder, operator.cognome, operator.nome
        )),
        Line::Text(format!("{}: {date}", text.date)),
        Line::Text(text.introduction.clone()),
        Line::Secret(format!("User id: {}", operator.codice_fiscale.as_str())),
        Line::Secret(format!("Password: {}", secrets.password)),
        Line::Secret(format!("Pincode: {}", secrets.pincode)),
        Line::Text(text.first_login.clone()),
        Line::Text(text.void.clone()),
        Line::Text(text.keep.clone()),
        Line::Text(text.contact.clone()),
    ];
    sheet::write(&lines, &text.title, language.code())
}

/// The day, as the language writes it.
fn date(millis: i64, language: Language) -> String {
    let written = clock::rfc3339(millis);
    let day = written.split('T').next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').rev().collect();
    match language {
        Language::It => parts.join("/"),
        Language::De => parts.join("."),
        Language::En => day.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, process::Command};

    use protocol::{CodiceFiscale, service::Profile};

    use super::*;

    fn text_of(language: Language, cognome: &str) -> (String, String) {
        let operator = Operator {
            codice_fiscale: CodiceFiscale::parse("RSSMRA80A01H501U").unwrap(),
            cognome: cognome.to_owned(),
            nome: "Zoë".to_owned(),
            profile: Profile::Medico,
            telefono_ufficio: String::new(),
            email: String::new(),
            regione: String::new(),
            asl: String::new(),
        };
        let secrets = DocumentSecrets {
            // Letters a font might draw as one.
            password: "fifflffiTTftAVto".to_owned(),
            pincode: "0123456789".to_owned(),
            issued_at: 0,
        };
        let pdf = write(&operator, &secrets, language).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&pdf).unwrap();
        let run = |program: &str, arguments: &[&str]| {
            let output = Command::new(program)
                .args(arguments)
                .output()
                .expect("poppler-utils");
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap()
        };
        let path = file.path().to_str().unwrap();
        (
            run("pdftotext", &["-layout", path, "-"]),
            run("pdfinfo", &[path]),
        )
    }

    #[test]
    fn label_and_value_stand_on_one_line_in_every_language() {
        for language in Language::ALL {
            let (text, _) = text_of(language, "D'Amico");
            for line in [
                "User id: RSSMRA80A01H501U",
                "Password: fifflffiTTftAVto",
                "Pincode: 0123456789",
            ] {
                assert!(
                    text.lines().any(|found| found.trim() == line),
                    "{line} in {text}"
                );
            }
            assert!(text.contains("D'Amico Zoë"), "{text}");
            assert!(text.contains("800-030-070"), "{text}");
            let title = &Texts::of(language).document.title;
            assert!(text.contains(title.as_str()), "{text}");
        }
    }

    #[test]
    fn the_day_is_written_as_the_language_does() {
        let day = |language| date(1_795_440_000_000, language);
        assert_eq!(day(Language::It), "23/11/2026");
        assert_eq!(day(Language::De), "23.11.2026");
        assert_eq!(day(Language::En), "2026-11-23");
    }

    #[test]
    fn the_document_is_tagged_for_screen_readers() {
        let (_, info) = text_of(Language::De, "Ebner");
        let says = |line: &str| {
            info.lines()
                .any(|found| found.split_whitespace().collect::<Vec<_>>().join(" ") == line)
        };
        assert!(says("Tagged: yes"), "{info}");
        assert!(says("Pages: 1"), "{info}");
        assert!(
            info.contains(&Texts::of(Language::De).document.title),
            "{info}"
        );
    }

    #[test]
    fn a_name_the_font_cannot_write_does_not_stop_the_document() {
        let (text, _) = text_of(Language::It, "Ωμέγα 漢字");
        assert!(text.contains("Password: fifflffiTTftAVto"), "{text}");
    }

    #[test]
    fn a_very_long_name_stays_on_the_sheet() {
        let (text, info) = text_of(Language::It, &"Lunghissimo".repeat(18));
        assert!(text.contains("Pincode: 0123456789"), "{text}");
        assert!(info.contains("Pages:"), "{info}");
    }
}
