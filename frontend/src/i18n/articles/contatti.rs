//! `/contatti`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// Whom to turn to.
pub const CONTATTI: Article = Article {
    address: "/contatti",
    title: frame::CONTATTI,
    lead: say!(
        "A chi rivolgersi dipende da che cosa non funziona.",
        "An wen Sie sich wenden, hängt davon ab, was nicht funktioniert.",
        "Whom to turn to depends on what does not work.",
    ),
    sections: &[
        Section {
            heading: say!(
                "Il certificato o la carta",
                "Das Zertifikat oder die Karte",
                "The certificate or the card"
            ),
            blocks: &[Paragraph(say!(
                "Certificato scaduto, revocato o non riconosciuto, PIN bloccato, carta smarrita: alla regione o all'ente che ha emesso la CNS. Il suo nome è scritto sulla carta.",
                "Zertifikat abgelaufen, widerrufen oder nicht anerkannt, PIN gesperrt, Karte verloren: an die Region oder Körperschaft, die die CNS ausgestellt hat. Ihr Name steht auf der Karte.",
                "Certificate expired, revoked or not recognised, PIN locked, card lost: the region or body that issued the CNS. Its name is on the card.",
            ))],
        },
        Section {
            heading: say!(
                "L'utenza e i servizi",
                "Der Zugang und die Dienste",
                "The account and the services"
            ),
            blocks: &[
                Paragraph(say!(
                    "Codice fiscale non presente nella banca dati, abilitazioni, sistemi che non rispondono: il contact center, al numero verde 800-030-070.",
                    "Steuernummer nicht in der Datenbank, Befugnisse, Systeme, die nicht antworten: das Contact Center unter der Grünen Nummer 800-030-070.",
                    "Tax code not in the database, authorisations, systems that do not answer: the contact centre, at the toll-free number 800-030-070.",
                )),
                Link(
                    say!(
                        "Chiama l'800-030-070",
                        "800-030-070 anrufen",
                        "Call 800-030-070"
                    ),
                    "tel:800030070",
                ),
            ],
        },
        Section {
            heading: say!("La postazione", "Der Arbeitsplatz", "The workstation"),
            blocks: &[
                Paragraph(say!(
                    "Lettore, programmi ed estensione: la guida passo per passo e la verifica sono su questo portale. Nelle strutture sanitarie se ne occupa chi gestisce le postazioni.",
                    "Lesegerät, Programme und Erweiterung: Die Anleitung und die Prüfung finden Sie auf diesem Portal. In Gesundheitseinrichtungen kümmert sich die zuständige Technik darum.",
                    "Reader, programs and extension: the step-by-step guide and the check are on this portal. In health facilities whoever manages the workstations takes care of it.",
                )),
                Link(frame::PREPARE.words(), "/prepara-la-postazione"),
            ],
        },
    ],
};
