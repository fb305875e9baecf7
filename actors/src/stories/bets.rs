//! Stream bets on their way to markets and batches.

use std::sync::Arc;

use betstream_events::{
    batch::BatchEvent,
    causes::Causes,
    clock::Timestamp,
    event::Event,
    ids::{AccountId, GameId},
    metadata::Road,
    money::Currency,
};
use uuid::Uuid;

use super::{Desk, desk, start};
use crate::market::{BetOutcome, SentBet, Taking};

pub(super) fn sent(bet: u128, amount: &str) -> SentBet {
    SentBet {
        bet_id: Uuid::from_u128(bet),
        game_id: GameId::parse("game_1").unwrap(),
        bet_type: "moneyline".to_owned(),
        amount: amount.to_owned(),
        selection: None,
        odds: None,
        account_id: None,
        batch: None,
        placed_at: "2026-11-23T14:25:35Z".to_owned(),
        occurred_at: Timestamp::from_micros(1),
        sequence: Some(1),
        causes: None,
    }
}

pub(super) fn taking(stream: Option<&str>) -> Arc<Taking> {
    let keeps_refusals = stream.is_some();
    let stream = stream.map(str::to_owned);
    let who = "stream".to_owned();
    Arc::new(Taking {
        who,
        road: Road::Stream,
        stream,
        causes: Causes::default(),
        currency: Currency::USD,
        keeps_refusals,
    })
}

#[actix::test]
async fn a_stream_bet_counts_once_and_recorded_beats_any_rule() {
    let desk = desk().await;
    let bets = desk.actors.bets();
    let outcomes = bets
        .take(
            vec![sent(1, "42"), sent(1, "42.0"), sent(2, "-1")],
            taking(Some("s")),
        )
        .await;
    assert!(
        matches!(outcomes[0], BetOutcome::Recorded { .. }),
        "{outcomes:?}"
    );
    assert!(
        matches!(outcomes[1], BetOutcome::AlreadyRecorded { .. }),
        "{outcomes:?}"
    );
    assert!(
        matches!(
            outcomes[2],
            BetOutcome::Refused {
                position: Some(_),
                ..
            }
        ),
        "{outcomes:?}"
    );

    // Other terms under a recorded id: an event that names the difference, whatever the rule.
    for amount in ["43", "-1"] {
        let outcomes = bets.take(vec![sent(1, amount)], taking(Some("s"))).await;
        let BetOutcome::Refused {
            rejection,
            position: Some(_),
        } = &outcomes[0]
        else {
            panic!("{outcomes:?}")
        };
        assert_eq!(rejection.code(), "conflicting_duplicate");
        assert!(
            rejection
                .to_string()
                .contains("amount: recorded 42.00, sent"),
            "{rejection}"
        );
    }
    // A refused bet's id stays free for a good try.
    let outcomes = bets.take(vec![sent(2, "5")], taking(Some("s"))).await;
    assert!(
        matches!(outcomes[0], BetOutcome::Recorded { .. }),
        "{outcomes:?}"
    );
    let counts = desk.log.counts();
    assert_eq!(
        (counts.recorded, counts.already_recorded, counts.refused),
        (2, 1, 3)
    );
}

#[actix::test]
async fn over_http_a_refused_bet_is_only_answered() {
    let desk = desk().await;
    let before = desk.log.events().len();
    let outcomes = desk
        .actors
        .bets()
        .take(vec![sent(1, "0")], taking(None))
        .await;
    assert!(
        matches!(outcomes[0], BetOutcome::Refused { position: None, .. }),
        "{outcomes:?}"
    );
    assert_eq!(desk.log.events().len(), before);
}

#[actix::test]
async fn bets_with_an_account_join_its_open_batch_of_that_name() {
    let desk = desk().await;
    let bets = desk.actors.bets();
    let joining = |bet, batch: Option<&str>| SentBet {
        account_id: Some(desk.account),
        batch: batch.map(str::to_owned),
        ..sent(bet, "42")
    };
    let group = vec![
        joining(1, None),
        joining(2, None),
        joining(3, Some("Race 4")),
        joining(1, None),
    ];
    let outcomes = bets.take(group.clone(), taking(Some("s"))).await;
    let recorded = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, BetOutcome::Recorded { .. }))
        .count();
    assert_eq!(recorded, 3, "{outcomes:?}");
    let created = |desk: &Desk| {
        let events = desk.log.events();
        events
            .iter()
            .filter(|event| matches!(&event.event, Event::Batch(BatchEvent::Created { .. })))
            .count()
    };
    assert_eq!(created(&desk), 3, "the desk's own batch, game_1 and Race 4");

    // The whole stream again, by a process that remembers nothing: nothing new, no empty batch.
    let events = desk.log.events().len();
    let outcomes = start(&desk.log).bets().take(group, taking(Some("s"))).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, BetOutcome::AlreadyRecorded { .. })),
        "{outcomes:?}"
    );
    assert_eq!(desk.log.events().len(), events);

    // An account that does not exist is a rule, and kept as a refusal.
    let stranger = SentBet {
        account_id: Some(AccountId::new(99)),
        ..sent(9, "42")
    };
    let outcomes = bets.take(vec![stranger], taking(Some("s"))).await;
    let BetOutcome::Refused {
        rejection,
        position: Some(_),
    } = &outcomes[0]
    else {
        panic!("{outcomes:?}")
    };
    assert_eq!(rejection.code(), "unknown_account");
}
