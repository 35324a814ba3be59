//! What the controls are called, in Italian, German and English.
#![allow(missing_docs)] // each says it itself

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
pub const SHOW_DOCUMENT: Words = [
    "Apri il documento in una nuova scheda (PDF)",
    "Dokument in neuem Tab öffnen (PDF)",
    "Open the document in a new tab (PDF)",
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

pub const TELEPHONE: Words = ["Telefono Ufficio", "Telefon Büro", "Office telephone"];
pub const EMAIL: Words = ["E-mail", "E-Mail", "E-mail"];
pub const SAVE: Words = ["Salva", "Speichern", "Save"];
pub const TOPIC: Words = ["Argomento", "Thema", "Topic"];
pub const OTHER_TOPIC: Words = ["Altro", "Anderes", "Something else"];
pub const WHAT_HAPPENED: Words = ["Che cosa è successo", "Was ist geschehen", "What happened"];
pub const SEND: Words = ["Invia la richiesta", "Anfrage senden", "Send the request"];
pub const SEARCH_WORDS: Words = [
    "Cognome e nome, o codice fiscale",
    "Familien- und Vorname oder Steuernummer",
    "Surname and name, or tax code",
];
pub const SEARCH: Words = ["Cerca operatori", "Fachkräfte suchen", "Search operators"];
pub const MANAGE_ANNA: Words = [
    "Gestisci VERDI ANNA",
    "Verwalten VERDI ANNA",
    "Manage VERDI ANNA",
];
pub const DISABLE: Words = ["Disabilita", "Sperren", "Disable"];
pub const DISABLE_YES: Words = ["Sì, disabilita", "Ja, sperren", "Yes, disable"];
pub const ENABLE: Words = ["Abilita", "Freigeben", "Enable"];
pub const ENABLE_YES: Words = ["Sì, abilita", "Ja, freigeben", "Yes, enable"];
pub const REVOKE: Words = [
    "Revoca la registrazione",
    "Registrierung widerrufen",
    "Revoke the registration",
];
pub const REVOKE_YES: Words = ["Sì, revoca", "Ja, widerrufen", "Yes, revoke"];
pub const TO_SERVICES: Words = ["Vai ai servizi", "Zu den Diensten", "Go to the services"];
pub const STAY: Words = ["Resta collegato", "Angemeldet bleiben", "Stay logged in"];
pub const TRY_AGAIN: Words = ["Riprova", "Erneut versuchen", "Try again"];
pub const UNDERSTOOD: Words = ["Ho capito", "Verstanden", "I understand"];
pub const CHECK: Words = [
    "Verifica la postazione",
    "Arbeitsplatz prüfen",
    "Check the workstation",
];
pub const FAQ: Words = ["FAQ", "FAQ", "FAQ"];
/// Another language than this one, by its own name.
pub const OTHER_LANGUAGE: Words = ["Deutsch", "English", "Italiano"];

/// The name in this language.
pub fn in_language(words: Words, language: Language) -> &'static str {
    let [it, de, en] = words;
    match language {
        Language::It => it,
        Language::De => de,
        Language::En => en,
    }
}
