//! `/sistema-ts`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// What the Sistema TS is.
pub const SISTEMA_TS: Article = Article {
    address: "/sistema-ts",
    title: frame::SISTEMA_TS,
    lead: say!(
        "Il Sistema Tessera Sanitaria raccoglie e rende disponibili i dati delle prestazioni a carico del Servizio Sanitario Nazionale. Lo gestisce il Ministero dell'Economia e delle Finanze, Ragioneria Generale dello Stato.",
        "Das Sistema Tessera Sanitaria erfasst die Daten der Leistungen zulasten des Nationalen Gesundheitsdienstes und stellt sie bereit. Es wird vom Ministerium für Wirtschaft und Finanzen, Ragioneria Generale dello Stato, betrieben.",
        "The Sistema Tessera Sanitaria collects and makes available the data of services paid for by the National Health Service. It is run by the Ministry of Economy and Finance, Ragioneria Generale dello Stato.",
    ),
    sections: &[
        Section {
            heading: say!("A che cosa serve", "Wozu es dient", "What it is for"),
            blocks: &[List(&[
                say!(
                    "distribuire la Tessera Sanitaria agli assistiti",
                    "die Gesundheitskarte an die Versicherten auszugeben",
                    "issuing the Health Card to those insured"
                ),
                say!(
                    "trasmettere le ricette e i certificati in forma elettronica",
                    "Rezepte und Bescheinigungen elektronisch zu übermitteln",
                    "transmitting prescriptions and certificates electronically"
                ),
                say!(
                    "verificare le esenzioni, anche quelle da reddito",
                    "Befreiungen zu prüfen, auch jene aufgrund des Einkommens",
                    "checking exemptions, those by income included"
                ),
                say!(
                    "predisporre i dati delle spese sanitarie per la dichiarazione precompilata",
                    "die Daten der Gesundheitsausgaben für die vorausgefüllte Steuererklärung bereitzustellen",
                    "preparing health expenses for the pre-filled tax return"
                ),
                say!(
                    "far dialogare i sistemi regionali del Fascicolo Sanitario Elettronico",
                    "die regionalen Systeme der Elektronischen Gesundheitsakte zu verbinden",
                    "letting the regional systems of the Electronic Health Record work together"
                ),
            ])],
        },
        Section {
            heading: say!("Le norme", "Die Rechtsgrundlagen", "The law"),
            blocks: &[Paragraph(say!(
                "Il Sistema TS è previsto dall'articolo 50 del decreto-legge 30 settembre 2003, n. 269. L'accesso ai servizi in rete con la Carta Nazionale dei Servizi è regolato dal Codice dell'amministrazione digitale (decreto legislativo 7 marzo 2005, n. 82).",
                "Das Sistema TS beruht auf Artikel 50 des Gesetzesdekrets Nr. 269 vom 30. September 2003. Den Zugang zu Online-Diensten mit der Bürgerkarte regelt der Kodex der digitalen Verwaltung (gesetzesvertretendes Dekret Nr. 82 vom 7. März 2005).",
                "The TS System is based on article 50 of decree-law no. 269 of 30 September 2003. Access to online services with the National Services Card is governed by the Digital Administration Code (legislative decree no. 82 of 7 March 2005).",
            ))],
        },
        Section {
            heading: say!("Chi accede", "Wer Zugang hat", "Who has access"),
            blocks: &[
                Paragraph(say!(
                    "I servizi online sono riservati agli operatori abilitati: medici e odontoiatri, professionisti sanitari, utenti delle Amministrazioni centrali, delle Regioni e delle ASL.",
                    "Die Online-Dienste sind den befugten Fachkräften vorbehalten: Ärzten und Zahnärzten, Gesundheitsberufen, Mitarbeitenden der Zentralverwaltungen, der Regionen und der Sanitätsbetriebe.",
                    "The online services are reserved for enabled operators: doctors and dentists, health professionals, staff of central administrations, regions and local health authorities.",
                )),
                Link(
                    say!(
                        "Le informazioni per gli operatori",
                        "Informationen für Fachkräfte",
                        "Information for operators"
                    ),
                    "/operatori",
                ),
            ],
        },
    ],
};
