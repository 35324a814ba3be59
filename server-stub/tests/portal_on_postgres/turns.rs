//! Who waits for whose turn, where there are many who write

use protocol::service::Profile;
use server_stub::clock;

use crate::support::{MARIO, Portal, cf};

#[tokio::test]
async fn who_is_not_let_in_is_told_so_whoever_holds_their_row() {
    let portal = Portal::start().await;
    let card = portal.person(MARIO, Profile::Amministrazione).await;
    let mut browser = portal.browser();
    browser.register(&card).await.expect(201);
    let store = &portal.app.store;
    store
        .disable_operator(&cf(MARIO), clock::now())
        .await
        .unwrap();
    // As an import holds those it changes, for longer than a login waits.
    let mut import = portal.lock_nothing().await;
    import.execute("SELECT 1 FROM operators FOR UPDATE").await;
    browser
        .log_in(&card)
        .await
        .expect_refusal("operator-disabled");
}
