//! All live clients of a run, on one thread of their own.

use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::bail;
use tokio::{
    sync::{mpsc, oneshot},
    task::LocalSet,
    time::{MissedTickBehavior, interval, sleep},
};

use super::{
    client::{Client, Transport},
    heard::Heard,
    ledger::Ledger,
};

/// Bytes that are read at once; the next client uses them again.
const BYTES_AT_ONCE: usize = 64 * 1024;
/// How long clients may take to begin, after the last has come.
const BEGIN_WITHIN: Duration = Duration::from_secs(60);
/// How long the last events may take to reach everybody.
const SETTLE_WITHIN: Duration = Duration::from_secs(30);
/// How often to look whether something has come to pass.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Who comes, and how.
pub(super) struct Guests {
    pub(super) address: SocketAddr,
    pub(super) headers: String,
    pub(super) sse: usize,
    pub(super) ws: usize,
    pub(super) connect_rate: u32,
    /// How many of them read nothing for a while, and for how long.
    pub(super) slow: usize,
    pub(super) slow_for: Duration,
    pub(super) reconnect: bool,
}

/// What all clients share.
pub(super) struct Crowd {
    pub(super) address: SocketAddr,
    pub(super) headers: String,
    pub(super) reconnect: bool,
    pub(super) ledger: RefCell<Ledger>,
    pub(super) scratch: RefCell<Scratch>,
}

/// What a client reads into, and what it read.
pub(super) struct Scratch {
    pub(super) bytes: Box<[u8]>,
    pub(super) heard: Vec<Heard>,
}

/// A command's event: its position, and when it was due.
pub(super) type Answered = (i64, Instant);

/// Brings `guests` together and tells `gathered`, then takes note of every event in `answered`
/// until there are no more and all clients have heard of them. Blocks its thread.
///
/// # Errors
/// When a client cannot connect or hears nothing.
pub(super) fn run(
    guests: Guests,
    gathered: oneshot::Sender<()>,
    answered: mpsc::UnboundedReceiver<Answered>,
) -> anyhow::Result<Ledger> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = LocalSet::new();
    let crowd = Rc::new(Crowd {
        address: guests.address,
        headers: guests.headers.clone(),
        reconnect: guests.reconnect,
        ledger: RefCell::new(Ledger::new(guests.sse + guests.ws, guests.slow)),
        scratch: RefCell::new(Scratch {
            bytes: vec![0; BYTES_AT_ONCE].into(),
            heard: Vec::new(),
        }),
    });
    local.block_on(&runtime, listen(&crowd, &guests, gathered, answered))?;
    // Everybody leaves at once.
    drop(local);
    drop(runtime);
    match Rc::into_inner(crowd) {
        Some(crowd) => Ok(crowd.ledger.into_inner()),
        None => bail!("a client did not leave"),
    }
}

async fn listen(
    crowd: &Rc<Crowd>,
    guests: &Guests,
    gathered: oneshot::Sender<()>,
    mut answered: mpsc::UnboundedReceiver<Answered>,
) -> anyhow::Result<()> {
    gather(crowd, guests).await?;
    // Whoever waited for it may be gone; then nothing is answered either.
    let _gone = gathered.send(());
    while let Some((position, due)) = answered.recv().await {
        crowd.ledger.borrow_mut().answered(position, due);
    }
    let deadline = Instant::now() + guests.slow_for + SETTLE_WITHIN;
    while !crowd.ledger.borrow().settled() && Instant::now() < deadline {
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// Lets clients in at their pace, slow ones first, and waits until every stream has begun.
async fn gather(crowd: &Rc<Crowd>, guests: &Guests) -> anyhow::Result<()> {
    let mut pace = interval(Duration::from_secs(1) / guests.connect_rate);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let all = guests.sse + guests.ws;
    for number in 0..all {
        pace.tick().await;
        let client = Client {
            number,
            // Both kinds among the first ones, as among all.
            transport: if number * guests.ws / all == (number + 1) * guests.ws / all {
                Transport::Sse
            } else {
                Transport::WebSocket
            },
            crowd: crowd.clone(),
            reads_nothing_for: (number < guests.slow).then_some(guests.slow_for),
        };
        tokio::task::spawn_local(client.run());
    }
    let deadline = Instant::now() + BEGIN_WITHIN;
    while !all_begun(&crowd.ledger.borrow(), all, deadline)? {
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// Whether every stream has begun.
///
/// # Errors
/// When that will not come to pass.
fn all_begun(ledger: &Ledger, all: usize, deadline: Instant) -> anyhow::Result<bool> {
    let begun = ledger.begun();
    if begun < all && (Instant::now() > deadline || begun + failed(ledger) >= all) {
        let reasons = ledger.not_connected();
        bail!("{begun} of {all} clients heard the beginning of a stream; the others: {reasons:?}");
    }
    Ok(begun == all)
}

fn failed(ledger: &Ledger) -> usize {
    let failed: u64 = ledger.not_connected().values().sum();
    usize::try_from(failed).unwrap_or(usize::MAX)
}
