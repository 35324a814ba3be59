//! Whom an administrator looks after: everybody else does not exist

use protocol::service::Profile;
use server_stub::store::OperatorRow;

use super::{OWN, administrator, colleague, every_call, found, history, id_of};
use crate::support::{ANNA, LUCA, MARIO, Portal, cf, operator};

fn elsewhere(codice_fiscale: &str, regione: &str, asl: &str) -> OperatorRow {
    let mut row = operator(codice_fiscale, Profile::Medico);
    row.operator.regione = regione.to_owned();
    row.operator.asl = asl.to_owned();
    row
}

#[tokio::test]
async fn operators_of_another_regione_or_asl_are_not_there() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    for (regione, asl) in [
        ("Abruzzo", "A013"),
        ("Abruzzo", ""),
        ("Abruzzo", "a012"),
        ("Abruzzo", "A012 "),
        ("abruzzo", "A012"),
        ("Lazio", "A012"),
        ("", "A012"),
        ("", ""),
    ] {
        // Their id is real: it was good while they were here.
        portal.operator(MARIO, Profile::Medico, &[], true).await;
        let id = id_of(&mut browser, MARIO).await;
        portal.import(elsewhere(MARIO, regione, asl)).await;
        for words in [MARIO, "rossi"] {
            assert!(
                found(&mut browser, words).await.is_empty(),
                "{regione} {asl}"
            );
        }
        for answer in every_call(&mut browser, &id).await {
            answer.expect_refusal("not-found");
        }
        let untouched = portal.app.store.operator(&cf(MARIO)).await.unwrap();
        assert!(untouched.unwrap().active, "{regione} {asl}");
    }
}

#[tokio::test]
async fn an_administrator_without_a_regione_looks_after_nobody() {
    let portal = Portal::start().await;
    let mut row = elsewhere(ANNA, "", "");
    row.operator.profile = Profile::Amministrazione;
    row.services = vec![OWN];
    portal.import(row).await;
    portal.import(elsewhere(MARIO, "", "")).await;
    let mut browser = portal.logged_in(&portal.card(ANNA)).await;
    assert!(found(&mut browser, MARIO).await.is_empty());
    assert!(found(&mut browser, "rossi").await.is_empty());
}

#[tokio::test]
async fn an_administrator_of_a_whole_regione_looks_after_who_has_no_asl() {
    let portal = Portal::start().await;
    let mut row = elsewhere(ANNA, "Lazio", "");
    row.operator.profile = Profile::Amministrazione;
    row.services = vec![OWN];
    portal.import(row).await;
    portal.import(elsewhere(MARIO, "Lazio", "")).await;
    portal.import(elsewhere(LUCA, "Lazio", "RM1")).await;
    let mut browser = portal.logged_in(&portal.card(ANNA)).await;
    let found = found(&mut browser, "rossi").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["operator"]["codice_fiscale"], MARIO);
}

#[tokio::test]
async fn nobody_looks_after_themselves() {
    let portal = Portal::start().await;
    let mut annas = administrator(&portal).await;
    let mut lucas = colleague(&portal).await;
    assert!(found(&mut annas, ANNA).await.is_empty());
    let names = found(&mut annas, "rossi").await;
    assert_eq!(names.len(), 1, "the colleague alone");
    // The colleague tells Anna's id: it is nobody to Anna.
    let id = id_of(&mut lucas, ANNA).await;
    for answer in every_call(&mut annas, &id).await {
        answer.expect_refusal("not-found");
    }
    assert!(annas.is_logged_in().await);
}

#[tokio::test]
async fn a_guessed_id_is_nobodys() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let id = id_of(&mut browser, MARIO).await;
    let other = if id.starts_with('A') { "B" } else { "A" };
    for guessed in [
        "x",
        "0",
        "1",
        MARIO,
        "AAAAAAAAAAAAAAAAAAAAAA",
        &id[..21],
        &format!("{id}AA"),
        &format!("{other}{}", &id[1..]),
        "%00",
        "%ff%fe",
        "..%2f..",
        "'%20OR%201=1",
        &"A".repeat(4000),
    ] {
        for answer in every_call(&mut browser, guessed).await {
            answer.expect_refusal("not-found");
        }
    }
    history(&mut browser, &id).await.expect(200);
}
