//! Operators who work through trouble, and the ledger of what they were answered.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{eventually, http::Api, unique};

/// Operators at work: each opens one account after another.
pub(crate) struct Operators {
    ledger: Arc<Mutex<Ledger>>,
    rest: CancellationToken,
    tasks: JoinSet<()>,
}

/// What they were answered, by the names of their accounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// It is done.
    pub(crate) acknowledged: BTreeSet<String>,
    /// Nothing was changed.
    pub(crate) denied: BTreeSet<String>,
    /// Whether it was done is not known.
    pub(crate) unknown: BTreeSet<String>,
}

impl Operators {
    /// So many of them work on `api` until they may rest.
    pub(crate) fn at_work(api: &Api, count: usize) -> Self {
        let ledger: Arc<Mutex<Ledger>> = Arc::default();
        let rest = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            tasks.spawn(open_accounts(api.clone(), ledger.clone(), rest.clone()));
        }
        Self {
            ledger,
            rest,
            tasks,
        }
    }

    /// Waits until so many more accounts were acknowledged.
    pub(crate) async fn acknowledged(&self, more: usize) {
        let count = || self.ledger.lock().expect("no panic").acknowledged.len();
        let wanted = count() + more;
        eventually("more commands are acknowledged", async || {
            (count() >= wanted).then_some(())
        })
        .await;
    }

    /// Ends the work and gives the ledger.
    ///
    /// # Panics
    /// When an answer was neither 200 nor a 503 that says when to come again.
    pub(crate) async fn rest(mut self) -> Ledger {
        self.rest.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("each answer is 200, or 503 with Retry-After");
        }
        self.ledger.lock().expect("no panic").clone()
    }
}

async fn open_accounts(api: Api, ledger: Arc<Mutex<Ledger>>, rest: CancellationToken) {
    while !rest.is_cancelled() {
        let name = unique("account");
        let body = json!({"name": name, "hostname": "h"});
        let answer = api.post("/api/v1/accounts", &body).await;
        if answer.status == 200 {
            ledger.lock().expect("no panic").acknowledged.insert(name);
            continue;
        }
        let problem = answer.problem(503);
        assert!(answer.header("retry-after").is_some(), "{problem}");
        let mut ledger = ledger.lock().expect("no panic");
        if problem["code"] == "outcome_unknown" {
            ledger.unknown.insert(name);
        } else {
            ledger.denied.insert(name);
        }
    }
}

impl Ledger {
    /// Everything they were answered is true: what was acknowledged is there, once; what was denied
    /// is not; nothing is there that nobody asked for.
    pub(crate) async fn is_true(&self, api: &Api) {
        let names = eventually("the list holds all that was acknowledged", async || {
            let answer = api.get("/api/v1/accounts").await;
            let list = (answer.status == 200).then(|| answer.json())?;
            let names: Vec<String> = list
                .as_array()?
                .iter()
                .filter_map(|account| account["name"].as_str().map(str::to_owned))
                .collect();
            let found: BTreeSet<&String> = names.iter().collect();
            let complete = self.acknowledged.iter().all(|name| found.contains(name));
            complete.then_some(names)
        })
        .await;
        let unique: BTreeSet<String> = names.iter().cloned().collect();
        assert_eq!(unique.len(), names.len(), "nothing is there twice");
        let denied: Vec<_> = unique.intersection(&self.denied).collect();
        assert!(denied.is_empty(), "denied, and there: {denied:?}");
        let asked: BTreeSet<String> = &self.acknowledged | &self.unknown;
        let invented: Vec<_> = unique.difference(&asked).collect();
        assert!(invented.is_empty(), "nobody asked for {invented:?}");
    }
}
