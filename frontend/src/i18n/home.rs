//! The first page.

use super::texts;

texts! {
    TITLE: "Sistema Tessera Sanitaria", "System Gesundheitskarte", "Health Card System";
    LEAD: "I servizi online per medici, odontoiatri, professionisti sanitari e amministrazioni: si accede in sicurezza con la propria Carta Nazionale dei Servizi.", "Die Online-Dienste für Ärztinnen und Ärzte, Zahnärzte, Gesundheitsberufe und Verwaltungen: sicherer Zugang mit der eigenen Bürgerkarte (CNS).", "Online services for doctors, dentists, health professionals and public administrations: secure access with your own National Services Card (CNS).";
    ENTER: "Accedi ai servizi online", "Zu den Online-Diensten", "Go to the online services";
    PREPARE: "Prima volta? Prepara la postazione", "Zum ersten Mal hier? Arbeitsplatz vorbereiten", "First time? Prepare the workstation";
    PATHS: "In che cosa possiamo aiutarla", "Wobei können wir helfen", "How can we help you";
    CITTADINI_TEXT: "La Tessera Sanitaria, la CNS e che cosa se ne può fare.", "Die Gesundheitskarte, die Bürgerkarte und wozu sie dienen.", "The Health Card, the CNS and what they are for.";
    OPERATORI_TEXT: "Chi può usare i servizi online, come ci si registra e che cosa serve.", "Wer die Online-Dienste nutzen kann, wie man sich registriert und was man braucht.", "Who may use the online services, how to register and what you need.";
    SISTEMA_TEXT: "Che cos'è il Sistema TS, chi lo gestisce e quali norme lo regolano.", "Was das System TS ist, wer es betreibt und welche Normen es regeln.", "What the TS System is, who runs it and which laws govern it.";
    NEWS_TAG: "In evidenza", "Im Blickpunkt", "Featured";
    FSE_TITLE: "Fascicolo Sanitario Elettronico (FSE)", "Elektronische Gesundheitsakte (FSE)", "Electronic Health Record (FSE)";
    FSE_TEXT: "L'Infrastruttura Nazionale per l'Interoperabilità (INI) mette a disposizione delle Regioni e delle Province autonome i servizi che rendono interoperabili i sistemi regionali di FSE. È prevista dalla legge 11 dicembre 2016, n. 232; la progettazione è a cura dell'Agenzia per l'Italia Digitale, in accordo con i ministeri e con le Regioni, la realizzazione è curata dal Ministero dell'Economia e delle Finanze.", "Die Nationale Infrastruktur für Interoperabilität (INI) stellt den Regionen und autonomen Provinzen die Dienste bereit, mit denen die regionalen Gesundheitsakten zusammenarbeiten. Sie ist im Gesetz Nr. 232 vom 11. Dezember 2016 vorgesehen; geplant wird sie von der Agentur für das Digitale Italien im Einvernehmen mit den Ministerien und den Regionen, umgesetzt vom Ministerium für Wirtschaft und Finanzen.", "The National Interoperability Infrastructure (INI) gives the regions and autonomous provinces the services that make the regional health records work together. It is provided for by law no. 232 of 11 December 2016; it is designed by the Agency for Digital Italy in agreement with the ministries and the regions, and carried out by the Ministry of Economy and Finance.";
    FSE_LINK: "www.fascicolosanitario.gov.it", "www.fascicolosanitario.gov.it", "www.fascicolosanitario.gov.it";
    ACCESS_TITLE: "Accedere con la smart card", "Zugang mit der Smartcard", "Access with a smart card";
    ACCESS_TEXT: "Con una carta di tipo CNS, compresa la TS-CNS, e il suo PIN. La prima volta la carta si registra; poi basta effettuare la login.", "Mit einer Karte vom Typ CNS, auch der Gesundheitskarte TS-CNS, und ihrer PIN. Beim ersten Mal wird die Karte registriert, danach genügt die Anmeldung.", "With a card of the CNS type, the TS-CNS included, and its PIN. The first time you register the card; after that, logging in is enough.";
    PIN_TITLE: "Il PIN resta sulla postazione", "Die PIN bleibt am Arbeitsplatz", "The PIN stays on the workstation";
    PIN_TEXT: "Si digita soltanto nella finestra del programma Tessera o sul tastierino del lettore, mai in una pagina web. Nessuno glielo chiederà per telefono o per posta elettronica.", "Sie wird nur im Fenster des Programms Tessera oder auf der Tastatur des Lesegeräts eingegeben, nie auf einer Webseite. Niemand fragt Sie am Telefon oder per E-Mail danach.", "It is typed only in the window of the Tessera program or on the reader's own keypad, never in a web page. Nobody will ask you for it by phone or e-mail.";
    HELP_TITLE: "Serve aiuto?", "Brauchen Sie Hilfe?", "Need help?";
    HELP_TEXT: "Il contact center risponde al numero verde 800-030-070.", "Das Contact Center antwortet unter der Grünen Nummer 800-030-070.", "The contact centre answers at the toll-free number 800-030-070.";
}
