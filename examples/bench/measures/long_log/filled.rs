//! A long log of which 95 in 100 events are bets of markets and the rest is work at a desk.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context, ensure};
use betstream_events::ids::fresh_id;
use tokio::task::JoinSet;

use super::super::desk::Desk;
use crate::rig::{Connection, Messages, Mix, Request, get, post};

/// Bets of one request while the log is filled.
const BETS_A_REQUEST: usize = 2_000;
/// Programs that post bets, so that one group is read while the last is committed.
const POSTERS: usize = 3;
/// Operators at the desk.
const OPERATORS: usize = 16;
/// Batches at the desk; the first is the one that is changed most.
const BATCHES: usize = 100;
/// One event in so many is an operator's.
const DESK_SHARE: usize = 20;
/// How often the busiest batch is changed, at most.
pub(super) const LONG_STREAM: usize = 10_000;

/// What was filled in, for those who ask about it.
pub(super) struct Filled {
    /// Its last position.
    pub(super) end: i64,
    pub(super) account: i64,
    /// The batch with [`LONG_STREAM`] changes, where the log is long enough.
    pub(super) busy_batch: i64,
    /// A bet from the middle of it.
    pub(super) bet: String,
}

impl Filled {
    /// Fills an empty log up to about `length` events, through the server at `address`.
    pub(super) async fn fill(address: SocketAddr, length: usize) -> anyhow::Result<Self> {
        let desk = Desk::with_batches(address, BATCHES).await?;
        let changes = length / DESK_SHARE;
        let mut work = JoinSet::new();
        let (busy, spread) = (desk.changing(1), desk.changing(BATCHES));
        let next = move |turn| {
            let of = if turn < LONG_STREAM { &busy } else { &spread };
            of(turn, turn)
        };
        let turns = Arc::new(AtomicUsize::new(0));
        for _ in 0..OPERATORS {
            work.spawn(operate(address, turns.clone(), changes, next.clone()));
        }
        let messages = Messages::new(Mix::PLAIN, fresh_id(), length - changes);
        let bet = messages.iter().nth(messages.count() / 2);
        let waiting: Arc<Mutex<dyn Iterator<Item = Vec<u8>> + Send>> =
            Arc::new(Mutex::new(messages.iter()));
        for _ in 0..POSTERS {
            work.spawn(post_bets(address, waiting.clone()));
        }
        while let Some(done) = work.join_next().await {
            done??;
        }
        let bet: serde_json::Value = serde_json::from_slice(&bet.context("no bet")?)?;
        Ok(Self {
            end: end(address).await?,
            account: desk.account(),
            busy_batch: desk.first_batch(),
            bet: bet["id"].as_str().context("a bet without id")?.to_owned(),
        })
    }
}

async fn end(address: SocketAddr) -> anyhow::Result<i64> {
    let system = get(address, "/api/v1/system").await?;
    system["position"].as_i64().context("no position")
}

/// Changes bets until all operators together have taken `changes` turns.
async fn operate(
    address: SocketAddr,
    turns: Arc<AtomicUsize>,
    changes: usize,
    next: impl Fn(usize) -> Request,
) -> anyhow::Result<()> {
    let mut connection = Connection::open(address).await?;
    loop {
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        if turn >= changes {
            return Ok(());
        }
        connection.ask(&next(turn)).await?;
    }
}

async fn post_bets(
    address: SocketAddr,
    waiting: Arc<Mutex<dyn Iterator<Item = Vec<u8>> + Send>>,
) -> anyhow::Result<()> {
    loop {
        let some: Vec<Vec<u8>> = {
            let mut waiting = waiting.lock().expect("nobody panicked");
            std::iter::from_fn(|| waiting.next())
                .take(BETS_A_REQUEST)
                .collect()
        };
        if some.is_empty() {
            return Ok(());
        }
        let body = format!("[{}]", String::from_utf8(some.join(&b","[..]))?);
        let answer = post(address, "/api/v1/bets", &body).await?;
        ensure!(
            answer["recorded"] == some.len(),
            "not all bets are recorded: {answer}"
        );
    }
}
