//! The control plane's contract: batches and their bets.

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path, batches_of, is_time},
};

on_both_databases! {
    batches_come_newest_first_with_their_bets_in_order,
    one_bet_is_given_a_status,
    several_bets_are_given_a_status_all_or_none,
    a_submitted_batch_is_completed_and_fixed,
    an_open_batch_takes_more_bets_and_can_be_withdrawn,
}

async fn batches_come_newest_first_with_their_bets_in_order(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let first = batch(api, &owner).await;
    assert_eq!(
        (&first["completed"], &first["account_id"], &first["state"]),
        (&json!(false), &owner["id"], &json!("active"))
    );
    assert_eq!(
        first["meta"],
        json!({"bet_type": "QUINELLA", "race_id": 7, "note": {"kept": [1, "as", null]}})
    );
    assert!(is_time(&first["created_at"]) && is_time(&first["updated_at"]));
    let bets = first["bets"].as_array().expect("bets");
    assert_eq!(
        (&bets[0]["id"], &bets[1]["id"]),
        (&json!(1), &json!(2)),
        "by the client's number"
    );
    assert_eq!(bets[0]["selection"], "1/2 ** early", "kept as written");
    assert_eq!(
        (bets[1]["stake"].as_f64(), bets[1]["cost"].as_f64()),
        (Some(6.0), Some(2.5))
    );
    for bet in bets {
        assert!(bet["pid"].is_i64(), "{bet}");
        assert_eq!(
            (&bet["status"], &bet["batch_id"]),
            (&json!("pending"), &first["id"])
        );
    }
    let empty = api
        .post(&batches_of(&owner), &json!({"meta": {}, "bets": []}))
        .await
        .expect(200);
    let listed = api.get(&batches_of(&owner)).await.expect(200);
    assert_eq!(listed, json!([empty, first]));
    assert_eq!(api.get(&batch_path(&first)).await.expect(200), first);
    api.get("/api/v1/accounts/999999/batches")
        .await
        .problem(404);
    api.post(
        "/api/v1/accounts/999999/batches",
        &json!({"meta": {}, "bets": []}),
    )
    .await
    .problem(404);
}

async fn one_bet_is_given_a_status(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let bet = &batch["bets"][0];
    let path = format!("{}/bets/{}", batch_path(&batch), bet["pid"]);
    for status in ["successful", "failed", "pending", "successful"] {
        let changed = api
            .patch(&path, &json!({"status": status}))
            .await
            .expect(200);
        assert_eq!(
            (&changed["pid"], &changed["status"]),
            (&bet["pid"], &json!(status))
        );
        assert_eq!(api.get(&path).await.expect(200)["status"], status);
    }
    api.patch(
        &format!("{}/bets/999999", batch_path(&batch)),
        &json!({"status": "failed"}),
    )
    .await
    .problem(404);
    let stranger = account(api, "beta").await;
    let wrong = format!(
        "/api/v1/accounts/{}/batches/{}/bets/{}",
        stranger["id"], batch["id"], bet["pid"]
    );
    api.patch(&wrong, &json!({"status": "failed"}))
        .await
        .problem(404);
}

async fn several_bets_are_given_a_status_all_or_none(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let (first, second) = (&batch["bets"][0]["pid"], &batch["bets"][1]["pid"]);
    let path = format!("{}/bets", batch_path(&batch));
    api.patch(&path, &json!([{"pid": first}, {"pid": 999_999}]))
        .await
        .problem(404);
    let untouched = api.get(&batch_path(&batch)).await.expect(200);
    assert!(
        untouched["bets"]
            .as_array()
            .expect("bets")
            .iter()
            .all(|bet| bet["status"] == "pending"),
        "{untouched}"
    );
    let changed = api
        .patch(
            &path,
            &json!([{"pid": first}, {"pid": second, "status": "failed"}]),
        )
        .await
        .expect(200);
    let statuses: Vec<&Value> = changed
        .as_array()
        .expect("bets")
        .iter()
        .map(|bet| &bet["status"])
        .collect();
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
    assert_eq!(
        (&closed["completed"], &closed["state"]),
        (&json!(true), &json!("completed"))
    );
    api.delete(&batch_path(&batch)).await.problem(404);
    api.delete(&format!("{}/999999", batches_of(&owner)))
        .await
        .problem(404);
    let path = format!("{}/bets/{}", batch_path(&batch), batch["bets"][0]["pid"]);
    let refused = api.patch(&path, &json!({"status": "failed"})).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text);
    assert_eq!(api.get(&path).await.expect(200)["status"], "pending");
    let open = api
        .get(&format!("{}?completed=false", batches_of(&owner)))
        .await
        .expect(200);
    assert_eq!(open, json!([]));
}

async fn an_open_batch_takes_more_bets_and_can_be_withdrawn(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let more = json!({"bets": [{"id": 9, "selection": "3/4", "stake": 1, "cost": 1}]});
    api.post(&format!("{}/bets", batch_path(&batch)), &more)
        .await
        .expect(200);
    assert_eq!(
        api.get(&batch_path(&batch)).await.expect(200)["bets"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    api.post(
        &format!("{}/withdraw", batch_path(&batch)),
        &json!({"reason": "the race was abandoned"}),
    )
    .await
    .expect(200);
    let withdrawn = api.get(&batch_path(&batch)).await.expect(200);
    assert_eq!(
        (&withdrawn["completed"], &withdrawn["state"]),
        (&json!(true), &json!("withdrawn"))
    );
    let again = api
        .post(&format!("{}/bets", batch_path(&batch)), &more)
        .await;
    assert!((400..500).contains(&again.status), "{}", again.text);
}
