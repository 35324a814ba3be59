//! The services that are part of access: profile, messages, credentials, assistance.

use protocol::api::{Act, Actor};

use super::{Text, texts};

texts! {
    LOADING: "Caricamento in corso…", "Wird geladen …", "Loading…";
    SAVE: "Salva", "Speichern", "Save";
    SAVING: "Salvataggio in corso…", "Wird gespeichert …", "Saving…";
    SAVED: "I dati sono stati salvati.", "Die Daten wurden gespeichert.", "The data has been saved.";
    OPEN: "Apri", "Öffnen:", "Open";
    NEW: "Nuovo", "Neu", "New";
    UNREAD: "da leggere:", "ungelesen:", "unread:";

    PROFILE_CHANGE: "Modifica telefono ed e-mail", "Telefon und E-Mail ändern", "Change telephone and e-mail";
    PROFILE_CHANGE_TEXT: "Questi due dati li può cambiare Lei e può anche lasciarli vuoti. Per correggere gli altri si rivolga alla Sua Asl o al numero verde 800-030-070.", "Diese beiden Angaben können Sie selbst ändern oder auch leer lassen. Die übrigen berichtigt Ihr Sanitätsbetrieb oder die Grüne Nummer 800-030-070.", "You can change these two yourself, or leave them empty. To have the others corrected, turn to your local health authority or call the toll-free number 800-030-070.";
    TELEPHONE_HINT: "Per esempio: +39 06 123456", "Zum Beispiel: +39 06 123456", "For instance: +39 06 123456";
    TELEPHONE_FAULT: "Questo non è un numero di telefono. Scriva da 5 a 30 cifre, anche con spazi e con i segni + / - ( ) . oppure lasci il campo vuoto.", "Das ist keine Telefonnummer. Schreiben Sie 5 bis 30 Ziffern, auch mit Leerzeichen und den Zeichen + / - ( ) . oder lassen Sie das Feld leer.", "This is not a telephone number. Write 5 to 30 digits, also with blanks and the signs + / - ( ) . or leave the field empty.";
    EMAIL_FAULT: "Questo non è un indirizzo e-mail. Lo scriva come nome@esempio.it oppure lasci il campo vuoto.", "Das ist keine E-Mail-Adresse. Schreiben Sie sie wie name@beispiel.it oder lassen Sie das Feld leer.", "This is not an e-mail address. Write it like name@example.it or leave the field empty.";
    DEVICES: "Accesso su altri dispositivi", "Anmeldung auf anderen Geräten", "Logged in on other devices";
    DEVICES_TEXT: "Se ha lasciato aperta una sessione altrove, o teme che qualcuno usi il Suo accesso, può terminare tutte le sessioni, compresa questa. Per continuare acceda di nuovo.", "Wenn Sie anderswo eine Sitzung offen gelassen haben oder befürchten, dass jemand Ihren Zugang benutzt, können Sie alle Sitzungen beenden, auch diese. Um weiterzuarbeiten, melden Sie sich neu an.", "If you left a session open elsewhere, or fear that somebody uses your access, you can end all sessions, this one included. To go on, log in again.";
    LEAVE_EVERYWHERE: "Esci da tutti i dispositivi", "Von allen Geräten abmelden", "Log out of all devices";

    MESSAGES_LEAD: "Che cosa è successo con il Suo accesso. Se qualcosa non è opera Sua, chiami subito il numero verde 800-030-070.", "Was mit Ihrem Zugang geschehen ist. Wenn etwas nicht von Ihnen stammt, rufen Sie sofort die Grüne Nummer 800-030-070 an.", "What happened with your access. If something was not done by you, call the toll-free number 800-030-070 at once.";
    NO_MESSAGES: "Non ci sono messaggi.", "Es gibt keine Nachrichten.", "There are no messages.";
    BY_CARD: "con la smart card", "mit der Smartcard", "with the smart card";
    BY_PASSWORD: "con le credenziali", "mit den Zugangsdaten", "with the credentials";
    CARD_REGISTERED: "È stata registrata una CNS", "Eine CNS wurde registriert", "A CNS was registered";
    LOGGED_IN: "Accesso al portale", "Anmeldung am Portal", "Login to the portal";
    PASSWORD_CHANGED: "La password è stata cambiata", "Das Passwort wurde geändert", "The password was changed";
    REPRINTED: "Sono state generate nuove credenziali", "Neue Zugangsdaten wurden erstellt", "New credentials were made";
    PROFILE_CHANGED: "Telefono o e-mail sono stati modificati", "Telefon oder E-Mail wurden geändert", "Telephone or e-mail were changed";
    REVOKED: "La registrazione della CNS è stata revocata", "Die Registrierung der CNS wurde widerrufen", "The registration of the CNS was revoked";
    DISABLED: "L'utenza è stata disabilitata", "Der Zugang wurde gesperrt", "The account was disabled";
    ENABLED: "L'utenza è stata abilitata", "Der Zugang wurde freigegeben", "The account was enabled";

    ELSEWHERE: "Il servizio ha un sito proprio, che si apre in questa finestra. Questo portale non gli trasmette né la Sua carta né il PIN.", "Der Dienst hat eine eigene Website, die sich in diesem Fenster öffnet. Weder Ihre Karte noch die PIN werden von diesem Portal dorthin übermittelt.", "The service has a site of its own, which opens in this window. This portal passes neither your card nor the PIN on to it.";
    ADDRESS: "Indirizzo:", "Adresse:", "Address:";

    ASSISTANCE_LEAD: "Racconti il problema senza dati personali: riceverà un codice, e chi La assiste saprà con quello a chi e a che cosa si riferisce.", "Schildern Sie das Problem ohne persönliche Daten: Sie erhalten einen Code, mit dem die Hilfe weiß, um wen und worum es geht.", "Tell us the problem without personal data: you will get a code, from which the help desk knows whom and what it is about.";
    TOPIC: "Argomento", "Thema", "Topic";
    TOPIC_NONE: "Scelga…", "Bitte wählen …", "Choose…";
    TOPIC_CARD: "Smart card, lettore o PIN", "Smartcard, Lesegerät oder PIN", "Smart card, reader or PIN";
    TOPIC_LOGIN: "Registrazione della CNS o login", "Registrierung der CNS oder Anmeldung", "Registering the CNS or logging in";
    TOPIC_CREDENTIALS: "Credenziali, password o Pincode", "Zugangsdaten, Passwort oder Pincode", "Credentials, password or Pincode";
    TOPIC_SERVICES: "Servizi e abilitazioni", "Dienste und Befugnisse", "Services and authorisations";
    TOPIC_OTHER: "Altro", "Anderes", "Something else";
    TOPIC_FAULT: "Scelga l'argomento.", "Wählen Sie das Thema.", "Choose the topic.";
    TEXT: "Che cosa è successo", "Was ist geschehen", "What happened";
    TEXT_HINT: "Da 10 a 2000 caratteri. Non scriva il codice fiscale, l'e-mail, la password o il PIN: il codice di assistenza sta al posto del Suo nome.", "10 bis 2000 Zeichen. Schreiben Sie weder Steuernummer noch E-Mail, Passwort oder PIN: Der Hilfecode steht für Ihren Namen.", "10 to 2000 characters. Do not write your tax code, e-mail, password or PIN: the support code stands for your name.";
    TEXT_FAULT: "Descriva il problema con un testo da 10 a 2000 caratteri.", "Beschreiben Sie das Problem mit 10 bis 2000 Zeichen.", "Describe the problem in 10 to 2000 characters.";
    SENT_TITLE: "Che cosa viene inviato", "Was gesendet wird", "What will be sent";
    SENT_TEXT: "L'argomento, il testo e questi dati della postazione; nessun altro.", "Das Thema, der Text und diese Angaben zum Arbeitsplatz; sonst nichts.", "The topic, the text and these facts of the workstation; nothing else.";
    SENT_BROWSER: "Browser", "Browser", "Browser";
    SENT_EXTENSION: "Estensione Tessera", "Tessera-Erweiterung", "Tessera extension";
    SENT_PROGRAM: "Programma Tessera", "Programm Tessera", "Tessera program";
    SENT_PAGE: "Pagina da cui arriva", "Seite, von der Sie kommen", "Page you come from";
    NOT_FOUND: "non trovato", "nicht gefunden", "not found";
    SEND: "Invia la richiesta", "Anfrage senden", "Send the request";
    SENDING: "Invio in corso…", "Wird gesendet …", "Sending…";
    TAKEN: "La richiesta è stata ricevuta. Questo è il Suo codice di assistenza:", "Die Anfrage ist eingegangen. Das ist Ihr Hilfecode:", "The request has been received. This is your support code:";
    TAKEN_TEXT: "Lo annoti e lo comunichi a chi risponde al numero verde 800-030-070.", "Notieren Sie ihn und nennen Sie ihn, wenn Sie die Grüne Nummer 800-030-070 anrufen.", "Write it down and tell it to whoever answers the toll-free number 800-030-070.";
    COPY: "Copia il codice", "Code kopieren", "Copy the code";
    COPIED: "Codice copiato.", "Code kopiert.", "Code copied.";

    MANAGE_LEAD: "Cerchi un operatore della Sua regione e della Sua Asl per abilitarlo, disabilitarlo, revocare la registrazione della carta o vederne la storia.", "Suchen Sie eine Fachkraft Ihrer Region und Ihres Sanitätsbetriebs, um den Zugang freizugeben oder zu sperren, die Kartenregistrierung zu widerrufen oder den Verlauf zu sehen.", "Search an operator of your region and local health authority to enable or disable them, revoke the card's registration or see the history.";
    WORDS: "Cognome e nome, o codice fiscale", "Familien- und Vorname oder Steuernummer", "Surname and name, or tax code";
    WORDS_HINT: "Bastano anche le prime lettere.", "Auch die ersten Buchstaben genügen.", "The first letters are enough.";
    WORDS_FAULT: "Scriva che cosa cercare.", "Schreiben Sie, was gesucht werden soll.", "Write what to search for.";
    SEARCH: "Cerca operatori", "Fachkräfte suchen", "Search operators";
    SEARCHING: "Ricerca in corso…", "Suche läuft …", "Searching…";
    NOBODY: "Nessun operatore della Sua regione e Asl corrisponde. Controlli come è scritto o provi con meno lettere.", "Keine Fachkraft Ihrer Region und Ihres Sanitätsbetriebs entspricht der Suche. Prüfen Sie die Schreibweise oder versuchen Sie es mit weniger Buchstaben.", "No operator of your region and local health authority matches. Check the spelling or try fewer letters.";
    FOUND: "Operatori trovati", "Gefundene Fachkräfte", "Operators found";
    MORE: "Ce ne sono altri: aggiunga il nome o altre lettere per restringere la ricerca.", "Es gibt noch weitere: Grenzen Sie die Suche mit dem Vornamen oder weiteren Buchstaben ein.", "There are more: add the name or further letters to narrow the search.";
    STATE: "Stato", "Status", "State";
    IS_ENABLED: "abilitato", "freigegeben", "enabled";
    IS_DISABLED: "disabilitato", "gesperrt", "disabled";
    CARD: "CNS", "CNS", "CNS";
    IS_REGISTERED: "registrata", "registriert", "registered";
    IS_PENDING: "registrata, documento da scaricare", "registriert, Dokument noch abzuholen", "registered, document still to be downloaded";
    NOT_REGISTERED: "non registrata", "nicht registriert", "not registered";
    SINCE: "Registrata il", "Registriert am", "Registered on";
    CREDENTIALS: "Credenziali", "Zugangsdaten", "Credentials";
    HAS_CREDENTIALS: "rilasciate", "ausgestellt", "issued";
    NO_CREDENTIALS: "non rilasciate", "nicht ausgestellt", "not issued";
    MANAGE: "Gestisci", "Verwalten", "Manage";
    TO_RESULTS: "Torna ai risultati", "Zurück zu den Ergebnissen", "Back to the results";
    DISABLE: "Disabilita", "Sperren", "Disable";
    ENABLE: "Abilita", "Freigeben", "Enable";
    REVOKE: "Revoca la registrazione", "Registrierung widerrufen", "Revoke the registration";
    DISABLE_ASK: "Disabilitare {}? La sessione in corso termina subito, e non potrà accedere finché l'utenza non sarà abilitata di nuovo.", "{} sperren? Die laufende Sitzung endet sofort, und der Zugang bleibt verwehrt, bis er wieder freigegeben wird.", "Disable {}? Their session ends at once, and they cannot get in until they are enabled again.";
    ENABLE_ASK: "Abilitare {}? Potrà accedere di nuovo al portale.", "{} freigeben? Der Zugang zum Portal ist dann wieder möglich.", "Enable {}? They will be able to get into the portal again.";
    REVOKE_ASK: "Revocare la registrazione della CNS di {}? La sessione in corso termina, le credenziali e il Pincode non valgono più, e la carta va registrata di nuovo.", "Die Registrierung der CNS von {} widerrufen? Die laufende Sitzung endet, Zugangsdaten und Pincode werden ungültig, und die Karte muss erneut registriert werden.", "Revoke the registration of the CNS of {}? Their session ends, credentials and Pincode become void, and the card must be registered again.";
    DISABLE_YES: "Sì, disabilita", "Ja, sperren", "Yes, disable";
    ENABLE_YES: "Sì, abilita", "Ja, freigeben", "Yes, enable";
    REVOKE_YES: "Sì, revoca", "Ja, widerrufen", "Yes, revoke";
    DISABLED_NOW: "{} ora è disabilitato.", "{} ist jetzt gesperrt.", "{} is now disabled.";
    ENABLED_NOW: "{} ora è abilitato.", "{} ist jetzt freigegeben.", "{} is now enabled.";
    REVOKED_NOW: "La registrazione della CNS di {} è revocata.", "Die Registrierung der CNS von {} ist widerrufen.", "The registration of the CNS of {} is revoked.";
    HISTORY: "Storia dell'accesso", "Verlauf des Zugangs", "History of the access";
    NO_HISTORY: "Non c'è ancora nulla da mostrare.", "Es gibt noch nichts anzuzeigen.", "There is nothing to show yet.";
    BY_ONESELF: "dall'operatore", "von der Fachkraft selbst", "by the operator";
    BY_ADMINISTRATOR: "da un amministratore", "durch die Verwaltung", "by an administrator";
    BY_IMPORT: "dall'aggiornamento dell'anagrafe", "durch die Aktualisierung des Verzeichnisses", "by an update of the register";
}

/// What was done, as the messages and the history say it.
pub fn act(act: Act) -> Text {
    match act {
        Act::CardRegistered => CARD_REGISTERED,
        Act::LoggedIn => LOGGED_IN,
        Act::PasswordChanged => PASSWORD_CHANGED,
        Act::CredentialsReprinted => REPRINTED,
        Act::ProfileChanged => PROFILE_CHANGED,
        Act::RegistrationRevoked => REVOKED,
        Act::OperatorDisabled => DISABLED,
        Act::OperatorEnabled => ENABLED,
    }
}

/// Who did it.
pub fn actor(actor: Actor) -> Text {
    match actor {
        Actor::Oneself => BY_ONESELF,
        Actor::Administrator => BY_ADMINISTRATOR,
        Actor::Import => BY_IMPORT,
    }
}

/// With what somebody got in.
pub fn means(by_card: bool) -> Text {
    if by_card { BY_CARD } else { BY_PASSWORD }
}
