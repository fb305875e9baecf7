use crate::{
    ProjectionName,
    testing::{PATIENCE, Story, TestLog},
    views::Statement,
};

#[actix_rt::test]
async fn a_view_that_was_never_started_is_no_equal_of_the_log() {
    let log = TestLog::new();
    let mut story = Story::default();
    log.append(vec![story.open_account()]).await;
    let projections = log.open().await;
    let differences = projections.verify(ProjectionName::Desk).await.unwrap();
    assert_eq!(differences[0].row, "there is no running view");
}

#[actix_rt::test]
async fn what_was_edited_is_named_by_its_field_and_its_last_event() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    let opened = log
        .append(vec![story.open_account(), story.open_account()])
        .await;
    log.append(vec![story.market_bet("game_1", "WIN", Some("3"), 100)])
        .await;
    let last_bet = log
        .append(vec![story.market_bet("game_1", "WIN", Some("3"), 100)])
        .await;
    let head = log.append(vec![story.open_account()]).await;
    assert!(projections.wait_until(head, PATIENCE).await);
    for name in ProjectionName::ALL {
        assert_eq!(projections.reconcile(name).await.unwrap(), vec![], "{name}");
    }

    let views = log.views();
    let account = story.accounts[1];
    let edit = |sql, params| Statement::new(sql, params);
    const EDIT: &str = "UPDATE desk_accounts SET hostname = 'elsewhere' WHERE account_id = $1";
    const COUNT: &str = "UPDATE odds_games SET updates = updates + 1 WHERE game_id = $1";
    const DROP: &str = "DELETE FROM desk_accounts WHERE account_id = $1";
    views
        .execute(edit(EDIT, vec![account.into()]))
        .await
        .unwrap();
    views
        .execute(edit(COUNT, vec!["game_1".into()]))
        .await
        .unwrap();
    let last = story.accounts[2];
    views.execute(edit(DROP, vec![last.into()])).await.unwrap();

    let desk = projections.reconcile(ProjectionName::Desk).await.unwrap();
    assert_eq!(desk.len(), 2, "{desk:?}");
    let edited = &desk[0];
    assert_eq!(
        (
            edited.table,
            edited.key.as_str(),
            edited.field,
            edited.position
        ),
        (
            "desk_accounts",
            format!("account_id {account}").as_str(),
            Some("hostname"),
            Some(opened.0)
        )
    );
    assert_eq!(edited.found.as_deref(), Some("\"elsewhere\""));
    assert_ne!(edited.expected, edited.found);
    // A row that is missing is named whole.
    let missing = &desk[1];
    assert_eq!((missing.field, missing.position), (None, Some(head.0)));
    assert!(missing.found.is_none() && missing.expected.is_some());
    assert!(missing.lacks && !edited.lacks);

    let odds = projections.reconcile(ProjectionName::Odds).await.unwrap();
    assert_eq!(odds.len(), 1, "{odds:?}");
    assert_eq!(
        (odds[0].field, odds[0].position),
        (Some("updates"), Some(last_bet.0))
    );
    assert_eq!(odds[0].expected.as_deref(), Some("2"));
    assert_eq!(odds[0].found.as_deref(), Some("3"));
    projections.stop().await;
}

#[actix_rt::test]
async fn the_first_event_that_a_row_lacks_is_named() {
    let log = TestLog::new();
    let mut story = Story::default();
    let projections = log.start().await;
    let open = story.open_account();
    let account = story.accounts[0];
    log.append(vec![open, story.create_batch(account, 3)]).await;
    let bets = (0..4).map(|_| story.market_bet("game_1", "WIN", Some("3"), 100));
    let bets = bets.collect();
    log.append(bets).await;
    let changes: Vec<_> = (0..3).filter_map(|_| story.change_status(0, 1)).collect();
    let head = log.append(changes).await;
    assert!(projections.wait_until(head, PATIENCE).await);

    // A view that stopped counting: the batch after its first change, the market after two bets.
    const BATCH: &str = "UPDATE desk_batches SET version = 2";
    const GAME: &str = "UPDATE market_games SET bets = 2, sales = 200, last_position = 4";
    const NO_BETS: &str = "DELETE FROM desk_bets WHERE batch_id = $1";
    let batch = story.batches[0].0;
    let views = log.views();
    for (sql, params) in [
        (BATCH, vec![]),
        (GAME, vec![]),
        (NO_BETS, vec![batch.into()]),
    ] {
        let changed = views.execute(Statement::new(sql, params)).await.unwrap();
        assert!(changed > 0, "{sql}");
    }
    let desk = projections.reconcile(ProjectionName::Desk).await.unwrap();
    let place = |table: &str, field: Option<&str>| {
        let one = desk
            .iter()
            .find(|one| (one.table, one.field) == (table, field));
        one.map(|one| (one.position, one.lacks))
    };
    assert_eq!(
        place("desk_batches", Some("version")),
        Some((Some(8), true))
    );
    assert_eq!(place("desk_bets", None), Some((Some(2), true)));
    assert_eq!(desk[0].position, Some(2), "the first one comes first");
    let markets = projections
        .reconcile(ProjectionName::Markets)
        .await
        .unwrap();
    assert!(
        markets
            .iter()
            .all(|one| (one.position, one.lacks) == (Some(5), true)),
        "{markets:?}"
    );
    assert_eq!(markets.len(), 3);
    projections.stop().await;
}
