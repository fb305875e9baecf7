//! Bets of a batch, row by row of the contract.

use serde_json::json;

use crate::harness::Product;

#[actix_web::test]
async fn one_bet_is_given_a_status_and_another_and_back() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 3).await;
    let (id, pid) = (&batch["id"], &batch["bets"][1]["pid"]);
    let path = format!("/api/v1/accounts/{account}/batches/{id}/bets/{pid}");
    for (version, status) in [(2, "successful"), (3, "failed"), (4, "pending")] {
        let changed = client.patch(&path, &json!({ "status": status })).await;
        let bet = changed.ok();
        assert_eq!(
            (&bet["status"], &bet["pid"], &bet["version"]),
            (&json!(status), pid, &json!(version))
        );
        assert_eq!(
            (&bet["id"], &bet["selection"], &bet["stake"], &bet["cost"]),
            (&json!(2), &json!("2"), &json!(6.0), &json!(2.5))
        );
        assert_eq!(changed.header("etag"), format!("\"{version}\""));
        assert_eq!(client.get(&path).await.ok(), bet);
    }
    let head = product.head().await;
    let repeated = client.patch(&path, &json!({ "status": "pending" })).await;
    assert_eq!(
        repeated.ok()["version"],
        4,
        "what holds already changes nothing"
    );
    assert_eq!(
        repeated.number("x-log-position"),
        head.0,
        "the last position that was told"
    );
    assert_eq!(product.head().await, head);
    client
        .patch(&format!("{path}99"), &json!({ "status": "failed" }))
        .await
        .is_problem(404, "not_found");
    client
        .get(&format!("{path}99"))
        .await
        .is_problem(404, "not_found");
    product.stop().await;
}

#[actix_web::test]
async fn several_bets_are_changed_all_or_none() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 3).await;
    let path = format!("/api/v1/accounts/{account}/batches/{}/bets", batch["id"]);
    let pid = |n: usize| batch["bets"][n]["pid"].as_i64().expect("a pid");
    let changed = client
        .patch(
            &path,
            &json!([{ "pid": pid(2) }, { "pid": pid(0), "status": "failed" }]),
        )
        .await
        .ok();
    let told: Vec<_> = changed
        .as_array()
        .expect("bets")
        .iter()
        .map(|bet| (bet["pid"].as_i64(), bet["status"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(pid(2)), Some("successful")),
            (Some(pid(0)), Some("failed"))
        ],
        "in the order that was asked"
    );
    let head = product.head().await;
    let unknown = client
        .patch(&path, &json!([{ "pid": pid(1) }, { "pid": 987_654 }]))
        .await;
    unknown.is_problem(404, "not_found");
    assert_eq!(product.head().await, head, "one unknown, nothing changed");
    assert_eq!(client.patch(&path, &json!([])).await.ok(), json!([]));
    let read = client.get(&path.replace("/bets", "")).await.ok();
    let statuses: Vec<_> = read["bets"]
        .as_array()
        .expect("bets")
        .iter()
        .map(|bet| bet["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        [Some("failed"), Some("pending"), Some("successful")]
    );
    product.stop().await;
}

#[actix_web::test]
async fn more_bets_join_an_open_batch_and_are_answered_alone() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 2).await;
    let path = format!("/api/v1/accounts/{account}/batches/{}/bets", batch["id"]);
    let more = json!({ "reason": "late money", "bets": [
        { "id": 8, "selection": "8", "stake": 1, "cost": 1 },
        { "id": 1, "selection": "9", "stake": 2, "cost": 2 },
    ] });
    let joined = client.post(&path, &more).await.ok();
    let told: Vec<_> = joined
        .as_array()
        .expect("bets")
        .iter()
        .map(|bet| (bet["id"].as_i64(), bet["version"].as_i64()))
        .collect();
    assert_eq!(told, [(Some(1), Some(2)), (Some(8), Some(2))]);
    let read = client.get(&path.replace("/bets", "")).await.ok();
    assert_eq!(read["bets"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        client.post(&path, &json!({ "bets": [] })).await.ok(),
        json!([])
    );
    product.stop().await;
}
