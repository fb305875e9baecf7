//! What commands and reads work on: an account of the run's own, with batches.

use anyhow::Context;
use betstream_events::ids::fresh_id;
use serde_json::{Value, json};

use crate::commands::load::target::Target;

/// What a bet's status becomes, in turn.
const STATUSES: [&str; 3] = ["successful", "failed", "pending"];

/// An account with batches of bets, made for one run.
pub(crate) struct Desk {
    headers: String,
    /// The account's path.
    account: String,
    batches: Vec<Batch>,
}

struct Batch {
    path: String,
    bets: Vec<String>,
}

impl Desk {
    /// Makes it: `batches` batches of `bets` bets.
    ///
    /// # Errors
    /// When the server does not take the account or a batch.
    pub(crate) async fn open(target: &Target, batches: usize, bets: usize) -> anyhow::Result<Self> {
        let name = format!("load {}", fresh_id().simple());
        let account = json!({ "name": name, "hostname": "load" }).to_string();
        let account: Value = target.server.post_once("/api/v1/accounts", account).await?;
        let account = format!("/api/v1/accounts/{}", account["id"]);
        let mut made = Vec::with_capacity(batches);
        for _ in 0..batches {
            let batch: Value = target
                .server
                .post_once(&format!("{account}/batches"), batch_of(bets))
                .await?;
            let bets = batch["bets"].as_array().context("a batch without bets")?;
            made.push(Batch {
                path: format!("{account}/batches/{}", batch["id"]),
                bets: bets.iter().map(|bet| bet["pid"].to_string()).collect(),
            });
        }
        Ok(Self {
            headers: target.headers.clone(),
            account,
            batches: made,
        })
    }

    /// Gives one bet another status.
    pub(crate) fn change_one(&self, number: u64) -> Vec<u8> {
        let (batch, bet, status) = self.turn(number);
        let path = format!("{}/bets/{}", batch.path, batch.bets[bet]);
        self.request("PATCH", &path, &json!({ "status": status }).to_string())
    }

    /// Gives all bets of one batch another status: one event.
    pub(crate) fn change_all(&self, number: u64) -> Vec<u8> {
        let batches = self.batches.len() as u64;
        let batch = &self.batches[(number % batches) as usize];
        let status = STATUSES[(number / batches) as usize % STATUSES.len()];
        let changes: Vec<String> = batch
            .bets
            .iter()
            .map(|pid| format!(r#"{{"pid":{pid},"status":"{status}"}}"#))
            .collect();
        let path = format!("{}/bets", batch.path);
        self.request("PATCH", &path, &format!("[{}]", changes.join(",")))
    }

    /// Records a bet of the stream.
    pub(crate) fn record(&self, bet: &str) -> Vec<u8> {
        self.request("POST", "/api/v1/bets", bet)
    }

    /// Asks for the account's batches.
    pub(crate) fn list_batches(&self) -> Vec<u8> {
        self.request("GET", &format!("{}/batches", self.account), "")
    }

    /// Asks for one bet.
    pub(crate) fn read_bet(&self, number: u64) -> Vec<u8> {
        let (batch, bet, _) = self.turn(number);
        let path = format!("{}/bets/{}", batch.path, batch.bets[bet]);
        self.request("GET", &path, "")
    }

    /// Neighbours in number meet in no batch, and each bet goes through the statuses in turn.
    fn turn(&self, number: u64) -> (&Batch, usize, &'static str) {
        let batches = self.batches.len() as u64;
        let batch = &self.batches[(number % batches) as usize];
        let turn = (number / batches) as usize;
        let bet = turn % batch.bets.len();
        let status = STATUSES[turn / batch.bets.len() % STATUSES.len()];
        (batch, bet, status)
    }

    fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let (headers, length) = (&self.headers, body.len());
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/json\r\n"
        };
        format!("{method} {path} HTTP/1.1\r\n{headers}{kind}Content-Length: {length}\r\n\r\n{body}")
            .into_bytes()
    }
}

fn batch_of(bets: usize) -> String {
    let bet = |number| json!({ "id": number, "selection": "3", "stake": 6.0, "cost": 2.0 });
    let bets: Vec<Value> = (1..=bets).map(bet).collect();
    json!({ "meta": { "bet_type": "WIN", "race_id": 4 }, "bets": bets }).to_string()
}
