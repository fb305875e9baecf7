//! No room on the disk: writes are refused and say why, reads go on, and room is all it takes.

use serde_json::json;

use crate::support::{
    Server, World,
    database::connect,
    desk::{account, batch, batch_path},
    http::Api,
    server::in_order,
    streams::message,
};

/// Commands are refused by what the disk says, and change nothing; the rest goes on.
async fn writes_are_refused_and_reads_go_on(api: &Api, made: &serde_json::Value) {
    for _ in 0..2 {
        let refused = api
            .post(
                "/api/v1/accounts",
                &json!({"name": "beta", "hostname": "h"}),
            )
            .await;
        let problem = refused.problem(503);
        assert_eq!(problem["code"], "storage_full", "{problem}");
        assert!(problem["detail"].to_string().contains("disk"), "{problem}");
        assert!(refused.header("retry-after").is_some(), "{refused:?}");
    }
    let submitted = api.delete(&batch_path(made)).await;
    submitted.problem(503);
    let bet = serde_json::from_str(&message(1, "game_1")).expect("JSON");
    let recorded = api.post("/api/v1/bets", &bet).await;
    assert!(recorded.header("retry-after").is_some(), "{recorded:?}");
    let listed = api.get("/api/v1/accounts").await.expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(&api.get(&batch_path(made)).await.expect(200), made);
    assert_eq!(api.get("/livez").await.status, 200);
}

/// What was refused is done now, by the same process.
async fn everything_is_taken(api: &Api, made: &serde_json::Value) {
    account(api, "beta").await;
    api.delete(&batch_path(made)).await.expect(200);
    let bet = serde_json::from_str(&message(1, "game_1")).expect("JSON");
    assert_eq!(
        api.post("/api/v1/bets", &bet).await.expect(200)["recorded"],
        1
    );
    let listed = api.get("/api/v1/accounts").await.expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
}

#[tokio::test]
async fn a_file_that_cannot_grow_refuses_writes_until_it_can() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    // Every commit makes this file longer; as on a full disk, it cannot be.
    let written = world.folder().join("betstream.db-wal");
    let length = std::fs::metadata(written).expect("a log of writes").len();
    server.let_files_grow(Some(length));
    writes_are_refused_and_reads_go_on(&server.api, &made).await;
    server.let_files_grow(None);
    everything_is_taken(&server.api, &made).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

/// What Postgres says of a tablespace that is full.
const NO_ROOM: &str = "
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file \"base/16384/16385\": No space left on device'
            USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON events EXECUTE FUNCTION no_room()";

#[tokio::test]
async fn a_postgres_without_room_refuses_writes_until_there_is_some() {
    let world = World::postgres().await;
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    let behind = connect(&world.database_url()).await;
    behind.batch_execute(NO_ROOM).await.expect("no room");
    writes_are_refused_and_reads_go_on(&server.api, &made).await;
    let room = "DROP TRIGGER no_room ON events; DROP FUNCTION no_room";
    behind.batch_execute(room).await.expect("room");
    everything_is_taken(&server.api, &made).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
