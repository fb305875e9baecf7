//! The live stream: every change once, in order, also across reconnects.

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path},
    sse::Events,
};

on_both_databases! {
    each_change_is_one_message_with_all_it_needs,
    a_client_that_comes_back_misses_nothing_and_sees_nothing_twice,
    a_client_of_another_log_is_told_to_load_again,
}

async fn each_change_is_one_message_with_all_it_needs(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let mut events = Events::open(api, "/sse", &[]).await;
    let hello = events.next().await;
    assert_eq!(hello.name, "hello");
    for field in ["log", "epoch", "position"] {
        assert!(!hello.data[field].is_null(), "{}", hello.data);
    }

    let owner = account(api, "alpha").await;
    let created = events.next_of("account_created").await;
    assert_eq!(
        (&created.data["type"], &created.data["account"]["id"]),
        (&json!("account_created"), &owner["id"])
    );
    api.put(
        &format!("/api/v1/accounts/{}", owner["id"]),
        &json!({"name": "beta", "hostname": "h"}),
    )
    .await
    .expect(200);
    assert_eq!(
        events.next_of("account_updated").await.data["account"]["name"],
        "beta"
    );

    let made = batch(api, &owner).await;
    let told = events.next_of("batch_created").await;
    assert_eq!(
        (&told.data["batch"]["id"], &told.data["batch"]["bets"]),
        (&made["id"], &made["bets"])
    );
    assert_eq!(told.data["batch"]["meta"], made["meta"]);

    let (first, second) = (&made["bets"][0]["pid"], &made["bets"][1]["pid"]);
    api.patch(
        &format!("{}/bets/{first}", batch_path(&made)),
        &json!({"status": "failed"}),
    )
    .await
    .expect(200);
    let changed = events.next_of("bet_status_updated").await;
    assert_eq!(
        (&changed.data["bet"]["pid"], &changed.data["bet"]["status"]),
        (first, &json!("failed"))
    );

    api.patch(
        &format!("{}/bets", batch_path(&made)),
        &json!([{"pid": first}, {"pid": second}]),
    )
    .await
    .expect(200);
    let changed = events.next_of("batch_bets_updated").await;
    assert_eq!(
        (&changed.data["batch_id"], &changed.data["account_id"]),
        (&made["id"], &owner["id"])
    );
    assert_eq!(changed.data["bets"].as_array().map(Vec::len), Some(2));

    let more = json!({"bets": [{"id": 9, "selection": "3/4", "stake": 1, "cost": 1}]});
    api.post(&format!("{}/bets", batch_path(&made)), &more)
        .await
        .expect(200);
    assert_eq!(
        events.next_of("bets_added").await.data["bets"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );

    assert_eq!(api.delete(&batch_path(&made)).await.status, 200);
    let completed = events.next_of("batch_completed").await;
    assert_eq!(
        (&completed.data["id"], &completed.data["account_id"]),
        (&made["id"], &owner["id"])
    );

    assert_eq!(
        api.delete(&format!("/api/v1/accounts/{}", owner["id"]))
            .await
            .status,
        204
    );
    assert_eq!(
        events.next_of("account_deleted").await.data["id"],
        owner["id"]
    );
}

async fn a_client_that_comes_back_misses_nothing_and_sees_nothing_twice(world: World) {
    let server = Server::start(&world).await;
    let mut events = Events::open(&server.api, "/sse", &[]).await;
    events.next_of("hello").await;
    for name in ["a", "b", "c"] {
        account(&server.api, name).await;
    }
    let seen = events.next_of("account_created").await;
    assert_eq!(seen.data["account"]["name"], "a");
    drop(events);
    server.kill();

    let server = Server::start(&world).await;
    account(&server.api, "d").await;
    let position = seen.id.expect("a position").to_string();
    let mut events = Events::open(&server.api, "/sse", &[("Last-Event-ID", &position)]).await;
    assert_eq!(
        events.next().await.id,
        seen.id,
        "the stream goes on where the client was"
    );
    let mut names: Vec<Value> = Vec::new();
    let mut last = seen.id;
    for _ in 0..3 {
        let event = events.next_of("account_created").await;
        assert!(event.id > last, "in order of position");
        last = event.id;
        names.push(event.data["account"]["name"].clone());
    }
    assert_eq!(names, ["b", "c", "d"]);
    let path = format!("/sse?last_event_id={}", last.expect("a position"));
    let mut events = Events::open(&server.api, &path, &[]).await;
    assert_eq!(events.next_of("hello").await.id, last);
    account(&server.api, "e").await;
    assert_eq!(
        events.next_of("account_created").await.data["account"]["name"],
        "e"
    );
}

async fn a_client_of_another_log_is_told_to_load_again(world: World) {
    let server = Server::start(&world).await;
    account(&server.api, "alpha").await;
    let ahead = "/sse?last_event_id=999999";
    let of_another_log = "/sse?log=00000000-0000-0000-0000-000000000000:1&last_event_id=0";
    for (path, head) in [(ahead, 1), (of_another_log, 2)] {
        let mut events = Events::open(&server.api, path, &[]).await;
        assert_eq!(
            events.next_of("resync").await.id,
            Some(head),
            "it carries the head"
        );
        account(&server.api, path).await;
        assert_eq!(
            events.next_of("account_created").await.data["account"]["name"],
            path,
            "and goes on from there"
        );
    }
}
