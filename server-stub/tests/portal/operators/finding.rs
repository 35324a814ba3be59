//! Finding operators, and what a row of them says

use protocol::{CodiceFiscale, service::Profile};
use serde_json::{Value, json};
use server_stub::store::OperatorRow;

use super::{SEARCH, administrator, found, search};
use crate::support::{Browser, LUCA, MARIO, Portal, operator};

fn named(codice_fiscale: &str, cognome: &str, nome: &str) -> OperatorRow {
    let mut row = operator(codice_fiscale, Profile::Medico);
    row.operator.cognome = cognome.to_owned();
    row.operator.nome = nome.to_owned();
    row
}

#[tokio::test]
async fn an_operator_is_found_by_parts_of_the_name_or_by_codice_fiscale() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.import(named(MARIO, "D'AMICÒ DE LUCA", "Zoë")).await;
    portal.import(named(LUCA, "BIANCHI", "LUCA")).await;
    for words in [
        "damico",
        "D\u{2019}Amico zoe",
        "zoë amic",
        "de d'amic",
        "  ZO  ",
        MARIO,
        &format!(" {} ", MARIO.to_lowercase()),
    ] {
        let found = found(&mut browser, words).await;
        assert_eq!(found.len(), 1, "{words}");
        assert_eq!(found[0]["operator"]["codice_fiscale"], MARIO);
    }
    let both = found(&mut browser, "luca").await;
    let names: Vec<_> = both.iter().map(|row| &row["operator"]["cognome"]).collect();
    assert_eq!(names, ["BIANCHI", "D'AMICÒ DE LUCA"], "by surname");
    for words in ["amicoo", "luca verdi", &MARIO[..15], "bianchi zoe"] {
        assert!(found(&mut browser, words).await.is_empty(), "{words}");
    }
}

#[tokio::test]
async fn a_row_says_how_the_access_stands() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let card = portal.person(MARIO, Profile::Medico).await;
    let row = async |browser: &mut Browser| found(browser, MARIO).await[0].clone();
    let fresh = row(&mut browser).await;
    assert_eq!(fresh["active"], true);
    assert_eq!(fresh["registered_at"], Value::Null);
    assert_eq!(fresh["document_pending"], false);
    assert_eq!(fresh["has_credentials"], false);
    assert_eq!(fresh["operator"]["email"], "posta@posta.example");
    let mut marios = portal.browser();
    marios.register(&card).await.expect(201);
    let pending = row(&mut browser).await;
    assert!(pending["registered_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(pending["document_pending"], true);
    assert_eq!(pending["has_credentials"], true);
    marios.read_document().await;
    assert_eq!(row(&mut browser).await["document_pending"], false);
    let id = fresh["id"].as_str().unwrap();
    assert_eq!(id.len(), 22);
    assert!(!fresh["id"].to_string().contains(MARIO));
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    assert_eq!(row(&mut browser).await["id"], id, "an import changes no id");
}

#[tokio::test]
async fn fifty_are_shown_and_that_there_are_more_is_said() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    let many: Vec<String> = (0..51)
        .map(|number| {
            let begin = format!("RSSMRA80A01H{number:03}");
            ('A'..='Z')
                .map(|letter| format!("{begin}{letter}"))
                .find(|code| CodiceFiscale::parse(code).is_ok())
                .unwrap()
        })
        .collect();
    for codice_fiscale in &many[..50] {
        portal
            .operator(codice_fiscale, Profile::Medico, &[], true)
            .await;
    }
    let answer = search(&mut browser, "rossi").await.expect(200).json();
    assert_eq!(answer["operators"].as_array().unwrap().len(), 50);
    assert_eq!(answer["more"], false);
    portal.operator(&many[50], Profile::Medico, &[], true).await;
    let answer = search(&mut browser, "rossi").await.expect(200).json();
    assert_eq!(answer["operators"].as_array().unwrap().len(), 50);
    assert_eq!(answer["more"], true);
}

#[tokio::test]
async fn what_means_something_to_the_database_means_nothing_in_a_search() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.import(named(MARIO, "ROSSI", "MARIO")).await;
    for words in [
        "ro%xi",
        "%xy%_",
        "rossi' OR '1'='1",
        "x') OR ('1'='1",
        "rossi\\",
        "rossi\"; DROP TABLE operators;--",
        "ro\u{0}xx",
    ] {
        // They part words; letters are searched for as letters.
        let expected = usize::from(words == "rossi\\");
        assert_eq!(found(&mut browser, words).await.len(), expected, "{words}");
    }
    for nothing in [
        "",
        "   ",
        "%",
        "%%%%",
        "__",
        "a",
        "a%",
        "'--",
        &"ab".repeat(60),
    ] {
        let refusal = search(&mut browser, nothing)
            .await
            .expect_refusal("field-unacceptable")
            .json();
        assert_eq!(refusal["field"], "words", "{nothing}");
    }
    for body in [json!({}), json!({ "words": 7 }), json!({ "words": ["a"] })] {
        browser
            .call("POST", SEARCH, Some(body))
            .await
            .expect_refusal("token-malformed");
    }
    assert_eq!(found(&mut browser, "rossi").await.len(), 1);
}

#[tokio::test]
async fn a_character_that_no_database_takes_finds_nobody() {
    let portal = Portal::start().await;
    let mut browser = administrator(&portal).await;
    portal.operator(MARIO, Profile::Medico, &[], true).await;
    let answer = search(&mut browser, "ROSSI\u{0}X").await.expect(200);
    assert_eq!(answer.json()["operators"], json!([]));
}
