//! `/accessibilita`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// How the portal can be used by everyone, and how to tell where it cannot.
pub const ACCESSIBILITA: Article = Article {
    address: "/accessibilita",
    title: frame::ACCESSIBILITA,
    lead: say!(
        "Il portale è progettato perché tutti possano usarlo, secondo la legge 9 gennaio 2004, n. 4 e la norma UNI CEI EN 301 549 (WCAG 2.1, livello AA).",
        "Das Portal ist so gestaltet, dass alle es nutzen können, gemäß Gesetz Nr. 4 vom 9. Januar 2004 und der Norm UNI CEI EN 301 549 (WCAG 2.1, Stufe AA).",
        "The portal is designed to be used by everyone, under law no. 4 of 9 January 2004 and the standard UNI CEI EN 301 549 (WCAG 2.1, level AA).",
    ),
    sections: &[
        Section {
            heading: say!("Come è fatto", "Wie es gestaltet ist", "How it is made"),
            blocks: &[List(&[
                say!(
                    "ogni funzione si raggiunge con la sola tastiera e il punto in cui ci si trova è sempre visibile",
                    "jede Funktion ist allein mit der Tastatur erreichbar, und der Fokus ist immer sichtbar",
                    "every function can be reached by keyboard alone, and the focus is always visible"
                ),
                say!(
                    "i passi della login e gli errori sono annunciati alle tecnologie assistive",
                    "die Schritte der Anmeldung und Fehler werden den Hilfstechnologien gemeldet",
                    "the steps of the login and errors are announced to assistive technologies"
                ),
                say!(
                    "nessuna informazione dipende soltanto dal colore o da un'immagine",
                    "keine Information hängt allein von Farbe oder Bild ab",
                    "no information depends on colour or on an image alone"
                ),
                say!(
                    "le pagine si adattano agli schermi stretti e all'ingrandimento",
                    "die Seiten passen sich schmalen Bildschirmen und der Vergrößerung an",
                    "pages adapt to narrow screens and to magnification"
                ),
                say!(
                    "il tempo per usare la carta è di due minuti e si può sempre riprovare",
                    "für die Karte stehen zwei Minuten zur Verfügung, und man kann es immer erneut versuchen",
                    "there are two minutes for the card, and one can always try again"
                ),
                say!(
                    "due minuti prima che una sessione senza attività termini il portale avvisa, e si può restare collegati",
                    "zwei Minuten bevor eine Sitzung ohne Aktivität endet, meldet sich das Portal, und man kann angemeldet bleiben",
                    "two minutes before a session without activity ends the portal gives a warning, and one can stay logged in"
                ),
                say!(
                    "il portale parla italiano, tedesco e inglese",
                    "das Portal spricht Italienisch, Deutsch und Englisch",
                    "the portal speaks Italian, German and English"
                ),
            ])],
        },
        Section {
            heading: say!(
                "Segnalare un problema",
                "Ein Problem melden",
                "Reporting a problem"
            ),
            blocks: &[Paragraph(say!(
                "Se qualcosa non è accessibile lo segnali al numero verde 800-030-070, indicando la pagina e la tecnologia usata. Se la risposta non è soddisfacente si può rivolgere al Difensore civico per il digitale presso l'AgID.",
                "Ist etwas nicht zugänglich, melden Sie es unter der Grünen Nummer 800-030-070 mit Angabe der Seite und der verwendeten Technologie. Ist die Antwort nicht zufriedenstellend, können Sie sich an die Ombudsstelle für Digitales bei der AgID wenden.",
                "If something is not accessible, report it to the toll-free number 800-030-070, naming the page and the technology you use. If the answer is not satisfactory you can turn to the digital ombudsman at AgID.",
            ))],
        },
    ],
};
