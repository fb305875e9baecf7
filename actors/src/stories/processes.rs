//! Two processes work on one batch: each remembers it, and the other changes it.

use betstream_events::batch::{BetStatus, BetStatus::*};
use futures::future::join_all;

use super::{Desk, context, desk};
use crate::{context::CommandContext, error::CommandError};

impl Desk {
    fn status_of(&self, bet: usize) -> BetStatus {
        let state = self.replayed();
        let bets = &state.contents().unwrap().bets;
        bets.get(&self.bets[bet]).unwrap().bet.status
    }
}

#[actix::test]
async fn what_seems_to_hold_already_is_asked_of_the_log() {
    let one = desk().await;
    let other = one.beside();
    one.set(0, Failed, context()).await.unwrap();
    other.set(0, Successful, context()).await.unwrap();
    one.set(0, Failed, context()).await.unwrap();
    assert_eq!(one.status_of(0), Failed, "the last writer wins");
}

#[actix::test]
async fn what_seems_to_be_against_a_rule_is_asked_of_the_log() {
    let one = desk().await;
    let other = one.beside();
    one.set(0, Failed, context()).await.unwrap();
    let seen = other.set(0, Successful, context()).await.unwrap();
    let rests_on_what_was_seen = CommandContext {
        if_match: Some(seen.version),
        ..context()
    };
    one.set(0, Failed, rests_on_what_was_seen).await.unwrap();
    assert_eq!(one.status_of(0), Failed);
}

#[actix::test]
async fn a_turn_that_another_process_came_before_loses_none_of_its_commands() {
    const CHANGES: usize = 300;
    let one = desk().await;
    let other = one.beside();
    // Two bets are changed by turns of one process, the third by the other process in between.
    let work = [(&one, 0), (&one, 1), (&other, 2)].map(async |(desk, bet): (&Desk, usize)| {
        for change in 0..CHANGES {
            let status = [Failed, Successful][change % 2];
            // A process that is always overtaken says so, and is asked again.
            while let Err(refused) = desk.set(bet, status, context()).await {
                assert!(matches!(refused, CommandError::Contended), "{refused:?}");
            }
        }
    });
    join_all(work).await;
    let events = one.log.events().len();
    assert_eq!(events, 2 + 3 * CHANGES, "each change is an event");
}
