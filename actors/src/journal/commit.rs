//! The journal's loop: gather, commit, answer, tell.

use std::{sync::Arc, time::Instant};

use betstream_events::{
    fault::{self, Point},
    store::{AppendEvents, AppendRequest},
    tail::{LogTail, TailSignal},
};

use super::{Group, gather::Lanes};

/// Commits chunk after chunk until both lanes are closed and everything that waited is answered.
pub async fn run(store: Arc<dyn AppendEvents>, tail: LogTail, mut lanes: Lanes) {
    while let Some(groups) = lanes.next_chunk().await {
        let mut sizes = Vec::with_capacity(groups.len());
        let mut answers = Vec::with_capacity(groups.len());
        let mut chunk: Vec<AppendRequest> = Vec::new();
        for Group { requests, answer } in groups {
            sizes.push(requests.len());
            answers.push(answer);
            chunk.extend(requests);
        }
        let requests = chunk.len();
        let started = Instant::now();
        fault::pass(Point::BeforeAppend);
        let settled = store.append(chunk).await;
        let took = started.elapsed();
        metrics::histogram!("betstream_journal_commit_seconds").record(took);
        metrics::histogram!("betstream_journal_chunk_requests").record(requests as f64);
        match settled {
            Ok(outcome) => {
                fault::pass(Point::AfterAppendBeforeAnswer);
                metrics::histogram!("betstream_journal_lock_held_seconds")
                    .record(outcome.lock_held);
                lanes.learn(requests, took, outcome.lock_held);
                // Followers first: who is answered may read at once what it wrote.
                if let Some(committed) = outcome.committed {
                    metrics::counter!("betstream_events_appended_total")
                        .increment(committed.events.len() as u64);
                    tail.publish(TailSignal::Committed(committed));
                }
                let mut outcomes = outcome.outcomes.into_iter();
                for (size, answer) in sizes.into_iter().zip(answers) {
                    let _caller_gave_up = answer.send(Ok(outcomes.by_ref().take(size).collect()));
                }
            }
            Err(error) => {
                metrics::counter!("betstream_db_failures_total").increment(1);
                tracing::error!(%error, requests, "a chunk was not committed");
                for answer in answers {
                    let _caller_gave_up = answer.send(Err(error.clone()));
                }
            }
        }
    }
}
