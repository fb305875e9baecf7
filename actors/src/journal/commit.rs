//! The journal's loop: gather, commit, answer, tell.

use std::{sync::Arc, time::Instant};

use betstream_events::{
    fault::{self, Point},
    store::{AppendEvents, AppendRequest},
    tail::{CommittedChunk, LogTail, TailSignal},
};
use betstream_telemetry::{measures::journal, traces::Span};

use super::{Group, gather::Lanes};

/// Commits chunk after chunk until both lanes are closed and everything that waited is answered.
pub async fn run(store: Arc<dyn AppendEvents>, tail: LogTail, mut lanes: Lanes) {
    while let Some(groups) = lanes.next_chunk().await {
        let mut sizes = Vec::with_capacity(groups.len());
        let mut answers = Vec::with_capacity(groups.len());
        let (mut chunk, mut origins) = (Vec::<AppendRequest>::new(), Vec::new());
        for Group {
            requests,
            origins: waiting,
            place,
            answer,
        } in groups
        {
            place.leave();
            sizes.push(requests.len());
            answers.push(answer);
            chunk.extend(requests);
            origins.extend(waiting);
        }
        let requests = chunk.len();
        let mut span = Span::joining("journal commit", &origins);
        span.set("betstream.chunk.requests", requests as i64);
        let started = Instant::now();
        fault::pass(Point::BeforeAppend);
        let settled = store.append(chunk).await;
        let took = started.elapsed();
        journal::COMMIT_DURATION.record(took);
        journal::CHUNK_REQUESTS.record(requests as f64);
        match settled {
            Ok(outcome) => {
                fault::pass(Point::AfterAppendBeforeAnswer);
                journal::LOCK_HELD.record(outcome.lock_held);
                journal::LOCK_WAIT.record(took.saturating_sub(outcome.lock_held));
                lanes.learn(requests, took, outcome.lock_held);
                // Followers first: who is answered may read at once what it wrote.
                if let Some(committed) = outcome.committed {
                    count(&committed);
                    span.set("betstream.chunk.events", committed.events.len() as i64);
                    span.set("betstream.chunk.last_position", committed.last().0);
                    drop(span);
                    tail.publish(TailSignal::Committed(committed));
                }
                let mut outcomes = outcome.outcomes.into_iter();
                for (size, answer) in sizes.into_iter().zip(answers) {
                    let _caller_gave_up = answer.send(Ok(outcomes.by_ref().take(size).collect()));
                }
            }
            Err(error) => {
                let error = error.counted();
                journal::FAILURES.increment(1);
                tracing::error!(%error, requests, "a chunk was not committed");
                span.fail(error.to_string());
                for answer in answers {
                    let _caller_gave_up = answer.send(Err(error.clone()));
                }
            }
        }
    }
}

fn count(committed: &CommittedChunk) {
    let events = committed.events.len();
    journal::EVENTS_APPENDED.increment(events as u64);
    journal::CHUNK_EVENTS.record(events as f64);
    if let Some(last) = committed.events.last() {
        journal::HEAD.set(last.position.0 as f64);
    }
}
