//! The simulated feed: random bets at a steady rate, one feed at a time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web::Data};
use betstream_actors::{
    intake::StreamBets,
    market::{BetOutcome, Taking},
};
use betstream_events::{causes::Causes, clock::Clock, metadata};
use parking_lot::Mutex;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::generator::BetGenerator;
use crate::{
    access::Caller,
    api_types::samples::{NewSimulation, Simulation},
    commands::CommandHeaders,
    error::{ApiError, ApiResult, kinds},
    request::{Body, causes, read_json},
};

/// Most bets a second.
const MAX_RATE: f64 = 5_000.0;
/// Fewest bets a second.
const MIN_RATE: f64 = 0.1;
/// Most bets of one feed.
const MAX_COUNT: u64 = 10_000_000;
/// Most games.
const MAX_GAMES: u32 = 1_000;
/// How often bets are sent: often enough to look steady.
const EVERY: Duration = Duration::from_millis(20);

/// Runs the simulated feed of this process; cheap to clone.
#[derive(Clone)]
pub struct Simulator {
    bets: StreamBets,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
    feed: Arc<Mutex<Option<Feed>>>,
}

/// A feed that was started, ended or not.
#[derive(Clone)]
struct Feed {
    asked: NewSimulation,
    sent: Arc<AtomicU64>,
    stop: CancellationToken,
}

impl Feed {
    fn shown(&self) -> Simulation {
        let NewSimulation { rate, count, games } = self.asked;
        let sent = self.sent.load(Ordering::Relaxed);
        Simulation {
            running: !self.stop.is_cancelled(),
            rate,
            count,
            sent,
            games,
        }
    }
}

impl Simulator {
    /// No feed yet; what is started ends with `shutdown`.
    pub fn new(bets: StreamBets, clock: Arc<dyn Clock>, shutdown: CancellationToken) -> Self {
        Self {
            bets,
            clock,
            shutdown,
            feed: Arc::default(),
        }
    }

    /// How the feed stands.
    pub fn shown(&self) -> Simulation {
        self.feed
            .lock()
            .as_ref()
            .map(Feed::shown)
            .unwrap_or_default()
    }

    /// Ends the feed.
    pub fn stop(&self) -> Simulation {
        if let Some(feed) = &*self.feed.lock() {
            feed.stop.cancel();
        }
        self.shown()
    }

    fn start(
        &self,
        asked: NewSimulation,
        who: &str,
        causes: Causes,
    ) -> Result<Simulation, ApiError> {
        let mut current = self.feed.lock();
        if current
            .as_ref()
            .is_some_and(|feed| !feed.stop.is_cancelled())
        {
            return Err(ApiError::new(
                &kinds::SIMULATION_RUNNING,
                "a simulated feed is running; stop it first",
            ));
        }
        let feed = Feed {
            asked,
            sent: Arc::default(),
            stop: self.shutdown.child_token(),
        };
        let taking = Taking {
            who: who.to_owned(),
            road: metadata::Road::Http,
            stream: None,
            causes,
            currency: self.bets.currency(),
            keeps_refusals: false,
        };
        tokio::spawn(run(
            self.bets.clone(),
            self.clock.clone(),
            feed.clone(),
            Arc::new(taking),
        ));
        let shown = feed.shown();
        *current = Some(feed);
        Ok(shown)
    }
}

/// Sends what is due by now, however long the last group took.
async fn run(bets: StreamBets, clock: Arc<dyn Clock>, feed: Feed, taking: Arc<Taking>) {
    let NewSimulation { rate, count, games } = feed.asked;
    let mut generator = BetGenerator::new(games, true).with_decimals(bets.currency().decimals());
    let mut every = interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (began, mut made) = (Instant::now(), 0_u64);
    while made < count {
        tokio::select! {
            () = feed.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        let due = ((began.elapsed().as_secs_f64() * rate) as u64 + 1).min(count);
        // What could not be sent while the store was away is not made up for in one burst.
        let group = due.saturating_sub(made).min(MAX_RATE as u64);
        made = due;
        let now = clock.now();
        let sent = (0..group)
            .filter_map(|_| generator.next(now).to_sent())
            .collect();
        let outcomes = bets.take(sent, taking.clone()).await;
        let recorded = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, BetOutcome::Recorded { .. }));
        feed.sent
            .fetch_add(recorded.count() as u64, Ordering::Relaxed);
    }
    feed.stop.cancel();
}

/// Start a simulated feed: random bets at a steady rate.
#[utoipa::path(
    tag = "samples", operation_id = "start_simulation", params(CommandHeaders),
    request_body = NewSimulation,
    responses((status = 202, body = Simulation)),
)]
#[post("/simulation")]
pub(crate) async fn start_simulation(
    request: HttpRequest,
    Body(body): Body,
    caller: Caller,
    simulator: Data<Simulator>,
) -> ApiResult {
    let asked: NewSimulation = read_json(&body)?;
    let ranges = [
        (
            "rate",
            (MIN_RATE..=MAX_RATE).contains(&asked.rate),
            format!("{MIN_RATE} to {MAX_RATE} bets a second"),
        ),
        (
            "count",
            (1..=MAX_COUNT).contains(&asked.count),
            format!("1 to {MAX_COUNT} bets"),
        ),
        (
            "games",
            (1..=MAX_GAMES).contains(&asked.games),
            format!("1 to {MAX_GAMES} games"),
        ),
    ];
    if let Some((field, _, expected)) = ranges.into_iter().find(|(_, is_within, _)| !is_within) {
        return Err(ApiError::field(
            &kinds::REFUSED,
            format!("/{field}"),
            format!("{field} is not {expected}"),
        ));
    }
    let causes = causes(&request)?.together();
    Ok(HttpResponse::Accepted().json(simulator.start(asked, &caller.name, causes)?))
}

/// How the simulated feed stands.
#[utoipa::path(tag = "samples", operation_id = "simulation", responses((status = 200, body = Simulation)))]
#[get("/simulation")]
pub(crate) async fn simulation(simulator: Data<Simulator>) -> HttpResponse {
    HttpResponse::Ok().json(simulator.shown())
}

/// End the simulated feed.
#[utoipa::path(tag = "samples", operation_id = "stop_simulation", responses((status = 200, body = Simulation)))]
#[delete("/simulation")]
pub(crate) async fn stop_simulation(simulator: Data<Simulator>) -> HttpResponse {
    HttpResponse::Ok().json(simulator.stop())
}
