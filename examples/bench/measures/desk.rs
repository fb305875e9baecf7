//! Five accounts, one with five batches of three bets: what single commands work on.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Context;
use serde_json::{Value, json};

use crate::rig::{Request, post, request};

const STATUSES: [&str; 3] = ["successful", "failed", "pending"];
/// Bets of one batch when many are added.
const MANY: usize = 100;

/// The desk as it was made.
pub(crate) struct Desk {
    address: SocketAddr,
    account: i64,
    batches_path: String,
    first_batch: i64,
    /// The paths of the bets of each batch.
    batches: Vec<Vec<String>>,
}

impl Desk {
    /// Makes it.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        Self::with_batches(address, 5).await
    }

    /// Makes it with so many batches.
    pub(crate) async fn with_batches(address: SocketAddr, count: usize) -> anyhow::Result<Self> {
        let account = make_account(address, "busy").await?;
        for number in 1..5 {
            make_account(address, &format!("other {number}")).await?;
        }
        let batches_path = format!("/api/v1/accounts/{account}/batches");
        let (mut batches, mut ids) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let batch = post(address, &batches_path, &batch_of(3)).await?;
            ids.push(batch["id"].as_i64().context("a batch without id")?);
            let bets = batch["bets"].as_array().context("a batch without bets")?;
            let path = |bet: &Value| format!("{batches_path}/{}/bets/{}", batch["id"], bet["pid"]);
            batches.push(bets.iter().map(path).collect());
        }
        Ok(Self {
            address,
            account,
            batches_path,
            first_batch: *ids.first().context("no batch")?,
            batches,
        })
    }

    /// The account with the batches.
    pub(crate) fn account(&self) -> i64 {
        self.account
    }

    /// The batch that was made first.
    pub(crate) fn first_batch(&self) -> i64 {
        self.first_batch
    }

    /// A list of all accounts.
    pub(crate) fn accounts(&self) -> Request {
        request("GET", "/api/v1/accounts", "")
    }

    /// The account's five batches.
    pub(crate) fn batches(&self) -> Request {
        request("GET", &self.batches_path, "")
    }

    /// Requests of which each gives a bet its next status, however many send them: clients are
    /// spread over this many of the batches.
    pub(crate) fn changing(
        &self,
        batches: usize,
    ) -> impl Fn(usize, usize) -> Request + Clone + Send + Sync + 'static {
        let mut bets = Vec::new();
        for number in 0..3 {
            for batch in &self.batches[..batches] {
                let requests = STATUSES.map(|status| patch(&batch[number], status));
                bets.push((AtomicUsize::new(0), requests));
            }
        }
        let bets = Arc::new(bets);
        move |connection, _| {
            let (turns, requests) = &bets[connection % bets.len()];
            requests[turns.fetch_add(1, Ordering::Relaxed) % STATUSES.len()].clone()
        }
    }

    /// Gives one bet a status, the same each time.
    pub(crate) fn repeating(&self) -> Request {
        patch(&self.batches[0][0], "successful")
    }

    /// Makes a batch of three bets, for an account of its own.
    pub(crate) async fn creating(&self) -> anyhow::Result<Request> {
        let account = make_account(self.address, "creating").await?;
        let path = format!("/api/v1/accounts/{account}/batches");
        Ok(request("POST", &path, &batch_of(3)))
    }

    /// Adds `bets` bets in batches of another account.
    pub(crate) async fn grow(&self, bets: usize) -> anyhow::Result<()> {
        let account = make_account(self.address, "growing").await?;
        let path = format!("/api/v1/accounts/{account}/batches");
        let body = batch_of(MANY);
        for _ in 0..bets / MANY {
            post(self.address, &path, &body).await?;
        }
        Ok(())
    }
}

fn patch(path: &str, status: &str) -> Request {
    request("PATCH", path, &json!({ "status": status }).to_string())
}

async fn make_account(address: SocketAddr, name: &str) -> anyhow::Result<i64> {
    let body = json!({ "name": name, "hostname": "host" }).to_string();
    let account = post(address, "/api/v1/accounts", &body).await?;
    account["id"].as_i64().context("an account without id")
}

fn batch_of(bets: usize) -> String {
    let bet = |number| json!({ "id": number, "selection": "3", "stake": 6.0, "cost": 2.0 });
    let bets: Vec<Value> = (1..=bets).map(bet).collect();
    json!({ "meta": { "bet_type": "WIN", "race_id": 4 }, "bets": bets }).to_string()
}
