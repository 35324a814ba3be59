use std::path::Path;

use tokio::time::{Instant, advance, pause, resume};

use super::{
    super::{address::DatabaseAddress, sql},
    kept::{LIFETIME, Taken},
    *,
};

struct Scene {
    server: postgres_server::Postgres,
    postgres: Postgres,
}

impl Scene {
    async fn new() -> Scene {
        let server = postgres_server::Postgres::start();
        let address = DatabaseAddress::parse(&server.url("postgres"), Path::new("/")).unwrap();
        let DatabaseAddress::Postgres(address) = address else {
            panic!("{address:?}");
        };
        let postgres = Postgres::find(&address).await.unwrap();
        Scene { server, postgres }
    }

    /// The number of the server's process that answers.
    async fn who_answers(&self) -> i64 {
        let question = sql("SELECT pg_backend_pid()::bigint AS pid");
        let row = self.postgres.fetch_optional(question).await.unwrap();
        row.unwrap().get("pid").unwrap()
    }

    /// Waits until there are so many of them.
    async fn expect_connections(&self, count: usize) {
        let question = "SELECT COUNT(*) FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let begin = Instant::now();
        while self.server.run("postgres", question) != count.to_string() {
            assert!(begin.elapsed() < PATIENCE);
            sleep(PAUSE).await;
        }
    }
}

#[tokio::test]
async fn a_connection_that_has_grown_old_makes_place_for_a_new_one() {
    let scene = Scene::new().await;
    let first = scene.who_answers().await;
    assert_eq!(scene.who_answers().await, first);
    pause();
    advance(LIFETIME + Duration::from_secs(1)).await;
    resume();
    // It is given up once it has answered.
    assert_eq!(scene.who_answers().await, first);
    scene.expect_connections(0).await;
    let second = scene.who_answers().await;
    assert_ne!(second, first);
    assert_eq!(scene.who_answers().await, second);
    scene.expect_connections(1).await;
}

#[tokio::test]
async fn what_comes_back_to_the_pool_is_closed_though_the_server_hangs() {
    let scene = Scene::new().await;
    scene.server.pause();
    let Taken::AtHand(opened, _) = scene.postgres.kept.take() else {
        panic!("none at hand");
    };
    assert_eq!(scene.postgres.pool.size(), 1);
    drop(opened);
    let begin = Instant::now();
    while scene.postgres.pool.size() > 0 {
        assert!(begin.elapsed() < PATIENCE);
        sleep(PAUSE).await;
    }
    scene.server.resume();
    scene.expect_connections(0).await;
}
