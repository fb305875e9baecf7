//! Every row of the control plane's contract.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path, batches_of},
};

on_both_databases! {
    accounts_are_created_listed_changed_and_deleted,
    a_name_belongs_to_one_account,
    batches_come_newest_first_with_their_bets_in_order,
    one_bet_is_given_a_status,
    several_bets_are_given_a_status_all_or_none,
    a_submitted_batch_is_completed_and_fixed,
    an_open_batch_takes_more_bets_and_can_be_withdrawn,
    deleting_an_account_takes_its_batches_along,
    what_changed_meanwhile_is_told_to_who_asks,
    a_repeated_request_is_answered_once,
    pages_say_what_they_are,
}

fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok_and(|at| at.offset().local_minus_utc() == 0))
}

async fn accounts_are_created_listed_changed_and_deleted(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    assert_eq!(api.get("/api/v1/accounts").await.expect(200), json!([]));
    let first = account(api, "alpha").await;
    assert!(first["id"].is_i64() && is_time(&first["created_at"]) && is_time(&first["updated_at"]), "{first}");
    assert_eq!((&first["name"], &first["hostname"]), (&json!("alpha"), &json!("host")));
    let second = account(api, "beta").await;
    let listed = api.get("/api/v1/accounts").await.expect(200);
    let names: Vec<&Value> = listed.as_array().expect("a list").iter().map(|account| &account["name"]).collect();
    assert_eq!(names, [&json!("beta"), &json!("alpha")], "newest first");

    let path = format!("/api/v1/accounts/{}", first["id"]);
    assert_eq!(api.get(&path).await.expect(200), first);
    let changed = api.put(&path, &json!({"name": "gamma", "hostname": "other"})).await.expect(200);
    assert_eq!((&changed["id"], &changed["name"], &changed["hostname"]), (&first["id"], &json!("gamma"), &json!("other")));
    assert_eq!(changed["created_at"], first["created_at"]);
    assert_eq!(api.get(&path).await.expect(200)["name"], "gamma");

    let deleted = api.delete(&path).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    api.get(&path).await.problem(404);
    api.delete(&path).await.problem(404);
    api.put(&path, &json!({"name": "x", "hostname": "y"})).await.problem(404);
    api.get("/api/v1/accounts/999999").await.problem(404);
    assert_eq!(api.get("/api/v1/accounts").await.expect(200), json!([second]));
}

async fn a_name_belongs_to_one_account(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let first = account(api, "alpha").await;
    let second = account(api, "beta").await;
    api.post("/api/v1/accounts", &json!({"name": "alpha", "hostname": "h"})).await.problem(409);
    let path = format!("/api/v1/accounts/{}", second["id"]);
    api.put(&path, &json!({"name": "alpha", "hostname": "h"})).await.problem(409);
    assert_eq!(api.delete(&format!("/api/v1/accounts/{}", first["id"])).await.status, 204);
    api.put(&path, &json!({"name": "alpha", "hostname": "h"})).await.expect(200);
}

async fn batches_come_newest_first_with_their_bets_in_order(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let first = batch(api, &owner).await;
    assert_eq!((&first["completed"], &first["account_id"], &first["state"]), (&json!(false), &owner["id"], &json!("active")));
    assert_eq!(first["meta"], json!({"bet_type": "QUINELLA", "race_id": 7, "note": {"kept": [1, "as", null]}}));
    assert!(is_time(&first["created_at"]) && is_time(&first["updated_at"]));
    let bets = first["bets"].as_array().expect("bets");
    assert_eq!((&bets[0]["id"], &bets[1]["id"]), (&json!(1), &json!(2)), "by the client's number");
    assert_eq!(bets[0]["selection"], "1/2 ** early", "kept as written");
    assert_eq!((bets[1]["stake"].as_f64(), bets[1]["cost"].as_f64()), (Some(6.0), Some(2.5)));
    for bet in bets {
        assert!(bet["pid"].is_i64(), "{bet}");
        assert_eq!((&bet["status"], &bet["batch_id"]), (&json!("pending"), &first["id"]));
    }
    let empty = api.post(&batches_of(&owner), &json!({"meta": {}, "bets": []})).await.expect(200);
    let listed = api.get(&batches_of(&owner)).await.expect(200);
    assert_eq!(listed, json!([empty, first]));
    assert_eq!(api.get(&batch_path(&first)).await.expect(200), first);
    api.get("/api/v1/accounts/999999/batches").await.problem(404);
    api.post("/api/v1/accounts/999999/batches", &json!({"meta": {}, "bets": []})).await.problem(404);
}

async fn one_bet_is_given_a_status(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let bet = &batch["bets"][0];
    let path = format!("{}/bets/{}", batch_path(&batch), bet["pid"]);
    for status in ["successful", "failed", "pending", "successful"] {
        let changed = api.patch(&path, &json!({"status": status})).await.expect(200);
        assert_eq!((&changed["pid"], &changed["status"]), (&bet["pid"], &json!(status)));
        assert_eq!(api.get(&path).await.expect(200)["status"], status);
    }
    api.patch(&format!("{}/bets/999999", batch_path(&batch)), &json!({"status": "failed"})).await.problem(404);
    let stranger = account(api, "beta").await;
    let wrong = format!("/api/v1/accounts/{}/batches/{}/bets/{}", stranger["id"], batch["id"], bet["pid"]);
    api.patch(&wrong, &json!({"status": "failed"})).await.problem(404);
}

