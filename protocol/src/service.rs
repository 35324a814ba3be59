//! The portal's services and profiles, in the manual's order and words (manuale §4).

use serde::{Deserialize, Serialize};

/// What kind of operator a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Profile {
    Medico,
    Odontoiatra,
    ProfessionistaSanitario,
    Amministrazione,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 4] = [
        Profile::Medico,
        Profile::Odontoiatra,
        Profile::ProfessionistaSanitario,
        Profile::Amministrazione,
    ];

    /// The name in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Medico => "medico",
            Profile::Odontoiatra => "odontoiatra",
            Profile::ProfessionistaSanitario => "professionista_sanitario",
            Profile::Amministrazione => "amministrazione",
        }
    }

    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<Profile> {
        Profile::ALL
            .into_iter()
            .find(|profile| profile.name() == name)
    }

    /// Whether registering a card yields the credentials document (manuale §3).
    pub fn needs_credentials_document(self) -> bool {
        self != Profile::Amministrazione
    }
}

macro_rules! services {
    // `tt`: of a `literal` handed on, utoipa would not see the name.
    ($($variant:ident = $id:tt, $name:tt;)+) => {
        /// A service of the portal's menu.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[allow(missing_docs)] // the names are the manual's own
        pub enum ServiceId {
            $(#[serde(rename = $id)] $variant,)+
        }

        impl ServiceId {
            /// Every service, in the order of the manual's menu.
            pub const ALL: &[ServiceId] = &[$(ServiceId::$variant,)+];

            /// The id in addresses, files and messages.
            pub fn id(self) -> &'static str {
                match self { $(ServiceId::$variant => $id,)+ }
            }

            /// The manual's wording, the same in every language.
            pub fn name(self) -> &'static str {
                match self { $(ServiceId::$variant => $name,)+ }
            }
        }
    };
}

services! {
    Cms = "cms", "CMS";
    EstrazioneDatiRicettari = "estrazione-dati-ricettari", "Estrazione Dati Ricettari";
    GestioneCodiciEsenzione = "gestione-codici-esenzione", "Gestione Codici Esenzione";
    GestioneStp = "gestione-stp", "Gestione STP";
    RistampaCredenziali = "ristampa-credenziali", "Ristampa Credenziali";
    GestioneAssistiti = "gestione-assistiti", "Gestione Assistiti";
    GestioneCredenziali = "gestione-credenziali", "Gestione Credenziali";
    GestioneMedici = "gestione-medici", "Gestione Medici";
    GestioneEstrazioneDati = "gestione-estrazione-dati", "Gestione Estrazione Dati";
    GestioneRicettari = "gestione-ricettari", "Gestione Ricettari";
    EsenzioniDaReddito = "esenzioni-da-reddito", "Esenzioni da reddito";
    GestioneTs = "gestione-ts", "Gestione TS";
    GestioneStruttureAccreditate = "gestione-strutture-accreditate", "Gestione Strutture Accreditate";
    CensimentoPuntiDiDistribuzione = "censimento-punti-di-distribuzione", "Censimento Punti di Distribuzione";
    AssistenzaOnline = "assistenza-online", "Assistenza Online";
    Messaggi = "messaggi", "Messaggi";
    ProfiloUtente = "profilo-utente", "Profilo Utente";
}

impl ServiceId {
    /// The service of that id.
    pub fn from_id(id: &str) -> Option<ServiceId> {
        ServiceId::ALL
            .iter()
            .copied()
            .find(|service| service.id() == id)
    }

    /// Whether everyone has it, whatever the operators file says.
    pub fn is_for_everyone(self) -> bool {
        matches!(self, ServiceId::Messaggi | ServiceId::ProfiloUtente)
    }

    /// Whether it is a part of access itself, and so of this portal; the others are at an
    /// address of their own.
    pub fn is_of_the_portal(self) -> bool {
        use ServiceId::*;
        matches!(
            self,
            RistampaCredenziali | GestioneCredenziali | AssistenzaOnline | Messaggi | ProfiloUtente
        )
    }

    /// What a profile is enabled for when the operators file names nothing.
    pub fn defaults(profile: Profile) -> &'static [ServiceId] {
        use ServiceId::*;
        match profile {
            Profile::Medico | Profile::Odontoiatra => &[
                RistampaCredenziali,
                GestioneAssistiti,
                EsenzioniDaReddito,
                AssistenzaOnline,
            ],
            Profile::ProfessionistaSanitario => &[RistampaCredenziali, AssistenzaOnline],
            Profile::Amministrazione => &[
                GestioneAssistiti,
                EsenzioniDaReddito,
                GestioneTs,
                AssistenzaOnline,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_and_follow_the_menu() {
        for service in ServiceId::ALL {
            assert_eq!(ServiceId::from_id(service.id()), Some(*service));
        }
        assert!(ServiceId::ALL.is_sorted());
        assert_eq!(ServiceId::from_id("CMS"), None);
    }

    #[test]
    fn only_the_administrations_need_no_document() {
        let without: Vec<_> = Profile::ALL
            .into_iter()
            .filter(|profile| !profile.needs_credentials_document())
            .collect();
        assert_eq!(without, [Profile::Amministrazione]);
    }
}
