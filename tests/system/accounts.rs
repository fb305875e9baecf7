//! The control plane's contract: accounts.

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path, batches_of, is_time},
    eventually,
};

on_both_databases! {
    accounts_are_created_listed_changed_and_deleted,
    a_name_belongs_to_one_account,
    deleting_an_account_takes_its_batches_along,
}

async fn accounts_are_created_listed_changed_and_deleted(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    assert_eq!(api.get("/api/v1/accounts").await.expect(200), json!([]));
    let first = account(api, "alpha").await;
    assert!(
        first["id"].is_i64() && is_time(&first["created_at"]) && is_time(&first["updated_at"]),
        "{first}"
    );
    assert_eq!(
        (&first["name"], &first["hostname"]),
        (&json!("alpha"), &json!("host"))
    );
    let second = account(api, "beta").await;
    let listed = api.get("/api/v1/accounts").await.expect(200);
    let names: Vec<&Value> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|account| &account["name"])
        .collect();
    assert_eq!(names, [&json!("beta"), &json!("alpha")], "newest first");

    let path = format!("/api/v1/accounts/{}", first["id"]);
    assert_eq!(api.get(&path).await.expect(200), first);
    let changed = api
        .put(&path, &json!({"name": "gamma", "hostname": "other"}))
        .await
        .expect(200);
    assert_eq!(
        (&changed["id"], &changed["name"], &changed["hostname"]),
        (&first["id"], &json!("gamma"), &json!("other"))
    );
    assert_eq!(changed["created_at"], first["created_at"]);
    assert_eq!(api.get(&path).await.expect(200)["name"], "gamma");

    let deleted = api.delete(&path).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    api.get(&path).await.problem(404);
    api.delete(&path).await.problem(404);
    api.put(&path, &json!({"name": "x", "hostname": "y"}))
        .await
        .problem(404);
    api.get("/api/v1/accounts/999999").await.problem(404);
    assert_eq!(
        api.get("/api/v1/accounts").await.expect(200),
        json!([second])
    );
}

async fn a_name_belongs_to_one_account(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let first = account(api, "alpha").await;
    let second = account(api, "beta").await;
    api.post(
        "/api/v1/accounts",
        &json!({"name": "alpha", "hostname": "h"}),
    )
    .await
    .problem(409);
    let path = format!("/api/v1/accounts/{}", second["id"]);
    api.put(&path, &json!({"name": "alpha", "hostname": "h"}))
        .await
        .problem(409);
    assert_eq!(
        api.delete(&format!("/api/v1/accounts/{}", first["id"]))
            .await
            .status,
        204
    );
    api.put(&path, &json!({"name": "alpha", "hostname": "h"}))
        .await
        .expect(200);
}

async fn deleting_an_account_takes_its_batches_along(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    assert_eq!(
        api.delete(&format!("/api/v1/accounts/{}", owner["id"]))
            .await
            .status,
        204
    );
    api.get(&batches_of(&owner)).await.problem(404);
    api.get(&batch_path(&batch)).await.problem(404);
    let path = format!("{}/bets/{}", batch_path(&batch), batch["bets"][0]["pid"]);
    let refused = api.patch(&path, &json!({"status": "failed"})).await.status;
    assert!(
        [404, 409].contains(&refused),
        "{refused}: gone, or withdrawn already"
    );
    api.delete(&batch_path(&batch)).await.problem(404);
    // The history stays: opened, created, closed; and the follow-up withdraws the batch.
    eventually("the batch is withdrawn", async || {
        (world
            .number("SELECT count(*) FROM events WHERE type = 'batch.withdrawn'")
            .await
            == 1)
            .then_some(())
    })
    .await;
}