async fn several_bets_are_given_a_status_all_or_none(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let (first, second) = (&batch["bets"][0]["pid"], &batch["bets"][1]["pid"]);
    let path = format!("{}/bets", batch_path(&batch));
    api.patch(&path, &json!([{"pid": first}, {"pid": 999_999}])).await.problem(404);
    let untouched = api.get(&batch_path(&batch)).await.expect(200);
    assert!(untouched["bets"].as_array().expect("bets").iter().all(|bet| bet["status"] == "pending"), "{untouched}");
    let changed = api.patch(&path, &json!([{"pid": first}, {"pid": second, "status": "failed"}])).await.expect(200);
    let statuses: Vec<&Value> = changed.as_array().expect("bets").iter().map(|bet| &bet["status"]).collect();
    assert_eq!(statuses, [&json!("successful"), &json!("failed")]);
}

async fn a_submitted_batch_is_completed_and_fixed(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let submitted = api.delete(&batch_path(&batch)).await;
    assert_eq!((submitted.status, submitted.text.as_str()), (200, ""));
    let closed = api.get(&batch_path(&batch)).await.expect(200);
    assert_eq!((&closed["completed"], &closed["state"]), (&json!(true), &json!("completed")));
    api.delete(&batch_path(&batch)).await.problem(404);
    api.delete(&format!("{}/999999", batches_of(&owner))).await.problem(404);
    let path = format!("{}/bets/{}", batch_path(&batch), batch["bets"][0]["pid"]);
    let refused = api.patch(&path, &json!({"status": "failed"})).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text);
    assert_eq!(api.get(&path).await.expect(200)["status"], "pending");
    let open = api.get(&format!("{}?completed=false", batches_of(&owner))).await.expect(200);
    assert_eq!(open, json!([]));
}

async fn an_open_batch_takes_more_bets_and_can_be_withdrawn(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let more = json!({"bets": [{"id": 9, "selection": "3/4", "stake": 1, "cost": 1}]});
    api.post(&format!("{}/bets", batch_path(&batch)), &more).await.expect(200);
    assert_eq!(api.get(&batch_path(&batch)).await.expect(200)["bets"].as_array().map(Vec::len), Some(3));
    api.post(&format!("{}/withdraw", batch_path(&batch)), &json!({"reason": "the race was abandoned"})).await.expect(200);
    let withdrawn = api.get(&batch_path(&batch)).await.expect(200);
    assert_eq!((&withdrawn["completed"], &withdrawn["state"]), (&json!(true), &json!("withdrawn")));
    let again = api.post(&format!("{}/bets", batch_path(&batch)), &more).await;
    assert!((400..500).contains(&again.status), "{}", again.text);
}

async fn deleting_an_account_takes_its_batches_along(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    assert_eq!(api.delete(&format!("/api/v1/accounts/{}", owner["id"])).await.status, 204);
    api.get(&batches_of(&owner)).await.problem(404);
    api.get(&batch_path(&batch)).await.problem(404);
    let path = format!("{}/bets/{}", batch_path(&batch), batch["bets"][0]["pid"]);
    let refused = api.patch(&path, &json!({"status": "failed"})).await.status;
    assert!([404, 409].contains(&refused), "{refused}: gone, or withdrawn already");
    api.delete(&batch_path(&batch)).await.problem(404);
    // The history stays: opened, created, closed; and the follow-up withdraws the batch.
    crate::support::eventually("the batch is withdrawn", async || {
        (world.number("SELECT count(*) FROM events WHERE type = 'batch.withdrawn'").await == 1).then_some(())
    })
    .await;
}

async fn what_changed_meanwhile_is_told_to_who_asks(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let path = format!("{}/bets/{}", batch_path(&batch), batch["bets"][0]["pid"]);
    let seen = api.get(&path).await;
    let tag = seen.header("etag").expect("a version").to_owned();
    let change = |status: &str| Some(json!({ "status": status }).to_string());
    let headers = [("Content-Type", "application/json"), ("If-Match", tag.as_str())];
    let first = api.ask(Method::PATCH, &path, &headers, change("successful")).await;
    first.expect(200);
    assert!(first.header("x-log-position").is_some_and(|position| position.parse::<i64>().is_ok()));
    api.ask(Method::PATCH, &path, &headers, change("failed")).await.problem(412);
    assert_eq!(api.get(&path).await.expect(200)["status"], "successful");
    api.patch(&path, &json!({"status": "failed"})).await.expect(200);
}

async fn a_repeated_request_is_answered_once(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "make-alpha")];
    let body = json!({"name": "alpha", "hostname": "h"}).to_string();
    let first = api.ask(Method::POST, "/api/v1/accounts", &headers, Some(body.clone())).await.expect(200);
    let again = api.ask(Method::POST, "/api/v1/accounts", &headers, Some(body)).await.expect(200);
    assert_eq!(first["id"], again["id"]);
    assert_eq!(api.get("/api/v1/accounts").await.expect(200).as_array().map(Vec::len), Some(1));
    let other = json!({"name": "beta", "hostname": "h"}).to_string();
    let refused = api.ask(Method::POST, "/api/v1/accounts", &headers, Some(other)).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text);
}

async fn pages_say_what_they_are(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let root = api.get("/").await;
    assert!(root.status == 200 && !root.text.trim_start().starts_with('<') && root.text.len() < 2_000, "{}", root.text);
    let console = api.ask(Method::GET, "/", &[("Accept", "text/html,application/xhtml+xml")], None).await;
    assert!(console.status == 200 && console.text.trim_start().starts_with('<'), "{}", console.text);
    assert_eq!(api.get("/health").await.text.trim(), "OK");
    assert_eq!(api.get("/swagger-ui/").await.status, 200);
    let document = api.get("/api-docs/openapi.json").await.expect(200);
    assert!(document["paths"]["/api/v1/accounts"]["get"].is_object());
    let metrics = api.get("/metrics").await;
    assert!(metrics.status == 200 && metrics.text.contains("betstream_"), "{}", metrics.text);
}
