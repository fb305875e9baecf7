//! The clients: operators with commands, programs that post bets, publishers on the stream. They go
//! on trying through whatever befalls the process, and write down what they were told.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    site::Site,
    support::{
        http::Answer,
        streams::{bet_id, message},
    },
};

/// Operators, each with a bet of the busy batch to itself.
const OPERATORS: usize = 8;
/// Programs that post bets.
const POSTERS: usize = 2;
/// Games on which bets are placed.
const GAMES: u32 = 20;
/// Most bets that one load publishes: enough to be in the middle of them when the end comes, few
/// enough to be taken soon after.
const MOST_PUBLISHED: u32 = if cfg!(debug_assertions) {
    3_000
} else {
    20_000
};
/// Most messages published at once.
const MOST_AT_ONCE: u32 = 400;
/// Most bets of one post.
const MOST_POSTED: u32 = 60;
/// How long a client waits before it tries again.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(15);

/// The account and the batch on which all operators work.
pub(crate) struct Desk {
    account: i64,
    batch: i64,
    /// The bets, one for each operator, with how often it was changed.
    bets: Vec<(i64, std::sync::atomic::AtomicU64)>,
}

/// Clients at work.
pub(crate) struct Load {
    stop: CancellationToken,
    clients: JoinSet<()>,
}

impl Load {
    /// Starts the clients of every road that is open.
    pub(crate) fn start(site: &Arc<Site>) -> Self {
        let (stop, mut clients) = (CancellationToken::new(), JoinSet::new());
        let load = site.loads.fetch_add(1, Ordering::Relaxed);
        let client = |number: usize| Client {
            site: site.clone(),
            stop: stop.clone(),
            random: StdRng::seed_from_u64(site.plan.seed ^ (load << 32) ^ number as u64),
        };
        if site.plan.roads.commands {
            for operator in 0..OPERATORS {
                clients.spawn(client(operator).operate(operator));
            }
        }
        if site.plan.roads.posted {
            for poster in 0..POSTERS {
                clients.spawn(client(100 + poster).post());
            }
        }
        if site.plan.roads.stream {
            clients.spawn(client(200).publish());
        }
        Self { stop, clients }
    }

    /// Nothing new is begun; what was begun by stubborn clients is tried until it is acknowledged.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        // A client that panics fails the cycle.
        self.clients.join_all().await;
    }
}

/// An operator's command, tried until it is acknowledged.
pub(crate) async fn one_command(site: &Arc<Site>) {
    let load = site.loads.fetch_add(1, Ordering::Relaxed);
    let mut client = Client {
        site: site.clone(),
        stop: CancellationToken::new(),
        random: StdRng::seed_from_u64(site.plan.seed ^ (load << 32)),
    };
    client.open_account(true).await.expect("not given up");
}

struct Client {
    site: Arc<Site>,
    stop: CancellationToken,
    random: StdRng,
}

impl Client {
    fn goes_on(&self) -> bool {
        !self.stop.is_cancelled()
    }

    /// An operator: changes its bet of the busy batch, opens accounts and batches, adds bets.
    async fn operate(mut self, operator: usize) {
        let site = self.site.clone();
        let desk = site.desk.get_or_init(|| self.set_up()).await;
        let (pid, changes) = &desk.bets[operator];
        let batches = format!("/api/v1/accounts/{}/batches", desk.account);
        let batch = format!("{batches}/{}", desk.batch);
        while self.goes_on() {
            match self.random.random_range(0..100) {
                0..75 => {
                    let status = if changes.fetch_add(1, Ordering::Relaxed) % 2 == 0 {
                        "successful"
                    } else {
                        "failed"
                    };
                    let (path, body) = (format!("{batch}/bets/{pid}"), json!({"status": status}));
                    // The next change rests on this one, so it is not given up.
                    self.command(Method::PATCH, &path, body, "batch.bet-status-changed", true)
                        .await;
                }
                75..85 => {
                    self.open_account(false).await;
                }
                85..95 => {
                    self.create_batch(&batches, 2, false).await;
                }
                _ => {
                    let (path, body) = (format!("{batch}/bets"), json!({"bets": bets(1)}));
                    self.command(Method::POST, &path, body, "batch.bets-added", false)
                        .await;
                }
            }
        }
    }

    async fn set_up(&mut self) -> Desk {
        let account = self.open_account(true).await.expect("not given up");
        let account = account["id"].as_i64().expect("an id");
        let batches = format!("/api/v1/accounts/{account}/batches");
        let batch = self.create_batch(&batches, OPERATORS, true).await;
        let batch = batch.expect("not given up");
        let pids = batch["bets"].as_array().expect("bets").iter();
        Desk {
            account,
            batch: batch["id"].as_i64().expect("an id"),
            bets: pids
                .map(|bet| (bet["pid"].as_i64().expect("an id"), 0.into()))
                .collect(),
        }
    }

    async fn open_account(&mut self, stubborn: bool) -> Option<Value> {
        let name = format!("a{:016x}", self.random.random::<u64>());
        let body = json!({"name": name, "hostname": "host"});
        self.command(
            Method::POST,
            "/api/v1/accounts",
            body,
            "account.opened",
            stubborn,
        )
        .await
    }

    async fn create_batch(&mut self, path: &str, size: usize, stubborn: bool) -> Option<Value> {
        let body = json!({"meta": {"bet_type": "QUINELLA"}, "bets": bets(size)});
        self.command(Method::POST, path, body, "batch.created", stubborn)
            .await
    }

