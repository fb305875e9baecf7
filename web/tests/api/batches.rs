//! Batches, row by row of the contract.

use serde_json::{Value, json};

use crate::harness::Product;

#[actix_web::test]
async fn a_batch_is_created_with_its_bets_and_read_as_it_was_answered() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let meta =
        json!({ "bet_type": "EXACTA", "race_id": 4, "note": { "any": ["thing", null, 1.5] } });
    let body = json!({ "meta": meta, "bets": [
        { "id": 9, "selection": "2/1", "stake": 6.0, "cost": 2.0, "unknown": "is ignored" },
        { "id": 3, "selection": " 1 / 2 ** favourites", "stake": 12.34, "cost": 0 },
    ] });
    let created = client
        .post(&format!("/api/v1/accounts/{account}/batches"), &body)
        .await;
    let batch = created.ok();
    assert_eq!(batch["meta"], meta);
    assert_eq!(
        (&batch["completed"], &batch["state"], &batch["version"]),
        (&json!(false), &json!("active"), &json!(1))
    );
    assert_eq!(
        (&batch["account_id"], &batch["name"]),
        (&json!(account), &Value::Null)
    );
    assert_eq!(created.header("etag"), "\"1\"");
    let bets = batch["bets"].as_array().expect("bets");
    let numbers: Vec<_> = bets.iter().map(|bet| bet["id"].as_i64()).collect();
    assert_eq!(numbers, [Some(3), Some(9)], "ordered by id");
    assert_eq!(
        bets[0]["selection"], " 1 / 2 ** favourites",
        "kept as written"
    );
    assert_eq!(
        (&bets[0]["stake"], &bets[0]["cost"]),
        (&json!(12.34), &json!(0.0))
    );
    for bet in bets {
        assert_eq!(
            (&bet["status"], &bet["batch_id"], &bet["version"]),
            (&json!("pending"), &batch["id"], &json!(1))
        );
        assert!(bet["pid"].is_i64());
    }

    let list = client
        .get(&format!("/api/v1/accounts/{account}/batches"))
        .await
        .ok();
    assert_eq!(list, json!([batch]));
    let path = format!("/api/v1/accounts/{account}/batches/{}", batch["id"]);
    let read = client.get(&path).await;
    assert_eq!(read.ok(), batch);
    let known = crate::harness::Answer::of(
        client
            .request(reqwest::Method::GET, &path)
            .header("If-None-Match", read.header("etag")),
    );
    assert_eq!(known.await.status, 304);
    product.stop().await;
}

#[actix_web::test]
async fn batches_are_listed_newest_first_and_by_whether_they_are_completed() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let empty = client
        .get(&format!("/api/v1/accounts/{account}/batches"))
        .await;
    assert_eq!(empty.ok(), json!([]));
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(
            client.batch(account, 1).await["id"]
                .as_i64()
                .expect("an id"),
        );
    }
    let path = format!("/api/v1/accounts/{account}/batches");
    assert_eq!(
        client.delete(&format!("{path}/{}", ids[1])).await.status,
        200
    );
    let of = |list: Value| -> Vec<i64> {
        list.as_array()
            .expect("an array")
            .iter()
            .filter_map(|batch| batch["id"].as_i64())
            .collect()
    };
    assert_eq!(of(client.get(&path).await.ok()), [ids[2], ids[1], ids[0]]);
    assert_eq!(
        of(client.get(&format!("{path}?completed=false")).await.ok()),
        [ids[2], ids[0]]
    );
    assert_eq!(
        of(client.get(&format!("{path}?completed=true")).await.ok()),
        [ids[1]]
    );
    client
        .get(&format!("{path}?completed=perhaps"))
        .await
        .is_problem(400, "invalid_parameter");
    let page = client.get(&format!("{path}?completed=false&limit=1")).await;
    let next = page
        .header("link")
        .trim_start_matches('<')
        .split('>')
        .next()
        .expect("a link")
        .to_owned();
    assert_eq!(
        of(client.get(&next).await.ok()),
        [ids[0]],
        "the link keeps the filter"
    );
    let other = next.replace("completed=false", "completed=true");
    client.get(&other).await.is_problem(400, "invalid_cursor");
    product.stop().await;
}

