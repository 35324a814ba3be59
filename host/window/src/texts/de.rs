//! Deutsch, as it is written in Südtirol.

use protocol::window::{CertificateRefusal, FailedReason};

use super::{Message, Texts};

pub(super) const TEXTS: Texts = Texts {
    title: "Tessera – Zugang mit der Karte",
    asks: "möchte, dass Sie sich mit Ihrer Karte anmelden",
    waiting_for_reader: Message {
        heading: "Schließen Sie das Lesegerät an",
        explanation: "An diesem Computer ist kein Kartenlesegerät angeschlossen. Sobald es \
                      angeschlossen ist, geht es von selbst weiter.",
    },
    waiting_for_service: Message {
        heading: "Die Lesegeräte antworten nicht",
        explanation: "Der Chipkartendienst dieses Computers läuft nicht. Sobald er wieder \
                      läuft, geht es von selbst weiter. Startet er nicht, fragen Sie die \
                      Betreuung dieses Computers.",
    },
    waiting_for_card: Message {
        heading: "Stecken Sie die Karte ein",
        explanation: "Stecken Sie Ihre Karte, TS-CNS oder CNS, mit dem Chip voran in das \
                      Lesegerät.",
    },
    reading_card: Message {
        heading: "Die Karte wird gelesen",
        explanation: "Das kann einige Sekunden dauern. Lassen Sie die Karte bitte stecken.",
    },
    choosing_certificate: Message {
        heading: "Wählen Sie das Zertifikat",
        explanation: "Mit den Pfeiltasten und der Eingabetaste oder mit einem Klick.",
    },
    waiting_for_pin: Message {
        heading: "Geben Sie die PIN ein",
        explanation: "",
    },
    waiting_for_pin_pad: Message {
        heading: "Geben Sie die PIN am Lesegerät ein",
        explanation: "Verwenden Sie die Tasten des Lesegeräts und bestätigen Sie dort. An \
                      diesem Computer müssen Sie nichts eingeben.",
    },
    before_pin_pad: Message {
        heading: "Geben Sie die PIN am Lesegerät ein",
        explanation: "Wenn Sie so weit sind, fahren Sie mit der Schaltfläche fort: Dann fragt \
                      das Lesegerät nach der PIN.",
    },
    signing: Message {
        heading: "Anmeldung läuft",
        explanation: "Lassen Sie die Karte bitte stecken, bis sich dieses Fenster schließt.",
    },
    done: Message {
        heading: "Fertig",
        explanation: "Auf der Seite geht es weiter. Dieses Fenster schließt sich von selbst.",
    },
    certificates: "Zertifikate der Karte",
    chosen: "Gewähltes Zertifikat:",
    refused: "Andere Zertifikate der Karte, nicht verwendbar:",
    codice_fiscale: "Steuernummer",
    issuer: "Ausgestellt von",
    expires: "Gültig bis",
    pin: "PIN der Karte",
    pin_hint: "5 bis 8 Zeichen. Die PIN verlässt diesen Computer nicht.",
    pin_too_long: "Zu viele Zeichen: Eine PIN hat höchstens 8. Vielleicht wurde eine Taste doppelt \
                   gedrückt: Löschen Sie alles und geben Sie die PIN neu ein.",
    tries_left: |tries| format!("Verbleibende Versuche: {tries}."),
    last_try: "Achtung: letzter Versuch. Noch eine falsche PIN sperrt die Karte. \
               Brechen Sie im Zweifel ab.",
    perhaps_last_try: "Achtung: Nach mehreren falschen PINs könnte dies der letzte Versuch \
                       sein, bevor die Karte gesperrt wird. Brechen Sie im Zweifel ab.",
    pin_incorrect: "Die PIN ist falsch.",
    pin_length: "Die PIN ist für diese Karte zu kurz oder zu lang. Es wurde kein Versuch \
                 verbraucht.",
    cancel: "Abbrechen",
    submit: "Bestätigen",
    again: "Noch einmal",
    go_on: "Weiter",
    close: "Schließen",
    date: |year, month, day| format!("{day}.{month}.{year}"),
    failed,
    refusal,
};

fn failed(reason: FailedReason) -> Message {
    let (heading, explanation) = match reason {
        FailedReason::PinLocked => (
            "Die PIN ist gesperrt",
            "Die PIN wurde zu oft falsch eingegeben. Entsperren Sie sie mit dem PUK und dem \
             Programm Ihrer Karte oder wenden Sie sich an die Stelle, die sie ausgestellt hat.",
        ),
        FailedReason::PinNotInitialised => (
            "Die Karte ist noch nicht aktiviert",
            "Die Karte hat noch keine PIN. Lassen Sie sie an einem dafür zuständigen Schalter \
             Ihrer Region oder Provinz aktivieren.",
        ),
        FailedReason::PinExpired => (
            "Die PIN muss geändert werden",
            "Die Karte verlangt eine neue PIN, bevor sie wieder benutzt werden kann. Ändern Sie sie mit dem \
             Programm Ihrer Karte und versuchen Sie es dann von der Seite aus noch einmal.",
        ),
        FailedReason::NoCertificate => (
            "Kein verwendbares Zertifikat",
            "Die Karte enthält kein gültiges CNS-Zertifikat für den Zugang. Prüfen Sie, ob die \
             richtige Karte eingesteckt ist; wenden Sie sich sonst an die Ausgabestelle.",
        ),
        FailedReason::CardUnknown => (
            "Die Karte wird nicht erkannt",
            "Die auf diesem Computer installierten Programme können diese Karte nicht lesen. \
             Prüfen Sie, ob es Ihre TS-CNS oder CNS ist. Wenn ja, bitten Sie die Betreuung \
             dieses Computers, das Programm dieser Karte zu installieren.",
        ),
        FailedReason::NoMiddleware => (
            "Das Programm der Karte fehlt",
            "Auf diesem Computer gibt es kein Programm, das die Karte lesen kann. Bitten Sie \
             die Betreuung dieses Computers, das Programm Ihrer Karte zu installieren.",
        ),
        FailedReason::CardRemoved => (
            "Die Karte wurde herausgezogen",
            "Die Anmeldung ist nicht gelungen. Stecken Sie die Karte ein und versuchen Sie es \
             auf der Seite noch einmal.",
        ),
        FailedReason::ModuleFailed => (
            "Die Karte kann nicht gelesen werden",
            "Das Programm, das die Karte liest, hat nicht funktioniert oder antwortet nicht. \
             Stecken Sie die Karte neu ein und versuchen Sie es auf der Seite noch einmal. \
             Hilft das nicht, fragen Sie die Betreuung dieses Computers.",
        ),
        FailedReason::TimedOut => (
            "Die Zeit ist abgelaufen",
            "Die Anmeldung wurde nicht rechtzeitig abgeschlossen. Versuchen Sie es auf der \
             Seite noch einmal.",
        ),
    };
    Message {
        heading,
        explanation,
    }
}

fn refusal(refusal: CertificateRefusal) -> &'static str {
    match refusal {
        CertificateRefusal::Expired => "Abgelaufen: Die Karte muss erneuert werden",
        CertificateRefusal::NotYetValid => {
            "Noch nicht gültig: Prüfen Sie Datum und Uhrzeit des Computers"
        }
        CertificateRefusal::Purpose => "Nicht für den Zugang, sondern etwa zum Unterschreiben",
        CertificateRefusal::NotCns => "Kein CNS-Zertifikat",
        CertificateRefusal::WeakKey => "Zu schwacher Schlüssel: Die Karte muss ersetzt werden",
    }
}