    /// Sends a command until it is acknowledged. One who is not stubborn gives up half of the
    /// times that there is no answer: then it was carried out or not, but not twice.
    async fn command(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
        event: &'static str,
        stubborn: bool,
    ) -> Option<Value> {
        let (mark, body) = (self.site.ledger.sends_command(event), body.to_string());
        let headers = [
            ("Content-Type", "application/json"),
            ("Idempotency-Key", &mark),
            ("X-Correlation-Id", &mark),
        ];
        let mut is_first = true;
        loop {
            let answer = self.ask(method.clone(), path, &headers, &body).await;
            let told = format!(
                "{} {:?} {}",
                answer.status,
                answer.header("x-log-position"),
                answer.text
            );
            self.site.ledger.tell(&mark, &told);
            match answer.status {
                200..300 => {
                    let position = answer.header("x-log-position").filter(|_| is_first);
                    let position = position.and_then(|position| position.parse().ok());
                    self.site.ledger.command_answered(&mark, position);
                    return Some(answer.json());
                }
                0 => self.site.ledger.command_cut_off(&mark),
                // A process that stood still meanwhile did not read it in time, and did nothing.
                408 | 500.. => {}
                // The first try, which was given up waiting for, is still under way.
                409 if answer.text.contains("key_running") => {}
                _ => {
                    let Answer { status, text, .. } = answer;
                    self.site
                        .ledger
                        .surprise(format!("{mark} {method} {path}: {status} {text}"));
                    return None;
                }
            }
            if !stubborn && self.random.random_bool(0.5) {
                return None;
            }
            is_first = false;
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        }
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        loop {
            if let Some(door) = self.site.door(self.random.random_range(0..1_000)) {
                return door.ask(method, path, headers, Some(body.to_owned())).await;
            }
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        }
    }

    /// A program that posts bets, some of them for the second time.
    async fn post(mut self) {
        let mut before: Vec<u32> = Vec::new();
        while self.goes_on() {
            let mut numbers = self.new_bets(MOST_POSTED);
            numbers.extend(before.choose(&mut self.random));
            self.site
                .ledger
                .sends_bets(numbers.iter().map(|number| bet_id(*number)));
            let bets: Vec<String> = numbers.iter().map(|number| bet(*number)).collect();
            let body = format!("[{}]", bets.join(","));
            loop {
                let headers = [("Content-Type", "application/json")];
                let answer = self
                    .ask(Method::POST, "/api/v1/bets", &headers, &body)
                    .await;
                match answer.status {
                    200 => {
                        let receipt = answer.json();
                        let taken = receipt["recorded"]
                            .as_u64()
                            .zip(receipt["duplicates"].as_u64());
                        if taken.is_none_or(|(new, old)| new + old != numbers.len() as u64) {
                            self.site.ledger.surprise(format!("bets: {receipt}"));
                        }
                        let ids = numbers.iter().map(|number| bet_id(*number));
                        self.site.ledger.bets_taken(ids);
                        break;
                    }
                    0 | 408 | 500.. if self.random.random_bool(0.5) => break,
                    0 | 408 | 500.. => tokio::time::sleep(TRY_AGAIN_AFTER).await,
                    status => {
                        let text = &answer.text;
                        self.site.ledger.surprise(format!("bets: {status} {text}"));
                        break;
                    }
                }
            }
            before = numbers;
        }
    }

    /// A publisher on the stream: bets, some of them for the second time, and now and then what
    /// nobody can read.
    async fn publish(mut self) {
        let (mut published, mut before) = (0, Vec::new());
        while self.goes_on() && published < MOST_PUBLISHED {
            let mut numbers = self.new_bets(MOST_AT_ONCE);
            published += numbers.len() as u32;
            let again = numbers.len() / 10;
            numbers.extend(before.choose_multiple(&mut self.random, again));
            let letters: Vec<String> = (0..=numbers.len() / 50)
                .map(|_| format!("{{\"not a bet\": {}", self.random.random::<u64>()))
                .collect();
            let bets = numbers.iter().map(|number| async {
                let id = bet_id(*number);
                self.site.ledger.sends_bets([id]);
                if self.is_taken(bet(*number)).await {
                    self.site.ledger.bets_taken([id]);
                }
            });
            let unreadable = letters.iter().map(|letter| async {
                self.site.ledger.letter(letter.as_bytes(), false);
                if self.is_taken(letter.clone()).await {
                    self.site.ledger.letter(letter.as_bytes(), true);
                }
            });
            tokio::join!(join_all(bets), join_all(unreadable));
            before = numbers;
            let breath = Duration::from_millis(self.random.random_range(1..20));
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(breath) => {}
            }
        }
    }

    /// Publishes one message; says whether the broker has it for certain.
    async fn is_taken(&self, message: String) -> bool {
        let streams = self.site.streams.as_ref().expect("the stream road is open");
        let subject = streams.subject.clone();
        match streams.context.publish(subject, message.into()).await {
            Ok(publishing) => publishing.await.is_ok(),
            Err(_) => false,
        }
    }

    fn new_bets(&mut self, most: u32) -> Vec<u32> {
        let count = self.random.random_range(1..=most);
        let first = self.site.bets.fetch_add(count, Ordering::Relaxed);
        (first..first + count).collect()
    }
}

fn bet(number: u32) -> String {
    message(number, &format!("game_{}", number % GAMES))
}

fn bets(count: usize) -> Vec<Value> {
    let bet = |id| json!({"id": id, "selection": "1/2", "stake": 2.5, "cost": 1});
    (1..=count).map(bet).collect()
}
