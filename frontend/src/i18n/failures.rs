//! What a person reads when extension, host or network could not do it: what happened,
//! and what to do.

use protocol::FailureCode;

use super::{Text, texts};

/// What happened, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, in a few words.
    pub what_happened: Text,
    /// What the person can do now.
    pub what_to_do: Text,
}

macro_rules! explanations {
    ($($code:ident: {
        $it:literal, $de:literal, $en:literal;
        $do_it:literal, $do_de:literal, $do_en:literal;
    })+) => {
        /// The explanation of a failure (contract §2); every code has its own.
        pub fn explain(code: FailureCode) -> Explanation {
            match code {
                $(FailureCode::$code => const {
                    Explanation {
                        what_happened: Text::new(&[$it, $de, $en]),
                        what_to_do: Text::new(&[$do_it, $do_de, $do_en]),
                    }
                },)+
            }
        }

        /// The words of them all.
        pub(super) const EXPLAINED: &[super::Words] =
            &[$([$it, $de, $en], [$do_it, $do_de, $do_en]),+];
    };
}

explanations! {
    ActionTimeout: {
        "Il programma Tessera non ha risposto in tempo.", "Das Programm Tessera hat nicht rechtzeitig geantwortet.", "The Tessera program did not answer in time.";
        "Chiuda e riapra il browser, poi riprovi. Se succede ancora, verifichi la postazione.", "Schließen Sie den Browser, öffnen Sie ihn neu und versuchen Sie es erneut. Tritt es wieder auf, prüfen Sie den Arbeitsplatz.", "Close and reopen the browser, then try again. If it happens again, check the workstation.";
    }
    UserTimeout: {
        "Il tempo a disposizione è scaduto.", "Die verfügbare Zeit ist abgelaufen.", "The time available has run out.";
        "Tenga pronti la carta e il PIN e riprovi: ci sono due minuti.", "Halten Sie Karte und PIN bereit und versuchen Sie es erneut: Sie haben zwei Minuten.", "Have the card and the PIN ready and try again: you have two minutes.";
    }
    VersionMismatch: {
        "L'estensione e il programma Tessera hanno versioni che non vanno insieme.", "Die Versionen der Erweiterung und des Programms Tessera passen nicht zusammen.", "The extension and the Tessera program have versions that do not work together.";
        "Aggiorni il programma e l'estensione, riavvii il browser e riprovi.", "Aktualisieren Sie Programm und Erweiterung, starten Sie den Browser neu und versuchen Sie es erneut.", "Update the program and the extension, restart the browser and try again.";
    }
    VersionInvalid: {
        "La versione del programma Tessera non è leggibile.", "Die Version des Programms Tessera ist nicht lesbar.", "The version of the Tessera program cannot be read.";
        "Installi di nuovo il programma Tessera e riavvii il browser.", "Installieren Sie das Programm Tessera neu und starten Sie den Browser neu.", "Install the Tessera program again and restart the browser.";
    }
    ExtensionUnavailable: {
        "In questo browser l'estensione Tessera non risponde.", "In diesem Browser antwortet die Tessera-Erweiterung nicht.", "The Tessera extension does not answer in this browser.";
        "Installi o attivi l'estensione, poi ricarichi questa pagina. La guida spiega come.", "Installieren oder aktivieren Sie die Erweiterung und laden Sie diese Seite neu. Die Anleitung zeigt, wie.", "Install or enable the extension, then reload this page. The guide shows how.";
    }
    NativeUnavailable: {
        "L'estensione c'è, ma sulla postazione manca il programma Tessera.", "Die Erweiterung ist da, aber am Arbeitsplatz fehlt das Programm Tessera.", "The extension is there, but the Tessera program is missing on this workstation.";
        "Installi il programma Tessera, o lo chieda a chi gestisce la postazione; poi riprovi.", "Installieren Sie das Programm Tessera oder bitten Sie die zuständige Technik darum; versuchen Sie es dann erneut.", "Install the Tessera program, or ask whoever manages the workstation to do so; then try again.";
    }
    UnknownError: {
        "Qualcosa non ha funzionato sulla postazione.", "Am Arbeitsplatz ist etwas schiefgegangen.", "Something went wrong on the workstation.";
        "Riprovi. Se succede ancora, verifichi la postazione o chiami il numero verde 800-030-070.", "Versuchen Sie es erneut. Tritt es wieder auf, prüfen Sie den Arbeitsplatz oder rufen Sie die Grüne Nummer 800-030-070 an.", "Try again. If it happens again, check the workstation or call the toll-free number 800-030-070.";
    }
    ContextInsecure: {
        "Il collegamento con il portale non è protetto.", "Die Verbindung zum Portal ist nicht geschützt.", "The connection to the portal is not secure.";
        "Apra il portale con un indirizzo che comincia con https:// e riprovi.", "Öffnen Sie das Portal mit einer Adresse, die mit https:// beginnt, und versuchen Sie es erneut.", "Open the portal with an address that begins with https:// and try again.";
    }
    UserCancelled: {
        "L'operazione è stata annullata.", "Der Vorgang wurde abgebrochen.", "The operation was cancelled.";
        "La finestra di Tessera è stata chiusa prima di firmare. Se non era voluto, riprovi.", "Das Tessera-Fenster wurde vor dem Signieren geschlossen. War das nicht beabsichtigt, versuchen Sie es erneut.", "The Tessera window was closed before signing. If you did not mean to, try again.";
    }
    NativeInvalidArgument: {
        "Il programma Tessera non ha accettato la richiesta.", "Das Programm Tessera hat die Anfrage nicht angenommen.", "The Tessera program did not accept the request.";
        "Ricarichi la pagina e riprovi; verifichi che programma ed estensione siano aggiornati.", "Laden Sie die Seite neu und versuchen Sie es erneut; prüfen Sie, ob Programm und Erweiterung aktuell sind.", "Reload the page and try again; check that program and extension are up to date.";
    }
    NativeFatal: {
        "Il programma Tessera si è chiuso in modo imprevisto.", "Das Programm Tessera wurde unerwartet beendet.", "The Tessera program ended unexpectedly.";
        "Estragga e reinserisca la carta, poi riprovi. Se succede ancora, installi di nuovo il programma.", "Nehmen Sie die Karte heraus, stecken Sie sie wieder ein und versuchen Sie es erneut. Tritt es wieder auf, installieren Sie das Programm neu.", "Take the card out, put it back in and try again. If it happens again, install the program anew.";
    }
    ActionPending: {
        "Un'altra operazione con la carta è già in corso.", "Ein anderer Vorgang mit der Karte läuft bereits.", "Another operation with the card is already under way.";
        "La concluda o la annulli, forse in un'altra scheda o nella finestra di Tessera; poi riprovi.", "Schließen Sie ihn ab oder brechen Sie ihn ab, vielleicht in einem anderen Tab oder im Tessera-Fenster; versuchen Sie es dann erneut.", "Finish or cancel it, perhaps in another tab or in the Tessera window; then try again.";
    }
    MissingParameter: {
        "La richiesta della pagina era incompleta.", "Die Anfrage der Seite war unvollständig.", "The page's request was incomplete.";
        "Ricarichi la pagina e riprovi; verifichi che l'estensione sia aggiornata.", "Laden Sie die Seite neu und versuchen Sie es erneut; prüfen Sie, ob die Erweiterung aktuell ist.", "Reload the page and try again; check that the extension is up to date.";
    }
    UserActionRequired: {
        "L'estensione aspetta un Suo clic in questa pagina.", "Die Erweiterung erwartet einen Klick von Ihnen auf dieser Seite.", "The extension expects a click of yours in this page.";
        "Prema di nuovo il pulsante: la carta si usa soltanto su richiesta della persona.", "Drücken Sie die Schaltfläche noch einmal: Die Karte wird nur auf Ihren Wunsch verwendet.", "Press the button again: the card is used only at a person's request.";
    }
    ReaderAbsent: {
        "Nessun lettore di smart card è collegato.", "Es ist kein Kartenlesegerät angeschlossen.", "No smart-card reader is connected.";
        "Colleghi il lettore alla postazione, aspetti che la spia si accenda e riprovi.", "Schließen Sie das Lesegerät an, warten Sie, bis die Anzeige leuchtet, und versuchen Sie es erneut.", "Connect the reader to the workstation, wait for its light to come on and try again.";
    }
    CardAbsent: {
        "Nel lettore non c'è nessuna carta.", "Im Lesegerät steckt keine Karte.", "There is no card in the reader.";
        "Inserisca la CNS con il chip in avanti, fino in fondo, e riprovi.", "Stecken Sie die Bürgerkarte mit dem Chip voran bis zum Anschlag ein und versuchen Sie es erneut.", "Put the CNS in chip first, all the way, and try again.";
    }
    PinIncorrect: {
        "Il PIN non è corretto.", "Die PIN ist nicht richtig.", "The PIN is not correct.";
        "Riprovi soltanto se è sicuro del PIN: dopo alcuni errori la carta si blocca e serve il PUK.", "Versuchen Sie es nur, wenn Sie sich der PIN sicher sind: Nach mehreren Fehlern wird die Karte gesperrt, und Sie brauchen die PUK.", "Try again only if you are sure of the PIN: after several mistakes the card is locked and you need the PUK.";
    }
    PinLocked: {
        "Il PIN della carta è bloccato.", "Die PIN der Karte ist gesperrt.", "The card's PIN is locked.";
        "Lo sblocchi con il PUK e il programma della carta, oppure si rivolga alla regione o all'ente che l'ha emessa.", "Entsperren Sie sie mit der PUK und dem Programm der Karte oder wenden Sie sich an die Region oder Körperschaft, die sie ausgestellt hat.", "Unlock it with the PUK and the card's own program, or turn to the region or body that issued it.";
    }
    CardRemoved: {
        "La carta è stata estratta troppo presto.", "Die Karte wurde zu früh entfernt.", "The card was taken out too early.";
        "La reinserisca, la lasci nel lettore fino alla fine e riprovi.", "Stecken Sie sie wieder ein, lassen Sie sie bis zum Ende im Lesegerät und versuchen Sie es erneut.", "Put it back, leave it in the reader until the end and try again.";
    }
    NoCertificate: {
        "Sulla carta non c'è un certificato CNS utilizzabile.", "Auf der Karte ist kein brauchbares CNS-Zertifikat.", "There is no usable CNS certificate on the card.";
        "Verifichi di usare la CNS, attivata e non scaduta. Per una nuova carta si rivolga alla regione o all'ente emittente.", "Prüfen Sie, ob Sie die Bürgerkarte verwenden und ob sie aktiviert und nicht abgelaufen ist. Für eine neue Karte wenden Sie sich an die ausstellende Region oder Körperschaft.", "Check that you are using the CNS and that it is activated and not expired. For a new card turn to the region or body that issues it.";
    }
    ModuleFailed: {
        "Il software della carta (middleware) non ha funzionato.", "Die Software der Karte (Middleware) hat versagt.", "The card's software (middleware) failed.";
        "Estragga e reinserisca la carta e riprovi. Se succede ancora, installi il driver indicato per la Sua carta.", "Nehmen Sie die Karte heraus, stecken Sie sie wieder ein und versuchen Sie es erneut. Tritt es wieder auf, installieren Sie den Treiber für Ihre Karte.", "Take the card out, put it back and try again. If it happens again, install the driver meant for your card.";
    }
    WindowUnavailable: {
        "La finestra di Tessera non si è aperta.", "Das Tessera-Fenster konnte nicht geöffnet werden.", "The Tessera window could not be opened.";
        "Riprovi; se succede ancora, installi di nuovo il programma Tessera.", "Versuchen Sie es erneut; tritt es wieder auf, installieren Sie das Programm Tessera neu.", "Try again; if it happens again, install the Tessera program anew.";
    }
    OriginNotAllowed: {
        "Su questa postazione il sito non può chiedere l'uso della carta.", "An diesem Arbeitsplatz darf diese Website die Karte nicht verwenden.", "On this workstation this site may not ask for the card.";
        "Verifichi di essere sul portale giusto, poi chieda a chi gestisce la postazione di abilitarlo.", "Prüfen Sie, ob Sie auf dem richtigen Portal sind, und bitten Sie dann die zuständige Technik um die Freigabe.", "Check that you are on the right portal, then ask whoever manages the workstation to allow it.";
    }
}

