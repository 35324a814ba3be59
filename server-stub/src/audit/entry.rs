//! What stands in an entry

use std::net::IpAddr;

use protocol::{CodiceFiscale, ProblemCode};
use serde::Serialize;

use super::{Cut, End, Hash, Tail};

/// What was done, by whom, from where, on what evidence.
///
/// The only place where a whole codice fiscale is written that is not a person's own row.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Entry<'a> {
    /// What.
    #[serde(flatten)]
    pub deed: Deed<'a>,
    /// Whose access it is about, where that is known: by a card that was judged good, a
    /// session, or the user id that a password was given for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<&'a CodiceFiscale>,
    /// By whom.
    pub by: Author<'a>,
    /// From where; none: from this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Place<'a>>,
    /// On what evidence; none: no card was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What was done, or was not let be done.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Deed<'a> {
    /// A card was registered.
    CardRegistered,
    /// A session was opened.
    LoggedIn,
    /// All sessions of the person were ended by themselves.
    SessionsEnded,
    /// Something was refused.
    Refused {
        /// What was tried.
        attempt: Attempt,
        /// The refusal's code.
        code: ProblemCode,
    },
    /// Refusals behind which nobody's card and no existing person stood were too many to be
    /// written.
    RefusalsNotWritten {
        /// How many, since the last such entry.
        refusals: u64,
    },
    /// A password was changed.
    PasswordChanged,
    /// Credentials were printed anew.
    CredentialsReprinted,
    /// Telephone or e-mail were changed.
    ProfileChanged,
    /// An operator was let in again.
    OperatorEnabled,
    /// An operator was shut out.
    OperatorDisabled,
    /// A registration was taken back.
    RegistrationRevoked,
    /// A file of operators was taken in.
    OperatorsImported {
        /// SHA-256 of the file.
        file: Hash,
        /// How many operators it has.
        operators: u64,
    },
    /// The authorities whose cards are taken are others now, each by the SHA-256 of its
    /// certificate.
    AnchorsChanged {
        /// Who is trusted now and was not before.
        added: &'a [Hash],
        /// Who is not trusted any more.
        removed: &'a [Hash],
    },
    /// Entries were removed, being old enough.
    EntriesRemoved(&'a Cut),
    /// The chain's last entries were not signed when the program that writes it began: it had
    /// crashed, or somebody else wrote them.
    FoundUnsigned(&'a Tail),
    /// The chain did not end as the program that writes it had left it.
    ChainFoundChanged {
        /// Where it had ended.
        left: End,
        /// Where it ended now.
        found: End,
    },
}

/// What was tried when something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// Registra CNS.
    Registration,
    /// Effettua la login, Accesso con credenziali.
    Login,
    /// A new password.
    PasswordChange,
    /// Ristampa Credenziali.
    Reprint,
    /// Reading the credentials document.
    Document,
    /// Profilo Utente.
    ProfileChange,
    /// Gestione Credenziali.
    Administration,
}

/// By whom something was done.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author<'a> {
    /// The person, by card.
    Card,
    /// The person, by password.
    Password,
    /// An administrator in Gestione Credenziali, by card.
    Administrator(&'a CodiceFiscale),
    /// The server's command, by this account of the machine.
    Command(&'a str),
    /// The server by itself.
    Server,
}

/// From where something was done.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Place<'a> {
    /// The client's address.
    pub address: IpAddr,
    /// The request's id, as the ordinary log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<&'a str>,
}

/// What a card was judged by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// SHA-256 of the card's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Hash>,
    /// SHA-256 of the certificate of the authority that issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Hash>,
    /// What was known of its revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revocation>,
    /// SHA-256 of the challenge nonce it signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Hash>,
}

/// What was known of a certificate's revocation. Times are Unix seconds, as its issuer
/// writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Revocation {
    /// By what.
    pub source: RevocationSource,
    /// As of when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub this_update: Option<i64>,
    /// Until when that may be believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_update: Option<i64>,
}

impl Revocation {
    /// Of which no times are known.
    pub fn undated(source: RevocationSource) -> Revocation {
        Revocation {
            source,
            this_update: None,
            next_update: None,
        }
    }
}

/// Where word of a revocation is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationSource {
    /// The issuer's list.
    Crl,
    /// A responder.
    Ocsp,
    /// There was none, and none was demanded.
    Absent,
    /// Nobody looked.
    Unchecked,
}

/// How an entry begins that tells of a chain found changed.
const FOUND_CHANGED: &str = r#"{"act":"chain-found-changed","#;

