//! Problem reports: what may stand in one, and the code that stands for its person.

use protocol::{CodiceFiscale, api::Operator};

use crate::{credentials::draw_text, seal::NoRandomness};

/// Characters of a support code: no two that sound or look alike when it is told by
/// telephone (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
const UNAMBIGUOUS: &[u8] = b"ACDEFGHJKMNPQRTWXY34679";
/// Of these 23 characters, 10 hold 45 bits: nobody meets another's by mistyping.
const CODE_CHARACTERS: usize = 10;

/// Longest line of a report's context, in characters.
const LONGEST_LINE: usize = 200;

/// Draws a support code.
pub fn support_code() -> Result<String, NoRandomness> {
    draw_text(UNAMBIGUOUS, CODE_CHARACTERS)
}

/// A support code as it was typed, in the form it was drawn in.
pub fn read_support_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// Text that does nothing to the terminal it is printed on: line breaks stay, other control
/// characters and those that turn the direction of writing go.
pub fn printable(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|letter| if letter == '\t' { ' ' } else { letter })
        .filter(|letter| *letter == '\n' || !(letter.is_control() || turns_direction(*letter)))
        .collect()
}

/// The first characters of what should be one line.
pub fn one_line(text: &str) -> String {
    let line: String = printable(text)
        .chars()
        .map(|letter| if letter == '\n' { ' ' } else { letter })
        .take(LONGEST_LINE)
        .collect();
    line.trim().to_owned()
}

/// Bidirectional controls (Unicode UAX #9 §2) and line separators.
fn turns_direction(letter: char) -> bool {
    matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether a text holds a codice fiscale, anyone's, or the person's own e-mail address.
///
/// Patients have a codice fiscale too. One written in groups, or with a slip that leaves
/// its shape, is found as well.
pub fn names_someone(text: &str, operator: &Operator) -> bool {
    let email = operator.email.trim().to_lowercase();
    (!email.is_empty() && text.to_lowercase().contains(&email)) || holds_codice_fiscale(text)
}

fn holds_codice_fiscale(text: &str) -> bool {
    let words: Vec<Vec<char>> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_uppercase().chars().collect())
        .collect();
    let in_one_word = words
        .iter()
        .any(|word| word.windows(16).any(has_shape_of_codice_fiscale));
    // In groups: words side by side that are sixteen characters together. Ordinary words
    // can have the shape by chance, so that these must be right to the check letter.
    let in_groups = (0..words.len()).any(|first| {
        let mut together = String::new();
        for word in &words[first..] {
            together.extend(word);
            if together.len() >= 16 {
                break;
            }
        }
        CodiceFiscale::parse(&together).is_ok()
    });
    in_one_word || in_groups
}

/// Six letters, two digits, a letter, two digits, a letter, three digits, a letter; a digit
/// may be the letter that stands for it (omocodia), but not each of them.
fn has_shape_of_codice_fiscale(window: &[char]) -> bool {
    const LETTERS: [usize; 9] = [0, 1, 2, 3, 4, 5, 8, 11, 15];
    let fits = window.iter().enumerate().all(|(place, letter)| {
        if LETTERS.contains(&place) {
            letter.is_ascii_uppercase()
        } else {
            letter.is_ascii_digit() || "LMNPQRSTUV".contains(*letter)
        }
    });
    fits && window.iter().any(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use protocol::service::Profile;

    use super::*;

    fn mario() -> Operator {
        Operator {
            codice_fiscale: CodiceFiscale::parse("RSSMRA80A01H501U").unwrap(),
            cognome: "ROSSI".to_owned(),
            nome: "MARIO".to_owned(),
            profile: Profile::Medico,
            telefono_ufficio: String::new(),
            email: "Mario@ASL.example".to_owned(),
            regione: String::new(),
            asl: String::new(),
        }
    }

    #[test]
    fn a_codice_fiscale_is_found_however_it_is_written() {
        for text in [
            "sono RSSMRA80A01H501U, la carta non va",
            "cf:rssmra80a01h501u.",
            "la paziente VRD NNA 70P49 F205F",
            "RSSMRA 80A01 H501U",
            "RSSMRA80A01H501X, con un errore",
            "RSSMRA80A01H50MR", // another's, in a form of omocodia
            "xxRSSMRA80A01H501Uxx",
        ] {
            assert!(names_someone(text, &mario()), "{text}");
        }
    }

    #[test]
    fn the_persons_own_address_is_found_and_nobody_elses() {
        assert!(names_someone(
            "scrivere a mario@asl.EXAMPLE grazie",
            &mario()
        ));
        assert!(!names_someone("scrivere a posta@asl.example", &mario()));
        let without = Operator {
            email: String::new(),
            ..mario()
        };
        assert!(!names_someone("la carta non viene letta", &without));
    }

    #[test]
    fn ordinary_words_are_let_through() {
        for text in [
            "Il lettore Bit4id miniLector EVO 2024 non vede la carta 80 volte su 100.",
            "tessera-host 0.1.0, Chromium 128.0.6613.119, pagina /area-riservata/smart-card",
            "SUPERCALIFRAGILISTICHESPIRALIDOSO",
            "0123456789012345678901234567890123456789",
            "perché è così — ñandú, Straße, 漢字漢字漢字漢字漢字漢字漢字漢字",
        ] {
            assert!(!names_someone(text, &mario()), "{text}");
        }
    }

    #[test]
    fn nothing_reaches_a_terminal_but_text() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\nc\u{202e}d\u{7}\te\u{9b}"),
            "a[2Jb\ncd e"
        );
        assert_eq!(one_line(" a\nb "), "a b");
        assert_eq!(one_line(&"x".repeat(500)).len(), 200);
    }

    #[test]
    fn a_support_code_is_read_as_people_write_it() {
        let code = support_code().unwrap();
        assert_eq!(code.len(), 10);
        assert!(!code.contains(|letter| "0O1IL2Z5S8BUV".contains(letter)));
        let (begin, end) = code.split_at(5);
        let written = format!(" {}-{} ", begin.to_lowercase(), end);
        assert_eq!(read_support_code(&written), code);
    }
}
