//! Choosing how to get in, and getting in with credentials.

use super::texts;

texts! {
    TITLE: "Area riservata", "Geschützter Bereich", "Reserved area";
    LEAD: "I servizi online sono riservati agli operatori del Servizio Sanitario Nazionale abilitati e autorizzati. Scelga come accedere.", "Die Online-Dienste sind den befugten Fachkräften des Nationalen Gesundheitsdienstes vorbehalten. Wählen Sie die Art des Zugangs.", "The online services are reserved for enabled and authorised staff of the National Health Service. Choose how to get in.";
    RETURN_NOTE: "Per la pagina richiesta occorre l'accesso: dopo la login vi sarà riportato.", "Für die gewünschte Seite ist eine Anmeldung nötig: Danach kommen Sie dorthin zurück.", "The page you asked for needs a login: you will be taken there afterwards.";
    BY_CARD: "Accedi con smart card", "Mit Smartcard anmelden", "Log in with a smart card";
    BY_CARD_TEXT: "Con la CNS o la TS-CNS, il lettore e il PIN della carta. È il modo più sicuro e dà accesso a tutti i servizi per cui è abilitato.", "Mit der Bürgerkarte (CNS, TS-CNS), dem Lesegerät und der PIN der Karte. Der sicherste Weg, mit Zugang zu allen Diensten, für die Sie befugt sind.", "With the CNS or TS-CNS, the reader and the card's PIN. The most secure way, giving access to all services you are enabled for.";
    BY_CREDENTIALS: "Accedi con credenziali", "Mit Zugangsdaten anmelden", "Log in with credentials";
    BY_CREDENTIALS_TEXT: "Con il codice fiscale e la password del documento ricevuto alla registrazione della carta. Alcuni servizi chiedono comunque la smart card.", "Mit der Steuernummer und dem Passwort aus dem Dokument, das Sie bei der Registrierung der Karte erhalten haben. Einige Dienste verlangen dennoch die Smartcard.", "With your tax code and the password from the document you received when you registered the card. Some services ask for the smart card all the same.";
    ALREADY_IN: "L'accesso è già stato effettuato.", "Sie sind bereits angemeldet.", "You are already logged in.";
    TO_SERVICES: "Vai ai servizi", "Zu den Diensten", "Go to the services";

    TO_WANTED: "Vai alla pagina richiesta", "Zur gewünschten Seite", "Go to the page you asked for";
    CREDENTIALS_TITLE: "Accesso con credenziali", "Anmeldung mit Zugangsdaten", "Login with credentials";
    CREDENTIALS_LEAD: "Usi le credenziali del documento ottenuto con la registrazione della CNS. Al primo accesso la password va cambiata.", "Verwenden Sie die Zugangsdaten aus dem Dokument der Kartenregistrierung. Beim ersten Zugang ist das Passwort zu ändern.", "Use the credentials from the document obtained when the CNS was registered. At the first login the password must be changed.";
    USERNAME: "Codice fiscale (User id)", "Steuernummer (User id)", "Tax code (User id)";
    PASSWORD: "Password", "Passwort", "Password";
    ENTER: "Accedi", "Anmelden", "Log in";
    ENTERING: "Verifica delle credenziali in corso…", "Zugangsdaten werden geprüft …", "Checking the credentials…";
    FORGOTTEN: "Credenziali smarrite? Acceda con la smart card e usi Ristampa Credenziali, oppure registri di nuovo la carta con Registra CNS: riceverà nuove credenziali.", "Zugangsdaten verloren? Melden Sie sich mit der Smartcard an und verwenden Sie den Dienst Ristampa Credenziali, oder registrieren Sie die Karte erneut mit „CNS registrieren“: Sie erhalten neue Zugangsdaten.", "Lost your credentials? Log in with the smart card and use Ristampa Credenziali, or register the card again with “Register CNS”: you will receive new credentials.";

    CHANGE_TITLE: "Scelga una nuova password", "Wählen Sie ein neues Passwort", "Choose a new password";
    CHANGE_LEAD: "La password del documento vale soltanto per il primo accesso. La nuova deve avere almeno 12 caratteri, non contenere il codice fiscale e non essere facile da indovinare: per esempio quattro parole senza legame fra loro.", "Das Passwort aus dem Dokument gilt nur für den ersten Zugang. Das neue muss mindestens 12 Zeichen haben, darf die Steuernummer nicht enthalten und nicht leicht zu erraten sein: zum Beispiel vier Wörter ohne Zusammenhang.", "The password from the document is for the first login only. The new one must have at least 12 characters, must not contain the tax code and must not be easy to guess: for instance four unrelated words.";
    NEW_PASSWORD: "Nuova password", "Neues Passwort", "New password";
    REPEAT_PASSWORD: "Ripeta la nuova password", "Neues Passwort wiederholen", "Repeat the new password";
    CHANGE: "Cambia la password e accedi", "Passwort ändern und anmelden", "Change the password and log in";
    NOT_THE_SAME: "Le due nuove password non sono uguali.", "Die beiden neuen Passwörter stimmen nicht überein.", "The two new passwords are not the same.";
    TOO_SHORT: "La nuova password deve avere almeno 12 caratteri.", "Das neue Passwort muss mindestens 12 Zeichen haben.", "The new password must have at least 12 characters.";
    NEEDED: "Questo campo è obbligatorio.", "Dieses Feld ist auszufüllen.", "This field is required.";
}
