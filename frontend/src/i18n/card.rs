//! The smart-card page, its progress, and the confirmed registration.

use super::texts;

texts! {
    TITLE: "Accesso con smart card", "Anmeldung mit Smartcard", "Login with a smart card";
    LEAD: "Inserisca la CNS nel lettore, poi scelga che cosa fare.", "Stecken Sie die Bürgerkarte in das Lesegerät und wählen Sie, was Sie tun möchten.", "Put the CNS into the reader, then choose what to do.";
    REGISTER: "Registra CNS", "CNS registrieren", "Register CNS";
    REGISTER_TEXT: "Obbligatorio la prima volta che si accede al portale con una CNS e quando si sostituisce la smart card (certificato).", "Verpflichtend beim ersten Zugang mit einer CNS und wenn die Smartcard (das Zertifikat) ersetzt wurde.", "Obligatory the first time you access the portal with a CNS, and when the smart card (certificate) is replaced.";
    LOG_IN: "Effettua la login", "Anmelden", "Log in";
    LOG_IN_TEXT: "Ogni volta che occorre usare i servizi del portale, con una CNS già registrata.", "Jedes Mal, wenn Sie die Dienste des Portals nutzen, mit einer bereits registrierten CNS.", "Every time you need the portal's services, with a CNS that is already registered.";
    NEEDS_TITLE: "Che cosa serve", "Was Sie brauchen", "What you need";
    NEED_CARD: "una CNS o TS-CNS attivata e in corso di validità", "eine aktivierte und gültige Bürgerkarte (CNS oder TS-CNS)", "an activated, valid CNS or TS-CNS";
    NEED_READER: "un lettore di smart card collegato alla postazione", "ein an den Arbeitsplatz angeschlossenes Kartenlesegerät", "a smart-card reader connected to the workstation";
    NEED_PIN: "il PIN della carta, consegnato all'attivazione", "die PIN der Karte, die Sie bei der Aktivierung erhalten haben", "the card's PIN, handed over at activation";
    NEED_PROGRAM: "il programma Tessera e la sua estensione nel browser", "das Programm Tessera und seine Browser-Erweiterung", "the Tessera program and its browser extension";
    PREPARE_LINK: "Come si prepara la postazione", "So bereiten Sie den Arbeitsplatz vor", "How to prepare the workstation";
    PIN_NOTE: "Il PIN si digita soltanto nella finestra di Tessera o sul tastierino del lettore: mai in questa pagina. Dopo alcuni PIN errati la carta si blocca.", "Die PIN wird nur im Tessera-Fenster oder auf der Tastatur des Lesegeräts eingegeben, nie auf dieser Seite. Nach mehreren falschen Eingaben wird die Karte gesperrt.", "The PIN is typed only in the Tessera window or on the reader's keypad, never in this page. After several wrong PINs the card is locked.";

    REGISTERING: "Registrazione della CNS", "Registrierung der CNS", "Registering the CNS";
    LOGGING_IN: "Login", "Anmeldung", "Login";
    PREPARING: "Preparazione…", "Wird vorbereitet …", "Preparing…";
    PREPARING_HINT: "Tra un attimo si apre la finestra di Tessera.", "Gleich öffnet sich das Tessera-Fenster.", "The Tessera window is about to open.";
    READER: "Colleghi il lettore di smart card", "Schließen Sie das Kartenlesegerät an", "Connect the smart-card reader";
    READER_HINT: "La postazione non trova alcun lettore. Se è già collegato, la finestra della carta dice che cosa fare. Appena è pronto si prosegue automaticamente.", "Der Arbeitsplatz findet kein Lesegerät. Ist schon eines angeschlossen, sagt das Kartenfenster, was zu tun ist. Sobald es bereit ist, geht es von selbst weiter.", "The workstation finds no reader. If one is already connected, the card's window says what to do. It goes on by itself once one is ready.";
    CARD: "Inserisca la carta nel lettore", "Stecken Sie die Karte in das Lesegerät", "Put the card into the reader";
    CARD_HINT: "Con il chip in avanti, fino in fondo; poi si prosegue automaticamente.", "Mit dem Chip voran bis zum Anschlag; dann geht es von selbst weiter.", "Chip first, all the way in; it then goes on by itself.";
    CERTIFICATE: "Scelga il certificato", "Wählen Sie das Zertifikat", "Choose the certificate";
    CERTIFICATE_HINT: "Nella finestra di Tessera scelga la CNS da usare.", "Wählen Sie im Tessera-Fenster die gewünschte CNS.", "In the Tessera window, choose the CNS to use.";
    PIN: "Digiti il PIN nella finestra di Tessera", "Geben Sie die PIN im Tessera-Fenster ein", "Type the PIN in the Tessera window";
    PIN_HINT: "Se non la vede, la finestra può essere dietro al browser. Con un lettore dotato di tastierino il PIN si digita lì.", "Falls Sie das Fenster nicht sehen, liegt es vielleicht hinter dem Browser. Bei Lesegeräten mit Tastatur wird die PIN dort eingegeben.", "If you cannot see the window, it may be behind the browser. With a reader that has its own keypad, type the PIN there.";
    SIGNING: "La carta sta firmando", "Die Karte signiert", "The card is signing";
    SIGNING_HINT: "Non estragga la carta.", "Bitte die Karte nicht entfernen.", "Do not take the card out.";
    CHECKING: "Verifica in corso", "Prüfung läuft", "Checking";
    CHECKING_HINT: "Il portale verifica la validità del certificato e l'abilitazione.", "Das Portal prüft die Gültigkeit des Zertifikats und Ihre Befugnis.", "The portal is checking the certificate's validity and your authorisation.";

    WHO_HELPS: "A chi rivolgersi:", "An wen Sie sich wenden:", "Whom to turn to:";
    TRY_AGAIN: "Riprova", "Erneut versuchen", "Try again";
    REGISTER_THIS_CARD: "Registra ora questa carta", "Diese Karte jetzt registrieren", "Register this card now";
    REGISTER_AGAIN: "Registra di nuovo la carta", "Karte erneut registrieren", "Register the card again";
    TO_DOCUMENT: "Vai al documento con le credenziali", "Zum Dokument mit den Zugangsdaten", "Go to the credentials document";
    TO_CARD_ACCESS: "Vai all'accesso con smart card", "Zur Anmeldung mit Smartcard", "Go to smart-card access";

    REGISTERED_TITLE: "Registrazione della CNS", "Registrierung der CNS", "Registration of the CNS";
    REGISTERED: "La registrazione è confermata.", "Die Registrierung ist bestätigt.", "The registration is confirmed.";
    REGISTERED_FOR: "La CNS è registrata per", "Die CNS ist registriert für", "The CNS is registered for";
    NO_DOCUMENT: "Non serve altro: può effettuare la login con questa carta.", "Sonst ist nichts zu tun: Sie können sich mit dieser Karte anmelden.", "Nothing else is needed: you can log in with this card.";
    DOCUMENT_TITLE: "Il documento con le credenziali", "Das Dokument mit den Zugangsdaten", "The credentials document";
    DOCUMENT_NEEDED: "Per completare la registrazione è obbligatorio visualizzare e stampare il PDF con le credenziali per l'accesso standard (“Accesso con Credenziali”) e con il Pincode, indispensabile per l'invio dei dati di propria competenza.", "Um die Registrierung abzuschließen, müssen Sie das PDF mit den Zugangsdaten für die Standardanmeldung und mit dem Pincode, der für die Übermittlung Ihrer Daten unerlässlich ist, ansehen und ausdrucken.", "To complete the registration you must view and print the PDF with the credentials for the standard login and with the Pincode, which you need to send the data you are responsible for.";
    DOCUMENT_SECRET: "Lo conservi in un luogo sicuro: può essere scaricato soltanto da questo browser e soltanto nei 30 minuti dopo la registrazione.", "Bewahren Sie es sicher auf: Es kann nur mit diesem Browser und nur innerhalb von 30 Minuten nach der Registrierung heruntergeladen werden.", "Keep it in a safe place: it can be downloaded only in this browser and only within 30 minutes after the registration.";
    DOCUMENT_GET: "Scarica il documento (PDF)", "Dokument herunterladen (PDF)", "Download the document (PDF)";
    DOCUMENT_GETTING: "Il documento viene preparato…", "Das Dokument wird vorbereitet …", "The document is being prepared…";
    DOCUMENT_DONE: "Documento scaricato. Lo apra, lo stampi e verifichi che User id, Password e Pincode si leggano.", "Dokument heruntergeladen. Öffnen und drucken Sie es und prüfen Sie, ob User id, Password und Pincode lesbar sind.", "Document downloaded. Open it, print it and check that User id, Password and Pincode can be read.";
    DOCUMENT_SHOW: "Apri il documento in una nuova scheda (PDF)", "Dokument in neuem Tab öffnen (PDF)", "Open the document in a new tab (PDF)";
    DOCUMENT_FILE: "credenziali-sistema-ts.pdf", "zugangsdaten-sistema-ts.pdf", "credentials-sistema-ts.pdf";
    DOCUMENT_LATE: "Se il documento non è più disponibile, registri di nuovo la carta: riceverà nuove credenziali.", "Ist das Dokument nicht mehr verfügbar, registrieren Sie die Karte erneut: Sie erhalten neue Zugangsdaten.", "If the document is no longer available, register the card again: you will receive new credentials.";
    NO_REGISTRATION: "Questa pagina conferma una registrazione appena fatta in questo browser. Se ha registrato la carta negli ultimi 30 minuti, il documento è ancora qui, a meno che non l'abbia già scaricato e poi sia uscito dal portale.", "Diese Seite bestätigt eine soeben in diesem Browser erfolgte Registrierung. Wenn Sie die Karte in den letzten 30 Minuten registriert haben, liegt das Dokument noch hier, außer Sie haben es schon heruntergeladen und sich danach abgemeldet.", "This page confirms a registration just made in this browser. If you registered the card in the last 30 minutes, the document is still here, unless you have already downloaded it and then logged out.";
    NEXT: "Il passo successivo", "Der nächste Schritt", "The next step";
    TO_LOGIN: "Prosegui con la login", "Weiter zur Anmeldung", "Go on to the login";
    DOCUMENT_FIRST: "Prima di effettuare la login occorre scaricare il documento.", "Vor der Anmeldung muss das Dokument heruntergeladen werden.", "Before logging in, the document must be downloaded.";
}
