//! What the rows have the window say, in its three languages.
//!
//! Written down a second time on purpose: what the window says is judged by this, not by
//! itself.

use protocol::Language;

/// As the rows have it, then in German and English.
const WORDS: &[[&str; 3]] = &[
    [
        "Colleghi il lettore",
        "Schließen Sie das Lesegerät an",
        "Connect the reader",
    ],
    [
        "Inserisca la carta",
        "Stecken Sie die Karte ein",
        "Insert your card",
    ],
    // While it is waited for, or after it was taken out.
    ["nserisca la carta", "tecken Sie die Karte ein", "nsert"],
    [
        "Lettura della carta",
        "Die Karte wird gelesen",
        "Reading the card",
    ],
    [
        "Scelga il certificato",
        "Wählen Sie das Zertifikat",
        "Choose the certificate",
    ],
    ["Digiti il PIN", "Geben Sie die PIN", "Enter the PIN"],
    [
        "Digiti il PIN sul lettore",
        "Geben Sie die PIN am Lesegerät ein",
        "Enter the PIN on the reader",
    ],
    ["Riprova", "Noch einmal", "Try again"],
    [
        "Lasci la carta nel lettore",
        "Lassen Sie die Karte bitte stecken",
        "leave the card in the reader",
    ],
    ["non è corretto", "PIN ist falsch", "is not correct"],
    [
        "troppo corto o troppo lungo",
        "zu kurz oder zu lang",
        "too short or too long",
    ],
    [
        "Nessun tentativo è stato consumato",
        "Es wurde kein Versuch verbraucht",
        "No try was spent",
    ],
    // For certain, or perhaps.
    ["ultimo tentativo", "letzte", "last try"],
    ["è l’ultimo tentativo", "letzter Versuch", "is the last try"],
    [
        "Il PIN è bloccato",
        "Die PIN ist gesperrt",
        "The PIN is locked",
    ],
    [
        "Il PIN va cambiato",
        "Die PIN muss geändert werden",
        "The PIN must be changed",
    ],
    [
        "La carta non è ancora attiva",
        "Die Karte ist noch nicht aktiviert",
        "The card is not active yet",
    ],
    [
        "La carta è stata tolta",
        "Die Karte wurde herausgezogen",
        "The card was taken out",
    ],
    [
        "La carta non si legge",
        "Die Karte kann nicht gelesen werden",
        "The card cannot be read",
    ],
    [
        "Nessun certificato utilizzabile",
        "Kein verwendbares Zertifikat",
        "No certificate can be used",
    ],
    ["Scaduto", "Abgelaufen", "Expired"],
    ["Non ancora valido", "Noch nicht gültig", "Not valid yet"],
    [
        "per esempio alla firma",
        "etwa zum Unterschreiben",
        "for example for signatures",
    ],
    [
        "Non è un certificato CNS",
        "Kein CNS-Zertifikat",
        "Not a CNS certificate",
    ],
    ["troppo debole", "Zu schwacher Schlüssel", "too weak"],
    [
        "Il tempo è scaduto",
        "Die Zeit ist abgelaufen",
        "Time is over",
    ],
];

/// Names and addresses, the same in all of them.
const ALIKE: &[&str] = &["BIANCHI", "VERDI", "https://sistemats.it"];

/// A row's words in a language; none where they are only known in Italian.
pub fn in_language(italian: &'static str, language: Language) -> Option<&'static str> {
    if language == Language::It || ALIKE.contains(&italian) {
        return Some(italian);
    }
    let [_, german, english] = WORDS.iter().find(|words| words[0] == italian)?;
    Some(match language {
        Language::De => german,
        _ => english,
    })
}
