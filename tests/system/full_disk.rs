//! No room on the disk: writes are refused and say why, reads go on, and room is all it takes.

use serde_json::json;

use crate::support::{
    Server, World,
    database::connect,
    desk::{account, batch, batch_path},
    eventually,
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

/// From now on Postgres says of `table` what it says of a tablespace that is full.
async fn leave_no_room(world: &World, table: &str) {
    let statements = format!(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file \"base/16384/16385\": No space left on device'
                USING ERRCODE = 'disk_full';
        END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()"
    );
    let behind = connect(&world.database_url()).await;
    behind.batch_execute(&statements).await.expect("no room");
}

/// Ends that.
async fn make_room(world: &World) {
    let behind = connect(&world.database_url()).await;
    let dropped = behind.batch_execute("DROP FUNCTION no_room CASCADE").await;
    dropped.expect("room");
}

#[tokio::test]
async fn a_postgres_without_room_refuses_writes_until_there_is_some() {
    let world = World::postgres().await;
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    leave_no_room(&world, "events").await;
    writes_are_refused_and_reads_go_on(&server.api, &made).await;
    make_room(&world).await;
    everything_is_taken(&server.api, &made).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_view_without_room_is_tried_again_less_and_less_often() {
    let world = World::postgres().await;
    let server = Server::start(&world).await;
    leave_no_room(&world, "desk_accounts").await;
    account(&server.api, "alpha").await;
    let complaints = eventually("it is tried again and again", async || {
        let words = server.words();
        let complaints = words
            .lines()
            .filter(|line| line.contains("No space left on device"))
            .map(said_at)
            .collect::<Vec<_>>();
        (complaints.len() >= 5).then_some(complaints)
    })
    .await;
    // Each wait is twice the one before it, from 50 ms.
    let passed = complaints[4] - complaints[0];
    assert!(
        passed.num_milliseconds() >= 50 + 100 + 200 + 400,
        "{passed}"
    );
    make_room(&world).await;
    eventually("the view has caught up", async || {
        let listed = server.api.get("/api/v1/accounts").await.expect(200);
        (listed.as_array().map(Vec::len) == Some(1)).then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

/// When the process said `line`.
fn said_at(line: &str) -> chrono::DateTime<chrono::FixedOffset> {
    let message: serde_json::Value = serde_json::from_str(line).expect("JSON");
    let timestamp = message["timestamp"].as_str().expect("a time");
    chrono::DateTime::parse_from_rfc3339(timestamp).expect("an instant")
}
