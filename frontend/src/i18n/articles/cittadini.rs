//! `/cittadini`

use super::{Article, Block::*, Section, say};
use crate::i18n::frame;

/// What citizens find here.
pub const CITTADINI: Article = Article {
    address: "/cittadini",
    title: frame::CITTADINI,
    lead: say!(
        "La Tessera Sanitaria permette di ottenere le prestazioni del Servizio Sanitario Nazionale. Quando porta un microchip è anche Carta Nazionale dei Servizi (TS-CNS).",
        "Mit der Gesundheitskarte erhalten Sie die Leistungen des Nationalen Gesundheitsdienstes. Trägt sie einen Mikrochip, ist sie zugleich Bürgerkarte (TS-CNS).",
        "The Health Card gives access to the services of the National Health Service. When it carries a microchip it is also a National Services Card (TS-CNS).",
    ),
    sections: &[
        Section {
            heading: say!(
                "Attivare la TS-CNS",
                "Die TS-CNS aktivieren",
                "Activating the TS-CNS"
            ),
            blocks: &[Paragraph(say!(
                "La funzione di CNS si attiva agli sportelli indicati dalla propria Regione o Provincia autonoma, con un documento d'identità. All'attivazione si ricevono i codici PIN, PUK e, dove previsto, CIP.",
                "Die Funktion als Bürgerkarte wird an den Schaltern aktiviert, die Ihre Region oder autonome Provinz angibt, mit einem Personalausweis. Dabei erhalten Sie PIN, PUK und, wo vorgesehen, CIP.",
                "The CNS function is activated at the desks named by your region or autonomous province, with an identity document. You then receive the codes PIN, PUK and, where provided, CIP.",
            ))],
        },
        Section {
            heading: say!(
                "Smarrimento, furto, PIN bloccato",
                "Verlust, Diebstahl, gesperrte PIN",
                "Loss, theft, locked PIN"
            ),
            blocks: &[Paragraph(say!(
                "Per il blocco, la sostituzione o un nuovo PIN si rivolga alla Regione o all'ente che ha emesso la carta: soltanto loro possono intervenire sul certificato.",
                "Für Sperrung, Ersatz oder eine neue PIN wenden Sie sich an die Region oder Körperschaft, die die Karte ausgestellt hat: Nur sie kann am Zertifikat etwas ändern.",
                "To block or replace the card, or for a new PIN, turn to the region or body that issued it: only they can act on the certificate.",
            ))],
        },
        Section {
            heading: say!(
                "Il Fascicolo Sanitario Elettronico",
                "Die Elektronische Gesundheitsakte",
                "The Electronic Health Record"
            ),
            blocks: &[
                Paragraph(say!(
                    "I referti e le ricette si consultano sul portale del Fascicolo Sanitario Elettronico della propria Regione.",
                    "Befunde und Rezepte finden Sie im Portal der Elektronischen Gesundheitsakte Ihrer Region.",
                    "Reports and prescriptions are found in the Electronic Health Record portal of your region.",
                )),
                Link(
                    say!(
                        "www.fascicolosanitario.gov.it",
                        "www.fascicolosanitario.gov.it",
                        "www.fascicolosanitario.gov.it"
                    ),
                    "https://www.fascicolosanitario.gov.it",
                ),
            ],
        },
        Section {
            heading: say!(
                "L'area riservata",
                "Der geschützte Bereich",
                "The reserved area"
            ),
            blocks: &[Paragraph(say!(
                "L'area riservata di questo portale è per gli operatori del Servizio Sanitario Nazionale: con la sola iscrizione come assistito non si accede.",
                "Der geschützte Bereich dieses Portals ist für die Fachkräfte des Nationalen Gesundheitsdienstes: Als Versicherte haben Sie dort keinen Zugang.",
                "The reserved area of this portal is for the staff of the National Health Service: being insured does not give access to it.",
            ))],
        },
    ],
};
