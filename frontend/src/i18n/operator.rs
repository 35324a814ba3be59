//! The services of somebody who is logged in.

use protocol::service::Profile;

use super::{Text, texts};

texts! {
    TITLE: "Servizi online", "Online-Dienste", "Online services";
    MENU: "Servizi per cui è abilitato", "Ihre Dienste", "Your services";
    DATA: "I Suoi dati", "Ihre Daten", "Your data";
    CODICE_FISCALE: "Codice Fiscale", "Steuernummer", "Tax code";
    NOMINATIVO: "Nominativo", "Name", "Name";
    TELEFONO: "Telefono Ufficio", "Telefon Büro", "Office telephone";
    EMAIL: "E-mail", "E-Mail", "E-mail";
    REGIONE: "Regione", "Region", "Region";
    ASL: "Asl", "Sanitätsbetrieb (ASL)", "Local health authority (ASL)";
    PROFILE: "Profilo", "Profil", "Profile";
    NOT_GIVEN: "non indicato", "nicht angegeben", "not given";
    UNTIL: "Senza altre attività la sessione termina alle", "Ohne weitere Aktivität endet die Sitzung um", "Without further activity the session ends at";
    CHECKING: "Verifica dell'accesso in corso…", "Der Zugang wird geprüft …", "Checking your access…";
    SERVICE_LEAD: "Lei è abilitato a questo servizio.", "Sie sind für diesen Dienst befugt.", "You are enabled for this service.";
    SERVICE_TEXT: "In questo portale non è indicato dove si trova il servizio. Per saperlo chiami il numero verde 800-030-070.", "In diesem Portal ist nicht angegeben, wo sich der Dienst befindet. Auskunft gibt die Grüne Nummer 800-030-070.", "This portal does not say where the service is. To find out, call the toll-free number 800-030-070.";
    SERVICE_REFUSED: "Servizio non abilitato", "Dienst nicht freigeschaltet", "Service not enabled";
    SERVICE_REFUSED_TEXT: "La Sua utenza non è abilitata a questo servizio.", "Ihr Zugang ist für diesen Dienst nicht freigeschaltet.", "Your account is not enabled for this service.";
    SERVICE_REFUSED_CONTACT: "Per l'abilitazione si rivolga al numero verde 800-030-070.", "Für die Freischaltung wenden Sie sich an die Grüne Nummer 800-030-070.", "To have it enabled, call the toll-free number 800-030-070.";
    REPRINT_TEXT: "Si ottengono una nuova password e un nuovo Pincode, in un PDF da visualizzare e stampare. Le credenziali precedenti non valgono più.", "Sie erhalten ein neues Passwort und einen neuen Pincode in einem PDF, das anzusehen und auszudrucken ist. Die bisherigen Zugangsdaten verlieren ihre Gültigkeit.", "You get a new password and a new Pincode, in a PDF to view and print. The earlier credentials become void.";
    REPRINT: "Genera nuove credenziali", "Neue Zugangsdaten erstellen", "Make new credentials";
    REPRINTING: "Le nuove credenziali vengono generate…", "Die neuen Zugangsdaten werden erstellt …", "The new credentials are being made…";
    REPRINTED: "Le nuove credenziali sono pronte: scarichi ora il documento.", "Die neuen Zugangsdaten sind bereit: Laden Sie das Dokument jetzt herunter.", "The new credentials are ready: download the document now.";
    CANCEL: "Annulla", "Abbrechen", "Cancel";
    BACK_TO_SERVICES: "Torna ai servizi", "Zurück zu den Diensten", "Back to the services";
    MEDICO: "Medico", "Ärztin / Arzt", "Doctor";
    ODONTOIATRA: "Odontoiatra", "Zahnärztin / Zahnarzt", "Dentist";
    PROFESSIONISTA: "Professionista sanitario", "Gesundheitsberuf", "Health professional";
    AMMINISTRAZIONE: "Amministrazione", "Verwaltung", "Administration";
}

/// A profile's name for a person.
pub fn profile(profile: Profile) -> Text {
    match profile {
        Profile::Medico => MEDICO,
        Profile::Odontoiatra => ODONTOIATRA,
        Profile::ProfessionistaSanitario => PROFESSIONISTA,
        Profile::Amministrazione => AMMINISTRAZIONE,
    }
}
