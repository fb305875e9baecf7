//! `check` is green on a log that is in order, and red on one that was tampered with.

use serde_json::Value;

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path},
    server::{run, words},
};

on_both_databases! {
    a_log_that_was_worked_on_is_in_order,
    a_row_that_was_edited_is_found,
    a_view_that_was_edited_is_found_and_rebuilt,
    what_was_reset_is_empty,
}

async fn worked_on(world: &World) {
    let server = Server::start(world).await;
    let report = server
        .api
        .post("/api/v1/samples", &Value::Null)
        .await
        .expect(200);
    assert_eq!(
        (&report["accounts"], &report["batches"]),
        (&Value::from(5), &Value::from(22))
    );
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    server.api.delete(&batch_path(&made)).await.expect(200);
    let url = server.api.url.clone();
    let simulated = run(
        world,
        &[
            "simulate",
            "0",
            "300",
            "--games",
            "5",
            "--selections",
            "--url",
            &url,
        ],
    )
    .await;
    assert!(simulated.status.success(), "{}", words(&simulated));
    assert!(server.terminate().await.success());
}

async fn report(world: &World) -> (bool, Value) {
    let checked = run(world, &["check", "--output", "json"]).await;
    let report =
        serde_json::from_slice(&checked.stdout).unwrap_or_else(|_| panic!("{}", words(&checked)));
    (checked.status.success(), report)
}

/// The invariants that are broken.
fn broken(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .filter(|finding| finding["broken"] != 0)
        .filter_map(|finding| finding["invariant"].as_str())
        .collect()
}

async fn a_log_that_was_worked_on_is_in_order(world: World) {
    worked_on(&world).await;
    let (holds, report) = report(&world).await;
    assert!(holds && report["holds"] == true, "{report:#}");
    let checked: Vec<&Value> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["n"] == 0)
        .collect();
    let unchecked: Vec<&str> = checked
        .iter()
        .filter_map(|finding| finding["invariant"].as_str())
        .collect();
    let none_here = [
        "state from snapshot and tail = state from the start",
        "received = applied + duplicates + refused + dead letters",
    ];
    assert!(
        unchecked
            .iter()
            .all(|invariant| none_here.contains(invariant)),
        "{unchecked:?}"
    );
    let table = run(&world, &["check"]).await;
    assert!(
        words(&table).contains("positions are dense"),
        "{}",
        words(&table)
    );
}

async fn a_row_that_was_edited_is_found(world: World) {
    worked_on(&world).await;
    world.tamper("UPDATE events SET data = replace(data::text, 'alpha', 'alphb')::json WHERE stream = 'account-6'").await;
    let (holds, report) = report(&world).await;
    assert!(!holds, "{report:#}");
    assert!(
        broken(&report).contains(&"the hash chain verifies"),
        "{report:#}"
    );
    let faults = report.to_string();
    assert!(faults.contains("was altered"), "{faults}");
}

async fn a_view_that_was_edited_is_found_and_rebuilt(world: World) {
    worked_on(&world).await;
    world
        .tamper_views("UPDATE desk_accounts SET name = 'someone else' WHERE name = 'alpha'")
        .await;
    let (holds, before) = report(&world).await;
    assert!(!holds, "{before:#}");
    assert_eq!(
        broken(&before),
        ["each view equals the one rebuilt from nothing"],
        "{before:#}"
    );
    let rebuilt = run(&world, &["rebuild", "desk"]).await;
    assert!(rebuilt.status.success(), "{}", words(&rebuilt));
    let (holds, after) = report(&world).await;
    assert!(holds, "{after:#}");
}

async fn what_was_reset_is_empty(world: World) {
    worked_on(&world).await;
    let refused = run(&world, &["reset"]).await;
    assert!(
        !refused.status.success() && words(&refused).contains("--yes"),
        "{}",
        words(&refused)
    );
    let reset = run(&world, &["reset", "--yes"]).await;
    assert!(reset.status.success(), "{}", words(&reset));
    let server = Server::start(&world).await;
    assert_eq!(
        server.api.get("/api/v1/accounts").await.expect(200),
        Value::Array(Vec::new())
    );
    assert_eq!(
        server.api.get("/stats").await.expect(200)["bets_table_row_count"],
        0
    );
    account(&server.api, "alpha").await;
    assert!(server.terminate().await.success());
    let (holds, report) = report(&world).await;
    assert!(holds, "{report:#}");
}
