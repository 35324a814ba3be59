//! What stands around every page: header, menu, footer, and the page nobody found.

use super::texts;

texts! {
    PORTAL_NAME: "Sistema Tessera Sanitaria", "Sistema Tessera Sanitaria", "Sistema Tessera Sanitaria";
    MINISTRY: "MEF – Ragioneria Generale dello Stato", "MEF – Ragioneria Generale dello Stato", "MEF – Ragioneria Generale dello Stato";
    PORTAL_CLAIM: "Il portale per gli operatori del Servizio Sanitario Nazionale", "Das Portal für die Fachkräfte des Nationalen Gesundheitsdienstes", "The portal for the staff of the National Health Service";
    SKIP_TO_CONTENT: "Vai al contenuto principale", "Zum Hauptinhalt springen", "Skip to main content";
    MAIN_MENU: "Menu principale", "Hauptmenü", "Main menu";
    OPEN_MENU: "Apri il menu", "Menü öffnen", "Open the menu";
    CLOSE_MENU: "Chiudi il menu", "Menü schließen", "Close the menu";
    HOME: "Home", "Startseite", "Home";
    SISTEMA_TS: "Il Sistema TS", "Das System TS", "The TS System";
    CITTADINI: "Cittadini", "Bürgerinnen und Bürger", "Citizens";
    OPERATORI: "Operatori", "Fachkräfte", "Operators";
    AREA_RISERVATA: "Area riservata", "Geschützter Bereich", "Reserved area";
    FAQ: "FAQ", "FAQ", "FAQ";
    FAQ_TITLE: "Domande frequenti (FAQ)", "Häufige Fragen (FAQ)", "Frequently asked questions (FAQ)";
    CONTATTI: "Contatti e assistenza", "Kontakt und Hilfe", "Contacts and help";
    SEARCH_LABEL: "Cerca nel sito", "Auf der Website suchen", "Search this site";
    SEARCH_PLACEHOLDER: "Cerca nel sito…", "Suchen …", "Search…";
    SEARCH: "Cerca", "Suchen", "Search";
    LANGUAGE: "Lingua del sito", "Sprache der Website", "Language of this site";
    LOG_OUT: "Esci", "Abmelden", "Log out";
    LOG_OUT_FAILED: "Uscita non riuscita: riprovi.", "Abmelden nicht gelungen: bitte erneut versuchen.", "Logging out did not succeed: please try again.";
    LOGGED_IN_AS: "Accesso effettuato:", "Angemeldet:", "Logged in:";
    SERVIZI: "Servizi", "Dienste", "Services";
    YOU_ARE_IN: "Ti trovi in:", "Sie befinden sich hier:", "You are here:";
    BREADCRUMB: "Percorso di navigazione", "Navigationspfad", "Breadcrumb";
    FOOTER_MENU: "Informazioni sul sito", "Über diese Website", "About this site";
    HELP: "Assistenza", "Hilfe", "Help";
    NUMERO_VERDE: "Numero verde", "Grüne Nummer (kostenlos)", "Toll-free number";
    FOR_OPERATORS: "Per gli operatori", "Für Fachkräfte", "For operators";
    PREPARE: "Prepara la postazione", "Arbeitsplatz vorbereiten", "Prepare the workstation";
    GUIDE_TITLE: "Prepara la postazione", "Den Arbeitsplatz vorbereiten", "Prepare the workstation";
    GUIDE_LEAD: "Per accedere con la smart card la postazione ha bisogno di un lettore, del software della carta, del programma Tessera e della sua estensione nel browser. Li prepara una volta sola il tecnico della Sua struttura.", "Für die Anmeldung mit der Smartcard braucht der Arbeitsplatz ein Lesegerät, die Software der Karte, das Programm Tessera und dessen Browser-Erweiterung. Die Technik Ihrer Einrichtung richtet sie einmalig ein.", "To log in with a smart card the workstation needs a reader, the card's software, the Tessera program and its browser extension. Your organisation's technician sets them up once.";
    ACCESSIBILITA: "Accessibilità", "Barrierefreiheit", "Accessibility";
    PRIVACY: "Privacy", "Datenschutz", "Privacy";
    LANGUAGE_FAILED: "I testi in questa lingua non sono arrivati: controlli il collegamento e riprovi.", "Die Texte in dieser Sprache sind nicht angekommen: Prüfen Sie die Verbindung und versuchen Sie es erneut.", "The texts in this language did not arrive: check the connection and try again.";
    LOADING: "Caricamento in corso…", "Wird geladen …", "Loading…";
    NOT_FOUND: "Pagina non trovata", "Seite nicht gefunden", "Page not found";
    NOT_FOUND_LEAD: "A questo indirizzo non c'è nessuna pagina del portale: può essere stata spostata oppure l'indirizzo contiene un errore.", "Unter dieser Adresse steht keine Seite des Portals: Sie wurde verschoben, oder die Adresse enthält einen Fehler.", "There is no page of the portal at this address: it may have been moved, or the address contains a mistake.";
    TO_HOME: "Torna alla pagina iniziale", "Zurück zur Startseite", "Back to the home page";
    SEARCH_TITLE: "Cerca nel sito", "Auf der Website suchen", "Search this site";
    SEARCH_HINT: "Scriva una o più parole: la ricerca guarda nelle pagine pubbliche del portale.", "Geben Sie ein oder mehrere Wörter ein: Gesucht wird auf den öffentlichen Seiten des Portals.", "Type one or more words: the portal's public pages are searched.";
    SEARCH_NOTHING: "Nessuna pagina contiene tutte queste parole. Provi con meno parole o con un'altra forma.", "Keine Seite enthält alle diese Wörter. Versuchen Sie es mit weniger oder anderen Wörtern.", "No page contains all of these words. Try fewer words or another form.";
    SEARCH_RESULTS: "Pagine trovate:", "Gefundene Seiten:", "Pages found:";
}
