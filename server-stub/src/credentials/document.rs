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
    let texts = Texts::of(language);
    let text = &texts.document;
    let labelled = |label: &str, value: &str| Line::Text(format!("{label}: {value}"));
    let mut lines = vec![
        Line::Title(text.title.to_owned()),
        labelled(
            text.holder,
            &format!("{} {}", operator.cognome, operator.nome),
        ),
        labelled(text.profile, texts.profile(operator.profile)),
    ];
    for (label, value) in [(text.regione, &operator.regione), (text.asl, &operator.asl)] {
        if !value.is_empty() {
            lines.push(labelled(label, value));
        }
    }
    lines.extend([
        labelled(text.date, &date(secrets.issued_at, language)),
        Line::Heading(text.credentials.to_owned()),
        Line::Text(text.introduction.to_owned()),
        Line::Secret(format!("User id: {}", operator.codice_fiscale.as_str())),
        Line::Secret(format!("Password: {}", secrets.password)),
        Line::Secret(format!("Pincode: {}", secrets.pincode)),
        Line::Heading(text.what_to_do.to_owned()),
        Line::Text(text.first_login.to_owned()),
        Line::Text(text.void.to_owned()),
        Line::Text(text.keep.to_owned()),
        Line::Text(text.lost.to_owned()),
        Line::Text(text.contact.to_owned()),
    ]);
    sheet::write(&lines, text.title, language.code(), secrets.issued_at)
}

/// The day in Italy, as the language writes it.
fn date(millis: i64, language: Language) -> String {
    let date = clock::day_in_italy(millis);
    let (day, month, year) = (date.day(), u8::from(date.month()), date.year());
    match language {
        Language::It => format!("{day:02}/{month:02}/{year}"),
        Language::De => format!("{day:02}.{month:02}.{year}"),
        Language::En => format!("{year}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, process::Command};

    use protocol::{CodiceFiscale, service::Profile};

    use super::*;

    fn text_of(language: Language, cognome: &str) -> (String, String) {
        written(language, cognome, None)
    }

    fn written(language: Language, cognome: &str, long: Option<&str>) -> (String, String) {
        let operator = Operator {
            codice_fiscale: CodiceFiscale::parse("RSSMRA80A01H501U").unwrap(),
            cognome: cognome.to_owned(),
            nome: "Zoë".to_owned(),
            profile: Profile::Medico,
            telefono_ufficio: String::new(),
            email: String::new(),
            regione: "Südtirol – Alto Adige".to_owned(),
            asl: long.unwrap_or("A012-BANCAIA").to_owned(),
        };
        let secrets = DocumentSecrets {
            // Letters a font might draw as one.
            password: "fifflffiTTftAVto".to_owned(),
            pincode: "0123456789".to_owned(),
            issued_at: 1_795_440_000_000,
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
        let info = run("pdfinfo", &[path]) + &run("pdfinfo", &["-meta", path]);
        (run("pdftotext", &["-layout", path, "-"]), info)
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
            let profile = Texts::of(language).profile(Profile::Medico);
            for part in ["Südtirol – Alto Adige", "A012-BANCAIA", profile] {
                assert!(text.contains(part), "{part} in {text}");
            }
            assert!(text.contains(&date(1_795_440_000_000, language)), "{text}");
            let title = Texts::of(language).document.title;
            assert!(text.contains(title), "{text}");
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
    fn a_document_of_shortly_after_midnight_bears_the_new_day() {
        const HALF_PAST_MIDNIGHT: i64 = 1_795_476_600_000;
        assert_eq!(date(HALF_PAST_MIDNIGHT, Language::It), "24/11/2026");
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
        assert!(info.contains("(A4)"), "{info}");
        // What the writer's own validators have looked at before they let it say so.
        for said in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "<rdf:li>de</rdf:li>",
        ] {
            assert!(info.contains(said), "{said} in {info}");
        }
        assert!(info.contains("2026"), "{info}");
        assert!(
            info.contains(Texts::of(Language::De).document.title),
            "{info}"
        );
    }

    #[test]
    fn a_name_the_font_cannot_write_does_not_stop_the_document() {
        let (text, _) = text_of(Language::It, "Ωμέγα 漢字");
        assert!(text.contains("Password: fifflffiTTftAVto"), "{text}");
    }

    #[test]
    fn what_fits_in_an_operators_file_stays_on_the_one_sheet() {
        let long = "Lunghissimo".repeat(18);
        for language in Language::ALL {
            let (text, info) = written(language, &long, Some(&long));
            assert!(text.contains("Pincode: 0123456789"), "{text}");
            let number = "800-030-070";
            assert!(text.contains(number), "the last line: {text}");
            assert!(info.contains("Pages:"), "{info}");
        }
    }
}
