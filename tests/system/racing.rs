//! Many operators on one bet at once: one order, and nobody's change is lost without a word.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path},
    http::Answer,
    server::in_order,
};

on_both_databases! {
    fifty_operators_on_one_bet_are_brought_into_one_order,
    of_fifty_operators_who_saw_the_same_version_one_wins_and_the_others_are_told,
}

const OPERATORS: usize = 50;

/// Changes of the stream that do not stand on what the one before them left.
const INVERSIONS: &str = "SELECT count(*) FROM (
    SELECT data->>'from' AS found, lag(data->'bet'->>'status') OVER (ORDER BY version) AS left_before
    FROM events WHERE type = 'batch.bet-status-changed') AS changes
    WHERE left_before IS NOT NULL AND found <> left_before";

const CHANGES: &str = "SELECT count(*) FROM events WHERE type = 'batch.bet-status-changed'";

/// What operator `number` wants of the bet.
fn wish(number: usize) -> &'static str {
    ["successful", "failed"][number % 2]
}

/// All of them at once on a new bet; gives where it is, and what each was answered.
async fn race(server: &Server, seen: Option<&str>) -> (String, Vec<Answer>) {
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    let bet = format!("{}/bets/{}", batch_path(&made), made["bets"][0]["pid"]);
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(seen.map(|version| ("If-Match", version)));
    let change = |number: usize| {
        let body = json!({ "status": wish(number) }).to_string();
        server.api.ask(Method::PATCH, &bet, &headers, Some(body))
    };
    let answers = join_all((0..OPERATORS).map(change)).await;
    (bet, answers)
}

async fn fifty_operators_on_one_bet_are_brought_into_one_order(world: World) {
    let server = Server::start(&world).await;
    let (bet, answers) = race(&server, None).await;
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.expect(200)["status"], wish(number));
    }
    let now = server.api.get(&bet).await.expect(200);
    let last = format!(
        "SELECT count(*) FROM events WHERE version = (SELECT max(version) FROM events \
         WHERE stream LIKE 'batch-%') AND data->'bet'->>'status' = '{}'",
        now["status"].as_str().expect("a word")
    );
    assert_eq!(world.number(&last).await, 1, "the last one won");
    let changes = world.number(CHANGES).await;
    assert!((1..=50).contains(&changes), "{changes}");
    assert_eq!(world.number(INVERSIONS).await, 0);
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

async fn of_fifty_operators_who_saw_the_same_version_one_wins_and_the_others_are_told(
    world: World,
) {
    let server = Server::start(&world).await;
    let (bet, answers) = race(&server, Some("\"1\"")).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    for answer in lost {
        let problem = answer.problem(412);
        assert_eq!(problem["code"], "stale", "{problem}");
        assert_eq!(problem["current"], won[0].json(), "what changed");
    }
    assert_eq!(world.number(CHANGES).await, 1);
    assert_eq!(
        server.api.get(&bet).await.expect(200)["status"],
        won[0].json()["status"]
    );
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