#[actix_web::test]
async fn a_batch_is_submitted_once_and_nothing_changes_it_then() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 2).await;
    let path = format!("/api/v1/accounts/{account}/batches/{}", batch["id"]);
    let submitted = client.delete(&path).await;
    assert_eq!(
        (submitted.status.as_u16(), submitted.text.as_str()),
        (200, "")
    );
    let read = client.get(&path).await.ok();
    assert_eq!(
        (&read["completed"], &read["state"]),
        (&json!(true), &json!("completed"))
    );
    let head = product.head().await;
    let pid = &batch["bets"][0]["pid"];
    client.delete(&path).await.is_problem(404, "not_found");
    client
        .patch(
            &format!("{path}/bets/{pid}"),
            &json!({ "status": "failed" }),
        )
        .await
        .is_problem(409, "batch_closed");
    client
        .patch(&format!("{path}/bets"), &json!([{ "pid": pid }]))
        .await
        .is_problem(409, "batch_closed");
    client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .is_problem(409, "batch_closed");
    let more = json!({ "bets": [{ "id": 5, "selection": "5", "stake": 1, "cost": 1 }] });
    client
        .post(&format!("{path}/bets"), &more)
        .await
        .is_problem(409, "batch_closed");
    assert_eq!(product.head().await, head);
    product.stop().await;
}

#[actix_web::test]
async fn an_open_batch_is_withdrawn_with_a_reason() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 1).await;
    let path = format!("/api/v1/accounts/{account}/batches/{}", batch["id"]);
    let withdrawn = client
        .post(
            &format!("{path}/withdraw"),
            &json!({ "reason": "race abandoned" }),
        )
        .await
        .ok();
    assert_eq!(
        (&withdrawn["completed"], &withdrawn["state"]),
        (&json!(true), &json!("withdrawn"))
    );
    assert_eq!(withdrawn["bets"], batch["bets"]);
    let events = product.store.read_after(
        betstream_events::envelope::Position(2),
        betstream_events::envelope::Position(100),
        10,
        betstream_events::store::Follow::All,
    );
    let event = events.await.expect("events").pop().expect("an event");
    let metadata: Value = serde_json::from_str(&event.metadata).expect("metadata");
    assert_eq!(
        (&metadata["who"], &metadata["how"]),
        (&json!("local"), &json!("http"))
    );
    assert_eq!(metadata["reason"], "race abandoned");
    let other = client.batch(account, 1).await;
    let path = format!(
        "/api/v1/accounts/{account}/batches/{}/withdraw",
        other["id"]
    );
    let bare = crate::harness::Answer::of(client.request(reqwest::Method::POST, &path)).await;
    assert_eq!(
        bare.ok()["state"],
        "withdrawn",
        "a reason is no must, and so is a body"
    );
    product.stop().await;
}

#[actix_web::test]
async fn only_the_owner_finds_a_batch() {
    let product = Product::start().await;
    let client = &product.client;
    let (alpha, beta) = (client.account("alpha").await, client.account("beta").await);
    let batch = client.batch(alpha, 1).await;
    let (id, pid) = (&batch["id"], &batch["bets"][0]["pid"]);
    let head = product.head().await;
    let path = format!("/api/v1/accounts/{beta}/batches/{id}");
    client.get(&path).await.is_problem(404, "not_found");
    client.delete(&path).await.is_problem(404, "not_found");
    client
        .get(&format!("{path}/bets/{pid}"))
        .await
        .is_problem(404, "not_found");
    client
        .patch(
            &format!("{path}/bets/{pid}"),
            &json!({ "status": "failed" }),
        )
        .await
        .is_problem(404, "not_found");
    client
        .patch(&format!("{path}/bets"), &json!([{ "pid": pid }]))
        .await
        .is_problem(404, "not_found");
    client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .is_problem(404, "not_found");
    assert_eq!(product.head().await, head);
    product.stop().await;
}