texts! {
    UNREACHABLE: "Il portale non è raggiungibile.", "Das Portal ist nicht erreichbar.", "The portal cannot be reached.";
    UNREACHABLE_HELP: "Verifichi il collegamento alla rete e riprovi tra qualche minuto. Nulla è andato perso.", "Prüfen Sie die Netzverbindung und versuchen Sie es in einigen Minuten erneut. Es ist nichts verloren.", "Check the network connection and try again in a few minutes. Nothing has been lost.";
    UNREADABLE: "Il portale ha dato una risposta imprevista.", "Das Portal hat unerwartet geantwortet.", "The portal gave an unexpected answer.";
    UNREADABLE_HELP: "Ricarichi la pagina e riprovi. Se succede ancora, chiami il numero verde 800-030-070.", "Laden Sie die Seite neu und versuchen Sie es erneut. Tritt es wieder auf, rufen Sie die Grüne Nummer 800-030-070 an.", "Reload the page and try again. If it happens again, call the toll-free number 800-030-070.";
}

/// Whether preparing the workstation is what helps.
pub fn is_about_workstation(code: FailureCode) -> bool {
    use FailureCode::*;
    matches!(
        code,
        ActionTimeout
            | VersionMismatch
            | VersionInvalid
            | ExtensionUnavailable
            | NativeUnavailable
            | UnknownError
            | NativeInvalidArgument
            | NativeFatal
            | MissingParameter
            | ReaderAbsent
            | NoCertificate
            | ModuleFailed
            | WindowUnavailable
            | OriginNotAllowed
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use protocol::Language;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_failure_has_its_own_words_in_every_language() {
        let mut seen = HashSet::new();
        for code in FailureCode::ALL {
            let explanation = explain(*code);
            for language in Language::ALL {
                for text in [explanation.what_happened, explanation.what_to_do] {
                    let words = text.in_language(language);
                    assert!(words.ends_with('.'), "{code:?}: {words}");
                    assert!(seen.insert(words), "{code:?} shares: {words}");
                }
            }
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_missing_extension_and_a_missing_program_lead_to_the_guide() {
        assert!(is_about_workstation(FailureCode::ExtensionUnavailable));
        assert!(is_about_workstation(FailureCode::NativeUnavailable));
        assert!(!is_about_workstation(FailureCode::PinLocked));
    }
}
