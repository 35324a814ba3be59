//! The end of a session: the warning before, and the word after.

use super::texts;

texts! {
    ENDED: "La sessione è terminata: è scaduta, è stata chiusa in un'altra scheda oppure non è più valida. I Suoi dati non sono più visibili: acceda di nuovo e tornerà alla pagina in cui era.", "Die Sitzung ist beendet: Sie ist abgelaufen, wurde in einem anderen Tab geschlossen oder gilt nicht mehr. Ihre Daten sind nicht mehr sichtbar: Melden Sie sich erneut an, und Sie kommen auf die Seite zurück, auf der Sie waren.", "The session has ended: it expired, was closed in another tab or is no longer valid. Your data is no longer visible: log in again and you will return to the page you were on.";
    LOG_IN_AGAIN: "Accedi di nuovo", "Erneut anmelden", "Log in again";
    ENDING: "La sessione sta per terminare", "Die Sitzung endet gleich", "The session is about to end";
    MAY_STAY: "Da qualche tempo non ci sono attività. Se resta collegato può continuare da dove è; altrimenti la sessione termina e ciò che non ha ancora inviato va perso.", "Seit einiger Zeit gab es keine Aktivität. Wenn Sie angemeldet bleiben, können Sie hier weiterarbeiten; sonst endet die Sitzung, und was Sie noch nicht gesendet haben, geht verloren.", "There has been no activity for some time. If you stay logged in you can go on from where you are; otherwise the session ends and whatever you have not sent yet is lost.";
    LAST: "La sessione ha raggiunto la durata massima e non si può prolungare: invii ora ciò che ha scritto, poi acceda di nuovo.", "Die Sitzung hat ihre längste Dauer erreicht und lässt sich nicht verlängern: Senden Sie jetzt, was Sie geschrieben haben, und melden Sie sich dann erneut an.", "The session has reached its longest duration and cannot be prolonged: send now what you have written, then log in again.";
    NOT_KEPT: "Non è riuscito. Controlli il collegamento e riprovi.", "Das ist nicht gelungen. Prüfen Sie die Verbindung und versuchen Sie es erneut.", "That did not succeed. Check the connection and try again.";
    STAY: "Resta collegato", "Angemeldet bleiben", "Stay logged in";
    UNDERSTOOD: "Ho capito", "Verstanden", "I understand";
    A_MINUTE: "Resta meno di un minuto.", "Es bleibt weniger als eine Minute.", "Less than a minute is left.";
    HALF_A_MINUTE: "Restano meno di 30 secondi.", "Es bleiben weniger als 30 Sekunden.", "Less than 30 seconds are left.";
    TEN_SECONDS: "Restano meno di 10 secondi.", "Es bleiben weniger als 10 Sekunden.", "Less than 10 seconds are left.";
}
