//! `/operatori`

use super::{Article, Block::*, Section, say};
use crate::i18n::{card, frame};

/// Who may use the online services, and how.
pub const OPERATORI: Article = Article {
    address: "/operatori",
    title: frame::OPERATORI,
    lead: say!(
        "Medici e odontoiatri, professionisti sanitari, Amministrazioni centrali, Regioni e ASL: come si accede ai servizi online con la smart card.",
        "Ärzte und Zahnärzte, Gesundheitsberufe, Zentralverwaltungen, Regionen und Sanitätsbetriebe: So gelangen Sie mit der Smartcard zu den Online-Diensten.",
        "Doctors and dentists, health professionals, central administrations, regions and local health authorities: how to reach the online services with a smart card.",
    ),
    sections: &[
        Section {
            heading: say!("In tre passi", "In drei Schritten", "In three steps"),
            blocks: &[
                List(&[
                    say!(
                        "Prepari la postazione: lettore, software della carta, programma Tessera ed estensione del browser.",
                        "Bereiten Sie den Arbeitsplatz vor: Lesegerät, Software der Karte, Programm Tessera und Browser-Erweiterung.",
                        "Prepare the workstation: reader, card software, Tessera program and browser extension.",
                    ),
                    say!(
                        "Registri la CNS: è obbligatorio la prima volta e quando la carta viene sostituita.",
                        "Registrieren Sie die CNS: Das ist beim ersten Mal und nach einem Kartentausch Pflicht.",
                        "Register the CNS: this is obligatory the first time and when the card is replaced.",
                    ),
                    say!(
                        "Effettui la login ogni volta che usa i servizi.",
                        "Melden Sie sich jedes Mal an, wenn Sie die Dienste nutzen.",
                        "Log in each time you use the services.",
                    ),
                ]),
                Link(frame::PREPARE.words(), "/prepara-la-postazione"),
                Link(card::TITLE.words(), "/area-riservata/smart-card"),
            ],
        },
        Section {
            heading: say!(
                "Il documento con le credenziali",
                "Das Dokument mit den Zugangsdaten",
                "The credentials document"
            ),
            blocks: &[Paragraph(say!(
                "Per medici, odontoiatri e professionisti sanitari la registrazione si conclude con un PDF da visualizzare e stampare: contiene le credenziali per l'accesso standard e il Pincode per l'invio dei dati.",
                "Für Ärzte, Zahnärzte und Gesundheitsberufe endet die Registrierung mit einem PDF, das anzusehen und auszudrucken ist: Es enthält die Zugangsdaten für die Standardanmeldung und den Pincode für die Datenübermittlung.",
                "For doctors, dentists and health professionals the registration ends with a PDF to view and print: it holds the credentials for the standard login and the Pincode for sending data.",
            ))],
        },
        Section {
            heading: say!(
                "Se qualcosa non riesce",
                "Wenn etwas nicht gelingt",
                "If something fails"
            ),
            blocks: &[
                Paragraph(say!(
                    "Il portale dice che cosa è successo e a chi rivolgersi: per il certificato alla regione o all'ente che ha emesso la CNS, per tutto il resto al numero verde 800-030-070.",
                    "Das Portal sagt, was geschehen ist und an wen Sie sich wenden: beim Zertifikat an die Region oder Körperschaft, die die CNS ausgestellt hat, sonst an die Grüne Nummer 800-030-070.",
                    "The portal says what happened and whom to turn to: for the certificate, the region or body that issued the CNS; for anything else, the toll-free number 800-030-070.",
                )),
                Link(frame::FAQ.words(), "/faq"),
            ],
        },
    ],
};
