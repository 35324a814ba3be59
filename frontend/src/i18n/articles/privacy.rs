//! `/privacy`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// Which data are handled, and what for.
pub const PRIVACY: Article = Article {
    address: "/privacy",
    title: frame::PRIVACY,
    lead: say!(
        "Quali dati tratta il portale quando si accede, e per quale motivo (articolo 13 del regolamento UE 2016/679).",
        "Welche Daten das Portal beim Zugang verarbeitet und warum (Artikel 13 der Verordnung EU 2016/679).",
        "Which data the portal handles when one gets in, and why (article 13 of regulation EU 2016/679).",
    ),
    sections: &[
        Section {
            heading: say!("I dati", "Die Daten", "The data"),
            blocks: &[List(&[
                say!(
                    "dal certificato della CNS: il codice fiscale, il nome e l'impronta del certificato",
                    "aus dem Zertifikat der CNS: Steuernummer, Name und Fingerabdruck des Zertifikats",
                    "from the CNS certificate: the tax code, the name and the certificate's fingerprint"
                ),
                say!(
                    "dalla banca dati degli operatori: profilo, recapiti d'ufficio, regione e ASL",
                    "aus der Datenbank der Fachkräfte: Profil, dienstliche Kontaktdaten, Region und Sanitätsbetrieb",
                    "from the database of operators: profile, office contacts, region and local health authority"
                ),
                say!(
                    "di ciò che accade con l'accesso (registrazioni, login, cambi di password e di recapiti, interventi di un amministratore): che cosa, quando e da parte di chi; di norma per un anno, per i Messaggi e per Gestione Credenziali",
                    "von dem, was mit dem Zugang geschieht (Registrierungen, Anmeldungen, Änderungen von Passwort und Kontaktdaten, Eingriffe der Verwaltung): was, wann und durch wen; in der Regel ein Jahr lang, für die Dienste Messaggi und Gestione Credenziali",
                    "of what happens with the access (registrations, logins, changes of password and contacts, acts of an administrator): what, when and by whom; as a rule for a year, for the services Messaggi and Gestione Credenziali"
                ),
                say!(
                    "delle richieste di assistenza: l'argomento, il testo, il browser, le versioni del programma e dell'estensione e la pagina; di norma per sei mesi, sotto un codice che solo chi assiste può ricondurre alla persona",
                    "von Hilfeanfragen: Thema, Text, Browser, die Versionen von Programm und Erweiterung und die Seite; in der Regel sechs Monate lang, unter einem Code, den nur die Hilfe der Person zuordnen kann",
                    "of requests for assistance: topic, text, browser, the versions of program and extension and the page; as a rule for six months, under a code that only the help desk can trace to the person"
                ),
            ])],
        },
        Section {
            heading: say!(
                "Il PIN e le credenziali",
                "PIN und Zugangsdaten",
                "PIN and credentials"
            ),
            blocks: &[
                Paragraph(say!(
                    "Il PIN non lascia la postazione. Password e Pincode non sono conservati in chiaro.",
                    "Die PIN verlässt den Arbeitsplatz nicht. Passwort und Pincode werden nicht im Klartext aufbewahrt.",
                    "The PIN does not leave the workstation. Password and Pincode are not kept in clear.",
                )),
                Paragraph(say!(
                    "Il documento con le credenziali si può scaricare per 30 minuti, e soltanto dal browser che ha fatto la registrazione o chiesto la ristampa: fino ad allora è conservato cifrato con una chiave che ha solo un cookie di quel browser. Poi nessuno può più leggerlo.",
                    "Das Dokument mit den Zugangsdaten lässt sich 30 Minuten lang abrufen, und nur von dem Browser, der die Registrierung oder den Neudruck vorgenommen hat: Bis dahin ist es mit einem Schlüssel verschlüsselt, den nur ein Cookie dieses Browsers hat. Danach kann es niemand mehr lesen.",
                    "The document with the credentials can be fetched for 30 minutes, and only by the browser that registered or asked for the reprint: until then it is kept encrypted under a key that only a cookie of that browser holds. Afterwards nobody can read it again.",
                )),
            ],
        },
        Section {
            heading: say!(
                "Cookie e memoria del browser",
                "Cookies und Speicher des Browsers",
                "Cookies and browser storage"
            ),
            blocks: &[
                Paragraph(say!(
                    "Il portale usa soltanto cookie tecnici: uno per la richiesta alla carta (pochi minuti), uno per la sessione (fino all'uscita o alla scadenza), uno per il documento con le credenziali (otto ore; il documento si apre soltanto nei primi 30 minuti, e non più dopo l'uscita se lo si è già scaricato) e uno per la lingua scelta (un anno). Non ci sono cookie di profilazione né contenuti di terzi. Nella memoria del browser tiene due voci:",
                    "Das Portal verwendet nur technische Cookies: eines für die Anfrage an die Karte (wenige Minuten), eines für die Sitzung (bis zur Abmeldung oder zum Ablauf), eines für das Dokument mit den Zugangsdaten (acht Stunden; das Dokument lässt sich nur in den ersten 30 Minuten öffnen und nach der Abmeldung nicht mehr, wenn es schon heruntergeladen wurde) und eines für die gewählte Sprache (ein Jahr). Es gibt keine Profiling-Cookies und keine Inhalte Dritter. Im Speicher des Browsers hält es zwei Einträge:",
                    "The portal uses only technical cookies: one for the request to the card (a few minutes), one for the session (until it is closed or expires), one for the document with the credentials (eight hours; the document opens in the first 30 minutes only, and no more after logging out if it was downloaded) and one for the chosen language (a year). There are no profiling cookies and no third-party contents. In the browser's storage it keeps two entries:",
                )),
                List(&[
                    say!(
                        "tessera.session (localStorage): che in questo browser qualcuno ha fatto l'accesso e fino a quando, senza dire chi; si cancella all'uscita o quando il portale risponde che la sessione è finita",
                        "tessera.session (localStorage): dass sich in diesem Browser jemand angemeldet hat und bis wann, nicht wer; wird gelöscht beim Abmelden oder wenn das Portal antwortet, dass die Sitzung beendet ist",
                        "tessera.session (localStorage): that somebody logged in with this browser and until when, not who; deleted at the log-out or when the portal answers that the session is over"
                    ),
                    say!(
                        "tessera.return (sessionStorage): la pagina a cui tornare dopo l'accesso; si cancella dopo l'accesso o alla chiusura della scheda",
                        "tessera.return (sessionStorage): die Seite, zu der es nach der Anmeldung zurückgeht; wird nach der Anmeldung oder beim Schließen des Tabs gelöscht",
                        "tessera.return (sessionStorage): the page to go back to after the login; deleted after the login or when the tab is closed"
                    ),
                ]),
            ],
        },
        Section {
            heading: say!("I diritti", "Die Rechte", "Your rights"),
            blocks: &[Paragraph(say!(
                "Titolare del trattamento è il Ministero dell'Economia e delle Finanze, Ragioneria Generale dello Stato. Per l'accesso ai propri dati, la rettifica e gli altri diritti ci si rivolge al titolare; resta il reclamo al Garante per la protezione dei dati personali.",
                "Verantwortlich für die Verarbeitung ist das Ministerium für Wirtschaft und Finanzen, Ragioneria Generale dello Stato. Für Auskunft, Berichtigung und die weiteren Rechte wenden Sie sich an den Verantwortlichen; es bleibt die Beschwerde an die Datenschutzbehörde (Garante).",
                "The controller is the Ministry of Economy and Finance, Ragioneria Generale dello Stato. For access to your data, rectification and the other rights turn to the controller; a complaint to the Italian data protection authority (Garante) remains possible.",
            ))],
        },
    ],
};
