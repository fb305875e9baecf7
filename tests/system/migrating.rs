//! Taking over the databases of both existing systems, twice.

use rusqlite::Connection;
use serde_json::json;

use crate::support::{
    Server, World,
    database::{beside, connect},
    eventually,
    server::{run, words},
    streams::message,
    unique, variable,
};

on_both_databases! {
    a_control_plane_is_taken_over_with_its_ids,
    a_stream_engine_is_taken_over_and_a_replay_of_its_stream_is_a_repeat,
}

/// As the control plane makes its tables.
const CONTROL_PLANE: &str = "
    CREATE TABLE accounts (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, hostname TEXT NOT NULL,
        created_at TEXT NOT NULL DEFAULT (datetime('now')), updated_at TEXT NOT NULL DEFAULT (datetime('now')));
    CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT, completed BOOLEAN NOT NULL DEFAULT 0,
        created_at DATETIME DEFAULT (datetime('now')), updated_at DATETIME DEFAULT (datetime('now')),
        meta TEXT NOT NULL, account_id INTEGER NOT NULL);
    CREATE TABLE bets (pid INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, selection TEXT NOT NULL,
        stake DOUBLE NOT NULL, cost DOUBLE NOT NULL DEFAULT 0, status TEXT NOT NULL DEFAULT 'pending', batch_id INTEGER NOT NULL);
    INSERT INTO accounts (id, name, hostname, created_at) VALUES (3, 'alpha', 'host1', '2025-01-02 03:04:05');
    INSERT INTO batches (id, completed, meta, account_id) VALUES (20, 0, '{\"bet_type\":\"QUINELLA\",\"race_id\":5}', 3);
    INSERT INTO batches (id, completed, meta, account_id) VALUES (21, 1, '{}', 3);
    INSERT INTO bets (pid, id, selection, stake, cost, status, batch_id) VALUES
        (7, 1, '1/2 ** free text', 6.0, 2.0, 'successful', 20), (8, 2, 'not checked', 10.5, 0, 'pending', 20), (9, 1, '3', 1, 1, 'failed', 21);";

async fn a_control_plane_is_taken_over_with_its_ids(world: World) {
    let path = world.folder().join("reference.db");
    Connection::open(&path)
        .expect("a file")
        .execute_batch(CONTROL_PLANE)
        .expect("a database");
    let source = format!("sqlite://{}", path.display());
    let refused = run(&World::sqlite().with("DATABASE_URL", &source), &["check"]).await;
    assert!(
        !refused.status.success() && words(&refused).contains("migrate-from"),
        "{}",
        words(&refused)
    );

    let dry = run(&world, &["migrate-from", &source, "--dry-run"]).await;
    assert!(
        dry.status.success() && words(&dry).contains("3 rows would be taken over"),
        "{}",
        words(&dry)
    );
    for said in [
        "took over 1 accounts, 2 batches and 3 bets",
        "took over 0 accounts, 0 batches and 0 bets; 3 rows were here already",
    ] {
        let migrated = run(&world, &["migrate-from", &source]).await;
        assert!(
            migrated.status.success() && words(&migrated).contains(said),
            "{}",
            words(&migrated)
        );
    }
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = api.get("/api/v1/accounts/3").await.expect(200);
    assert_eq!(owner["name"], "alpha");
    assert!(
        owner["created_at"]
            .as_str()
            .is_some_and(|at| at.starts_with("2025-01-02T03:04:05")),
        "{owner}"
    );
    let open = api.get("/api/v1/accounts/3/batches/20").await.expect(200);
    let bets = open["bets"].as_array().expect("bets");
    assert_eq!(
        (&bets[0]["pid"], &bets[0]["selection"], &bets[0]["status"]),
        (&json!(7), &json!("1/2 ** free text"), &json!("successful"))
    );
    assert_eq!(
        (bets[1]["stake"].as_f64(), &open["meta"]["race_id"]),
        (Some(10.5), &json!(5))
    );
    assert_eq!(
        api.get("/api/v1/accounts/3/batches/21").await.expect(200)["completed"],
        true
    );
    api.patch(
        "/api/v1/accounts/3/batches/20/bets/8",
        &json!({"status": "failed"}),
    )
    .await
    .expect(200);
    let next = crate::support::desk::account(api, "beta").await;
    assert!(next["id"].as_i64() > Some(3), "{next}");
    assert!(server.terminate().await.success());

    Connection::open(&path)
        .expect("a file")
        .execute_batch("UPDATE accounts SET hostname = 'moved'")
        .expect("a change");
    let changed = run(&world, &["migrate-from", &source]).await;
    assert!(
        changed.status.success() && words(&changed).contains("1 of them changed since"),
        "{}",
        words(&changed)
    );
    let checked = run(&world, &["check"]).await;
    assert!(checked.status.success(), "{}", words(&checked));
}

async fn a_stream_engine_is_taken_over_and_a_replay_of_its_stream_is_a_repeat(world: World) {
    let (server, name) = (variable("BETSTREAM_TEST_POSTGRES_URL"), unique("engine"));
    connect(&server)
        .await
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database");
    let source = beside(&server, &name);
    connect(&source)
        .await
        .batch_execute(
            "CREATE TABLE bets (id UUID PRIMARY KEY, game_id VARCHAR(255), bet_type VARCHAR(50), amount DECIMAL(10, 2),
                 timestamp TIMESTAMPTZ, pod_id TEXT);
             INSERT INTO bets SELECT ('7e570000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'game_' || n % 3, 'moneyline',
                 1 + n % 100, now(), 'pod' FROM generate_series(0, 99) AS n;",
        )
        .await
        .expect("bets");
    for said in [
        "0 batches and 100 bets",
        "100 rows were here already, 0 of them changed",
    ] {
        let migrated = run(&world, &["migrate-from", &source]).await;
        assert!(
            migrated.status.success() && words(&migrated).contains(said),
            "{}",
            words(&migrated)
        );
    }
    let running = Server::start(&world).await;
    let bets: Vec<String> = (0..100)
        .map(|number| message(number, &format!("game_{}", number % 3)))
        .collect();
    let body = Some(format!("[{}]", bets.join(",")));
    let headers = [("Content-Type", "application/json")];
    let receipt = running
        .api
        .ask(reqwest::Method::POST, "/api/v1/bets", &headers, body)
        .await
        .expect(200);
    assert_eq!(
        (&receipt["recorded"], &receipt["duplicates"]),
        (&json!(0), &json!(100)),
        "{receipt}"
    );
    eventually("all are counted once", async || {
        let stats = running.api.get("/stats").await.expect(200);
        (stats["total_odds"] == 100 && stats["bets_table_row_count"] == 100).then_some(())
    })
    .await;
    connect(&source)
        .await
        .batch_execute("UPDATE bets SET amount = amount + 0.001")
        .await
        .expect("rounded by the type");
    assert!(running.terminate().await.success());
    let dropped = connect(&server)
        .await
        .batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await;
    dropped.expect("dropped");
}
