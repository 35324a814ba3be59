//! What the controls are called, in Italian, German and English.

use protocol::Language;

/// A control's name in each language.
pub type Words = [&'static str; 3];

pub const REGISTER: Words = ["Registra CNS", "CNS registrieren", "Register CNS"];
pub const LOG_IN: Words = ["Effettua la login", "Anmelden", "Log in"];
pub const LOG_OUT: Words = ["Esci", "Abmelden", "Log out"];
pub const OPEN_MENU: Words = ["Apri il menu", "Menü öffnen", "Open the menu"];
pub const GET_DOCUMENT: Words = [
    "Scarica il documento (PDF)",
    "Dokument herunterladen (PDF)",
    "Download the document (PDF)",
];
pub const REPRINT: Words = [
    "Genera nuove credenziali",
    "Neue Zugangsdaten erstellen",
    "Make new credentials",
];
pub const USER_ID: Words = [
    "Codice fiscale (User id)",
    "Steuernummer (User id)",
    "Tax code (User id)",
];
pub const PASSWORD: Words = ["Password", "Passwort", "Password"];
pub const ENTER: Words = ["Accedi", "Anmelden", "Log in"];
pub const NEW_PASSWORD: Words = ["Nuova password", "Neues Passwort", "New password"];
pub const REPEAT_PASSWORD: Words = [
    "Ripeta la nuova password",
    "Neues Passwort wiederholen",
    "Repeat the new password",
];
pub const CHANGE: Words = [
    "Cambia la password e accedi",
    "Passwort ändern und anmelden",
    "Change the password and log in",
];

/// The name in this language.
pub fn in_language(words: Words, language: Language) -> &'static str {
    let [it, de, en] = words;
    match language {
        Language::It => it,
        Language::De => de,
        Language::En => en,
    }
}
