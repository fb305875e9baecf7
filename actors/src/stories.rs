//! Stories of actors at work on one log: turns, conflicts, faults, stream bets.

use std::sync::Arc;

use betstream_events::{
    batch::{BatchEvent, BatchOwner, BetStatus, JsonText},
    clock::{SystemClock, Timestamp},
    envelope::{NewEvent, StreamName, Version},
    event::Event,
    ids::{AccountId, BatchId, BetPid, EventIds, GameId, RandomEventIds},
    metadata::{Metadata, Road},
    money::{Currency, Money},
    store::{AppendEvents, AppendRequest, Expected, StreamWrite},
    tail::LogTail,
};
use futures::future::join_all;
use smallvec::smallvec;
use uuid::Uuid;

use crate::{
    Actors, ActorsConfig,
    account::{AccountRejection, AccountTerms},
    answer::Answer,
    batch::{Batch, BatchRejection, BatchState, StatusChange},
    context::{CommandContext, RepeatKey},
    entity::Entity,
    error::CommandError,
    handle::BetTerms,
    market::{BetOutcome, SentBet, Taking},
    testing::{Fault, MemoryLog},
};

struct Desk {
    log: Arc<MemoryLog>,
    actors: Actors,
    account: AccountId,
    batch: BatchId,
    bets: Vec<BetPid>,
}

fn context() -> CommandContext {
    CommandContext::new("ann", Road::Http, Timestamp::from_micros(1))
}

fn start(log: &Arc<MemoryLog>) -> Actors {
    let (store, clock) = (log.clone(), Arc::new(SystemClock));
    Actors::start(ActorsConfig {
        store,
        tail: LogTail::default(),
        clock,
        currency: Currency::USD,
        threads: 2,
    })
}

/// An account with one open batch of three bets.
async fn desk() -> Desk {
    let log = Arc::new(MemoryLog::default());
    let actors = start(&log);
    let terms = AccountTerms {
        name: "alpha".to_owned(),
        hostname: "host".to_owned(),
    };
    let opened = actors.accounts().open(terms, context()).await.unwrap();
    let Event::Account(betstream_events::account::AccountEvent::Opened(details)) = opened.fact
    else {
        panic!("not opened")
    };
    let account = details.account_id;
    let bet = |number| {
        let (stake, cost) = (
            Money::from_minor(600, Currency::USD),
            Money::from_minor(200, Currency::USD),
        );
        BetTerms {
            number,
            selection: "3".to_owned(),
            stake,
            cost,
        }
    };
    let meta = JsonText::from_valid(r#"{"bet_type":"WIN"}"#);
    let created = actors
        .batches()
        .create(account, meta, vec![bet(1), bet(2), bet(3)], context())
        .await
        .unwrap();
    let Event::Batch(BatchEvent::Created { header, bets }) = created.fact else {
        panic!("not created")
    };
    let bets = bets.iter().map(|bet| bet.pid).collect();
    Desk {
        log,
        actors,
        account,
        batch: header.owner.batch_id,
        bets,
    }
}

impl Desk {
    async fn set(
        &self,
        bet: usize,
        status: BetStatus,
        context: CommandContext,
    ) -> Result<Answer, CommandError<BatchRejection>> {
        let change = StatusChange {
            pid: self.bets[bet],
            status,
        };
        self.actors
            .batches()
            .set_status(self.account, self.batch, change, context)
            .await
    }

    fn replayed(&self) -> BatchState {
        let mut state = Batch::initial(&self.batch);
        for event in self.log.events() {
            if event.stream == StreamName::Batch(self.batch) {
                Batch::evolve(&mut state, &event.event, event.version, event.occurred_at);
            }
        }
        state
    }
}

fn sent(bet: u128, amount: &str) -> SentBet {
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
    }
}

fn taking(stream: Option<&str>) -> Arc<Taking> {
    let keeps_refusals = stream.is_some();
    let stream = stream.map(str::to_owned);
    let who = "stream".to_owned();
    Arc::new(Taking {
        who,
        road: Road::Stream,
        stream,
        correlation: None,
        currency: Currency::USD,
        keeps_refusals,
    })
}

#[actix::test]
async fn commands_that_wait_share_a_commit_and_replay_to_the_live_state() {
    let desk = desk().await;
    let chunks_before = desk.log.chunks();
    let statuses = [BetStatus::Successful, BetStatus::Failed, BetStatus::Pending];
    let commands =
        (0..300).map(|index| desk.set(index % 3, statuses[(index / 3 + index) % 3], context()));
    let answers: Vec<Answer> = join_all(commands)
        .await
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();

    let state = desk.replayed();
    let highest = answers.iter().map(|answer| answer.version).max().unwrap();
    assert_eq!(state.contents().unwrap().version, highest);
    let events = desk.log.events();
    assert!(
        events
            .iter()
            .enumerate()
            .all(|(index, event)| event.position.0 == index as i64 + 1)
    );
    let appended = events.len() - 2;
    assert!(
        desk.log.chunks() - chunks_before < appended,
        "{} chunks for {appended} events",
        desk.log.chunks()
    );
}