/// Whether an entry tells that its chain was found changed.
pub(super) fn tells_of_a_change(entry: &str) -> bool {
    entry.starts_with(FOUND_CHANGED)
}

/// Room for most entries.
const USUAL_LENGTH: usize = 768;

impl<'a> Entry<'a> {
    /// What the server does by itself.
    pub fn of_server(deed: Deed<'a>) -> Entry<'a> {
        Entry {
            deed,
            who: None,
            by: Author::Server,
            from: None,
            evidence: None,
        }
    }

    /// The entry as it is kept and hashed: JSON on one line, its members in the order above.
    pub fn to_json(&self) -> String {
        let mut json = Vec::with_capacity(USUAL_LENGTH);
        // Nothing here can fail to be written: every key is a text.
        let _ = serde_json::to_writer(&mut json, self);
        String::from_utf8(json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> CodiceFiscale {
        CodiceFiscale::parse("RSSMRA80A01H501U").unwrap()
    }

    #[test]
    fn a_login_says_who_from_where_and_on_what_evidence() {
        let who = person();
        let entry = Entry {
            deed: Deed::LoggedIn,
            who: Some(&who),
            by: Author::Card,
            from: Some(Place {
                address: "192.0.2.7".parse().unwrap(),
                request: Some("r-1"),
            }),
            evidence: Some(Evidence {
                certificate: Some(Hash([1; 32])),
                issuer: Some(Hash([2; 32])),
                revocation: Some(Revocation {
                    source: RevocationSource::Crl,
                    this_update: Some(100),
                    next_update: Some(200),
                }),
                nonce: Some(Hash([3; 32])),
            }),
        };
        let (one, two, three) = ("01".repeat(32), "02".repeat(32), "03".repeat(32));
        assert_eq!(
            entry.to_json(),
            format!(
                r#"{{"act":"logged-in","who":"RSSMRA80A01H501U","by":"card","from":{{"address":"192.0.2.7","request":"r-1"}},"evidence":{{"certificate":"{one}","issuer":"{two}","revocation":{{"source":"crl","this_update":100,"next_update":200}},"nonce":"{three}"}}}}"#
            )
        );
    }

    #[test]
    fn every_deed_is_told_by_its_name_and_what_belongs_to_it() {
        let administrator = person();
        let cut = Cut::unsigned_for_tests();
        let hash = "00".repeat(32);
        let told = |deed, by| {
            Entry {
                deed,
                who: None,
                by,
                from: None,
                evidence: None,
            }
            .to_json()
        };
        for (deed, by, expected) in [
            (
                Deed::Refused {
                    attempt: Attempt::Login,
                    code: ProblemCode::CertificateRevoked,
                },
                Author::Card,
                r#"{"act":"refused","attempt":"login","code":"certificate-revoked","by":"card"}"#
                    .to_owned(),
            ),
            (
                Deed::OperatorDisabled,
                Author::Administrator(&administrator),
                r#"{"act":"operator-disabled","by":{"administrator":"RSSMRA80A01H501U"}}"#
                    .to_owned(),
            ),
            (
                Deed::OperatorsImported {
                    file: Hash::NONE,
                    operators: 3,
                },
                Author::Command("root \"x\"\n"),
                format!(
                    r#"{{"act":"operators-imported","file":"{hash}","operators":3,"by":{{"command":"root \"x\"\n"}}}}"#
                ),
            ),
            (
                Deed::RefusalsNotWritten { refusals: 7 },
                Author::Server,
                r#"{"act":"refusals-not-written","refusals":7,"by":"server"}"#.to_owned(),
            ),
            (
                Deed::FoundUnsigned(&Tail {
                    first: 5,
                    last: 6,
                    since: 70,
                    until: 80,
                }),
                Author::Server,
                r#"{"act":"found-unsigned","first":5,"last":6,"since":70,"until":80,"by":"server"}"#
                    .to_owned(),
            ),
            (
                Deed::AnchorsChanged {
                    added: &[Hash::NONE],
                    removed: &[],
                },
                Author::Server,
                format!(
                    r#"{{"act":"anchors-changed","added":["{hash}"],"removed":[],"by":"server"}}"#
                ),
            ),
        ] {
            assert_eq!(told(deed, by), expected);
        }
        let changed = Deed::ChainFoundChanged {
            left: End::EMPTY,
            found: End::EMPTY,
        };
        let changed = told(changed, Author::Server);
        assert!(tells_of_a_change(&changed), "{changed}");
        let removed = told(Deed::EntriesRemoved(&cut), Author::Server);
        assert!(
            removed.starts_with(r#"{"act":"entries-removed","node":"#),
            "{removed}"
        );
    }
}
