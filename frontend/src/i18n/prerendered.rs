//! What only the HTML made while building says: it is no part of the program.

use super::Words;

/// What a page is about, for search engines; its title and this are all they show.
pub fn description(address: &str) -> Words {
    match address {
        "/" => [
            "Il portale del Sistema Tessera Sanitaria per gli operatori: accesso ai servizi online con smart card CNS o con credenziali, guida e assistenza.",
            "Das Portal des Systems Tessera Sanitaria für Fachkräfte: Zugang zu den Online-Diensten mit Smartcard (CNS) oder Zugangsdaten, Anleitung und Hilfe.",
            "The portal of the Sistema Tessera Sanitaria for health staff: online services by CNS smart card or credentials, guide and help.",
        ],
        "/sistema-ts" => [
            "Che cos'è il Sistema Tessera Sanitaria, chi lo gestisce e a che cosa serve agli operatori e ai cittadini.",
            "Was das System Tessera Sanitaria ist, wer es betreibt und wozu es Fachkräften, Bürgerinnen und Bürgern dient.",
            "What the Sistema Tessera Sanitaria is, who runs it and what it does for health staff and citizens.",
        ],
        "/cittadini" => [
            "Informazioni per i cittadini: la Tessera Sanitaria, il Fascicolo Sanitario Elettronico e i servizi a cui rivolgersi.",
            "Informationen für Bürgerinnen und Bürger: die Gesundheitskarte, die elektronische Gesundheitsakte und die zuständigen Dienste.",
            "Information for citizens: the health card, the electronic health record and the services to turn to.",
        ],
        "/operatori" => [
            "Come gli operatori sanitari registrano la propria CNS e accedono ai servizi del Sistema Tessera Sanitaria.",
            "Wie Fachkräfte im Gesundheitswesen ihre CNS registrieren und die Dienste des Systems Tessera Sanitaria nutzen.",
            "How health staff register their CNS and use the services of the Sistema Tessera Sanitaria.",
        ],
        "/faq" => [
            "Risposte alle domande più comuni su smart card, PIN, lettore, estensione del browser e accesso al portale.",
            "Antworten auf häufige Fragen zu Smartcard, PIN, Lesegerät, Browser-Erweiterung und Anmeldung am Portal.",
            "Answers to common questions about smart card, PIN, reader, browser extension and logging in to the portal.",
        ],
        "/contatti" => [
            "A chi rivolgersi per problemi con la carta, l'utenza o la postazione: ente emittente, numero verde 800-030-070, guida.",
            "An wen Sie sich bei Problemen mit Karte, Zugang oder Arbeitsplatz wenden: ausstellende Körperschaft, Grüne Nummer 800-030-070, Anleitung.",
            "Whom to turn to for problems with card, account or workstation: issuing body, toll-free number 800-030-070, guide.",
        ],
        "/cerca" => [
            "Cerca nelle pagine del portale del Sistema Tessera Sanitaria: guide, domande frequenti, contatti.",
            "Suche auf den Seiten des Portals Sistema Tessera Sanitaria: Anleitungen, häufige Fragen, Kontakt.",
            "Search the pages of the Sistema Tessera Sanitaria portal: guides, frequent questions, contacts.",
        ],
        "/area-riservata" => [
            "Area riservata agli operatori del Servizio Sanitario Nazionale: accedi con smart card o con credenziali.",
            "Geschützter Bereich für Fachkräfte des Nationalen Gesundheitsdienstes: Anmeldung mit Smartcard oder Zugangsdaten.",
            "Reserved area for staff of the National Health Service: log in with a smart card or with credentials.",
        ],
        "/area-riservata/smart-card" => [
            "Registra la CNS ed effettua la login al Sistema Tessera Sanitaria con la smart card: che cosa serve e come si fa.",
            "Registrieren Sie die CNS und melden Sie sich mit der Smartcard beim System Tessera Sanitaria an: was Sie brauchen und wie es geht.",
            "Register the CNS and log in to the Sistema Tessera Sanitaria with the smart card: what you need and how it works.",
        ],
        "/area-riservata/credenziali" => [
            "Accesso con codice fiscale e password del documento rilasciato alla registrazione della smart card CNS.",
            "Anmeldung mit Steuernummer und Passwort aus dem Dokument, das bei der Registrierung der Smartcard (CNS) ausgestellt wird.",
            "Login with tax code and password from the document issued when the CNS smart card was registered.",
        ],
        "/area-riservata/registrazione" => [
            "Conferma della registrazione della CNS e documento con le credenziali di accesso al Sistema Tessera Sanitaria.",
            "Bestätigung der Registrierung der CNS und Dokument mit den Zugangsdaten zum System Tessera Sanitaria.",
            "Confirmation of the CNS registration and the document with the credentials for the Sistema Tessera Sanitaria.",
        ],
        "/prepara-la-postazione" => [
            "Lettore, software della carta, programma Tessera ed estensione del browser: come preparare e verificare la postazione.",
            "Lesegerät, Kartensoftware, Programm Tessera und Browser-Erweiterung: den Arbeitsplatz vorbereiten und prüfen.",
            "Reader, card software, Tessera program and browser extension: how to prepare and check the workstation.",
        ],
        "/accessibilita" => [
            "Dichiarazione di accessibilità del portale: conformità, limiti noti e come segnalare una barriera.",
            "Erklärung zur Barrierefreiheit des Portals: Konformität, bekannte Grenzen und wie man eine Barriere meldet.",
            "The portal's accessibility statement: conformance, known limits and how to report a barrier.",
        ],
        "/privacy" => [
            "Quali dati tratta il portale del Sistema Tessera Sanitaria, per quanto tempo, e quali cookie usa.",
            "Welche Daten das Portal des Systems Tessera Sanitaria wie lange verarbeitet und welche Cookies es verwendet.",
            "Which data the Sistema Tessera Sanitaria portal processes, for how long, and which cookies it uses.",
        ],
        _ => [
            "Servizi online del Sistema Tessera Sanitaria, riservati agli operatori abilitati e autorizzati.",
            "Online-Dienste des Systems Tessera Sanitaria, den befugten Fachkräften vorbehalten.",
            "Online services of the Sistema Tessera Sanitaria, reserved for enabled and authorised staff.",
        ],
    }
}