#[actix::test]
async fn a_batch_that_another_process_changed_is_read_again_and_decided_anew() {
    let desk = desk().await;
    desk.set(0, BetStatus::Failed, context()).await.unwrap();
    // The other process submits the batch behind this one's back.
    let owner = BatchOwner {
        batch_id: desk.batch,
        account_id: desk.account,
    };
    let event = BatchEvent::Submitted { owner, name: None };
    let metadata = Metadata::new("bob", Road::Http).to_json().into();
    let event = NewEvent::new(
        RandomEventIds.next(),
        event,
        metadata,
        Timestamp::from_micros(1),
    );
    let expected = Expected::Exactly(Version(2));
    let write = StreamWrite {
        stream: StreamName::Batch(desk.batch),
        expected,
        events: smallvec![event],
    };
    desk.log
        .append(vec![AppendRequest {
            writes: smallvec![write],
            ..AppendRequest::default()
        }])
        .await
        .unwrap();

    let refused = desk.set(1, BetStatus::Failed, context()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            CommandError::Rejected(BatchRejection::NotOpen { .. })
        ),
        "{refused:?}"
    );
}

#[actix::test]
async fn after_a_store_failure_the_next_command_works_again() {
    let desk = desk().await;
    desk.log.fail_next(Fault::Unavailable);
    let failed = desk.set(0, BetStatus::Failed, context()).await.unwrap_err();
    assert!(matches!(failed, CommandError::Unavailable(_)), "{failed:?}");
    assert_eq!(
        desk.set(0, BetStatus::Successful, context())
            .await
            .unwrap()
            .version,
        Version(2)
    );
}

#[actix::test]
async fn after_a_lost_answer_the_actor_looks_before_it_decides() {
    let desk = desk().await;
    desk.log.fail_next(Fault::AnswerLost);
    let unknown = desk.set(0, BetStatus::Failed, context()).await.unwrap_err();
    assert!(
        matches!(unknown, CommandError::OutcomeUnknown(_)),
        "{unknown:?}"
    );
    // It was written, so the same again is nothing new and the next one stands on it.
    assert_eq!(
        desk.set(0, BetStatus::Failed, context())
            .await
            .unwrap()
            .version,
        Version(2)
    );
    assert_eq!(
        desk.set(1, BetStatus::Failed, context())
            .await
            .unwrap()
            .version,
        Version(3)
    );
}

#[actix::test]
async fn the_same_key_is_answered_as_the_first_time() {
    let desk = desk().await;
    let keyed = |fingerprint| {
        let key = RepeatKey {
            scope: "ann PATCH".to_owned(),
            key: "k".to_owned(),
            fingerprint: [fingerprint; 32],
        };
        CommandContext {
            repeat_key: Some(key),
            ..context()
        }
    };
    let first = desk.set(0, BetStatus::Failed, keyed(1)).await.unwrap();
    desk.set(0, BetStatus::Pending, context()).await.unwrap();
    assert_eq!(
        desk.set(0, BetStatus::Failed, keyed(1)).await.unwrap(),
        first
    );
    let reused = desk.set(0, BetStatus::Failed, keyed(2)).await.unwrap_err();
    assert!(
        matches!(reused, CommandError::KeyReused { .. }),
        "{reused:?}"
    );
    assert_eq!(desk.log.events().len(), 4);
}

#[actix::test]
async fn a_name_in_use_is_refused_and_free_again_after_the_account_went() {
    let desk = desk().await;
    let terms = AccountTerms {
        name: "alpha".to_owned(),
        hostname: String::new(),
    };
    let refused = desk
        .actors
        .accounts()
        .open(terms.clone(), context())
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            CommandError::Rejected(AccountRejection::NameInUse { .. })
        ),
        "{refused:?}"
    );
    desk.actors
        .accounts()
        .delete(desk.account, context())
        .await
        .unwrap();
    desk.actors.accounts().open(terms, context()).await.unwrap();
    // No batch of the deleted account can be changed, even before it is withdrawn.
    let refused = desk.set(0, BetStatus::Failed, context()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            CommandError::Rejected(BatchRejection::UnknownAccount { .. })
        ),
        "{refused:?}"
    );
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
