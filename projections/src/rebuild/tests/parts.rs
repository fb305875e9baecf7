//! Parts of views that single streams make.

use betstream_events::envelope::StreamName;

use crate::{
    PartError, ProjectionName, Projections,
    testing::{Story, TestLog, assert_exact},
    views::{Statement, Value},
};

/// Every kind of damage to the rows of one stream, and the view that has them.
const DAMAGE: &[(&str, ProjectionName, &[&str])] = &[
    (
        "account",
        ProjectionName::Desk,
        &[
            "UPDATE desk_accounts SET hostname = 'elsewhere' WHERE account_id = $1",
            "DELETE FROM desk_account_versions WHERE account_id = $1",
        ],
    ),
    (
        "batch",
        ProjectionName::Desk,
        &[
            "UPDATE desk_batches SET state = 'withdrawn' WHERE batch_id = $1",
            "DELETE FROM desk_bets WHERE batch_id = $1 AND number = 1",
            "UPDATE desk_bets SET stake = stake + 1 WHERE batch_id = $1",
            "UPDATE desk_batch_lives SET ended = 1 WHERE batch_id = $1",
        ],
    ),
    (
        "market",
        ProjectionName::Markets,
        &[
            "UPDATE market_games SET bets = bets + 1, last_position = 1 WHERE game_id = $1",
            "DELETE FROM market_pools WHERE game_id = $1",
            "UPDATE market_selections SET amount = 0 WHERE game_id = $1",
            "DELETE FROM market_joins WHERE game_id = $1",
        ],
    ),
];

/// Two accounts with batches, bets of the stream in them and beside them, and one account that went.
async fn tell(log: &TestLog, story: &mut Story) -> i64 {
    for _ in 0..3 {
        let open = story.open_account();
        let account = *story.accounts.last().unwrap();
        let mut requests = vec![open];
        requests.extend((0..2).map(|_| story.create_batch(account, 4)));
        log.append(requests).await;
    }
    let last = story.batches.len() - 1;
    let mut requests = Vec::new();
    for turn in 0..30_usize {
        requests.push(story.market_bet("game_1", "WIN", Some("3"), 100));
        requests.push(story.add_stream_bet(turn % last, "game_1", 250));
        requests.push(story.market_bet("game_2", "PLACE", None, 70));
        requests.extend(story.change_status(turn % last, turn));
    }
    requests.push(story.rename_account(story.accounts[0]));
    let gone = story.accounts[2];
    requests.push(story.close_account(gone));
    log.append(requests).await;
    gone
}

async fn differing(projections: &Projections, name: ProjectionName) -> usize {
    projections.verify(name).await.unwrap().len()
}

#[actix_rt::test]
async fn a_streams_part_is_put_right_and_nothing_else_is_touched() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    tell(&log, &mut story).await;
    assert_exact(&log, &projections).await;
    let views = log.views();
    let (batch, account, _) = story.batches[1];
    for (kind, name, damages) in DAMAGE {
        let (stream, key): (_, Value) = match *kind {
            "account" => (format!("account-{account}"), account.into()),
            "batch" => (format!("batch-{batch}"), batch.into()),
            _ => ("market-game_1".to_owned(), "game_1".into()),
        };
        let stream: StreamName = stream.parse().unwrap();
        for damage in *damages {
            let edit = Statement::new(damage, vec![key.clone()]);
            assert!(views.execute(edit).await.unwrap() > 0, "{damage}");
            assert!(differing(&projections, *name).await > 0, "{damage}");
            let rebuilt = projections.rebuild_part(*name, &stream).await.unwrap();
            assert_eq!(rebuilt.position, log.head().await.position.0);
            assert_eq!(differing(&projections, *name).await, 0, "{damage}");
        }
    }
    // What is told after it is counted on top of it.
    tell(&log, &mut story).await;
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn what_went_with_its_account_does_not_come_back() {
    const GHOST: &str = "INSERT INTO desk_batches SELECT generation, $1, $2, NULL, '{}', 'active', 0, \
                         created_at, updated_at, 1 FROM desk_batches LIMIT 1";
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    let open = story.open_account();
    let account = story.accounts[0];
    let requests = vec![open, story.create_batch(account, 2), story.open_account()];
    log.append(requests).await;
    let batch = story.batches[0].0;
    let other = story.accounts[1];
    let requests = vec![story.create_batch(other, 1), story.close_account(account)];
    log.append(requests).await;
    assert_exact(&log, &projections).await;
    let ghost = Statement::new(GHOST, vec![batch.into(), account.into()]);
    assert_eq!(log.views().execute(ghost).await.unwrap(), 1);
    assert_eq!(differing(&projections, ProjectionName::Desk).await, 1);
    let stream: StreamName = format!("batch-{batch}").parse().unwrap();
    projections
        .rebuild_part(ProjectionName::Desk, &stream)
        .await
        .unwrap();
    assert_exact(&log, &projections).await;
    projections.stop().await;
}

#[actix_rt::test]
async fn what_is_no_streams_alone_is_refused_by_name() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    tell(&log, &mut story).await;
    assert_exact(&log, &projections).await;
    let market: StreamName = "market-game_1".parse().unwrap();
    for name in [
        ProjectionName::Desk,
        ProjectionName::Odds,
        ProjectionName::Stats,
        ProjectionName::Audit,
    ] {
        let refused = projections.rebuild_part(name, &market).await.unwrap_err();
        assert!(matches!(refused, PartError::NotDivisible { .. }));
        assert!(refused.to_string().contains("market-game_1"), "{refused}");
    }
    let unknown: StreamName = "batch-9999".parse().unwrap();
    let refused = projections.rebuild_part(ProjectionName::Desk, &unknown);
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.to_string(), "the log has no event of batch-9999");
    assert_exact(&log, &projections).await;
    projections.stop().await;
}
