//! Requests that are given up on their way, during their commit too

use std::{
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use protocol::{CodiceFiscale, service::Profile};
use server_stub::{clock, housekeeping, signals::Hangup, store::StoreFault};

use super::{as_its_owner, entries, verify};
use crate::support::{Engine, MARIO, Portal};

/// Longer than a commit takes.
const A_MOMENT: Duration = Duration::from_millis(200);
/// How often a change is given up in each of its moments, at the most.
const ROUNDS: usize = 20;
/// Ends are signed each second.
const SOON: Duration = Duration::from_secs(5);

/// Goes on with it so many times, and then gives it up; none: it was not over.
async fn given_up_after<T>(times: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = times;
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

async fn a_portal() -> (Portal, CodiceFiscale) {
    let portal = Portal::start().await;
    portal.person(MARIO, Profile::Amministrazione).await;
    (portal, CodiceFiscale::parse(MARIO).unwrap())
}

/// Sees to it that a commit is not over before it is waited for. SQLite's waits for the disk.
async fn commit_slowly(portal: &Portal) {
    if crate::ENGINE == Engine::Postgres {
        let statements = [
            "CREATE FUNCTION wait_a_moment() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON audit_entries
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_a_moment()",
        ];
        as_its_owner(portal, &statements).await;
    }
}

async fn a_change(portal: &Portal, mario: &CodiceFiscale) -> Result<bool, StoreFault> {
    portal.app.store.disable_operator(mario, clock::now()).await
}

fn is_all_signed(portal: &Portal) -> bool {
    let (code, told) = verify(portal, &[]);
    assert_eq!(code, Some(0), "{told}");
    !told.contains("not signed yet")
}

async fn wait_until_all_is_signed(portal: &Portal) {
    let began = Instant::now();
    while !is_all_signed(portal) {
        assert!(began.elapsed() < SOON, "entries stay unsigned");
        tokio::time::sleep(A_MOMENT).await;
    }
}

/// Gives a change up in each of the moments in which it waits, and each time does something
/// then. How often it waits differs a little, so that its commit may be missed: so it goes on
/// until that returns true.
async fn give_up_everywhere(
    portal: &Portal,
    mario: &CodiceFiscale,
    mut then: impl AsyncFnMut() -> bool,
) {
    for _ in 0..ROUNDS {
        for times in 0.. {
            let done = given_up_after(times, a_change(portal, mario)).await;
            let is_enough = then().await;
            if is_enough && done.is_none() {
                return;
            }
            if done.is_some() {
                break;
            }
        }
    }
    panic!("no commit was given up");
}

#[tokio::test]
async fn wherever_a_request_is_given_up_what_holds_of_it_is_signed_soon() {
    let (portal, mario) = a_portal().await;
    commit_slowly(&portal).await;
    let app = Arc::clone(&portal.app);
    let housekeeping = tokio::spawn(housekeeping::run(app, Hangup::listen().unwrap()));
    wait_until_all_is_signed(&portal).await;
    let mut before = entries(&portal).await.len();
    give_up_everywhere(&portal, &mario, async || {
        tokio::time::sleep(A_MOMENT).await;
        wait_until_all_is_signed(&portal).await;
        let now = entries(&portal).await.len();
        std::mem::replace(&mut before, now) < now
    })
    .await;
    housekeeping.abort();
}

#[tokio::test]
async fn a_clean_stop_in_the_middle_of_a_commit_leaves_all_of_it_signed() {
    let (portal, mario) = a_portal().await;
    commit_slowly(&portal).await;
    let mut left = pin!(portal.app.store.audit_entries_left());
    give_up_everywhere(&portal, &mario, async || {
        given_up_after(0, left.as_mut()).await.is_some()
    })
    .await;
    portal.app.store.close().await;
    assert!(is_all_signed(&portal));
}

#[tokio::test]
async fn an_entry_that_is_not_written_waits_for_a_commit_as_one_that_is() {
    let (portal, _) = a_portal().await;
    let store = &portal.app.store;
    let committed = async || store.secret("last write", b"never").await.unwrap();
    let (before, entries_before) = (committed().await, entries(&portal).await.len());
    store.audit_in_vain(clock::now() + 1).await.unwrap();
    assert_ne!(committed().await, before);
    assert_eq!(entries(&portal).await.len(), entries_before);
}

#[tokio::test]
async fn after_the_end_nothing_is_put_on_the_log() {
    let (portal, mario) = a_portal().await;
    a_change(&portal, &mario).await.unwrap();
    portal.app.store.close().await;
    a_change(&portal, &mario).await.unwrap_err();
    assert!(is_all_signed(&portal));
}
