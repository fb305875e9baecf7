//! Accounts, batches and bets to begin with.

use serde_json::{Value, json};

use super::http::Api;

/// A new account.
pub(crate) async fn account(api: &Api, name: &str) -> Value {
    api.post(
        "/api/v1/accounts",
        &json!({"name": name, "hostname": "host"}),
    )
    .await
    .expect(200)
}

/// Where the batches of an account are.
pub(crate) fn batches_of(account: &Value) -> String {
    format!("/api/v1/accounts/{}/batches", account["id"])
}

/// Where a batch is.
pub(crate) fn batch_path(batch: &Value) -> String {
    format!(
        "/api/v1/accounts/{}/batches/{}",
        batch["account_id"], batch["id"]
    )
}

/// A new batch with two bets.
pub(crate) async fn batch(api: &Api, account: &Value) -> Value {
    let body = json!({
        "meta": {"bet_type": "QUINELLA", "race_id": 7, "note": {"kept": [1, "as", null]}},
        "bets": [
            {"id": 2, "selection": "2/1", "stake": 6.0, "cost": 2.5},
            {"id": 1, "selection": "1/2 ** early", "stake": 10, "cost": 0},
        ],
    });
    api.post(&batches_of(account), &body).await.expect(200)
}

/// Whether this is an instant in UTC, as RFC 3339 writes it.
pub(crate) fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        chrono::DateTime::parse_from_rfc3339(text)
            .is_ok_and(|at| at.offset().local_minus_utc() == 0)
    })
}
