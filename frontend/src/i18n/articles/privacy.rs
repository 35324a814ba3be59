//! `/privacy`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// Which data are handled, and what for.
pub static PRIVACY: Article = Article {
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
                    "degli accessi: ora ed esito",
                    "von den Zugängen: Zeit und Ergebnis",
                    "of each access: time and outcome"
                ),
            ])],
        },
        Section {
            heading: say!(
                "Il PIN e le credenziali",
                "PIN und Zugangsdaten",
                "PIN and credentials"
            ),
            blocks: &[Paragraph(say!(
                "Il PIN non lascia la postazione. Password e Pincode non sono conservati in chiaro: dopo la consegna del documento nessuno può rileggerli.",
                "Die PIN verlässt den Arbeitsplatz nicht. Passwort und Pincode werden nicht im Klartext aufbewahrt: Nach der Aushändigung des Dokuments kann sie niemand mehr lesen.",
                "The PIN does not leave the workstation. Password and Pincode are not kept in clear: once the document is handed over nobody can read them again.",
            ))],
        },
        Section {
            heading: say!(
                "Cookie e memoria del browser",
                "Cookies und Speicher des Browsers",
                "Cookies and browser storage"
            ),
            blocks: &[Paragraph(say!(
                "Il portale usa soltanto cookie tecnici, necessari all'accesso, e ricorda nel browser la lingua scelta. Non ci sono cookie di profilazione né contenuti di terzi.",
                "Das Portal verwendet nur technische, für die Anmeldung notwendige Cookies und merkt sich im Browser die gewählte Sprache. Es gibt keine Profiling-Cookies und keine Inhalte Dritter.",
                "The portal uses only technical cookies that the access needs, and remembers the chosen language in the browser. There are no profiling cookies and no third-party contents.",
            ))],
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
