//! What led to each event, and what it belongs to, by every road that ends in an actor.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use betstream_events::{
    batch::BatchEvent,
    causes::Causes,
    envelope::RecordedEvent,
    event::{Event, EventType},
    ids::DeadLetterId,
    metadata::Metadata,
    store::{AppendEvents, NewDeadLetter},
};

use super::{
    Desk, MemoryLog,
    bets::{sent, taking},
    context, desk, start,
};
use crate::{
    context::CommandContext,
    follow_up::{FindStranded, StrandedBatch},
    market::{SentBet, Taking},
};

fn causes(correlation: &str, causation: &str) -> Causes {
    Causes {
        correlation: Some(correlation.to_owned()),
        causation: Some(causation.to_owned()),
        trace: None,
    }
}

fn told() -> Causes {
    causes("ticket 12", "request 7")
}

fn told_context() -> CommandContext {
    CommandContext {
        causes: told(),
        ..context()
    }
}

/// The only event of this kind, and its causes.
fn only(log: &MemoryLog, kind: EventType) -> (RecordedEvent, Causes) {
    let mut found: Vec<_> = log.events();
    found.retain(|event| event.event.event_type() == kind);
    let [event] = &found[..] else {
        panic!("{} events of {kind:?}", found.len())
    };
    let metadata: Metadata = serde_json::from_str(&event.metadata).unwrap();
    (event.clone(), metadata.causes())
}

#[actix::test]
async fn what_a_command_leads_to_beside_its_event_is_caused_by_that_event() {
    for (context, root) in [(told_context(), false), (context(), true)] {
        let Desk {
            log,
            actors,
            account,
            batch,
            ..
        } = desk().await;
        let batches = actors.batches();
        batches
            .submit(account, batch, context.clone())
            .await
            .unwrap();
        let (submitted, kept) = only(&log, EventType::BatchSubmitted);
        assert_eq!(kept, context.causes);
        let id = submitted.event_id.to_string();
        let together = if root { id.as_str() } else { "ticket 12" };
        let (_, kept) = only(&log, EventType::BatchCompleted);
        assert_eq!(kept, causes(together, &id));
        actors.stop().await;
    }
}

#[actix::test]
async fn a_bets_own_headers_go_before_those_of_its_group() {
    let Desk { log, actors, .. } = desk().await;
    let own = causes("0af7651916cd43dd8448eb211c80319c", "span b7ad6b7169203331");
    let with_headers = SentBet {
        causes: Some(Box::new(own.clone())),
        ..sent(1, "42")
    };
    let refused = SentBet {
        causes: Some(Box::new(own.clone())),
        ..sent(2, "-1")
    };
    let group = Arc::new(Taking {
        causes: told(),
        ..(*taking(Some("s"))).clone()
    });
    let bets = vec![with_headers, refused];
    actors.bets().take(bets, group.clone()).await;
    assert_eq!(only(&log, EventType::MarketBetRecorded).1, own);
    assert_eq!(only(&log, EventType::MarketBetRefused).1, own);

    let Desk { log, actors, .. } = desk().await;
    actors.bets().take(vec![sent(1, "42")], group).await;
    assert_eq!(only(&log, EventType::MarketBetRecorded).1, told());
}

#[actix::test]
async fn a_batch_that_a_bet_makes_is_caused_by_the_bet() {
    let Desk {
        log,
        actors,
        account,
        ..
    } = desk().await;
    let joining = SentBet {
        account_id: Some(account),
        ..sent(1, "42")
    };
    actors.bets().take(vec![joining], taking(Some("s"))).await;
    let (bet, kept) = only(&log, EventType::BatchBetsAdded);
    assert_eq!(kept, Causes::default(), "the root of its own");
    let mut made = log.events();
    made.retain(|event| {
        event.stream == bet.stream
            && matches!(event.event, Event::Batch(BatchEvent::Created { .. }))
    });
    let metadata: Metadata = serde_json::from_str(&made[0].metadata).unwrap();
    let id = bet.event_id.to_string();
    assert_eq!(metadata.causes(), causes(&id, &id));
}

#[actix::test]
async fn a_retry_causes_the_bet_that_it_records() {
    const BET: &str = r#"{"id":"00000000-0000-0000-0000-000000000001","game_id":"game_1","bet_type":"moneyline","amount":42,"timestamp":"2026-11-23T14:25:35Z"}"#;
    for (context, together) in [(told_context(), "ticket 12"), (context(), "dead-letter-1")] {
        let log = Arc::new(MemoryLog::default());
        let letter = NewDeadLetter {
            stream: "bets_stream".to_owned(),
            sequence: 1,
            subject: "bets".to_owned(),
            bytes: BET.into(),
            reason: "bad_header".to_owned(),
            detail: "x-correlation-id is not UTF-8".to_owned(),
            received_at: context.now,
        };
        log.keep_dead_letters(vec![letter]).await.unwrap();
        let actors = start(&log);
        let led_by = context.causes.causation.clone();
        let id = DeadLetterId::new(1);
        actors.dead_letters().retry(id, context).await.unwrap();
        let (retried, kept) = only(&log, EventType::DeadLetterRetried);
        let expected = Causes {
            causation: led_by,
            ..causes(together, "")
        };
        assert_eq!(kept, expected);
        let (_, kept) = only(&log, EventType::MarketBetRecorded);
        assert_eq!(kept, causes(together, &retried.event_id.to_string()));
        actors.stop().await;
    }
}

/// Knows one stranded batch.
struct Found(StrandedBatch);

#[async_trait]
impl FindStranded for Found {
    async fn find(&self, _limit: usize) -> Result<Vec<StrandedBatch>, String> {
        Ok(vec![self.0.clone()])
    }
}

#[actix::test]
async fn a_follow_up_is_caused_by_what_it_follows() {
    let Desk {
        log,
        actors,
        account,
        batch,
        ..
    } = desk().await;
    let deleting = actors.accounts().delete(account, told_context()).await;
    deleting.unwrap();
    let (closed, kept) = only(&log, EventType::AccountClosed);
    let expected = causes("ticket 12", &closed.event_id.to_string());
    let stranded = StrandedBatch {
        account_id: account,
        batch_id: batch,
        causes: kept.of_effect(closed.event_id),
    };
    actors.follow_up(Arc::new(Found(stranded)));
    let is_withdrawn =
        |event: &RecordedEvent| event.event.event_type() == EventType::BatchWithdrawn;
    let following = async {
        while !log.events().iter().any(is_withdrawn) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), following).await;
    in_time.expect("the batch is withdrawn");
    assert_eq!(only(&log, EventType::BatchWithdrawn).1, expected);
    actors.stop().await;
}
