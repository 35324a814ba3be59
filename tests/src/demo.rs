//! The demonstration of the whole chain.

pub mod alone;
pub mod for_person;

mod narration;
mod photographs;

use crate::{
    Outcome,
    people::{ANNA_VERDI, Issuer, LUCA_BIANCHI},
    portal::Portal,
    reader::InsertedCard,
    workstation::Workstation,
};
use narration::Narration;

/// The PIN of the demonstration's card.
const PIN: &str = "62951";

/// Everything the demonstration needs, standing.
struct Scene {
    workstation: Workstation,
    portal: Portal,
    card: InsertedCard,
}

/// Sets the scene on a workstation and tells what it does.
fn set_scene(
    narration: &mut Narration,
    start: impl FnOnce() -> Outcome<Workstation>,
) -> Outcome<Scene> {
    let issuer = Issuer::new();
    let portal = Portal::start(&issuer, &[ANNA_VERDI, LUCA_BIANCHI])?;
    narration.say(&format!(
        "The portal serves at {}; it trusts one authority and knows two operators",
        portal.origin()
    ));

    let workstation = start()?;
    workstation.install_host()?;
    workstation.allow_origins(&[portal.origin()])?;
    narration.say("A workstation stands: smart-card service, native host, policy for this portal");

    let card = issuer.issue(&ANNA_VERDI, PIN)?;
    let card = workstation.middleware().first_reader().insert(card)?;
    narration.say(&format!(
        "The CNS of {} {} ({}) is in the reader",
        ANNA_VERDI.nome,
        ANNA_VERDI.cognome,
        ANNA_VERDI.profile.name()
    ));
    Ok(Scene {
        workstation,
        portal,
        card,
    })
}
