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
            heading: say!(
                "Stato di conformità",
                "Stand der Konformität",
                "Conformance status"
            ),
            blocks: &[Paragraph(say!(
                "Il portale è parzialmente conforme ai requisiti di questa norma: le verifiche descritte sotto non hanno trovato violazioni, ma non coprono ancora tutto. Quello che manca è scritto fra i limiti noti.",
                "Das Portal ist mit den Anforderungen dieser Norm teilweise konform: Die unten beschriebenen Prüfungen haben keine Verstöße gefunden, decken aber noch nicht alles ab. Was fehlt, steht unter den bekannten Grenzen.",
                "The portal partially conforms to the requirements of this standard: the checks described below found no violations, but they do not cover everything yet. What is missing stands among the known limits.",
            ))],
        },
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
            heading: say!("Limiti noti", "Bekannte Grenzen", "Known limits"),
            blocks: &[List(&[
                say!(
                    "le pagine, il documento PDF e la finestra di Tessera in cui si digita il PIN non sono ancora stati provati da persone con un lettore di schermo: né con NVDA o JAWS in Windows, né con VoiceOver in macOS e iOS, né con TalkBack in Android, né con Orca in Linux",
                    "die Seiten, das PDF-Dokument und das Tessera-Fenster, in dem die PIN eingegeben wird, wurden noch nicht von Personen mit einem Screenreader erprobt: weder mit NVDA oder JAWS unter Windows noch mit VoiceOver unter macOS und iOS, mit TalkBack unter Android oder mit Orca unter Linux",
                    "the pages, the PDF document and the Tessera window in which the PIN is typed have not yet been tried by people with a screen reader: neither with NVDA or JAWS on Windows, nor with VoiceOver on macOS and iOS, TalkBack on Android or Orca on Linux"
                ),
                say!(
                    "le verifiche sono state fatte in Chromium: con altri browser non sono state ripetute",
                    "geprüft wurde in Chromium: Mit anderen Browsern wurden die Prüfungen nicht wiederholt",
                    "the checks were made in Chromium: they were not repeated with other browsers"
                ),
                say!(
                    "la durata massima di una sessione, di norma otto ore, per sicurezza non si può prolungare: il portale lo dice prima della fine",
                    "die Höchstdauer einer Sitzung, in der Regel acht Stunden, lässt sich aus Sicherheitsgründen nicht verlängern: Das Portal sagt es vor dem Ende",
                    "the longest a session lasts, as a rule eight hours, cannot be extended for security: the portal says so before the end"
                ),
                say!(
                    "i servizi che non fanno parte dell'accesso si trovano in altri siti, ciascuno con la propria dichiarazione",
                    "die Dienste, die nicht zum Zugang gehören, liegen auf anderen Websites mit jeweils eigener Erklärung",
                    "services that are not part of access are on other sites, each with its own statement"
                ),
            ])],
        },
        Section {
            heading: say!(
                "Come è stato verificato",
                "Wie geprüft wurde",
                "How it was checked"
            ),
            blocks: &[
                Paragraph(say!(
                    "Questa dichiarazione è del 27 novembre 2026 e si basa su un'autovalutazione:",
                    "Diese Erklärung ist vom 27. November 2026 und beruht auf einer Selbstbewertung:",
                    "This statement is of 27 November 2026 and rests on a self-assessment:",
                )),
                List(&[
                    say!(
                        "con axe-core, secondo le regole WCAG 2.1 A e AA e di buona pratica, sulle pagine e sui loro stati, errori compresi, nelle tre lingue, su schermi da scrivania e da telefono",
                        "mit axe-core nach den Regeln WCAG 2.1 A und AA und guter Praxis, auf den Seiten und in ihren Zuständen samt Fehlern, in den drei Sprachen, auf Bildschirmen am Schreibtisch und am Telefon",
                        "with axe-core, by the rules of WCAG 2.1 A and AA and of good practice, on the pages and their states, errors included, in the three languages, on a desk's and a phone's screens"
                    ),
                    say!(
                        "con la sola tastiera, percorrendo la registrazione, la login, il cambio della password e i servizi dell'accesso",
                        "allein mit der Tastatur, durch Registrierung, Anmeldung, Passwortänderung und die Dienste des Zugangs",
                        "by keyboard alone, through registration, login, the change of password and the services of access"
                    ),
                    say!(
                        "su uno schermo largo 320 pixel, senza scorrimento orizzontale",
                        "auf einem 320 Pixel breiten Bildschirm, ohne waagrechtes Scrollen",
                        "on a screen 320 pixels wide, without sideways scrolling"
                    ),
                    say!(
                        "per il documento PDF, con programmi che ne verificano la conformità a PDF/UA-1 e PDF/A-2a",
                        "für das PDF-Dokument mit Programmen, die seine Konformität mit PDF/UA-1 und PDF/A-2a prüfen",
                        "for the PDF document, with programs that check its conformance to PDF/UA-1 and PDF/A-2a"
                    ),
                ]),
                Paragraph(say!(
                    "Queste verifiche sono automatiche e si ripetono a ogni modifica del portale.",
                    "Diese Prüfungen laufen automatisch und werden bei jeder Änderung des Portals wiederholt.",
                    "These checks are automatic and are repeated at every change of the portal.",
                )),
                Paragraph(say!(
                    "La dichiarazione prevista dalla legge si compila sul modulo dell'AgID, a cura del responsabile per la transizione al digitale dell'amministrazione che mette in servizio il portale: questa pagina ne è la base.",
                    "Die gesetzlich vorgesehene Erklärung wird mit dem Formular der AgID abgegeben, durch die für den digitalen Wandel verantwortliche Person der Verwaltung, die das Portal betreibt: Diese Seite ist ihre Grundlage.",
                    "The statement the law asks for is made with AgID's form, by the officer for the digital transition of the administration that puts the portal into service: this page is its basis.",
                )),
                Link(
                    say!(
                        "Il modulo delle dichiarazioni di accessibilità (AgID)",
                        "Das Formular für Erklärungen zur Barrierefreiheit (AgID)",
                        "The form for accessibility statements (AgID)"
                    ),
                    "https://form.agid.gov.it/",
                ),
            ],
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