/// What cannot be done on a page without JavaScript, where it is more than comfort.
pub fn without_script(address: &str) -> Option<&'static Words> {
    match address {
        "/area-riservata/smart-card" | "/area-riservata/registrazione" => Some(&[
            "Per parlare con la carta questa pagina ha bisogno di JavaScript: lo attivi nel browser e ricarichi la pagina. Se non può, chiami il numero verde 800-030-070.",
            "Um mit der Karte zu sprechen, braucht diese Seite JavaScript: Aktivieren Sie es im Browser und laden Sie die Seite neu. Geht das nicht, rufen Sie die Grüne Nummer 800-030-070 an.",
            "To speak with the card this page needs JavaScript: enable it in the browser and reload the page. If you cannot, call the toll-free number 800-030-070.",
        ]),
        "/area-riservata/credenziali" => Some(&[
            "Per accedere con le credenziali questa pagina ha bisogno di JavaScript: lo attivi nel browser e ricarichi la pagina.",
            "Für die Anmeldung mit Zugangsdaten braucht diese Seite JavaScript: Aktivieren Sie es im Browser und laden Sie die Seite neu.",
            "To log in with credentials this page needs JavaScript: enable it in the browser and reload the page.",
        ]),
        "/cerca" => Some(&[
            "La ricerca ha bisogno di JavaScript: lo attivi nel browser, oppure scelga la pagina dal menu.",
            "Die Suche braucht JavaScript: Aktivieren Sie es im Browser, oder wählen Sie die Seite im Menü.",
            "The search needs JavaScript: enable it in the browser, or choose the page from the menu.",
        ]),
        "/prepara-la-postazione" => Some(&[
            "La verifica della postazione ha bisogno di JavaScript; la guida si può leggere anche senza.",
            "Die Prüfung des Arbeitsplatzes braucht JavaScript; die Anleitung lässt sich auch ohne lesen.",
            "The check of the workstation needs JavaScript; the guide can be read without it.",
        ]),
        _ if address == "/servizi" || address.starts_with("/servizi/") => Some(&[
            "Questa pagina è riservata a chi ha effettuato l'accesso e ha bisogno di JavaScript: lo attivi nel browser e ricarichi la pagina.",
            "Diese Seite ist angemeldeten Personen vorbehalten und braucht JavaScript: Aktivieren Sie es im Browser und laden Sie die Seite neu.",
            "This page is for those who are logged in and needs JavaScript: enable it in the browser and reload the page.",
        ]),
        _ => None,
    }
}
