//! An import while people are there

use std::time::Duration;

use protocol::service::Profile;
use server_stub::{
    audit::Hash,
    clock,
    store::{Imported, OperatorRow, StagedRow, StoreFault},
};

use crate::support::{ANNA, LUCA, MARIO, Portal, operator};

/// Many operators, and Mario at the end, all of that ASL.
fn many(asl: &str) -> Vec<StagedRow> {
    let others = (0..20_000).map(pki::codice_fiscale);
    let everybody = others.filter(|cf| cf != MARIO).chain([MARIO.to_owned()]);
    let mut rows = Vec::new();
    for (line, cf) in (2..).zip(everybody) {
        let mut operator = operator(&cf, Profile::Amministrazione);
        asl.clone_into(&mut operator.operator.asl);
        rows.push(StagedRow { line, operator });
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_gets_in_while_many_operators_are_merged() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.logged_in(&card).await;
    for asl in ["A1", "A2"] {
        let app = portal.app.clone();
        let rows = many(asl);
        let importing = tokio::spawn(async move {
            let mut import = app.store.begin_import().await.unwrap();
            for rows in rows.chunks(1000) {
                import.stage(rows).await.unwrap();
            }
            assert!(!import.find_repeated().await.unwrap());
            import.merge(Hash::NONE, clock::now()).await.unwrap()
        });
        let mut logins = 0;
        while !importing.is_finished() {
            browser.log_in(&card).await.expect(201);
            logins += 1;
        }
        let done: Imported = importing.await.unwrap();
        assert_eq!(done.new + done.changed, done.operators);
        assert!(logins > 1);
        assert!(browser.is_logged_in().await);
    }
}

#[tokio::test]
async fn who_is_shut_out_by_a_file_loses_every_session_and_whom_it_leaves_out_none() {
    let portal = Portal::start().await;
    let mut browsers = Vec::new();
    for cf in [MARIO, ANNA, LUCA] {
        let card = portal.person(cf, Profile::Amministrazione).await;
        browsers.push(portal.logged_in(&card).await);
    }
    let shut_out = OperatorRow {
        active: false,
        ..operator(ANNA, Profile::Amministrazione)
    };
    let rows = [shut_out, operator(LUCA, Profile::Medico)];
    for changed in [2, 0] {
        let done = portal
            .app
            .store
            .import_operators(&rows, Hash::NONE, clock::now());
        let done = done.await.unwrap();
        assert_eq!((done.operators, done.new, done.changed), (2, 0, changed));
    }
    let mut logged_in = Vec::new();
    for browser in &mut browsers {
        logged_in.push(browser.is_logged_in().await);
    }
    assert_eq!(logged_in, [true, false, true]);
    let events = portal.app.store.events(&crate::support::cf(ANNA)).await;
    let events = events.unwrap().into_iter();
    let by_file = events.filter(|event| event.by == protocol::api::Actor::Import);
    let acts: Vec<_> = by_file.map(|event| event.act).collect();
    assert_eq!(acts, [protocol::api::Act::OperatorDisabled]);
}

#[tokio::test]
async fn what_a_person_changes_while_a_file_is_staged_is_not_lost_on_others() {
    let portal = Portal::start().await;
    portal.person(MARIO, Profile::Amministrazione).await;
    portal.person(ANNA, Profile::Amministrazione).await;
    let store = &portal.app.store;
    let mut import = store.begin_import().await.unwrap();
    let mut anna = operator(ANNA, Profile::Medico);
    anna.operator.telefono_ufficio = "0999".to_owned();
    let rows = [StagedRow {
        line: 2,
        operator: anna.clone(),
    }];
    import.stage(&rows).await.unwrap();
    for cf in [MARIO, ANNA] {
        let cf = crate::support::cf(cf);
        assert!(store.disable_operator(&cf, clock::now()).await.unwrap());
    }
    import.merge(Hash::NONE, clock::now()).await.unwrap();
    let now = |cf| async move { store.operator(&crate::support::cf(cf)).await.unwrap() };
    assert_eq!(now(ANNA).await, Some(anna));
    assert!(!now(MARIO).await.unwrap().active);
}

#[tokio::test]
async fn imports_come_one_after_the_other() {
    let portal = Portal::start().await;
    let store = &portal.app.store;
    let first = store.begin_import().await.unwrap();
    let second = store.begin_import().await;
    assert!(matches!(second, Err(StoreFault::ImportUnderWay)));
    drop(first);
    // Its connection is closed by and by.
    for _ in 0..100 {
        match store.begin_import().await {
            Ok(_) => return,
            Err(StoreFault::ImportUnderWay) => {}
            Err(fault) => panic!("{fault}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the first import goes on");
}
