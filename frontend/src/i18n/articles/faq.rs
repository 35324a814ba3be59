//! `/faq`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// Questions that are asked often.
pub const FAQ: Article = Article {
    address: "/faq",
    title: frame::FAQ_TITLE,
    lead: say!(
        "Le risposte alle domande più comuni sull'accesso con smart card.",
        "Antworten auf die häufigsten Fragen zur Anmeldung mit Smartcard.",
        "Answers to the most common questions about smart-card access.",
    ),
    sections: &[
        Section {
            heading: say!(
                "Quando devo registrare la CNS?",
                "Wann muss ich die CNS registrieren?",
                "When do I have to register the CNS?"
            ),
            blocks: &[Paragraph(say!(
                "La prima volta che accede al portale con una CNS e ogni volta che la carta, o il suo certificato, viene sostituita. La nuova registrazione prende il posto della precedente.",
                "Beim ersten Zugang mit einer CNS und jedes Mal, wenn die Karte oder ihr Zertifikat ersetzt wurde. Die neue Registrierung tritt an die Stelle der alten.",
                "The first time you access the portal with a CNS, and each time the card or its certificate is replaced. The new registration takes the place of the earlier one.",
            ))],
        },
        Section {
            heading: say!(
                "La mia TS-CNS è nuova: perché viene rifiutata?",
                "Meine TS-CNS ist neu: Warum wird sie abgelehnt?",
                "My TS-CNS is new: why is it refused?"
            ),
            blocks: &[Paragraph(say!(
                "La carta va prima attivata presso uno sportello della regione. Inoltre la carta nuova ha un altro certificato: occorre registrarla di nuovo.",
                "Die Karte muss zuerst an einem Schalter der Region aktiviert werden. Außerdem trägt eine neue Karte ein anderes Zertifikat: Sie ist neu zu registrieren.",
                "The card must first be activated at a desk of the region. Besides, a new card carries another certificate: it has to be registered anew.",
            ))],
        },
        Section {
            heading: say!(
                "Ho sbagliato il PIN: che cosa succede?",
                "Ich habe die PIN falsch eingegeben: Was geschieht?",
                "I mistyped the PIN: what happens?"
            ),
            blocks: &[Paragraph(say!(
                "Dopo alcuni tentativi errati, di solito tre, la carta si blocca. Si sblocca con il PUK ricevuto all'attivazione; altrimenti si rivolga a chi ha emesso la carta.",
                "Nach einigen falschen Versuchen, meist drei, wird die Karte gesperrt. Entsperrt wird sie mit der PUK, die Sie bei der Aktivierung erhalten haben; sonst wenden Sie sich an die ausstellende Stelle.",
                "After some wrong tries, usually three, the card is locked. It is unlocked with the PUK received at activation; otherwise turn to whoever issued the card.",
            ))],
        },
        Section {
            heading: say!(
                "Il portale può vedere il mio PIN?",
                "Kann das Portal meine PIN sehen?",
                "Can the portal see my PIN?"
            ),
            blocks: &[Paragraph(say!(
                "No. Il PIN si digita nella finestra del programma Tessera o sul tastierino del lettore e va soltanto alla carta. Nessuna pagina web lo chiede.",
                "Nein. Die PIN wird im Fenster des Programms Tessera oder auf der Tastatur des Lesegeräts eingegeben und geht nur an die Karte. Keine Webseite fragt danach.",
                "No. The PIN is typed in the window of the Tessera program or on the reader's keypad and goes to the card only. No web page asks for it.",
            ))],
        },
        Section {
            heading: say!(
                "Non ho scaricato il documento con le credenziali",
                "Ich habe das Dokument mit den Zugangsdaten nicht heruntergeladen",
                "I have not downloaded the credentials document"
            ),
            blocks: &[Paragraph(say!(
                "Si può scaricare per 30 minuti, nello stesso browser. Dopo, registri di nuovo la carta: riceverà credenziali nuove e quelle vecchie non varranno più.",
                "Es kann 30 Minuten lang im selben Browser heruntergeladen werden. Danach registrieren Sie die Karte erneut: Sie erhalten neue Zugangsdaten, die alten verfallen.",
                "It can be downloaded for 30 minutes, in the same browser. After that, register the card again: you will receive new credentials and the old ones become void.",
            ))],
        },
        Section {
            heading: say!(
                "Il portale dice che l'estensione manca",
                "Das Portal meldet, dass die Erweiterung fehlt",
                "The portal says the extension is missing"
            ),
            blocks: &[
                Paragraph(say!(
                    "La pagina Prepara la postazione spiega che cosa installare e verifica se tutto risponde. Dopo l'installazione ricarichi la pagina.",
                    "Die Seite Arbeitsplatz vorbereiten erklärt, was zu installieren ist, und prüft, ob alles antwortet. Laden Sie die Seite danach neu.",
                    "The page Prepare the workstation explains what to install and checks whether everything answers. Reload the page after the installation.",
                )),
                Link(frame::PREPARE.words(), "/prepara-la-postazione"),
            ],
        },
    ],
};
